/** What a format is read from: `Payload` and `PayloadFile` are such. */
export interface ByteSource {
  readonly size: number;
  /** The bytes are only valid until the next `read`. */
  read(offset: number, length: number): Uint8Array;
}

/**
 * A source seen through the last bytes read: what lies near to each other costs one read.
 * The bytes answered are only valid until the next call.
 */
export type ByteWindow = (offset: number, length: number) => Uint8Array;

/** Bytes fetched at least, when something has to be fetched. */
const LEAST = 4096;

/** A window over `source`; answers fewer bytes than asked for only where the file ends. */
export function byteWindow(source: ByteSource): ByteWindow {
  let start = 0;
  let bytes: Uint8Array = NOTHING;
  return (offset, length) => {
    const inside = offset - start;
    if (inside < 0 || inside + length > bytes.length) {
      start = offset;
      bytes = offset < source.size ? source.read(offset, Math.max(length, LEAST)) : NOTHING;
      return bytes.length > length ? bytes.subarray(0, length) : bytes;
    }
    return bytes.subarray(inside, inside + length);
  };
}

const NOTHING = new Uint8Array(0);

/** Unsigned 16 bits; bytes beyond the end count as 0. */
export function u16(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  return bigEndian ? (first << 8) | second : (second << 8) | first;
}

/** Unsigned 32 bits; bytes beyond the end count as 0. */
export function u32(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const first = u16(bytes, at, bigEndian);
  const second = u16(bytes, at + 2, bigEndian);
  return (bigEndian ? (first << 16) | second : (second << 16) | first) >>> 0;
}
