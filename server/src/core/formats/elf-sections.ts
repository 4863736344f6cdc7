import { type ByteSource, u32 } from './byte-source.ts';
import { beyond, type ElfLayout, type Piece, type Table, word } from './elf-layout.ts';
import type { NotePiece } from './elf-notes.ts';

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

/**
 * Sections of notes that lie in none of the segments `known`: what was added to a file after it was linked
 * (`objcopy --add-section`). Section headers that make no sense have none: a linker does without them.
 */
export function noteSections(
  source: ByteSource,
  { count, offset, entrySize }: Table,
  layout: ElfLayout,
  known: readonly Piece[],
): readonly NotePiece[] {
  if (count === 0 || count > MOST_OF_LINKED || entrySize !== (layout.bits === 32 ? 40 : 64)) return [];
  const bytes = source.read(offset, count * entrySize);
  const found: NotePiece[] = [];
  for (let at = 0; at + entrySize <= bytes.length; at += entrySize) {
    if (u32(bytes, at + 4, layout.bigEndian) !== SHT_NOTE) continue;
    const piece = pieceAt(bytes, at, layout);
    const alignment = word(bytes, at + (layout.bits === 32 ? 32 : 48), layout);
    if (!known.some(one => one.offset <= piece.offset && piece.offset < one.offset + one.size))
      found.push({ ...piece, alignment: alignment === 8 ? 8 : 4 });
  }
  return found;
}

const SHT_DYNAMIC = 6;
const SHT_NOTE = 7;
/** Linked files have a few dozen sections. */
const MOST_OF_LINKED = 128;
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
