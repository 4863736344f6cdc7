import type { Pace } from './backoff.ts';
import { backOff } from './backoff.ts';
import type { DriverOptions } from './driver.ts';
import type { JobBook } from './driver-book.ts';
import type { Trust, Turns } from './driver-turns.ts';
import type { FaultPoint } from './fault-points.ts';
import type { Answer, Command, Placed, Site } from './model.ts';
import { changeJobs, type JobChange } from './store-changes.ts';
import { type SystemTrouble, setTrouble } from './store-driver.ts';
import type { Sender, StoredJob } from './store-jobs.ts';

/** What the steps of one time of being driver share. */
export interface Lead {
  readonly options: DriverOptions;
  readonly sender: Sender;
  /** Aborted when another driver took over, or nobody wants the work any more. */
  readonly signal: AbortSignal;
  readonly book: JobBook;
  /** Of single commands. */
  readonly turns: Turns;
  /** Of jobs from their preparation until they are sent. */
  readonly starts: Turns;
  /** Keys of batch systems, asked for with every look at every job. */
  readonly systems: WeakMap<Site, string>;
  /** By batch system. */
  readonly troubles: Map<string, SystemTrouble>;
  /** Batch systems that answered last time. */
  readonly answered: Set<string>;
  readonly paces: Map<string, Pace>;
  /** When a job was last asked to end. */
  readonly cancels: Map<string, number>;
  /** By batch system: jobs of which something may be left at their submit host. */
  readonly purges: Map<string, readonly StoredJob[]>;
}

/** Key of the batch system of a site, the same for all sites that one command polls. */
export function systemOf(lead: Lead, site: Site): string {
  const known = lead.systems.get(site);
  if (known !== undefined) return known;
  const backend = lead.options.backendOf(site);
  const system = `${backend.name} ${backend.systemOf(site)}`;
  lead.systems.set(site, system);
  return system;
}

/** Makes changes, together or not at all; what the store refuses is read again. */
export async function change(
  lead: Lead,
  changes: readonly JobChange[],
): Promise<readonly (StoredJob | undefined)[]> {
  if (changes.length === 0) return [];
  const { host, pid } = lead.sender.process;
  const jobs = await changeJobs(lead.options.store, changes, `${host} ${pid}`);
  lead.book.put(jobs);
  return jobs;
}

/** Carries out a command when it is its turn. */
export function send(lead: Lead, site: Site, command: (mark: string) => Command): Promise<Answer> {
  const { run, newMark } = lead.options;
  return lead.turns.take(site, trust(lead, site), async () => {
    if (lead.signal.aborted) return { kind: 'unreached', reason: 'Called off' };
    return run(command(newMark()), lead.signal);
  });
}

/** Tells, whenever it is asked, whether the host of a site can be expected to answer. */
export function trust(lead: Lead, site: Site): () => Trust {
  const system = systemOf(lead, site);
  return () => {
    if (lead.troubles.has(system)) return 'doubtful';
    return !site.host || lead.answered.has(system) ? 'answers' : 'unknown';
  };
}

/** Keeps that a batch system was not reached; the next try is later each time. */
export async function keepTrouble(lead: Lead, system: string, reason: string): Promise<SystemTrouble> {
  const { now, random, limits, store } = lead.options;
  const before = lead.troubles.get(system);
  const failures = (before?.failures ?? 0) + 1;
  const trouble = {
    system,
    failures,
    since: before?.since ?? now(),
    notBefore: now() + backOff(failures, limits.backOffMin, limits.backOffMax, random()),
    reason,
  };
  lead.troubles.set(system, trouble);
  lead.answered.delete(system);
  await setTrouble(store, system, trouble);
  return trouble;
}

/** Keeps that a batch system answered. */
export async function clearTrouble(lead: Lead, system: string): Promise<void> {
  lead.answered.add(system);
  if (lead.troubles.delete(system)) await setTrouble(lead.options.store, system, undefined);
}

/** How long a single job waits for its next try. */
export function retryAt(lead: Lead, failures: number): number {
  const { now, random, limits } = lead.options;
  return now() + backOff(failures, limits.backOffMin, limits.backOffMax, random());
}

/** Why a job is unreachable. */
export function unreachedReason(why: string): string {
  return `The site was not reached: ${why}`;
}

/** What a back end needs to ask after a job. */
export function placed(job: StoredJob): Placed {
  return { id: job.id, ...(job.ticket === undefined ? {} : { ticket: job.ticket }) };
}

/** Calls the hook of tests. */
export function at(lead: Lead, point: FaultPoint): void {
  lead.options.fault?.(point);
}
