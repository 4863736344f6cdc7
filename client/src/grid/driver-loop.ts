import { backOff } from './backoff.ts';
import type { Done, DriverOptions } from './driver.ts';
import type { JobBook } from './driver-book.ts';
import { change, type Lead, systemOf } from './driver-lead.ts';
import { plan, type Step, together } from './driver-plan.ts';
import { turns } from './driver-turns.ts';
import { renew, troubles } from './store-driver.ts';
import { StoreError } from './store-fault.ts';
import { purgeableJobs, type Sender, type StoredJob } from './store-jobs.ts';

/** Milliseconds between two looks at what others changed, while nothing happens. */
const SHORTEST_NAP = 50;
const LONGEST_NAP = 1_000;

/** Looking through many jobs costs time: between two looks are at least this many jobs a millisecond. */
const JOBS_PER_REST = 50;
const MOST_REST = 250;

/** What goes on has so many milliseconds to end when nobody wants more. */
const GRACE = 5_000;

/** Jobs whose outputs are removed from their submit hosts by one driver. */
const MOST_PURGED = 2_000;

/**
 * Does the work of the driver; `true` when `done` said that nobody wants more of it, `false` when another
 * driver took over or the signal was aborted. Nothing goes on any more when the promise is settled.
 */
export async function leadUntil(
  options: DriverOptions,
  sender: Sender,
  book: JobBook,
  done: Done,
  signal: AbortSignal,
): Promise<boolean> {
  const loop = new Loop(options, signal);
  options.fault?.('driver:elected');
  const lead = await newLead(options, sender, book, loop.signal);
  const heart = beat(lead, loop);
  try {
    return await rounds(lead, loop, done);
  } finally {
    await loop.end();
    await heart;
    loop.rethrow();
  }
}

async function rounds(lead: Lead, loop: Loop, done: Done): Promise<boolean> {
  const { now } = lead.options;
  while (!loop.signal.aborted) {
    await lead.book.refresh(now());
    if (await done(lead.book.open)) {
      await loop.settle(GRACE);
      return true;
    }
    const { steps, next } = plan(lead, key => loop.busyUntil(key));
    for (const step of steps) loop.begin(step, () => contained(lead, loop, step));
    await loop.nap(next - now(), Math.min(MOST_REST, Math.ceil(lead.book.open.size / JOBS_PER_REST)));
  }
  return false;
}

async function newLead(
  options: DriverOptions,
  sender: Sender,
  book: JobBook,
  signal: AbortSignal,
): Promise<Lead> {
  const { store, limits, now } = options;
  const lead: Lead = {
    options,
    sender,
    signal,
    book,
    turns: turns(limits.commands, limits.perHost),
    starts: turns(limits.commands * 2, limits.perHost),
    systems: new WeakMap(),
    troubles: new Map(await troubles(store)),
    answered: new Set(),
    paces: new Map(),
    cancels: new Map(),
    purges: new Map(),
  };
  const purges = new Map<string, StoredJob[]>();
  for (const job of await purgeableJobs(store, now() - limits.keep, MOST_PURGED))
    together(purges, job.system ?? systemOf(lead, job.site), job);
  for (const [system, jobs] of purges) lead.purges.set(system, jobs);
  return lead;
}

/** Says again and again that the driver lives. */
async function beat(lead: Lead, loop: Loop): Promise<void> {
  const { store, limits, pause } = lead.options;
  try {
    for (;;) {
      await pause(limits.lease / 4, loop.signal);
      if (loop.signal.aborted) return;
      if (!(await renew(store, lead.sender.token, limits.lease))) loop.stop();
    }
  } catch (error) {
    loop.fail(error);
  }
}

/** What goes wrong with one job or one batch system, by a bug, does not stop the others. */
async function contained(lead: Lead, loop: Loop, step: Step): Promise<void> {
  try {
    await step.carryOut();
    loop.worked(step.key);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (lead.signal.aborted) return;
    const { now, random, limits } = lead.options;
    const wait = (failures: number) =>
      now() + backOff(failures, limits.backOffMin, limits.backOffMax, random());
    loop.postpone(step.key, wait);
    const job = lead.book.open.get(step.key);
    const reason = `packwright failed at this job and tries again later: ${(error as Error).message}`;
    if (job) await change(lead, [{ id: job.id, from: job.state, reason }]);
  }
}

/** What goes on at a time, and what woke the driver. */
class Loop {
  readonly signal: AbortSignal;
  readonly #options: DriverOptions;
  readonly #stop = new AbortController();
  readonly #going = new Map<string, Promise<void>>();
  readonly #postponed = new Map<string, { readonly failures: number; readonly until: number }>();
  #wake = new AbortController();
  #nap = SHORTEST_NAP;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: DriverOptions, signal: AbortSignal) {
    this.#options = options;
    this.signal = AbortSignal.any([signal, this.#stop.signal]);
    this.signal.addEventListener('abort', () => this.#wake.abort());
  }

  /** Milliseconds since 1970; infinite while it goes on. */
  busyUntil(key: string): number {
    if (this.#going.has(key)) return Number.POSITIVE_INFINITY;
    return this.#postponed.get(key)?.until ?? 0;
  }

  begin(step: Step, work: () => Promise<void>): void {
    const ended = work()
      .catch(error => this.fail(error))
      .finally(() => {
        this.#going.delete(step.key);
        this.#wake.abort();
      });
    this.#going.set(step.key, ended);
  }

  worked(key: string): void {
    this.#postponed.delete(key);
  }

  postpone(key: string, until: (failures: number) => number): void {
    const failures = (this.#postponed.get(key)?.failures ?? 0) + 1;
    this.#postponed.set(key, { failures, until: until(failures) });
  }

  /** Until a step ends, but no longer than `most` and no shorter than `least` milliseconds. */
  async nap(most: number, least: number): Promise<void> {
    await this.#options.pause(least, this.signal);
    await this.#options.pause(Math.max(0, Math.min(most, this.#nap) - least), this.#wake.signal);
    this.#nap = this.#wake.signal.aborted ? SHORTEST_NAP : Math.min(this.#nap * 1.5, LONGEST_NAP);
    this.#wake = new AbortController();
  }

  stop(): void {
    this.#stop.abort();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.stop();
  }

  /** Waits for what goes on, but no longer than so many milliseconds. */
  async settle(most: number): Promise<void> {
    const settled = new AbortController();
    const signal = AbortSignal.any([this.signal, settled.signal]);
    const all = Promise.all(this.#going.values()).then(() => settled.abort());
    await Promise.race([all, this.#options.pause(most, signal)]);
  }

  async end(): Promise<void> {
    this.stop();
    await Promise.all(this.#going.values());
  }

  rethrow(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
