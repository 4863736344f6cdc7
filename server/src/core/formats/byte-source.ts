/** What a format is read from: `Payload` and `PayloadFile` are such. Small reads near to each other are cheap. */
export interface ByteSource {
  readonly size: number;
  /** Fewer bytes only where the file ends, none when it cannot be read. They are only valid until the next `read`. */
  read(offset: number, length: number): Uint8Array;
}

/** Unsigned 16 bits; bytes beyond the end count as 0. */
export function u16(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  return bigEndian ? (bytes[at]! << 8) | bytes[at + 1]! : (bytes[at + 1]! << 8) | bytes[at]!;
}

/** Unsigned 32 bits; bytes beyond the end count as 0. */
export function u32(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const a = bytes[at]!;
  const b = bytes[at + 1]!;
  const c = bytes[at + 2]!;
  const d = bytes[at + 3]!;
  return (bigEndian ? (a << 24) | (b << 16) | (c << 8) | d : (d << 24) | (c << 16) | (b << 8) | a) >>> 0;
}
