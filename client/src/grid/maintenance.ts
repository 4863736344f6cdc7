import { Cron } from 'croner';
import type { MaintenanceWindow, Site } from './model.ts';

const MOST_REMEMBERED = 1000;

/** A maintenance that is going on. */
export interface Maintenance {
  /** What the sites file says of it, or a plain sentence. */
  readonly reason: string;
  /** Its end, milliseconds since 1970. */
  readonly until: number;
}

/**
 * The maintenance of a site at a time (milliseconds since 1970); of several the one that ends last.
 * A window holds from its begin up to, but not including, its end. Recurring ones begin by the clock of
 * their zone and last their full length: a begin that a change to summer time skips is one hour later by
 * that clock, one that the change back repeats happens once.
 */
export function maintenanceAt(site: Pick<Site, 'maintenance'>, time: number): Maintenance | undefined {
  let last: Maintenance | undefined;
  for (const window of site.maintenance) {
    const until = window.kind === 'once' ? endOfOnce(window, time) : endOfRecurring(window, time);
    if (until === undefined || (last !== undefined && last.until >= until)) continue;
    last = { reason: window.reason ?? 'The site is under maintenance', until };
  }
  return last;
}

function endOfOnce(
  { from, to }: MaintenanceWindow & { readonly kind: 'once' },
  time: number,
): number | undefined {
  return Date.parse(from) <= time && time < Date.parse(to) ? Date.parse(to) : undefined;
}

function endOfRecurring(
  { cron, minutes, zone }: MaintenanceWindow & { readonly kind: 'recurring' },
  time: number,
): number | undefined {
  // A millisecond more: a begin counts from its first instant.
  const [begin] = schedule(`${zone ?? 'UTC'}\n${cron}`).previousRuns(1, new Date(time + 1));
  const until = begin === undefined ? undefined : begin.getTime() + minutes * 60_000;
  return until !== undefined && time < until ? until : undefined;
}

const schedule = remembered((key: string) => {
  const [zone = 'UTC', cron = ''] = key.split('\n');
  return new Cron(cron, { timezone: zone, paused: true, mode: '5-part' });
});

/** What is wrong with a cron expression, and what mends it; `undefined` for a good one. */
export const cronFault = remembered(
  (cron: string): readonly [message: string, remedy: string] | undefined => {
    try {
      // From a fixed day: whether a day ever comes does not depend on when one asks.
      if (schedule(`UTC\n${cron}`).nextRun(new Date(0)) !== null) return undefined;
      return ['This time never comes', 'look at day and month'];
    } catch {
      // The library throws on what it cannot read.
      return ['This is no cron expression', 'write five fields, such as 0 6 * * TUE for Tuesdays at six'];
    }
  },
);

/** Whether a name of a time zone is one. */
export const knownZone = remembered((zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // The only way to ask: it throws on names that it does not know.
    return false;
  }
});

/** Many sites have the same few times and zones, and each costs a fraction of a millisecond. */
function remembered<T>(find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return text => {
    if (known.has(text)) return known.get(text) as T;
    const found = find(text);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(text, found);
    return found;
  };
}
