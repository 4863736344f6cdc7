/**
 * How long to wait after so many failures in a row (at least 1), in the unit of `first`: doubled with each,
 * at most `most`, and up to a quarter less, so that not all come back at once. `random` is from 0 to below 1.
 */
export function backOff(failures: number, first: number, most: number, random: number): number {
  const grown = Math.min(most, first * 2 ** Math.min(failures - 1, 40));
  return Math.round(grown * (1 - random / 4));
}

/** When to ask a batch system next; times are milliseconds. */
export interface Pace {
  readonly interval: number;
  readonly next: number;
}

/** The pace after a poll: back to `least` when something changed, else half as much again, at most `most`. */
export function nextPace(
  before: Pace | undefined,
  changed: boolean,
  bounds: { readonly least: number; readonly most: number },
  now: number,
  random: number,
): Pace {
  const grown = before && !changed ? Math.min(before.interval * 1.5, bounds.most) : bounds.least;
  return { interval: grown, next: now + Math.round(grown * (0.8 + random * 0.4)) };
}
