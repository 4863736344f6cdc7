/** How long a depot is waited for, in milliseconds. */
export interface Pace {
  /** Until a connection stands, TLS included. */
  readonly connect: number;
  /** Between two pieces of an answer, and before the first. */
  readonly idle: number;
  /** After this time an answer must have come at `rate` bytes per second, after twice the time at twice the rate, or it is given up. */
  readonly slow: number;
  readonly rate: number;
  /** Before the second of the tries; doubled before each further one, give or take a half. */
  readonly retry: number;
  readonly tries: number;
  /** A first copy is waited for until nothing was heard for so long. */
  readonly quiet: number;
  /** A newer copy is waited for until nothing was heard for so long, four times as long at most; then the old one is used. */
  readonly patience: number;
  /** Whoever asks a search waits until nothing was heard for so long. */
  readonly search: number;
  /** Until the next look, in a process that stays: after one that worked at most, and after one that failed at least. */
  readonly refresh: number;
  readonly again: number;
}

/** What holds unless a test wants it faster. */
export const PACE: Pace = {
  connect: 5_000,
  idle: 20_000,
  slow: 30_000,
  rate: 512,
  retry: 250,
  tries: 4,
  quiet: 3_000,
  patience: 1_500,
  search: 10_000,
  refresh: 4 * 3_600_000,
  again: 60_000,
};
