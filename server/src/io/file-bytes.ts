import type { InputFault } from '../core/model.ts';
import { type Disk, notRegular } from './disk.ts';
import { inputFault, isFault } from './input-fault.ts';
import { diskPayload } from './payload-file.ts';

/** The first bytes of a regular file, no more than `most`; links are followed. `undefined` where there is none. */
export function firstBytes(disk: Disk, path: string, most: number): Uint8Array | InputFault | undefined {
  const real = disk.realPath(path);
  if (typeof real !== 'string') return real;
  const status = disk.status(real);
  if (!status || isFault(status)) return status;
  if (status.kind !== 'file') return notRegular(path);
  const file = diskPayload(disk, path, real, status);
  const bytes = new Uint8Array(Math.min(status.size, most));
  let at = 0;
  while (at < bytes.length) {
    const part = file.read(at, Math.min(bytes.length - at, PART));
    if (part.length === 0) break;
    bytes.set(part, at);
    at += part.length;
  }
  return file.close() ?? (at < bytes.length ? inputFault(path, 'EIO') : bytes);
}

/** The whole of a regular file; `undefined` where there is none, or it is larger than `most` bytes. */
export function wholeFile(disk: Disk, path: string, most: number): Uint8Array | InputFault | undefined {
  const bytes = firstBytes(disk, path, most + 1);
  return bytes && !isFault(bytes) && bytes.length > most ? undefined : bytes;
}

const PART = 4 * 1024 * 1024;
