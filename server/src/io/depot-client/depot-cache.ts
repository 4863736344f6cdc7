import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { digest } from '../digest.ts';

/** What is kept of a depot, each in a folder of its own. */
export type CacheKind = 'answer' | 'part' | 'manifest' | 'state';

/** A kept text, and what was said of it when it came. */
export interface CacheEntry {
  readonly key: string;
  readonly text: string;
  /** Validators of HTTP. */
  readonly lastModified?: string | undefined;
  readonly etag?: string | undefined;
}

/**
 * What is kept of one depot on disk: `cacheDirectory/depots/<digest of its address>/<kind>/<digest of the key>`.
 *
 * An entry is one file with its own SHA-1, written under another name and renamed: nobody ever reads half of one, whatever
 * becomes of the process or the machine, and any number of processes share them. A damaged one is as good as none. Where
 * nothing can be written, entries stay in memory.
 */
export class DepotCache {
  readonly directory: string;
  /** Why entries are not kept on disk, if they are not. */
  note: string | undefined;
  readonly #inMemory = new Map<string, CacheEntry>();

  constructor(cacheDirectory: string, address: string) {
    this.directory = join(cacheDirectory, 'depots', digest('sha256', address, 'hex').slice(0, 32));
  }

  read(kind: CacheKind, key: string): CacheEntry | undefined {
    const kept = this.#inMemory.get(`${kind} ${key}`);
    if (kept) return kept;
    try {
      return entryIn(readFileSync(this.#file(kind, key)), key);
    } catch {
      return undefined;
    }
  }

  write(kind: CacheKind, entry: CacheEntry): void {
    const file = this.#file(kind, entry.key);
    const temporary = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}`;
    try {
      this.#makeFolder(kind);
      writeFileSync(temporary, fileText(entry), { mode: 0o600 });
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      this.note = `The cache directory ${this.directory} cannot be written (${code}): what depots say is read anew each time. Name another one with XDG_CACHE_HOME`;
      this.#inMemory.set(`${kind} ${entry.key}`, entry);
    }
  }

  /** Removes an entry, a damaged one for instance. */
  remove(kind: CacheKind, key: string): void {
    this.#inMemory.delete(`${kind} ${key}`);
    rmSync(this.#file(kind, key), { force: true });
  }

  /** Names under which entries of a kind lie, as `nameOf` makes them. */
  names(kind: CacheKind): ReadonlySet<string> {
    const prefix = `${kind} `;
    const kept = [...this.#inMemory.keys()].filter(one => one.startsWith(prefix));
    return new Set([
      ...this.#files(kind).filter(isName),
      ...kept.map(one => nameOf(one.slice(prefix.length))),
    ]);
  }

  /** Removes entries of a kind but those of these names; files that were written in the last hour stay. */
  keepOnly(kind: CacheKind, wanted: ReadonlySet<string>): void {
    for (const name of this.#files(kind)) {
      if (wanted.has(name)) continue;
      const file = join(this.directory, kind, name);
      const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
      if (written !== undefined && written < Date.now() - LEAST_AGE) rmSync(file, { force: true });
    }
  }

  /** Lines of a file that only grows; what is no whole line is left out. */
  lines(name: string): readonly string[] {
    try {
      const file = join(this.directory, 'lines', nameOf(name));
      if (statSync(file).size > MOST_LINES) return [];
      return readFileSync(file, 'utf8')
        .split('\n')
        .filter(line => line !== '');
    } catch {
      return [];
    }
  }

  /** Adds lines in one piece; `others` is what becomes of files of other names. */
  append(name: string, lines: readonly string[]): void {
    try {
      this.#makeFolder('lines');
      appendFileSync(join(this.directory, 'lines', nameOf(name)), `\n${lines.join('\n')}\n`, { mode: 0o600 });
    } catch {
      // They are asked for again.
    }
  }

  /** Removes the files of lines but those of these names. */
  keepOnlyLines(names: readonly string[]): void {
    const wanted = new Set(names.map(nameOf));
    for (const name of this.#files('lines')) {
      if (!wanted.has(name)) rmSync(join(this.directory, 'lines', name), { force: true });
    }
  }

  #files(folder: string): readonly string[] {
    try {
      return readdirSync(join(this.directory, folder));
    } catch {
      return [];
    }
  }

  #makeFolder(folder: string): void {
    const path = join(this.directory, folder);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  }

  #file(kind: CacheKind, key: string): string {
    return join(this.directory, kind, nameOf(key));
  }
}

/** The name of the file of a key. */
export function nameOf(key: string): string {
  return digest('sha256', key, 'hex').slice(0, 40);
}

/** What is being written has a longer name. */
function isName(file: string): boolean {
  return /^[0-9a-f]{40}$/.test(file);
}

const LEAST_AGE = 3_600_000;
const MOST_LINES = 128 * 1024 * 1024;

interface Head {
  readonly key?: unknown;
  readonly sha1?: unknown;
  readonly lastModified?: unknown;
  readonly etag?: unknown;
}

function fileText({ text, ...head }: CacheEntry): string {
  return `${JSON.stringify({ ...head, sha1: digest('sha1', text, 'hex') })}\n${text}`;
}

function entryIn(bytes: Buffer, key: string): CacheEntry | undefined {
  const end = bytes.indexOf(10);
  if (end < 0) return undefined;
  const head: Head = JSON.parse(bytes.toString('utf8', 0, end));
  const content = bytes.subarray(end + 1);
  if (head.key !== key || head.sha1 !== digest('sha1', content, 'hex')) return undefined;
  const { lastModified, etag } = head;
  return {
    key,
    text: content.toString('utf8'),
    ...(typeof lastModified === 'string' && { lastModified }),
    ...(typeof etag === 'string' && { etag }),
  };
}
