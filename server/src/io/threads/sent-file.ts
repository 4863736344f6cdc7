import type { FileEntry, PayloadFile } from '../../core/model.ts';
import type { Disk } from '../disk.ts';
import { bufferPayload, diskPayload } from '../payload-file.ts';

/** A payload on its way to another thread, which opens it itself. */
export interface SentFile {
  /** Installed path. */
  readonly path: string;
  readonly runPath?: string;
  /** Permission bits that count: the action's, else the file's. */
  readonly mode: number;
  readonly location: string;
  /** Where it lies, links followed; absent: `text` is an editor's buffer. */
  readonly real?: string;
  readonly text?: string;
  readonly size: number;
  readonly stamp: string;
}

/** As it is sent. */
export function sentFile(entry: FileEntry, found: PayloadFile): SentFile {
  const { location, real, size, stamp } = found;
  return {
    path: entry.path,
    mode: entry.mode ?? found.mode,
    location,
    size,
    stamp,
    ...(entry.runPath !== undefined && { runPath: entry.runPath }),
    ...(real === undefined ? { text: textOf(found) } : { real }),
  };
}

/** As it arrives. */
export function receivedFile(file: SentFile, disk: Disk): PayloadFile {
  const { location, real, text = '', mode, size, stamp } = file;
  if (real === undefined) return bufferPayload(location, text, mode);
  return diskPayload(disk, location, real, { kind: 'file', mode, size, stamp });
}

function textOf(found: PayloadFile): string {
  return new TextDecoder().decode(found.read(0, found.size));
}
