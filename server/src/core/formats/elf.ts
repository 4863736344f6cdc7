import { type ByteSource, u16, u32 } from './byte-source.ts';
import { definedVersions, dynamicPart, type ElfDynamic, NO_DYNAMIC } from './elf-dynamic.ts';
import { address, beyond, type ElfLayout, type Load, type Piece, type Table, word } from './elf-layout.ts';
import { nameIn } from './elf-names.ts';
import { type DlopenNote, dlopenNotes, type NotePiece } from './elf-notes.ts';
import { dynamicSection } from './elf-sections.ts';

/** What the run-time linker reads of an ELF file: elf(3HEAD), gABI chapters 4 and 5. */
export interface ElfFile extends ElfDynamic {
  readonly bits: 32 | 64;
  /** `e_machine`, for instance 62 for amd64. */
  readonly machine: number;
  /** `e_type`. */
  readonly type: number;
  /** Path in `PT_INTERP`. */
  readonly interpreter?: string;
  /** What the file says itself that it loads with `dlopen`. */
  readonly dlopens: readonly DlopenNote[];
}

export const ElfType = { relocatable: 1, executable: 2, shared: 3 } as const;

export const ElfMachine = {
  sparc: 2,
  i386: 3,
  sparc32plus: 18,
  sparcv9: 43,
  amd64: 62,
  aarch64: 183,
} as const;

/** A file that can be read, or why it cannot be; `faults` beside `elf` concern single entries. */
export interface ElfReading {
  readonly elf?: ElfFile;
  /** What is damaged, as a phrase: `the program headers lie beyond the end of the file`. */
  readonly faults: readonly string[];
}

/**
 * Reads what a file needs from the run-time linker.
 *
 * Goes from the program headers to `PT_DYNAMIC`, as the linker does, so stripped section headers do
 * not matter. The section table is asked only where there are no program headers; in relocatable
 * files only if `relocatable` (kernel modules are such), otherwise they need nothing. Many small
 * reads at up to three places: the beginning, the dynamic section, and the names.
 */
export function readElf(source: ByteSource, relocatable: boolean): ElfReading {
  const start = source.read(0, HEADER_BYTES);
  if (start.length === 0) return { faults: [] };
  const header = headerOf(start, source.size);
  if (typeof header === 'string') return { faults: [header] };
  const { layout, type, machine } = header;
  const faults: string[] = [];
  const base = { bits: layout.bits, machine, type, dlopens: [] };
  if (!hasNeeds(type, relocatable)) return { elf: { ...base, ...NO_DYNAMIC }, faults };
  if (type === ElfType.relocatable || header.programs.count === 0) {
    const section = dynamicSection(source, header.sections, layout, faults);
    return { elf: { ...base, ...dynamicPart(source, section, layout, faults) }, faults };
  }
  const programs = programsOf(source, header, faults);
  const interpreter = programs.interpreter && interpreterOf(source, programs.interpreter, layout, faults);
  const dlopens = dlopenNotes(source, programs.notes, layout, faults);
  const dynamic = dynamicPart(source, programs.dynamic, layout, faults, programs.loads);
  return {
    elf: { ...base, ...dynamic, dlopens, ...(interpreter === undefined ? {} : { interpreter }) },
    faults,
  };
}

/**
 * The symbol versions that a library defines, its own name, which is the base version, included; none when it
 * has no versions at all. `undefined` when it is no sound ELF file, so that nothing can be said of it.
 */
export function readDefinedVersions(source: ByteSource): readonly string[] | undefined {
  const start = source.read(0, HEADER_BYTES);
  if (u32(start, 0, true) !== MAGIC) return undefined;
  const header = headerOf(start, source.size);
  if (typeof header === 'string' || !hasNeeds(header.type, false)) return undefined;
  const faults: string[] = [];
  const { dynamic, loads } = programsOf(source, header, faults);
  if (dynamic === undefined) return undefined;
  const defined = definedVersions(source, dynamic, header.layout, faults, loads);
  return faults.length === 0 ? defined : undefined;
}

/** `\x7fELF`, the first four bytes. */
const MAGIC = 0x7f454c46;
const HEADER_BYTES = 64;
const MOST_PROGRAMS = 512;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;

interface Header {
  readonly layout: ElfLayout;
  readonly type: number;
  readonly machine: number;
  readonly programs: Table;
  readonly sections: Table;
}

