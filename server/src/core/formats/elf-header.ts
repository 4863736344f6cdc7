import { type ByteSource, u16, u32 } from './byte-source.ts';
import { address, beyond, type ElfLayout, type Load, type Piece, type Table, word } from './elf-layout.ts';
import type { NotePiece } from './elf-notes.ts';

/** `\x7fELF`, the first four bytes. */
export const MAGIC = 0x7f454c46;
/** As much as both classes have. */
export const HEADER_BYTES = 64;
const MOST_PROGRAMS = 512;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;

/** The ELF header, as far as it tells where other things are. */
export interface Header {
  readonly layout: ElfLayout;
  readonly type: number;
  readonly machine: number;
  readonly programs: Table;
  readonly sections: Table;
}

/** Reads the first bytes of a file; a phrase says what is wrong with them. */
export function headerOf(bytes: Uint8Array, size: number): Header | string {
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

/** What the program headers tell. */
export interface Programs {
  readonly loads: readonly Load[];
  readonly notes: readonly NotePiece[];
  readonly dynamic?: Piece;
  readonly interpreter?: Piece;
}

/** Reads the program headers; none, and a fault, where they make no sense. */
export function programsOf(source: ByteSource, header: Header, faults: string[]): Programs {
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
  const flags = u32(bytes, at + (layout.bits === 32 ? 24 : 4), layout.bigEndian);
  return { offset, size, high, low, flags };
}

function noteAt(bytes: Uint8Array, at: number, layout: ElfLayout): NotePiece {
  const alignment = word(bytes, at + (layout.bits === 32 ? 28 : 48), layout);
  return { ...pieceAt(bytes, at, layout), alignment: alignment === 8 ? 8 : 4 };
}
