import { setTimeout as pause } from 'node:timers/promises';
import { type Done, DRIVER_LIMITS, type DriverOptions, drive } from '../grid/driver.ts';
import type { JobRecord } from '../grid/model.ts';
import { hasten, type StoredJob } from '../grid/store.ts';
import { gridTools, systemOf } from './grid-tools.ts';
import type { SitesPlace } from './sites-place.ts';
import type { OpenState } from './state.ts';
import type { Surroundings } from './surroundings.ts';

/** What is waited for. */
export interface Awaited {
  readonly ids: readonly string[];
  /** Whether a job need not be waited for any more. `others` are all open jobs of its site. */
  readonly settled: (job: StoredJob, others: readonly StoredJob[]) => boolean;
  /** Milliseconds; may be infinite. */
  readonly wait: number;
}

/**
 * Moves jobs on, or watches the process that does, until those that are awaited are settled or the time is over.
 * Answers whether they are.
 */
export async function driveJobs(
  place: SitesPlace,
  state: OpenState,
  awaited: Awaited,
  around: Surroundings,
): Promise<boolean> {
  const deadline = Date.now() + awaited.wait;
  await hasten(state.store, awaited.ids, systemOf);
  let settled = false;
  const done = (open: ReadonlyMap<string, StoredJob>) => {
    const mine = awaited.ids.flatMap(id => open.get(id) ?? []);
    around.progress?.(mine);
    const bySite = Map.groupBy(open.values(), job => siteKey(job));
    settled = mine.every(job => awaited.settled(job, bySite.get(siteKey(job)) ?? []));
    return settled || Date.now() >= deadline;
  };
  await driveUntil(place, state, done, around);
  if (!settled && !around.signal.aborted) around.note(OVER);
  return settled;
}

const OVER =
  'the time to wait is over; jobs that are still under way go on, and packwright sites status collects them';

/** Moves jobs on, or watches the process that does, until `done` says so or the signal is aborted. */
export async function driveUntil(
  place: SitesPlace,
  state: OpenState,
  done: Done,
  around: Surroundings,
): Promise<void> {
  const tools = gridTools(place, state, around);
  try {
    await drive(driverOptions(place, state, tools), done, around.signal);
  } finally {
    await tools.dispose();
  }
}

/** A job that has ended, or that nobody can move on for now. */
export function isSettled(job: StoredJob, others: readonly StoredJob[]): boolean {
  if (job.endedAt !== undefined || isStuck(job)) return true;
  return job.state === 'queued' && others.some(other => other.id !== job.id && isStuck(other));
}

/** A job that was sent, or for which nothing can be done for now. */
export function isSent(job: StoredJob, others: readonly StoredJob[]): boolean {
  return !['queued', 'submitting'].includes(job.state) || isBehind(job, others) || isSettled(job, others);
}

/** Its site is in maintenance, or was not reached, when it was tried since somebody waits. */
function isStuck({ state, notBefore }: JobRecord): boolean {
  return (state === 'unreachable' || state === 'maintenance') && notBefore > 0;
}

/** Another job is at its site. */
function isBehind(job: StoredJob, others: readonly StoredJob[]): boolean {
  return job.state === 'queued' && others.some(({ id, state }) => id !== job.id && state !== 'queued');
}

function siteKey({ site }: JobRecord): string {
  return `${site.vo}/${site.name}`;
}

function driverOptions(
  { file }: SitesPlace,
  { store, me, isDead, fault }: OpenState,
  tools: ReturnType<typeof gridTools>,
): DriverOptions {
  const { limits } = file;
  const command = (limits.commandSeconds + 15) * 1000;
  return {
    ...tools.options,
    store,
    now: Date.now,
    random: Math.random,
    pause: (milliseconds, signal) => pause(milliseconds, undefined, { signal }).catch(() => undefined),
    me,
    isDead,
    limits: {
      ...DRIVER_LIMITS,
      commands: limits.commands,
      perHost: limits.commandsPerHost,
      pollMin: limits.pollMinSeconds * 1000,
      pollMax: limits.pollMaxSeconds * 1000,
      backOffMin: Math.min(DRIVER_LIMITS.backOffMin, limits.pollMaxSeconds * 1000),
      backOffMax: limits.pollMaxSeconds * 1000,
      command,
      lease: Math.max(DRIVER_LIMITS.lease, command),
    },
    ...(fault ? { fault } : {}),
  };
}
