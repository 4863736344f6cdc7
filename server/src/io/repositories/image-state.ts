import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isPublisher } from '../../core/ips/archive-names.ts';
import {
  type CatalogEntry,
  isPublishedVersion,
  isStem,
  publishersIn,
  readBase,
} from '../../core/ips/catalog.ts';
import type { InputFault } from '../../core/model.ts';
import type { Disk } from '../disk.ts';
import { firstBytes } from '../file-bytes.ts';
import { troubleOf } from '../index-database.ts';
import { isFault } from '../input-fault.ts';

/** The packages that are installed in an image, by publisher, and what was wrong with the lists of them. */
export interface ImageState {
  readonly installed: ReadonlyMap<string, readonly CatalogEntry[]>;
  readonly faults: readonly InputFault[];
}

/** Where an image of format 5 and one of format 3 or 4 say what is installed; relative to `var/pkg`. */
export const DATABASE = 'state/catalog.db';
export const INSTALLED_CATALOG = 'state/installed/catalog.base.C';

/** Most packages of an image; a whole distribution has some thousand. */
const MOST_PACKAGES = 500_000;
const REMEDY = 'run pkg fix or pkg rebuild-index in the image, or name another image';

/** What is installed in the image whose administrative directory (`var/pkg`) is `directory`. */
export async function readImageState(
  disk: Disk,
  directory: string,
  signal: AbortSignal,
): Promise<ImageState | InputFault> {
  const database = `${directory}/${DATABASE}`;
  const status = disk.status(database);
  if (isFault(status)) return { ...status, code: 'unreachable' };
  if (status) return fromDatabase(disk, database, signal);
  return fromCatalog(disk, `${directory}/${INSTALLED_CATALOG}`);
}

function fromCatalog(disk: Disk, path: string): ImageState | InputFault {
  const file = disk.text(path);
  if (!file || isFault(file)) {
    const message = file?.message ?? 'is missing, and so is state/catalog.db: what is installed is not known';
    return { code: 'unreachable', path, message: `${message}; ${REMEDY}` };
  }
  const faults: InputFault[] = [];
  const installed = new Map<string, readonly CatalogEntry[]>();
  for (const publisher of publishersIn(file.text).filter(isPublisher)) {
    const { value, faults: said } = readBase(file.text, publisher);
    installed.set(publisher, value);
    for (const message of said) faults.push({ code: 'malformed', path, message: `${message}; ${REMEDY}` });
  }
  if (installed.size === 0 && !file.text.trimStart().startsWith('{'))
    return { code: 'unreachable', path, message: `is no catalog; ${REMEDY}` };
  return { installed, faults };
}

/** Times that a database which somebody writes is tried, and milliseconds between. */
const TRIALS = 5;
const BETWEEN = 100;

async function fromDatabase(disk: Disk, path: string, signal: AbortSignal): Promise<ImageState | InputFault> {
  const { DatabaseSync } = await import('node:sqlite');
  for (let trial = 1; ; trial++) {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(addressOf(disk, path), { readOnly: true, timeout: 0 });
      return rowsOf(database, path);
    } catch (error) {
      const trouble = troubleOf(error);
      if (!trouble) throw error;
      if (trouble !== 'busy' || trial === TRIALS)
        return databaseFault(path, error as Error, trouble === 'busy');
    } finally {
      database?.close();
    }
    await pause(BETWEEN, undefined, { signal });
  }
}

function databaseFault(path: string, { message }: Error, busy: boolean): InputFault {
  const why = busy
    ? 'is being changed by another program; it is read when that has ended'
    : `cannot be read (${message}); ${REMEDY}`;
  return { code: 'unreachable', path, message: why };
}

/**
 * A database without a write-ahead log is opened as one that nobody changes when its header says that it may have
 * one: SQLite would make files beside it.
 */
function addressOf(disk: Disk, path: string): URL {
  const address = pathToFileURL(path);
  const log = disk.status(`${path}-wal`);
  const hasLog = log !== undefined && !isFault(log) && log.size > 0;
  const head = firstBytes(disk, path, 20);
  if (!hasLog && head && !isFault(head) && head.subarray(18).includes(WITH_LOG))
    address.search = '?immutable=1';
  return address;
}

/** The versions of reading and writing in the header, when a write-ahead log is used (SQLite file format, 1.3.3). */
const WITH_LOG = 2;

function rowsOf(database: DatabaseSync, path: string): ImageState | InputFault {
  database.exec('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON');
  if (!isPlainTable(database))
    return { code: 'unreachable', path, message: `has no table of packages; ${REMEDY}` };
  const rows = database
    .prepare(
      `SELECT pub, stem, version, base FROM packages WHERE installed = 1 AND typeof(pub) = 'text' AND length(pub) < 300
       AND typeof(stem) = 'text' AND length(stem) < 2000 AND typeof(version) = 'text' AND length(version) < 300
       AND length(base) < 100000 ORDER BY pub, stem, version LIMIT ${MOST_PACKAGES}`,
    )
    .iterate();
  return collected(rows, path);
}

function collected(rows: Iterable<Readonly<Record<string, unknown>>>, path: string): ImageState {
  const installed = new Map<string, CatalogEntry[]>();
  const odd: string[] = [];
  for (const { pub, stem, version: text, base } of rows) {
    const publisher = String(pub);
    const name = String(stem);
    const version = String(text);
    if (!isPublisher(publisher) || !isStem(name) || !isPublishedVersion(version)) {
      odd.push(name);
      continue;
    }
    const signature = SIGNATURE.exec(String(base))?.[1];
    const entries = installed.get(publisher) ?? [];
    entries.push({ name, version, ...(signature !== undefined && { signature }) });
    installed.set(publisher, entries);
  }
  return { installed, faults: oddRows(path, odd) };
}

const SIGNATURE = /"signature-sha-1"\s*:\s*"([0-9a-f]{40})"/;

/** A view or a computed column could make a question last for ever. */
function isPlainTable(database: DatabaseSync): boolean {
  const [table] = database.prepare("SELECT type, sql FROM sqlite_schema WHERE name = 'packages'").all();
  if (table?.type !== 'table' || !/^CREATE TABLE/i.test(String(table.sql))) return false;
  const columns = database.prepare("SELECT name, hidden FROM pragma_table_xinfo('packages')").all();
  const names = new Set(columns.map(column => column.name));
  return (
    ['pub', 'stem', 'version', 'base', 'installed'].every(name => names.has(name)) &&
    columns.every(column => column.hidden === 0)
  );
}

function oddRows(path: string, names: readonly string[]): readonly InputFault[] {
  const [first] = names;
  if (first === undefined) return [];
  const packages = names.length === 1 ? 'a package' : `${names.length} packages`;
  const message = `has ${packages} without a valid name, version or publisher (first: ${JSON.stringify(first.slice(0, 100))}), left out; ${REMEDY}`;
  return [{ code: 'malformed', path, message }];
}
