/** Does work once for all who ask for the same thing at the same time. */
export type SharedWork<T> = (
  key: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

interface Running<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/** Work is aborted when nobody waits for it any more; who stops waiting is rejected with the signal's reason. */
export function shareWork<T>(): SharedWork<T> {
  const running = new Map<string, Running<T>>();
  const start = (key: string, work: (signal: AbortSignal) => Promise<T>): Running<T> => {
    const controller = new AbortController();
    const promise = work(controller.signal).finally(() => {
      if (running.get(key)?.controller === controller) running.delete(key);
    });
    const one = { promise, controller, waiting: 0 };
    running.set(key, one);
    return one;
  };
  return (key, work, signal) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    const one = running.get(key) ?? start(key, work);
    one.waiting++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal.removeEventListener('abort', stop);
        one.waiting--;
        if (one.waiting > 0) return;
        if (running.get(key) === one) running.delete(key);
        one.controller.abort();
      };
      const stop = () => {
        leave();
        reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
      one.promise.then(resolve, reject).finally(leave);
    });
  };
}
