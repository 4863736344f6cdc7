import { type ByteSource, u32 } from './byte-source.ts';
import { beyond, type ElfLayout, type Piece, type Table, word } from './elf-layout.ts';

/**
 * The dynamic section with its string table, by way of the section headers: for files without
 * program headers, which kernel modules of illumos are. `undefined` when there is none.
 */
export function dynamicSection(
  source: ByteSource,
  sections: Table,
  layout: ElfLayout,
  faults: string[],
): Piece | undefined {
  const { count, offset, entrySize } = sections;
  if (count === 0 || offset === 0) return undefined;
  if (entrySize !== (layout.bits === 32 ? 40 : 64)) {
    faults.push(`its section headers are said to be ${entrySize} bytes long each`);
    return undefined;
  }
  const size = Math.min(count, MOST_SECTIONS) * entrySize;
  const bytes = source.read(offset, size);
  if (bytes.length < size) {
    faults.push(...beyond('section headers', { offset, size: count * entrySize }, layout));
    return undefined;
  }
  for (let at = 0; at < size; at += entrySize) {
    if (u32(bytes, at + 4, layout.bigEndian) === SHT_DYNAMIC)
      return linked(bytes, at, sections, layout, faults);
  }
  return undefined;
}

const SHT_DYNAMIC = 6;
/** Kernel modules have a few dozen; objects compiled with one section per function have thousands. */
const MOST_SECTIONS = 4096;

function linked(bytes: Uint8Array, at: number, sections: Table, layout: ElfLayout, faults: string[]): Piece {
  const section = pieceAt(bytes, at, layout);
  const number = u32(bytes, at + (layout.bits === 32 ? 24 : 40), layout.bigEndian);
  const strings = number * sections.entrySize;
  if (strings < bytes.length) return { ...section, link: pieceAt(bytes, strings, layout) };
  faults.push(`its dynamic section names section ${number} as its string table, of ${sections.count}`);
  return section;
}

function pieceAt(bytes: Uint8Array, at: number, layout: ElfLayout): Piece {
  const wide = layout.bits === 64;
  return {
    offset: word(bytes, at + (wide ? 24 : 16), layout),
    size: word(bytes, at + (wide ? 32 : 20), layout),
  };
}
