import type { Stats } from 'node:fs';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { InputFault } from '../core/model.ts';
import { inputFault, isFault } from './input-fault.ts';

/** What a path is. `stamp` changes when the content, or the file itself, may have changed. */
export interface FileStatus {
  /** `link` only where links are not followed. */
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  readonly stamp: string;
}

/** One name of a directory; links are not followed. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileStatus['kind'];
}

/** A regular file that was opened for reading. */
interface OpenFile {
  readonly descriptor: number;
  readonly stats: Stats;
}

/** For reading, without waiting for the other end of a FIFO. */
const CALMLY = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** No text that is read whole is larger (bytes): the largest known manifest has 4 MB. */
const LARGEST_TEXT = 256 * 1024 * 1024;

/**
 * The only door to files.
 *
 * Answers `undefined` where there is nothing, and a fault where something cannot be had. Remembers
 * every path it was asked for, missing ones too: those are the paths whose change matters. FIFOs,
 * devices and sockets are never read, and opening one never waits.
 */
export class Disk {
  readonly #asked = new Set<string>();
  readonly #above = new Set<string>();
  /** Directory of the last new path, with its slash. */
  #lastAbove = '\0';

  /** True for a path that was asked for, and for the directories above one. */
  wasAsked(path: string): boolean {
    return this.#asked.has(path) || this.#above.has(path);
  }

  /** Remembers a path whose answer was known without asking, such as one below a missing directory. */
  note(path: string): void {
    if (this.#asked.has(path)) return;
    this.#asked.add(path);
    // Files of one directory are mostly asked for one after the other.
    if (path.startsWith(this.#lastAbove) && path.lastIndexOf('/') === this.#lastAbove.length - 1) return;
    for (let above = dirname(path); !this.#above.has(above); above = dirname(above)) this.#above.add(above);
    this.#lastAbove = path.slice(0, path.lastIndexOf('/') + 1);
  }

  /** What a path is, links followed. */
  status(path: string): FileStatus | InputFault | undefined {
    this.note(path);
    return attempt(path, () => statusOf(statSync(path, { throwIfNoEntry: false })));
  }

  /** What a path is, the last name not followed when it is a link. */
  linkStatus(path: string): FileStatus | InputFault | undefined {
    this.note(path);
    return attempt(path, () => statusOf(lstatSync(path, { throwIfNoEntry: false })));
  }

  /** The path without links; a link to nothing leads to nothing. */
  realPath(path: string): string | InputFault | undefined {
    this.note(path);
    return attempt(path, () => realpathSync.native(path));
  }

  /** Names in a directory, sorted. */
  list(path: string): readonly DirectoryEntry[] | InputFault | undefined {
    this.note(path);
    return attempt(path, () =>
      readdirSync(path, { withFileTypes: true })
        .map(entry => ({ name: entry.name, kind: kindOf(entry) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }

  /** Opens a path that was a regular file a moment ago, and is no link. Answers the descriptor. */
  reopen(path: string): number | InputFault | undefined {
    return attempt(path, () => openSync(path, CALMLY | constants.O_NOFOLLOW));
  }

  /** Opens a regular file, and nothing else. */
  #open(path: string): OpenFile | InputFault | undefined {
    this.note(path);
    const descriptor = attempt(path, () => openSync(path, CALMLY));
    if (typeof descriptor !== 'number') return descriptor;
    const stats = attempt(path, () => fstatSync(descriptor));
    if (stats && 'isFile' in stats && stats.isFile()) return { descriptor, stats };
    this.close(path, descriptor);
    return isFault(stats) ? stats : notRegular(path);
  }

  /** Reads into `bytes`; the number of bytes read is less only at the end of the file. */
  read(
    path: string,
    descriptor: number,
    bytes: Uint8Array,
    length: number,
    position: number,
  ): number | InputFault {
    let done = 0;
    while (done < length) {
      const read = attempt(path, () => readSync(descriptor, bytes, done, length - done, position + done));
      if (typeof read !== 'number') return read ?? inputFault(path, undefined);
      if (read === 0) break;
      done += read;
    }
    return done;
  }

  /** Releases a descriptor. */
  close(path: string, descriptor: number): InputFault | undefined {
    return attempt<undefined>(path, () => {
      closeSync(descriptor);
      return undefined;
    });
  }

  /** The whole text of a regular file (UTF-8), with its stamp. */
  text(path: string): { readonly text: string; readonly stamp: string } | InputFault | undefined {
    const file = this.#open(path);
    if (!file || 'code' in file) return file;
    const { descriptor, stats } = file;
    const bytes = this.#whole(path, descriptor, stats.size);
    const closed = this.close(path, descriptor);
    if ('code' in bytes) return bytes;
    return closed ?? { text: decoder.decode(bytes), stamp: stampOf(stats) };
  }

  #whole(path: string, descriptor: number, size: number): Uint8Array | InputFault {
    if (size > LARGEST_TEXT) {
      return {
        code: 'unreadable',
        path,
        message: `has ${size} bytes, more than are read as text; take it out of the tree`,
      };
    }
    const bytes = Buffer.allocUnsafe(size);
    const read = this.read(path, descriptor, bytes, size, 0);
    return typeof read === 'number' ? bytes.subarray(0, read) : read;
  }
}

/** The fault of a payload or text that is no regular file. */
export function notRegular(path: string): InputFault {
  return {
    code: 'unreadable',
    path,
    message: 'is not a regular file and is not opened; put a regular file there',
  };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function attempt<T>(path: string, call: () => T): T | InputFault | undefined {
  try {
    return call();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : inputFault(path, code);
  }
}

function statusOf(stats: Stats | undefined): FileStatus | undefined {
  return stats && new Status(stats);
}

/** Makes its stamp when it is asked for: writing numbers takes longer than all the rest. */
class Status implements FileStatus {
  readonly kind: FileStatus['kind'];
  readonly mode: number;
  readonly size: number;
  readonly #times: readonly [number, number];
  readonly #node: number;

  constructor(stats: Stats) {
    this.kind = kindOf(stats);
    this.mode = stats.mode & 0o7777;
    this.size = stats.size;
    this.#times = [stats.mtimeMs, stats.ctimeMs];
    this.#node = stats.ino;
  }

  get stamp(): string {
    return `${this.#times[0]}:${this.#times[1]}:${this.size}:${this.#node}`;
  }
}

function stampOf(stats: Stats): string {
  return `${stats.mtimeMs}:${stats.ctimeMs}:${stats.size}:${stats.ino}`;
}

function kindOf(entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): FileStatus['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
