import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds of work between two turns of the event loop. */
const SLICE = 12;

/** Cuts long work into slices, between which other work runs. */
export class Slices {
  #end = 0;

  /** Called between steps of the work: answers a promise when it is time to let other work run. */
  pause(): Promise<void> | undefined {
    const now = performance.now();
    if (now < this.#end) return undefined;
    // What lies far in the past ended with an earlier piece of work: this one has its own slice.
    const fresh = now > this.#end + 10 * SLICE;
    this.#end = now + SLICE;
    return fresh ? undefined : turn();
  }
}
