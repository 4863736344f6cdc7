import type { SnapshotEntry } from '../../grid/store.ts';
import { isBad, type SiteState } from '../../report/status-report.ts';

/** What the health of a service is judged by. Times are milliseconds since 1970. */
export interface HealthFacts {
  readonly now: number;
  readonly startedAt: number;
  /** The last time at which a run was due, when one was to be made then; absent: none was due yet. */
  readonly due?: number;
  readonly next: number;
  /** The newest run over all sites that was kept, whoever made it. */
  readonly newest?: SnapshotEntry;
  /** When a run failed last. */
  readonly failedAt?: number;
  /** Since when one goes on. */
  readonly runningSince?: number;
  readonly driver: { readonly host: string; readonly pid: number } | null;
  /** Why the last good sites file is used and not the one that is there. */
  readonly sitesFile?: string;
  /** A run may take so long until it is overdue, in milliseconds. */
  readonly allowance: number;
}

/** The answer of `/healthz`. Times are ISO 8601. */
export interface Health {
  readonly status: 'ok' | 'failing';
  /** `null`: nothing is wrong. */
  readonly reason: string | null;
  readonly lastRun: {
    readonly beganAt: string;
    readonly endedAt: string;
    readonly ageSeconds: number;
    readonly sites: number;
    readonly bad: number;
  } | null;
  readonly runningSince: string | null;
  readonly nextRun: string;
  readonly driver: HealthFacts['driver'];
  readonly sitesFile: string | null;
}

/** Judges whether the service does what it is there for. How the sites are is no matter of its health. */
export function healthOf(facts: HealthFacts): Health {
  const { newest, now } = facts;
  const reason = trouble(facts);
  return {
    status: reason === undefined ? 'ok' : 'failing',
    reason: reason ?? null,
    lastRun: newest
      ? {
          beganAt: iso(newest.beganAt),
          endedAt: iso(newest.at),
          ageSeconds: Math.max(0, Math.round((now - newest.at) / 1000)),
          sites: sum(newest.counts, () => true),
          bad: sum(newest.counts, isBad),
        }
      : null,
    runningSince: facts.runningSince === undefined ? null : iso(facts.runningSince),
    nextRun: iso(facts.next),
    driver: facts.driver,
    sitesFile: facts.sitesFile ?? null,
  };
}

function trouble({ now, startedAt, due, newest, failedAt, allowance }: HealthFacts): string | undefined {
  if (failedAt !== undefined && failedAt > (newest?.at ?? 0))
    return `The run of ${iso(failedAt)} failed: the log of the service tells why`;
  if (due === undefined || (newest?.beganAt ?? 0) >= due) return undefined;
  if (now - Math.max(due, startedAt) <= allowance) return undefined;
  return `The run that was due at ${iso(due)} is overdue`;
}

function sum(counts: SnapshotEntry['counts'], of: (state: SiteState) => boolean): number {
  const numbers = Object.entries(counts).filter(([state]) => of(state as SiteState));
  return numbers.reduce((all, [, number]) => all + number, 0);
}

function iso(time: number): string {
  return new Date(Math.min(time, LAST)).toISOString();
}

/** The last time that can be written. */
const LAST = 8.64e15;
