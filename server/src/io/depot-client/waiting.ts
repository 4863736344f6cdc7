import type { Depot } from './depot.ts';
import type { Pace } from './pace.ts';
import type { Failure, Transport } from './transport.ts';

/** Milliseconds between two looks whether something was heard. */
const LOOK = 50;

/**
 * How long others wait for a depot that is being read: for a newer copy a moment, and not at all when it did not answer the
 * last time; for a first copy as long as it is heard of.
 */
export class Waiting {
  readonly #depot: Depot;
  readonly #pace: Pace;
  readonly #since = performance.now();
  readonly #first: boolean;
  /** It did not answer the last time either. */
  readonly #again: boolean;
  readonly #over = Promise.withResolvers<void>();
  readonly #timer: NodeJS.Timeout;
  #open = true;
  #count = 0;
  #heard: number;
  #quiet = 0;

  constructor(depot: Depot, pace: Pace) {
    this.#depot = depot;
    this.#pace = pace;
    this.#first = !depot.hasCopy;
    this.#heard = depot.transport.heard;
    this.#again = depot.contact.failing;
    this.#timer = setInterval(() => this.#look(), LOOK);
    this.#look();
  }

  /** False when nobody needs to wait any longer. */
  get open(): boolean {
    return this.#open;
  }

  /** One more waits; done when waiting is over. */
  join(): Promise<void> {
    this.#count++;
    return this.#over.promise;
  }

  /** One less; answers how many are left. */
  leave(): number {
    return --this.#count;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#open = false;
    this.#over.resolve();
  }

  #look(): void {
    const { heard, isAsking, trouble } = this.#depot.transport;
    // Looks are counted and not the time: this process may have been busy with something else.
    this.#quiet = isAsking && heard === this.#heard ? this.#quiet + LOOK : 0;
    this.#heard = heard;
    const over = this.#first || !this.#depot.complete ? this.#isSilent(trouble) : this.#isLong(trouble);
    if (over) this.#giveUp(trouble);
  }

  /** Without a copy it is worth waiting for more than one try, but not each time. */
  #isSilent(trouble: Failure | undefined): boolean {
    const { quiet } = this.#pace;
    return this.#again ? trouble !== undefined || this.#quiet >= quiet / 3 : this.#quiet >= quiet;
  }

  #isLong(trouble: Failure | undefined): boolean {
    const { patience } = this.#pace;
    if (this.#depot.contact.failing || trouble !== undefined || this.#quiet >= patience) return true;
    return performance.now() - this.#since >= 4 * patience;
  }

  /** Whoever comes next need not wait as long. */
  #giveUp(trouble: Failure | undefined): void {
    if (this.#quiet > 0) this.#depot.contact.failed(trouble ?? SILENT);
    this.close();
  }
}

/**
 * Does something that asks a depot, as long as that is heard of; `undefined` when it was silent for `quiet` milliseconds.
 * Throws what the work throws, and when the signal is aborted.
 */
export async function whileHeard<T>(
  transport: Transport,
  quiet: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const silence = new AbortController();
  let { heard } = transport;
  let silent = 0;
  const timer = setInterval(() => {
    silent = heard === transport.heard ? silent + LOOK : 0;
    heard = transport.heard;
    if (silent >= quiet) silence.abort();
  }, LOOK);
  try {
    return await work(AbortSignal.any([signal, silence.signal]));
  } catch (error) {
    if (signal.aborted || !silence.signal.aborted) throw error;
    return undefined;
  } finally {
    clearInterval(timer);
  }
}

/** Nothing was heard at all. */
export const SILENT: Failure = { failure: true, message: 'does not answer', unreachable: true };
