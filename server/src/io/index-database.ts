import { mkdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

/** Grows with every change of the tables: an index of another version is another file. */
const INDEX_VERSION = 3;

/** Where an index lives, and why it does not live on disk when it does not. */
export interface IndexPlace {
  /** `undefined`: in memory. */
  readonly file: string | undefined;
  readonly note?: string;
}

/** What an error of SQLite means for a cache that can always be made again. */
export type IndexTrouble = 'busy' | 'damaged' | 'unusable';

/** An open database of the index tables; `inode` tells whether the file is still the one that was opened. */
export interface OpenIndex {
  readonly database: DatabaseSync;
  readonly file: string | undefined;
  readonly inode: number;
}

/** The file of an index in a cache directory, which is made; or memory, with the reason. `key` names the file. */
export function indexPlace(directory: string, key: string): IndexPlace {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const remote = REMOTE[statfsSync(directory).type];
    if (remote) return inMemory(directory, `is on ${remote}, where locks cannot be relied on`);
    return { file: join(directory, `${key}.${INDEX_VERSION}.sqlite`) };
  } catch (error) {
    return inMemory(
      directory,
      `cannot be used (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
    );
  }
}

/** Memory instead of a directory; `why` completes "The cache directory D ...". */
export function inMemory(directory: string, why: string): IndexPlace {
  const note = `The cache directory ${directory} ${why}: indexes are kept in memory and made again each time. Name another one with XDG_CACHE_HOME`;
  return { file: undefined, note };
}

/** Opens an index, making its tables where there are none. Throws what SQLite throws; a damaged file is then gone. */
export async function openIndex(file: string | undefined, signal: AbortSignal): Promise<OpenIndex> {
  const { DatabaseSync } = await import('node:sqlite');
  return whenFree(() => {
    const inode = file === undefined ? undefined : inodeOf(file);
    const database = new DatabaseSync(file ?? ':memory:');
    try {
      prepare(database, file !== undefined);
      return { database, file, inode: file === undefined ? 0 : (inodeOf(file) ?? 0) };
    } catch (error) {
      database.close();
      if (file !== undefined && inode !== undefined && troubleOf(error) === 'damaged')
        discardIndex(file, inode);
      throw error;
    }
  }, signal);
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

/** Deletes the file of a damaged index, unless another process has put a new one in its place. */
export function discardIndex(file: string, inode: number): void {
  if (inodeOf(file) !== inode) return;
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

/** What a row said in JSON. */
export function rowJson<T>(text: string): T {
  try {
    return JSON.parse(text);
  } catch {
    throw indexError('a row is damaged', CORRUPT);
  }
}

/** What an error means; `undefined` when it did not come from SQLite. */
export function troubleOf(error: unknown): IndexTrouble | undefined {
  const { code, errcode } = error as { code?: string; errcode?: number };
  if (code !== 'ERR_SQLITE_ERROR' || errcode === undefined) return undefined;
  return TROUBLES[errcode & 0xff] ?? 'unusable';
}

/** Calls as soon as no other process holds the lock that the call needs; the event loop goes on meanwhile. */
export async function whenFree<T>(call: () => T, signal: AbortSignal): Promise<T> {
  for (let wait = 10; ; wait = Math.min(wait * 2, 250)) {
    signal.throwIfAborted();
    try {
      return call();
    } catch (error) {
      if (troubleOf(error) !== 'busy') throw error;
    }
    await pause(wait, undefined, { signal });
  }
}

function prepare(database: DatabaseSync, onDisk: boolean): void {
  database.exec('PRAGMA busy_timeout = 50');
  if (onDisk) {
    const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
    if (mode !== 'wal') throw indexError('no write-ahead log', PROTOCOL);
  }
  // A commit would carry the log over while everybody waits: `carryOver` does.
  database.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 0');
  if (database.prepare('PRAGMA user_version').get()?.user_version === INDEX_VERSION) {
    database.prepare(PROBE).get();
    return;
  }
  database.exec(`BEGIN IMMEDIATE; ${TABLES}; PRAGMA user_version = ${INDEX_VERSION}; COMMIT`);
}

/**
 * Rows of `delivery` of one package version are consecutive: `first` to `last` of its `package`. Who delivers below a
 * directory is told by the index of paths alone.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS publisher (name TEXT PRIMARY KEY, stamp TEXT NOT NULL, faults TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS package (id INTEGER PRIMARY KEY, publisher TEXT NOT NULL, name TEXT NOT NULL,
  version TEXT NOT NULL, signature TEXT NOT NULL, body TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  fault TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS package_name ON package (name, publisher, version);
CREATE TABLE IF NOT EXISTS delivery (id INTEGER PRIMARY KEY, package INTEGER NOT NULL, path TEXT NOT NULL,
  kind INTEGER NOT NULL, body TEXT);
CREATE INDEX IF NOT EXISTS delivery_path ON delivery (path, package)`;

/** Fails where tables are missing or cut off. */
const PROBE =
  'SELECT (SELECT count(*) FROM publisher), (SELECT max(id) FROM package), (SELECT max(id) FROM delivery)';

const PROTOCOL = 15;
const CORRUPT = 11;

function indexError(message: string, errcode: number): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });
}

/** Primary result codes of SQLite: no such table; busy, locked; corrupt, not a database. */
const TROUBLES: Readonly<Record<number, IndexTrouble>> = {
  1: 'damaged',
  5: 'busy',
  6: 'busy',
  11: 'damaged',
  26: 'damaged',
};

/** `statfs(2)` types of file systems that other machines write too. */
const REMOTE: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4266872130: 'SMB',
  4283649346: 'CIFS',
  16914839: '9P',
  1397113167: 'AFS',
};
