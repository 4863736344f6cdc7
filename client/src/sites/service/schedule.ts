import { Cron } from 'croner';

/** When something is to be done, by a cron expression. Times are milliseconds since 1970. */
export interface Timetable {
  /** The first time after. */
  next(after: number): number;
  /** The last time at or before; `undefined`: there was none. */
  last(before: number): number | undefined;
}

/** How time passes. */
export interface Clock {
  readonly now: () => number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted; never rejects. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Does something at the times of a timetable, one at a time, until the signal is aborted. What came due several times
 * while the machine slept, or since `doneUntil`, is done once. Times that come while it is still being done are not
 * made up for: `skipped` is told of them.
 */
export async function followTimetable(
  timetable: Timetable,
  work: (due: number) => Promise<void>,
  { clock, doneUntil, skipped }: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  let due = timetable.next(doneUntil);
  for (;;) {
    await until(due, clock, signal);
    if (signal.aborted) return;
    const begun = clock.now();
    await work(timetable.last(begun) ?? due);
    due = timetable.next(begun);
    const ended = clock.now();
    if (due > ended) continue;
    skipped(due);
    due = timetable.next(ended);
  }
}

/** What `followTimetable` is told beside. */
export interface FollowOptions {
  readonly clock: Clock;
  /** Nothing that was due until then is to be done. */
  readonly doneUntil: number;
  /** Called with the first time that was left out. */
  readonly skipped: (due: number) => void;
}

/**
 * The times of a cron expression of five fields by the clock of a time zone; absent: that of this machine, as cron
 * has it. The expression is a good one (`cronFault`).
 */
export function timetable(expression: string, zone?: string): Timetable {
  const cron = new Cron(expression, {
    paused: true,
    mode: '5-part',
    ...(zone === undefined ? {} : { timezone: zone }),
  });
  return {
    next: after => cron.nextRun(new Date(after))?.getTime() ?? Number.MAX_SAFE_INTEGER,
    // A millisecond more: the time itself counts.
    last: before => cron.previousRuns(1, new Date(before + 1))[0]?.getTime(),
  };
}

/** Timers stand still while a machine sleeps, and clocks are set: one looks at least so often, in milliseconds. */
const LONGEST_NAP = 60_000;

async function until(time: number, { now, pause }: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && now() < time) await pause(Math.min(time - now(), LONGEST_NAP), signal);
}