function headerOf(bytes: Uint8Array, size: number): Header | string {
  if (bytes.length < 16) return `it ends within the ELF header, after ${bytes.length} bytes`;
  const bits = bytes[4] === 1 ? 32 : bytes[4] === 2 ? 64 : undefined;
  if (bits === undefined) return `its class is ${bytes[4]}, neither 1 (32 bits) nor 2 (64 bits)`;
  if (bytes[5] !== 1 && bytes[5] !== 2)
    return `its byte order is ${bytes[5]}, neither 1 (little) nor 2 (big)`;
  const least = bits === 32 ? 52 : 64;
  if (bytes.length < least) return `it ends within the ELF header, after ${bytes.length} bytes`;
  const layout: ElfLayout = { bits, bigEndian: bytes[5] === 2, size };
  const half = (at: number): number => u16(bytes, at, layout.bigEndian);
  const [programs, sections, counts] = bits === 32 ? [28, 32, 42] : [32, 40, 54];
  return {
    layout,
    type: half(16),
    machine: half(18),
    programs: { offset: word(bytes, programs, layout), entrySize: half(counts), count: half(counts + 2) },
    sections: { offset: word(bytes, sections, layout), entrySize: half(counts + 4), count: half(counts + 6) },
  };
}

function hasNeeds(type: number, relocatable: boolean): boolean {
  if (type === ElfType.relocatable) return relocatable;
  return type === ElfType.executable || type === ElfType.shared;
}

interface Programs {
  readonly loads: readonly Load[];
  readonly notes: readonly NotePiece[];
  readonly dynamic?: Piece;
  readonly interpreter?: Piece;
}

function programsOf(source: ByteSource, header: Header, faults: string[]): Programs {
  const { layout } = header;
  const bytes = programBytes(source, header, faults);
  const loads: Load[] = [];
  const notes: NotePiece[] = [];
  let dynamic: Piece | undefined;
  let interpreter: Piece | undefined;
  for (let at = 0; at < bytes.length; at += header.programs.entrySize) {
    const kind = u32(bytes, at, layout.bigEndian);
    if (kind === PT_LOAD) loads.push(loadAt(bytes, at, layout));
    else if (kind === PT_DYNAMIC) dynamic ??= pieceAt(bytes, at, layout);
    else if (kind === PT_INTERP) interpreter ??= pieceAt(bytes, at, layout);
    else if (kind === PT_NOTE) notes.push(noteAt(bytes, at, layout));
  }
  return { loads, notes, ...(dynamic && { dynamic }), ...(interpreter && { interpreter }) };
}

/** The whole table of program headers, or nothing. */
function programBytes(source: ByteSource, { programs, layout }: Header, faults: string[]): Uint8Array {
  const { count, offset, entrySize } = programs;
  const size = count * entrySize;
  if (entrySize !== (layout.bits === 32 ? 32 : 56)) {
    faults.push(`its program headers are said to be ${entrySize} bytes long each`);
  } else if (count > MOST_PROGRAMS) {
    faults.push(`it claims to have ${count} program headers`);
  } else {
    const bytes = source.read(offset, size);
    if (bytes.length === size) return bytes;
    faults.push(...beyond('program headers', { offset, size }, layout));
  }
  return NOTHING;
}

const NOTHING = new Uint8Array(0);

function pieceAt(bytes: Uint8Array, at: number, layout: ElfLayout): Piece {
  const wide = layout.bits === 64;
  return {
    offset: word(bytes, at + (wide ? 8 : 4), layout),
    size: word(bytes, at + (wide ? 32 : 16), layout),
  };
}

function loadAt(bytes: Uint8Array, at: number, layout: ElfLayout): Load {
  const { offset, size } = pieceAt(bytes, at, layout);
  const { high, low } = address(bytes, at + (layout.bits === 32 ? 8 : 16), layout);
  return { offset, size, high, low };
}

function noteAt(bytes: Uint8Array, at: number, layout: ElfLayout): NotePiece {
  const alignment = word(bytes, at + (layout.bits === 32 ? 28 : 48), layout);
  return { ...pieceAt(bytes, at, layout), alignment: alignment === 8 ? 8 : 4 };
}

function interpreterOf(
  source: ByteSource,
  piece: Piece,
  layout: ElfLayout,
  faults: string[],
): string | undefined {
  if (piece.size === 0) return undefined;
  if (piece.offset + piece.size > layout.size) {
    faults.push(...beyond('interpreter name', piece, layout));
    return undefined;
  }
  return nameIn(source, piece, 0, 'interpreter', faults);
}
