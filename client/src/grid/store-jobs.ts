import type { JobEnd, JobRecord, JobState } from './model.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { SiteStore, Sql } from './store-database.ts';

/** A job with what only drivers need. */
export interface StoredJob extends JobRecord {
  /** What its batch system calls all jobs of the site; known once it was to be sent. */
  readonly name?: string;
  /** Key of its batch system; known once it was to be sent. */
  readonly system?: string;
  /** The driver that is sending it, or did so last. */
  readonly sender?: Sender;
  /**
   * Until then an attempt to send it may still arrive at the site, and later it has to be looked for once
   * more; 0: certainly none did or will.
   */
  readonly doubtUntil: number;
  /** First of the polls in a row in which the batch system did not know it. */
  readonly missingSince?: number;
  /** How it ended, as far as the batch system said. */
  readonly end?: JobEnd;
  /** It certainly does not run any more: a lock of its own at the site is stale. */
  readonly ended: boolean;
}

/** One time of being driver. */
export interface Sender {
  readonly token: string;
  readonly process: ProcessIdentity;
}

/** Which jobs; what is absent does not matter. */
export interface JobFilter {
  readonly vo?: string;
  readonly sites?: readonly string[];
  readonly states?: readonly JobState[];
  readonly ids?: readonly string[];
  /** Only those to which something may still happen. */
  readonly open?: boolean;
  /** The newest so many. */
  readonly limit?: number;
}

/** Jobs in the order in which they were asked for. */
export function jobs(store: SiteStore, filter: JobFilter): Promise<readonly StoredJob[]> {
  return store.read(sql => jobsIn(sql, filter));
}

/** One job; an id may be cut to its first digits (at least 6) as long as it means one job only. */
export function job(store: SiteStore, id: string): Promise<StoredJob | undefined> {
  return store.read(sql => {
    const exact = jobIn(sql, id);
    if (exact || !/^[0-9a-f]{6,31}$/.test(id)) return exact;
    const rows = sql(`SELECT * FROM job WHERE id >= ? AND id < ? LIMIT 2`).all(id, `${id}g`);
    return rows.length === 1 ? jobOf(rows[0]!) : undefined;
  });
}

/** The newest job of each site of a VO. */
export function lastJobs(store: SiteStore, vo: string): Promise<ReadonlyMap<string, StoredJob>> {
  return store.read(sql => {
    const text = 'SELECT * FROM job WHERE seq IN (SELECT max(seq) FROM job WHERE vo = ? GROUP BY site)';
    return new Map(
      sql(text)
        .all(vo)
        .map(row => [String(row.site), jobOf(row)]),
    );
  });
}

/** Jobs of a site that certainly ended, newest first: locks of theirs are stale. */
export function endedJobs(store: SiteStore, vo: string, site: string): Promise<readonly string[]> {
  const text = 'SELECT id FROM job WHERE vo = ? AND site = ? AND ended = 1 ORDER BY seq DESC LIMIT 100';
  return store.read(sql =>
    sql(text)
      .all(vo, site)
      .map(row => String(row.id)),
  );
}

/** Jobs that ended before a time and may still have something at their submit host. */
export function purgeableJobs(
  store: SiteStore,
  before: number,
  limit: number,
): Promise<readonly StoredJob[]> {
  const text = 'SELECT * FROM job WHERE purged = 0 AND ticket IS NOT NULL AND ended_at < ? LIMIT ?';
  return store.read(sql => sql(text).all(before, limit).map(jobOf));
}

/** As `jobs`, within a transaction. */
export function jobsIn(sql: Sql, filter: JobFilter): readonly StoredJob[] {
  const all = sql(`SELECT * FROM job WHERE (:vo IS NULL OR vo = :vo)
    AND (:sites IS NULL OR site IN (SELECT value FROM json_each(:sites)))
    AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
    ${filter.ids ? 'AND id IN (SELECT value FROM json_each(:ids))' : 'AND :ids IS NULL'}
    ${filter.open ? 'AND ended_at IS NULL' : ''} ORDER BY seq DESC LIMIT :limit`);
  const list = (values?: readonly string[]) => (values ? JSON.stringify(values) : null);
  const rows = all.all({
    vo: filter.vo ?? null,
    sites: list(filter.sites),
    states: list(filter.states),
    ids: list(filter.ids),
    limit: filter.limit ?? -1,
  });
  return rows.map(jobOf).reverse();
}

/** As `job` with a whole id, within a transaction. */
export function jobIn(sql: Sql, id: string): StoredJob | undefined {
  const row = sql('SELECT * FROM job WHERE id = ?').get(id);
  return row && jobOf(row);
}

type Row = Record<string, unknown>;

/** What a row of the table says. */
export function jobOf(row: Row): StoredJob {
  const sender = optional<Sender>(row.sender, text => JSON.parse(text));
  return {
    id: String(row.id),
    site: JSON.parse(String(row.site_data)),
    request: JSON.parse(String(row.request)),
    state: row.state as JobState,
    reason: String(row.reason),
    nonce: String(row.nonce),
    queuedAt: Number(row.queued_at),
    since: Number(row.since),
    notBefore: Number(row.not_before),
    cancelRequested: row.cancel_requested === 1,
    failures: Number(row.failures),
    doubtUntil: Number(row.doubt_until),
    ended: row.ended === 1,
    ...present('ticket', optional(row.ticket, String)),
    ...present('submittedAt', optional(row.submitted_at, Number)),
    ...present('endedAt', optional(row.ended_at, Number)),
    ...present('name', optional(row.name, String)),
    ...present('system', optional(row.system, String)),
    ...present('missingSince', optional(row.missing_since, Number)),
    ...present(
      'end',
      optional<JobEnd>(row.end, text => JSON.parse(text)),
    ),
    ...present('sender', sender),
    ...present('owner', sender && `${sender.process.host} ${sender.process.pid}`),
  };
}

function optional<T>(value: unknown, read: (text: string) => T): T | undefined {
  return value === null || value === undefined ? undefined : read(String(value));
}

function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}
