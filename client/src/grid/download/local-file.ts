import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Content of a file, or why there is none: a clause that follows its path. */
export type LocalFile =
  | { readonly kind: 'body'; readonly bytes: Buffer }
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'fault'; readonly reason: string };

/** Reads a regular file of at most `maxBytes`; nothing else is opened to be read, so that no pipe can hold us up. */
export async function readLocal(path: string, maxBytes: number): Promise<LocalFile> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) return { kind: 'absent', reason: 'is not a file' };
    if (stat.size > maxBytes)
      return { kind: 'fault', reason: `is larger than ${Math.floor(maxBytes / 1_048_576)} MiB` };
    const bytes = Buffer.alloc(stat.size);
    let size = 0;
    for (let read = 1; read > 0 && size < bytes.length; size += read)
      read = (await file.read(bytes, size, bytes.length - size, size)).bytesRead;
    return { kind: 'body', bytes: bytes.subarray(0, size) };
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent', reason: 'does not exist' };
    return {
      kind: 'fault',
      reason: code === 'EACCES' ? 'may not be read by this account' : `cannot be read (${code})`,
    };
  }
}
