import { u32 } from './byte-source.ts';

/** Where things are, and how numbers are written. */
export interface ElfLayout {
  readonly bits: 32 | 64;
  readonly bigEndian: boolean;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** Place of a table in the file. */
export interface Table {
  readonly offset: number;
  readonly count: number;
  readonly entrySize: number;
}

/** A piece of the file. `link` is the piece that holds its strings, when the file says so itself. */
export interface Piece {
  readonly offset: number;
  readonly size: number;
  readonly link?: Piece;
}

/** A loaded piece and the address it is loaded at, in two halves: kernels live above 2^53. */
export interface Load extends Piece {
  readonly high: number;
  readonly low: number;
  /** `p_flags`. */
  readonly flags: number;
}

/** An address in two halves. */
export type Address = Pick<Load, 'high' | 'low'>;

/** Where in the file an address lies, if a loaded segment has it there. */
export function offsetOf(at: Address | undefined, loads: readonly Load[]): number | undefined {
  if (at === undefined) return undefined;
  for (const load of loads) {
    const inside = (at.high - load.high) * 2 ** 32 + (at.low - load.low);
    if (inside >= 0 && inside < load.size) return load.offset + inside;
  }
  return undefined;
}

/** A word of the file's class; above 2^53 only nearly right, which is still beyond every file. */
export function word(bytes: Uint8Array, at: number, layout: ElfLayout): number {
  const { bigEndian } = layout;
  if (layout.bits === 32) return u32(bytes, at, bigEndian);
  const first = u32(bytes, at, bigEndian);
  const second = u32(bytes, at + 4, bigEndian);
  return bigEndian ? first * 2 ** 32 + second : second * 2 ** 32 + first;
}

/** The halves of an address. */
export function address(bytes: Uint8Array, at: number, layout: ElfLayout): Address {
  const { bits, bigEndian } = layout;
  if (bits === 32) return { high: 0, low: u32(bytes, at, bigEndian) };
  const first = u32(bytes, at, bigEndian);
  const second = u32(bytes, at + 4, bigEndian);
  return bigEndian ? { high: first, low: second } : { high: second, low: first };
}

/**
 * Says that something lies, in part or wholly, beyond the end of the file. Nothing when it does not:
 * then the file could not be read, which is for the payload to report.
 */
export function beyond(what: string, { offset, size }: Piece, layout: ElfLayout): readonly string[] {
  if (offset + size <= layout.size) return [];
  const message = `its ${what} (${size} bytes at offset ${offset}) ${what.endsWith('s') ? 'lie' : 'lies'} beyond the end of the file (${layout.size} bytes)`;
  return [message];
}
