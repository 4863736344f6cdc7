import { type ByteSource, u16, u32 } from '../../formats/byte-source.ts';
import { ElfMachine } from '../../formats/elf.ts';
import { dynamicPart } from '../../formats/elf-dynamic.ts';
import { type ElfLayout, type Piece, word } from '../../formats/elf-layout.ts';

/** What `pkgdepend(1)` sees of an ELF file: only what the section headers lead to. */
export interface SectionElf {
  readonly bits: 32 | 64;
  readonly family: 'i386' | 'sparc' | 'aarch64' | 'other';
  /** `NEEDED`, `FILTER` and `SUNW_FILTER`, without those that are marked as deferred. */
  readonly needed: readonly string[];
  /** Entries of `RUNPATH`, else of `RPATH`; empty entries included, as they stand. */
  readonly runPath: readonly string[];
}

/** Reads it as libelf does (`elfextract.c`); a sentence where libelf refuses the file. */
export function readSectionElf(source: ByteSource): SectionElf | string {
  const header = headerOf(source);
  if (!header) return 'its ELF header is damaged or cut off';
  const { layout, table, family } = header;
  const { bits } = layout;
  const found = dynamicIn(source, table, layout);
  if (typeof found === 'string') return found;
  if (!found) return { bits, family, needed: [], runPath: [] };
  const faults: string[] = [];
  const { needed, filters, runPath } = dynamicPart(source, found, layout, faults);
  if (faults.length > 0) return faults.join('; ');
  const names = needed.filter(one => !one.deferred).map(one => one.name);
  return { bits, family, needed: [...names, ...filters], runPath: runPath ? runPath.value.split(':') : [] };
}

function headerOf(source: ByteSource): Header | undefined {
  const start = source.read(0, 64);
  const bits = start[4] === 1 ? 32 : start[4] === 2 ? 64 : undefined;
  if (bits === undefined || start.length < (bits === 32 ? 52 : 64)) return undefined;
  if (start[5] !== 1 && start[5] !== 2) return undefined;
  const layout: ElfLayout = { bits, bigEndian: start[5] === 2, size: source.size };
  const half = (at: number) => u16(start, at, layout.bigEndian);
  const [offset, entry, counts] = bits === 32 ? [32, 40, 48] : [40, 64, 60];
  const table = { offset: word(start, offset, layout), entry, count: half(counts), names: half(counts + 2) };
  return { layout, table, family: FAMILIES.get(half(18)) ?? 'other' };
}

interface Header {
  readonly layout: ElfLayout;
  readonly table: Table;
  readonly family: SectionElf['family'];
}

const FAMILIES: ReadonlyMap<number, SectionElf['family']> = new Map([
  [ElfMachine.i386, 'i386'],
  [ElfMachine.amd64, 'i386'],
  [ElfMachine.sparc, 'sparc'],
  [ElfMachine.sparc32plus, 'sparc'],
  [ElfMachine.sparcv9, 'sparc'],
  [ElfMachine.aarch64, 'aarch64'],
]);

interface Table {
  readonly offset: number;
  readonly entry: number;
  readonly count: number;
  /** Number of the section with the sections' names. */
  readonly names: number;
}

const SHT_STRTAB = 3;
const SHT_DYNAMIC = 6;
const MOST_SECTIONS = 65_536;

/** The dynamic section; `undefined` where there is none, or where the table lies beyond the end of the file. */
function dynamicIn(source: ByteSource, table: Table, layout: ElfLayout): Piece | string | undefined {
  const { offset, entry, count } = table;
  if (count === 0 || offset === 0 || offset + count * entry > source.size) return undefined;
  const bytes = source.read(offset, Math.min(count, MOST_SECTIONS) * entry);
  const typeAt = (section: number) => u32(bytes, section * entry + 4, layout.bigEndian);
  if (table.names >= count || typeAt(table.names) !== SHT_STRTAB)
    return count > 1 ? 'its section headers have no table of names' : undefined;
  let dynamic: number | undefined;
  for (let section = 1; section < count; section++) if (typeAt(section) === SHT_DYNAMIC) dynamic = section;
  if (dynamic === undefined) return undefined;
  const link = u32(bytes, dynamic * entry + (layout.bits === 32 ? 24 : 40), layout.bigEndian);
  const piece = pieceAt(bytes, dynamic * entry, layout);
  return link > 0 && link < count ? { ...piece, link: pieceAt(bytes, link * entry, layout) } : piece;
}

function pieceAt(bytes: Uint8Array, at: number, layout: ElfLayout): Piece {
  const wide = layout.bits === 64;
  return {
    offset: word(bytes, at + (wide ? 24 : 16), layout),
    size: word(bytes, at + (wide ? 32 : 20), layout),
  };
}
