import { JobBook } from './driver-book.ts';
import { leadUntil } from './driver-loop.ts';
import type { FaultHook } from './fault-points.ts';
import type { Maintenance } from './maintenance.ts';
import type { Job, JobBackend, JobMaterial, JobOutput, Prepared, Run, Site, SiteReport } from './model.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { SiteStore } from './store-database.ts';
import { elect, resign } from './store-driver.ts';
import type { StoredJob } from './store-jobs.ts';

/** What came of trying a site's credentials. A refusal names the command that mends it. */
export type CredentialState =
  | { readonly kind: 'good' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Bounds of what a driver does. Times are milliseconds. */
export interface DriverLimits {
  /** Commands at a time, to all sites together. */
  readonly commands: number;
  /** Commands at a time to one ssh host. */
  readonly perHost: number;
  /** Between two polls of a batch system: from `pollMin`, growing, to `pollMax`. */
  readonly pollMin: number;
  readonly pollMax: number;
  /** After the first failure to reach a batch system, doubled with each further one up to `backOffMax`. */
  readonly backOffMin: number;
  readonly backOffMax: number;
  /** A driver that was silent for so long may be replaced. */
  readonly lease: number;
  /** Longer than any single command may take. */
  readonly command: number;
  /** Finding out the material of one job is given up after. */
  readonly prepare: number;
  /** A job counts as gone when the batch system did not know it twice, so far apart. */
  readonly gone: number;
  /** Times that a site that answers may fail to give the output of an ended job. */
  readonly collects: number;
  /** Outputs stay at the submit host for so long after a job's end. */
  readonly keep: number;
}

/** Everything that the driver needs from outside. */
export interface DriverOptions {
  readonly store: SiteStore;
  readonly backendOf: (site: Site) => JobBackend;
  readonly run: Run;
  readonly prepare: (job: StoredJob, endedJobs: readonly string[], signal: AbortSignal) => Promise<Prepared>;
  /** Why it cannot be sent, or what is. */
  readonly compose: (job: StoredJob, material: JobMaterial) => Job | { readonly reason: string };
  /** Asked before each submission: it remembers for itself what it need not try again. */
  readonly checkCredentials: (site: Site, signal: AbortSignal) => Promise<CredentialState>;
  readonly read: (output: JobOutput, job: StoredJob) => SiteReport;
  readonly maintenanceAt: (site: Site, time: number) => Maintenance | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** 32 random hexadecimal digits: marks of commands, the token of this driver. */
  readonly newMark: () => string;
  /** Resolves after so many milliseconds, or at once when the signal is aborted; never rejects. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly me: ProcessIdentity;
  /** True only when certain. */
  readonly isDead: (other: ProcessIdentity) => boolean;
  readonly limits: DriverLimits;
  readonly fault?: FaultHook;
}

/** Bounds that suit sites at the other end of a network. */
export const DRIVER_LIMITS: DriverLimits = {
  commands: 16,
  perHost: 4,
  pollMin: 2_000,
  pollMax: 300_000,
  backOffMin: 10_000,
  backOffMax: 3_600_000,
  lease: 60_000,
  command: 120_000,
  prepare: 300_000,
  gone: 15_000,
  collects: 5,
  keep: 86_400_000,
};

/** Asked with the jobs that have not ended, by id, in the order in which they were asked for. */
export type Done = (open: ReadonlyMap<string, StoredJob>) => boolean | Promise<boolean>;

/**
 * Moves jobs on until `done` says so or the signal is aborted.
 *
 * One process at a time does the work; the others watch the store and take over when it dies. `done` is
 * asked whenever something changed, and at least every few seconds. Rejects with a `StoreError` when the
 * store fails: nothing is lost then, and a later driver goes on from what is kept.
 */
export async function drive(options: DriverOptions, done: Done, signal: AbortSignal): Promise<void> {
  const { store, limits, now } = options;
  const book = new JobBook(store);
  for (let nap = SHORTEST_NAP; !signal.aborted; nap = Math.min(nap * 1.5, LONGEST_NAP)) {
    await book.refresh(now());
    if (await done(book.open)) return;
    const sender = { token: options.newMark(), process: options.me };
    const driver = await elect(store, sender, limits.lease, options.isDead);
    if (driver.token !== sender.token) {
      await options.pause(nap, signal);
      continue;
    }
    const finished = await leadUntil(options, sender, book, done, signal).finally(() =>
      // Who cannot say so leaves its lease to run out.
      resign(store, sender.token).catch(() => undefined),
    );
    options.fault?.('driver:resigned');
    if (finished) return;
    nap = SHORTEST_NAP;
  }
}

/** Milliseconds between two looks at the store while nothing happens. */
const SHORTEST_NAP = 100;
const LONGEST_NAP = 1_000;
