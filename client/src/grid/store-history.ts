import type { JobState } from './model.ts';
import type { SiteStore } from './store-database.ts';
import { jobsIn, type StoredJob } from './store-jobs.ts';
import { reportIn, type StoredReport } from './store-reports.ts';

/** One transition of a job, or a new reason for the same state. */
export interface JobEventRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Absent: the job was asked for. */
  readonly from?: JobState;
  readonly to: JobState;
  readonly reason: string;
  /** Account or process that made it. */
  readonly who: string;
}

/** Everything that is known of a job. */
export interface HistoryEntry {
  readonly job: StoredJob;
  readonly events: readonly JobEventRecord[];
  readonly report?: StoredReport;
}

/** How much is kept; the newest job and the newest complete report of a site always are. */
export interface Retention {
  readonly days: number;
  readonly jobsPerSite: number;
}

/** What became of a job, oldest first. */
export function eventsOf(store: SiteStore, job: string): Promise<readonly JobEventRecord[]> {
  return store.read(sql => sql('SELECT * FROM event WHERE job = ? ORDER BY seq').all(job).map(eventFrom));
}

/** Everything that is known of the jobs of a VO, oldest first; one job at a time is in memory. */
export async function* history(store: SiteStore, vo: string): AsyncGenerator<HistoryEntry> {
  const ids = await store.read(sql => sql('SELECT id FROM job WHERE vo = ? ORDER BY seq').all(vo));
  for (const { id } of ids) {
    const entry = await store.read((sql): HistoryEntry | undefined => {
      const [job] = jobsIn(sql, { ids: [String(id)] });
      if (!job) return undefined;
      const events = sql('SELECT * FROM event WHERE job = ? ORDER BY seq').all(job.id).map(eventFrom);
      const report = reportIn(sql, job.id);
      return { job, events, ...(report ? { report } : {}) };
    });
    if (entry) yield entry;
  }
}

/** The same as one JSON array, in pieces that are to be written one after the other. */
export async function* historyJson(store: SiteStore, vo: string): AsyncGenerator<string> {
  let before = '[\n';
  for await (const entry of history(store, vo)) {
    // The nonce would let who reads an export forge the report of a job that still runs.
    const { nonce: _, ...job } = entry.job;
    yield `${before}${JSON.stringify({ ...entry, job })}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

/**
 * Forgets ended jobs that are older than so many days, or beyond so many of their site, with their events,
 * reports and outputs; tells how many.
 */
export function prune(store: SiteStore, retention: Retention): Promise<number> {
  return store.write(sql => {
    const cutoff = store.source.now() - retention.days * DAY;
    sql('DELETE FROM standing WHERE at < ?').run(cutoff);
    sql(PRUNE_SNAPSHOTS).run({ cutoff, most: retention.jobsPerSite });
    return Number(sql(PRUNE).run({ cutoff, most: retention.jobsPerSite }).changes);
  });
}

const DAY = 86_400_000;

/** Of a VO the newest always stays, and never are there more than a site has jobs. */
const PRUNE_SNAPSHOTS = `
DELETE FROM snapshot WHERE (vo, at) IN (
  SELECT vo, at FROM (
    SELECT vo, at, row_number() OVER (PARTITION BY vo ORDER BY at DESC) AS place FROM snapshot)
  WHERE place > 1 AND (at < :cutoff OR place > :most))`;

const PRUNE = `
DELETE FROM job WHERE ended_at IS NOT NULL AND id IN (
  SELECT id FROM (
    SELECT id, ended_at, row_number() OVER (PARTITION BY vo, site ORDER BY seq DESC) AS place FROM job)
  WHERE place > 1 AND (ended_at < :cutoff OR place > :most))
AND id NOT IN (
  SELECT job FROM (
    SELECT job, row_number() OVER (PARTITION BY vo, site ORDER BY at DESC, rowid DESC) AS place
    FROM report WHERE complete = 1)
  WHERE place = 1)`;

function eventFrom(row: Record<string, unknown>): JobEventRecord {
  const from = row.from_state === null ? {} : { from: row.from_state as JobState };
  return {
    at: Number(row.at),
    ...from,
    to: row.to_state as JobState,
    reason: String(row.reason),
    who: String(row.who),
  };
}
