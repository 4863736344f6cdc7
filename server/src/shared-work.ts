import { unlessAborted } from './core/unless-aborted.ts';

/** Work that several callers wait for; it is aborted when all of them are. */
export class SharedWork<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  #waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#controller.signal);
    // Whoever waits hears of it; when nobody does there is nobody to tell.
    this.#result.catch(() => {});
  }

  /** False once everybody left: then it must not be joined any more. */
  get alive(): boolean {
    return !this.#controller.signal.aborted;
  }

  /** Waits for the result; who aborts gets the signal's reason at once. */
  join(signal: AbortSignal): Promise<T> {
    this.#waiting++;
    return unlessAborted(this.#result, signal).catch(error => {
      if (signal.aborted && this.#waiting === 1) this.#controller.abort(signal.reason);
      this.#waiting--;
      throw error;
    });
  }
}
