import type { DatabaseSync } from 'node:sqlite';
import { isSound, SiteStore, type StoreSource, whenFree } from './store-database.ts';
import { messageOf, type StoreFault, storeFault } from './store-fault.ts';
import { inodeOf, setAside, setAsideFiles, storePlace, unsuitable } from './store-place.ts';
import { migrate, PROBE, SCHEMA_VERSION, versionOf } from './store-schema.ts';

export type StoreOpening =
  | {
      readonly kind: 'open';
      readonly store: SiteStore;
      /** Earlier files that were damaged and set aside, and are still there: to be said once a run. */
      readonly setAside: readonly string[];
    }
  | { readonly kind: 'fault'; readonly fault: StoreFault };

/**
 * Opens the store of a directory, which is made with mode 0700 where it is missing; the file in it is
 * `sites.sqlite`. A damaged file is set aside under another name, which the fault tells; the next opening
 * begins a new one. Rejects only when the signal is aborted.
 */
export async function openStore(
  directory: string,
  source: StoreSource,
  signal: AbortSignal,
): Promise<StoreOpening> {
  const place = storePlace(directory);
  if ('fault' in place) return { kind: 'fault', ...place };
  const { DatabaseSync } = await import('node:sqlite');
  const inode = inodeOf(place.file) ?? 0;
  try {
    const opened = await whenFree(() => open(() => new DatabaseSync(place.file), directory), signal);
    if ('code' in opened) return { kind: 'fault', fault: opened };
    const store = new SiteStore(opened, place.file, source);
    return { kind: 'open', store, setAside: setAsideFiles(directory) };
  } catch (error) {
    signal.throwIfAborted();
    const sound = () => checked(new DatabaseSync(place.file));
    return { kind: 'fault', fault: openingFault(error, place.file, inode, source.now(), sound) };
  }
}

function open(connect: () => DatabaseSync, directory: string): DatabaseSync | StoreFault {
  const database = connect();
  try {
    const fault = prepare(database, directory);
    if (!fault) return database;
    database.close();
    return fault;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync, directory: string): StoreFault | undefined {
  database.exec('PRAGMA busy_timeout = 50; PRAGMA foreign_keys = ON');
  const version = versionOf(database);
  if (version > SCHEMA_VERSION) {
    const path = `${directory}/sites.sqlite`;
    return { code: 'newer', path, message: messageOf('newer', path, '') };
  }
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal') return unsuitable(directory, 'has no shared memory for several processes');
  // Each commit is on the disk before anything that relies on it is done.
  database.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 16777216');
  migrate(database);
  database.prepare(PROBE).get();
  return undefined;
}

function checked(database: DatabaseSync): boolean {
  try {
    return isSound(database);
  } finally {
    database.close();
  }
}

/** A missing table (SQLITE_ERROR) in a file that has our version is damage too. */
function openingFault(
  error: unknown,
  file: string,
  inode: number,
  now: number,
  sound: () => boolean,
): StoreFault {
  const { code, errcode, message = '' } = error as { code?: string; errcode?: number; message?: string };
  const fault = storeFault(error, file);
  const missing = code === 'ERR_SQLITE_ERROR' && ((errcode ?? 0) & 0xff) === 1;
  return missing || (fault.code === 'damaged' && !sound()) ? setAside(file, inode, now, message) : fault;
}
