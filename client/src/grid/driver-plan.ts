import { collect, purge } from './driver-collect.ts';
import { find, mayFind } from './driver-find.ts';
import { change, type Lead, systemOf } from './driver-lead.ts';
import { cancel, look } from './driver-look.ts';
import { start } from './driver-start.ts';
import { mayEnd } from './store-changes.ts';
import type { StoredJob } from './store-jobs.ts';

/** Something to do now. Only one step of a key goes on at a time. */
export interface Step {
  readonly key: string;
  readonly carryOut: () => Promise<void>;
}

/** What is to be done now, and when to look again; milliseconds since 1970. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly next: number;
}

/** A cancelled job is asked to end again after so many milliseconds. */
const CANCEL_AGAIN = 60_000;

/** A step and when it is due; milliseconds since 1970. */
interface TimedStep extends Step {
  readonly time: number;
}

/**
 * What all the jobs need. `busyUntil` tells of a key until when it must wait, because it goes on already or
 * failed lately.
 */
export function plan(lead: Lead, busyUntil: (key: string) => number): Plan {
  const steps: Step[] = [];
  const now = lead.options.now();
  let next = Number.POSITIVE_INFINITY;
  for (const step of [...jobSteps(lead), ...systemSteps(lead)]) {
    const from = Math.max(step.time, busyUntil(step.key));
    if (from <= now) steps.push(step);
    else next = Math.min(next, from);
  }
  return { steps, next };
}

function jobSteps(lead: Lead): readonly TimedStep[] {
  return inTurn(lead.book.open).flatMap(job => ownStep(lead, job) ?? []);
}

/** One poll for all jobs of a batch system. */
function systemSteps(lead: Lead): readonly TimedStep[] {
  const systems = new Map<string, StoredJob[]>();
  for (const job of lead.book.open.values())
    if (isPlaced(job)) together(systems, job.system ?? systemOf(lead, job.site), job);
  const rest = (system: string) => lead.troubles.get(system)?.notBefore ?? 0;
  const steps: TimedStep[] = [];
  for (const [system, jobs] of systems) {
    const time = Math.max(rest(system), lead.paces.get(system)?.next ?? 0);
    steps.push({ key: `look ${system}`, time, carryOut: () => look(lead, system, jobs) });
    for (const job of jobs.filter(each => each.cancelRequested))
      steps.push(cancelStep(lead, system, job, rest(system)));
  }
  for (const [system, jobs] of lead.purges) steps.push(purgeStep(lead, system, jobs, rest(system)));
  return steps;
}

/** Active jobs, and of each site that has none the one that waits longest; and those that are to end. */
function inTurn(open: ReadonlyMap<string, StoredJob>): readonly StoredJob[] {
  const taken = new Set<string>();
  for (const job of open.values()) if (!isQueued(job)) taken.add(siteKey(job));
  return [...open.values()].filter(job => {
    if (!isQueued(job) || (job.cancelRequested && mayEnd(job))) return true;
    const key = siteKey(job);
    return !taken.has(key) && taken.add(key);
  });
}

function ownStep(lead: Lead, job: StoredJob): TimedStep | undefined {
  const step = (time: number, carryOut: () => Promise<void>) => ({ key: job.id, time, carryOut });
  const system = job.system ?? systemOf(lead, job.site);
  const rest = lead.troubles.get(system)?.notBefore ?? 0;
  if (job.cancelRequested && mayEnd(job)) return step(0, () => end(lead, job));
  switch (job.state) {
    case 'queued':
    case 'maintenance':
      return step(job.notBefore, () => start(lead, job));
    case 'unreachable':
      return job.ticket === undefined ? step(job.notBefore, () => start(lead, job)) : undefined;
    case 'submitting':
      return step(mayFind(lead, job) ? Math.max(job.notBefore, rest) : job.doubtUntil, () => find(lead, job));
    case 'collecting':
      return step(Math.max(job.notBefore, rest), () => collect(lead, system, job));
    default:
      return undefined;
  }
}

async function end(lead: Lead, job: StoredJob): Promise<void> {
  const reason = 'Cancelled before it was sent';
  await change(lead, [{ id: job.id, from: job.state, event: 'cancel', reason }]);
}

function cancelStep(lead: Lead, system: string, job: StoredJob, rest: number): TimedStep {
  const last = lead.cancels.get(job.id);
  const time = Math.max(rest, last === undefined ? 0 : last + CANCEL_AGAIN);
  return { key: `cancel ${job.id}`, time, carryOut: () => cancel(lead, system, job) };
}

function purgeStep(lead: Lead, system: string, jobs: readonly StoredJob[], time: number): TimedStep {
  const carryOut = () => {
    lead.purges.delete(system);
    return purge(lead, jobs);
  };
  return { key: `purge ${system}`, time, carryOut };
}

/** Adds a value to those of a key. */
export function together<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}

function isQueued(job: StoredJob): boolean {
  return job.state === 'queued' || job.state === 'maintenance';
}

/** Its batch system can be asked after it. */
function isPlaced(job: StoredJob): boolean {
  const state = job.state;
  return state === 'waiting' || state === 'running' || (state === 'unreachable' && job.ticket !== undefined);
}

function siteKey(job: StoredJob): string {
  return `${job.site.vo} ${job.site.name}`;
}
