import type { Inflate } from '../model.ts';
import { u16, u32 } from './byte-source.ts';

/**
 * Unpacks a gzip file of one member, RFC 1952, as long as it says that it is no longer than `most` bytes. `undefined`:
 * longer, damaged, or of several members.
 */
export function gunzip(bytes: Uint8Array, inflate: Inflate, most: number): Uint8Array | undefined {
  const start = isGzip(bytes) ? headerLength(bytes) : undefined;
  if (start === undefined || start + TRAILER > bytes.length) return undefined;
  const size = u32(bytes, bytes.length - 4, false);
  return size <= most ? inflate(bytes.subarray(start, bytes.length - TRAILER), size) : undefined;
}

/** Whether a file is compressed with gzip, by its first bytes: deflate is the only method there is. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === DEFLATE;
}

const DEFLATE = 8;
/** Checksum and size. */
const TRAILER = 8;
const HEADER = 10;
/** Flags of RFC 1952, 2.3.1: what else stands in the header. */
const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;

function headerLength(bytes: Uint8Array): number | undefined {
  const flags = bytes[3] ?? 0;
  let at = HEADER;
  if ((flags & FEXTRA) !== 0) at += 2 + u16(bytes, at, false);
  for (const text of [FNAME, FCOMMENT]) {
    if ((flags & text) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  return (flags & FHCRC) === 0 ? at : at + 2;
}
