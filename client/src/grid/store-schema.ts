import type { DatabaseSync } from 'node:sqlite';
import { ACTIVE_STATES } from './status.ts';

/** Grows by one with each entry of `MIGRATIONS`. */
export const SCHEMA_VERSION = 3;

/** Brings the tables of an older version up to date; each version in a transaction of its own. */
export function migrate(database: DatabaseSync): void {
  for (let version = versionOf(database); version < SCHEMA_VERSION; version = versionOf(database)) {
    database.exec('BEGIN IMMEDIATE');
    try {
      const now = versionOf(database);
      if (now === version) {
        database.exec(MIGRATIONS[version]!);
        database.exec(`PRAGMA user_version = ${version + 1}`);
      }
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** Version of the tables in a file; 0: there are none. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

/** Reads a little of each table: fails where one is missing or cut off. */
export const PROBE = `SELECT (SELECT max(seq) FROM job), (SELECT count(*) FROM job WHERE ended_at IS NULL),
  (SELECT max(seq) FROM event), (SELECT max(at) FROM report), (SELECT max(job) FROM output),
  (SELECT max(token) FROM driver), (SELECT max(id) FROM run), (SELECT max(system) FROM trouble),
  (SELECT count(*) FROM standing WHERE at < 0), (SELECT max(size) FROM snapshot WHERE at < 0)`;

const active = ACTIVE_STATES.map(state => `'${state}'`).join(', ');

/** Times are milliseconds since 1970. Columns named after fields of `StoredJob` mean the same. */
const FIRST = `
CREATE TABLE job (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  vo TEXT NOT NULL,
  site TEXT NOT NULL,
  site_data TEXT NOT NULL,
  request TEXT NOT NULL,
  writes INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  nonce TEXT NOT NULL,
  ticket TEXT,
  queued_at INTEGER NOT NULL,
  submitted_at INTEGER,
  ended_at INTEGER,
  since INTEGER NOT NULL,
  not_before INTEGER NOT NULL DEFAULT 0,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  name TEXT,
  system TEXT,
  sender TEXT,
  doubt_until INTEGER NOT NULL DEFAULT 0,
  missing_since INTEGER,
  end TEXT,
  ended INTEGER NOT NULL DEFAULT 0,
  purged INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX one_active_job ON job (vo, site) WHERE state IN (${active});
CREATE INDEX job_open ON job (seq) WHERE ended_at IS NULL;
CREATE INDEX job_of_site ON job (vo, site, seq);
CREATE INDEX job_to_purge ON job (ended_at) WHERE purged = 0 AND ticket IS NOT NULL;
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  reason TEXT NOT NULL,
  who TEXT NOT NULL
) STRICT;
CREATE INDEX event_of_job ON event (job);
CREATE TABLE report (
  job TEXT PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
  vo TEXT NOT NULL,
  site TEXT NOT NULL,
  at INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX report_of_site ON report (vo, site, at);
CREATE TABLE output (
  job TEXT PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
  stdout BLOB NOT NULL,
  stderr BLOB NOT NULL,
  truncated INTEGER NOT NULL
) STRICT;
CREATE TABLE driver (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  token TEXT NOT NULL,
  process TEXT NOT NULL,
  since INTEGER NOT NULL,
  lease_until INTEGER NOT NULL
) STRICT;
CREATE TABLE trouble (
  system TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  since INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  process TEXT NOT NULL,
  began_at INTEGER NOT NULL
) STRICT`;

/** How sites stood at the end of each run. */
const STANDINGS = `
CREATE TABLE standing (
  vo TEXT NOT NULL, site TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (vo, site, at)) STRICT, WITHOUT ROWID`;

/** The report at the end of each run over all sites. `size` is that of the body, in bytes. */
const SNAPSHOTS = `
CREATE TABLE snapshot (
  vo TEXT NOT NULL,
  at INTEGER NOT NULL,
  began_at INTEGER NOT NULL,
  counts TEXT NOT NULL,
  size INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (vo, at)) STRICT`;

const MIGRATIONS: readonly string[] = [FIRST, STANDINGS, SNAPSHOTS];
