import { inflateRawSync } from 'node:zlib';
import type { Inflate } from '../core/model.ts';

/** Unpacks in one piece: an output buffer of the right size spares growing and copying it. */
export const inflate: Inflate = (bytes, size) => {
  if (bytes.length === 0 || !(size >= 0)) return undefined;
  try {
    const chunkSize = Math.min(Math.max(size, SMALLEST), LARGEST);
    const unpacked = inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1), chunkSize });
    return unpacked.length <= size ? unpacked : undefined;
  } catch {
    return undefined;
  }
};

/** zlib's least chunk, and one that no wrong claim of a size makes expensive. */
const SMALLEST = 64;
const LARGEST = 1024 * 1024;
