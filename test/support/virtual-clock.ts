/** A clock that a test moves on: time passes only while everything waits for it. */
export class VirtualClock {
  time = Date.UTC(2026, 0, 1);
  #timers: { readonly at: number; readonly order: number; readonly fire: () => void }[] = [];
  #order = 0;

  readonly now = (): number => this.time;

  /** Calls after so many milliseconds; the answer takes the call back. */
  after(milliseconds: number, fire: () => void): () => void {
    const timer = { at: this.time + Math.max(0, Math.ceil(milliseconds)), order: this.#order++, fire };
    const place = this.#timers.findLastIndex(other => other.at <= timer.at);
    this.#timers.splice(place + 1, 0, timer);
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer);
    };
  }

  readonly pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      if (signal.aborted) return resolve();
      const takeBack = this.after(milliseconds, () => {
        signal.removeEventListener('abort', early);
        resolve();
      });
      const early = () => {
        takeBack();
        resolve();
      };
      signal.addEventListener('abort', early, { once: true });
    });

  /** Moves on until the promise is settled; fails when nothing waits any more, or after `most` milliseconds. */
  async until<T>(wanted: Promise<T>, most = 30 * 86_400_000): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    wanted.then(mark, mark);
    const end = this.time + most;
    for (;;) {
      for (let turn = 0; turn < 3 && !settled; turn++) await new Promise<void>(setImmediate);
      if (settled) return wanted;
      const next = this.#timers.shift();
      if (!next) {
        // The disk may still be at it.
        await new Promise<void>(resolve => setTimeout(resolve, 1));
        this.#idle++;
        if (this.#idle > 2_000) throw new Error('nothing waits for the clock, and nothing else happens');
        continue;
      }
      this.#idle = 0;
      if (next.at > end) throw new Error('it takes too long by the virtual clock');
      this.time = Math.max(this.time, next.at);
      next.fire();
    }
  }

  #idle = 0;
}
