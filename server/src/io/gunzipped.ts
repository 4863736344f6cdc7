import { gunzipSync } from 'node:zlib';

/** What a gzip file holds; `undefined` where it is damaged, or holds more than `most` bytes. */
export function gunzipped(bytes: Uint8Array, most: number): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch {
    return undefined;
  }
}
