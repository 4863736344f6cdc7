import type { JobEnd, JobState } from './model.ts';
import { plainText } from './plain-text.ts';
import { isFinal, type JobEvent, transition } from './status.ts';
import type { SiteStore, Sql } from './store-database.ts';
import { jobIn, type Sender, type StoredJob } from './store-jobs.ts';
import { keepReport, type NewReport } from './store-reports.ts';

/** What happened to one job. Absent fields stay as they are. Times are milliseconds since 1970. */
export interface JobChange {
  readonly id: string;
  /** The change is made only when the job is still in this state. */
  readonly from: JobState;
  /** ... and still has this token as its sender, when it is given. */
  readonly heldBy?: string;
  /** Absent: the state stays. */
  readonly event?: JobEvent;
  /** One plain sentence; absent: none when the state changes. */
  readonly reason?: string;
  readonly ticket?: string;
  readonly notBefore?: number;
  readonly failures?: number;
  readonly doubtUntil?: number;
  /** `null`: the batch system knows it. */
  readonly missingSince?: number | null;
  readonly end?: JobEnd;
  readonly ended?: boolean;
  readonly sender?: Sender;
  readonly name?: string;
  readonly system?: string;
  /** Kept together with the change. */
  readonly report?: NewReport;
}

/**
 * Makes changes, together or not at all, and tells the jobs after them, in the same order; `undefined` for
 * a job that was meanwhile changed otherwise (nothing is done to it then), or when its site has another
 * active job. Every transition is recorded, and every new reason. `who` is the program that knows.
 */
export function changeJobs(
  store: SiteStore,
  changes: readonly JobChange[],
  who: string,
): Promise<readonly (StoredJob | undefined)[]> {
  return store.write(sql => changes.map(change => changed(sql, change, who, store.source.now())));
}

/**
 * Makes jobs a driver's own before they are sent (event `submit`), as long as that driver still leads.
 * The answer is as that of `changeJobs`.
 */
export function claimJob(
  store: SiteStore,
  change: JobChange,
  sender: Sender,
): Promise<StoredJob | undefined> {
  return store.write(sql => {
    const now = store.source.now();
    const leads = sql('SELECT 1 FROM driver WHERE token = ? AND lease_until > ?').get(sender.token, now);
    if (!leads) return undefined;
    return changed(sql, { ...change, sender }, sender.process.host, now);
  });
}

/**
 * Cancels a job that was not sent, or asks its driver to cancel it; the job after that, or `undefined` when
 * there is none of this id. A job that ended already stays as it is. `who` is the account that asks.
 */
export async function requestCancel(
  store: SiteStore,
  id: string,
  who: string,
): Promise<StoredJob | undefined> {
  const asked = await store.write(sql => {
    const job = jobIn(sql, id);
    if (!job || isFinal(job.state)) return job;
    const now = store.source.now();
    sql('UPDATE job SET cancel_requested = 1, not_before = min(not_before, ?) WHERE id = ?').run(now, id);
    if (mayEnd(job)) {
      const reason = `Cancelled by ${who} before it was sent`;
      return changed(sql, { id, from: job.state, event: 'cancel', reason }, who, now);
    }
    record(sql, job, job.state, `${who} asked to cancel it`, who, now);
    return jobIn(sql, id);
  });
  store.stir();
  return asked;
}

/** Keeps that nothing of these jobs is at their submit host any more. */
export function markPurged(store: SiteStore, jobs: readonly StoredJob[]): Promise<void> {
  return store.write(sql => {
    for (const job of jobs) sql('UPDATE job SET purged = 1 WHERE id = ?').run(job.id);
  });
}

/** Whether a job certainly is not at its site, nor on its way there: it may end by `cancel`. */
export function mayEnd(job: StoredJob): boolean {
  const idle = job.state === 'queued' || job.state === 'maintenance' || job.state === 'unreachable';
  return idle && job.ticket === undefined && job.doubtUntil === 0;
}

function changed(sql: Sql, change: JobChange, who: string, now: number): StoredJob | undefined {
  const job = jobIn(sql, change.id);
  if (!job || job.state !== change.from) return undefined;
  if (change.heldBy !== undefined && job.sender?.token !== change.heldBy) return undefined;
  const to = change.event ? transition(job.state, change.event) : job.state;
  if (!to || (to === 'submitting' && siteIsTaken(sql, job))) return undefined;
  const reason = plainText(change.reason ?? (to === job.state ? job.reason : ''), LONGEST_REASON);
  sql(UPDATE).run(columns(job, change, to, reason, now));
  if (to !== job.state || reason !== job.reason) record(sql, job, to, reason, who, now);
  if (change.report) keepReport(sql, job, change.report, now);
  return jobIn(sql, job.id);
}

/** The unique index says no as well; asking first keeps the other changes of the transaction. */
function siteIsTaken(sql: Sql, job: StoredJob): boolean {
  const text = `SELECT 1 FROM job WHERE vo = ? AND site = ? AND id <> ?
    AND state IN ('submitting', 'waiting', 'running', 'collecting', 'unreachable')`;
  return sql(text).get(job.site.vo, job.site.name, job.id) !== undefined;
}

/** Characters; a reason may quote a site. */
const LONGEST_REASON = 500;

const UPDATE = `UPDATE job SET state = :state, reason = :reason, ticket = :ticket, submitted_at = :submitted,
  ended_at = :endedAt, since = :since, not_before = :notBefore, failures = :failures, name = :name,
  system = :system, sender = :sender, doubt_until = :doubt, missing_since = :missing, end = :end,
  ended = :ended WHERE id = :id`;

function columns(job: StoredJob, change: JobChange, to: JobState, reason: string, now: number) {
  return {
    id: job.id,
    state: to,
    reason,
    ticket: change.ticket ?? job.ticket ?? null,
    submitted: change.event === 'accepted' ? now : (job.submittedAt ?? null),
    endedAt: isFinal(to) ? now : null,
    since: to === job.state ? job.since : now,
    notBefore: change.notBefore ?? job.notBefore,
    failures: change.failures ?? job.failures,
    name: change.name ?? job.name ?? null,
    system: change.system ?? job.system ?? null,
    ...json({ sender: change.sender ?? job.sender, end: change.end ?? job.end }),
    doubt: change.doubtUntil ?? job.doubtUntil,
    missing: missingSince(job, change),
    ended: (change.ended ?? job.ended) ? 1 : 0,
  };
}

function missingSince(job: StoredJob, change: JobChange): number | null {
  return change.missingSince === undefined ? (job.missingSince ?? null) : change.missingSince;
}

function json<K extends string>(values: Readonly<Record<K, unknown>>): Record<K, string | null> {
  const texts = Object.entries(values).map(([key, value]) => [key, value ? JSON.stringify(value) : null]);
  return Object.fromEntries(texts);
}

function record(sql: Sql, job: StoredJob, to: JobState, reason: string, who: string, now: number): void {
  const text = 'INSERT INTO event (job, at, from_state, to_state, reason, who) VALUES (?, ?, ?, ?, ?, ?)';
  sql(text).run(job.id, now, job.state, to, reason, who);
}
