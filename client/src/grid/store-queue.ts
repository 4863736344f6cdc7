import type { Request, Site } from './model.ts';
import { ACTIVE_STATES } from './status.ts';
import type { SiteStore, Sql } from './store-database.ts';
import { jobIn, jobOf, type StoredJob } from './store-jobs.ts';

/** A request to a site. */
export interface NewJob {
  readonly site: Site;
  readonly request: Request;
}

/** The job that will see to a request. */
export interface Enqueued {
  readonly job: StoredJob;
  /** An equal request waited already, and this one is the same job. */
  readonly joined: boolean;
}

/**
 * Puts requests at the end of their sites' queues, all or none, and tells their jobs in the same order.
 *
 * A request joins an equal one that was not sent yet, or, for `probe`, one that is under way; but never one
 * that a later request to change the site stands behind, for the answer would be that of before the change.
 * `who` is the account or program that asks.
 */
export async function enqueue(
  store: SiteStore,
  requests: readonly NewJob[],
  who: string,
): Promise<readonly Enqueued[]> {
  const placed = await store.write(sql => requests.map(request => place(store, sql, request, who)));
  store.stir();
  return placed;
}

/** The same text for equal requests. */
export function canonicalRequest(request: Request): string {
  const { verb, packages, dryRun, lockOwner } = request;
  return JSON.stringify({ verb, packages: [...packages].sort(), dryRun, lockOwner });
}

function place(store: SiteStore, sql: Sql, wanted: NewJob, who: string): Enqueued {
  const request = canonicalRequest(wanted.request);
  refresh(sql, wanted.site);
  const equal = equalJob(sql, wanted, request);
  if (equal) return { job: equal, joined: true };
  const id = store.source.random();
  const now = store.source.now();
  sql(`INSERT INTO job (id, vo, site, site_data, request, writes, state, reason, nonce, queued_at, since)
    VALUES (:id, :vo, :site, :data, :request, :writes, 'queued', '', :nonce, :now, :now)`).run({
    id,
    vo: wanted.site.vo,
    site: wanted.site.name,
    data: JSON.stringify(wanted.site),
    request,
    writes: changesSite(wanted.request) ? 1 : 0,
    nonce: store.source.random(),
    now,
  });
  sql(
    `INSERT INTO event (job, at, from_state, to_state, reason, who) VALUES (?, ?, NULL, 'queued', '', ?)`,
  ).run(id, now, who);
  return { job: jobIn(sql, id)!, joined: false };
}

/** The newest job that this request may join. */
function equalJob(sql: Sql, wanted: NewJob, request: string): StoredJob | undefined {
  const rows = sql(`SELECT * FROM job AS mine WHERE vo = :vo AND site = :site AND ended_at IS NULL
    AND request = :request AND cancel_requested = 0
    AND NOT EXISTS (SELECT 1 FROM job AS later WHERE later.vo = :vo AND later.site = :site
      AND later.seq > mine.seq AND later.writes = 1 AND later.ended_at IS NULL)
    ORDER BY seq DESC`).all({ vo: wanted.site.vo, site: wanted.site.name, request });
  return rows.map(jobOf).find(job => isUnsent(job) || wanted.request.verb === 'probe');
}

function isUnsent(job: StoredJob): boolean {
  if (job.state === 'unreachable') return job.ticket === undefined;
  return !ACTIVE_STATES.some(state => state === job.state);
}

/** The newest description of a site counts for whatever was not sent there. */
function refresh(sql: Sql, site: Site): void {
  sql(`UPDATE job SET site_data = :data WHERE vo = :vo AND site = :site AND ended_at IS NULL AND name IS NULL
    AND state IN ('queued', 'maintenance', 'unreachable')`).run({
    data: JSON.stringify(site),
    vo: site.vo,
    site: site.name,
  });
}

function changesSite(request: Request): boolean {
  return !request.dryRun && request.verb !== 'probe' && request.verb !== 'audit';
}
