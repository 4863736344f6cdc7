import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { SiteStore } from './store-database.ts';

/** A run over all sites of a VO, as lists of runs show it. */
export interface SnapshotEntry {
  /** When it ended, milliseconds since 1970: the snapshot's name among those of its VO. */
  readonly at: number;
  readonly beganAt: number;
  /** Word for a state of sites -> how many there were. The store does not judge the words. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The report at the end of a run, and what its page needs beside it: texts, as they were given. */
export interface Snapshot extends SnapshotEntry {
  readonly report: string;
  readonly beside: string;
}

/** All snapshots of a VO together take no more on the disk, in bytes; the newest one always stays. */
const MOST_KEPT = 536_870_912;

/** No text that we kept is longer; a longer one is damage. */
const MOST_BYTES = 536_870_912;

/** Keeps how everything stood at the end of a run, now; tells the snapshot's `at`. */
export async function keepSnapshot(
  store: SiteStore,
  vo: string,
  snapshot: Omit<Snapshot, 'at'>,
): Promise<number> {
  const body = await packed(JSON.stringify([snapshot.report, snapshot.beside]));
  const at = await store.write(sql => {
    const now = store.source.now();
    sql(
      'INSERT OR REPLACE INTO snapshot (vo, at, began_at, counts, size, body) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(vo, now, snapshot.beganAt, JSON.stringify(snapshot.counts), body.length, body);
    sql(PRUNE).run({ vo, most: MOST_KEPT });
    return now;
  });
  store.stir();
  return at;
}

/** The snapshots of a VO without their reports, newest first. */
export function snapshots(store: SiteStore, vo: string, limit: number): Promise<readonly SnapshotEntry[]> {
  const text = 'SELECT at, began_at, counts FROM snapshot WHERE vo = ? ORDER BY at DESC LIMIT ?';
  return store.read(sql => sql(text).all(vo, limit).map(entryFrom));
}

/** One snapshot, by the end of its run; `undefined`: there is none, or no more. */
export async function snapshot(store: SiteStore, vo: string, at: number): Promise<Snapshot | undefined> {
  const row = await store.read(sql => sql('SELECT * FROM snapshot WHERE vo = ? AND at = ?').get(vo, at));
  if (!row) return undefined;
  const [report = '', beside = ''] = JSON.parse(await unpacked(row.body as Uint8Array)) as readonly string[];
  return { ...entryFrom(row), report, beside };
}

const PRUNE = `
DELETE FROM snapshot WHERE vo = :vo AND at IN (
  SELECT at FROM (
    SELECT at, sum(size) OVER (ORDER BY at DESC) AS together, row_number() OVER (ORDER BY at DESC) AS place
    FROM snapshot WHERE vo = :vo)
  WHERE place > 1 AND together > :most)`;

function entryFrom(row: Record<string, unknown>): SnapshotEntry {
  return { at: Number(row.at), beganAt: Number(row.began_at), counts: JSON.parse(String(row.counts)) };
}

/** Elsewhere than on this thread: the report of many sites takes a while. */
function packed(text: string): Promise<Uint8Array> {
  return promisify(zstdCompress)(Buffer.from(text));
}

async function unpacked(bytes: Uint8Array): Promise<string> {
  return (await promisify(zstdDecompress)(bytes, { maxOutputLength: MOST_BYTES })).toString('utf8');
}
