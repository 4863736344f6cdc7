import type { Depot } from './depot.ts';
import type { Pace } from './pace.ts';

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
    const { quiet, patience } = this.#pace;
    const { heard, isAsking } = this.#depot.transport;
    // Looks are counted and not the time: this process may have been busy with something else.
    this.#quiet = isAsking && heard === this.#heard ? this.#quiet + LOOK : 0;
    this.#heard = heard;
    if (this.#first || !this.#depot.complete) {
      if (this.#quiet >= quiet) this.close();
    } else if (this.#depot.contact.failing || performance.now() - this.#since >= patience) this.close();
  }
}
