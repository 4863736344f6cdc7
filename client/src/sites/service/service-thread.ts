import { Worker } from 'node:worker_threads';
import type { Ask, Found } from './document.ts';
import type { FromService, Said, ServiceStart, ToService } from './protocol.ts';

/** The work of a service in a thread of its own. */
export interface ServiceThread {
  /** Whether it can work: a sentence when not. Rejects when the thread dies. */
  readonly opened: Promise<string | undefined>;
  /** Resolves when it was closed; rejects when the thread dies. */
  readonly ended: Promise<void>;
  readonly ask: Ask;
  /** Ends the work; jobs at sites go on. */
  close(): void;
}

/** Starts the thread from its script. */
export function startService(script: string, start: ServiceStart, tell: (said: Said) => void): ServiceThread {
  const worker = new Worker(script, { workerData: start, env: start.env as NodeJS.Dict<string> });
  const opened = Promise.withResolvers<string | undefined>();
  const ended = Promise.withResolvers<void>();
  const waiting = new Map<number, (found: Found) => void>();
  let asked = 0;
  const send = (message: ToService) => worker.postMessage(message);
  worker.on('message', (message: FromService) => {
    if (message.kind === 'opened') opened.resolve(message.fault);
    else if (message.kind === 'said') tell(message.said);
    else waiting.get(message.id)?.(message.found);
  });
  worker.on('error', error => {
    opened.reject(error);
    ended.reject(error);
  });
  worker.on('exit', () => {
    for (const answer of waiting.values()) answer({ kind: 'failed' });
    opened.resolve('The thread of the service ended before it was ready');
    ended.resolve();
  });
  // Who waits for one of them hears of it.
  opened.promise.catch(() => undefined);
  ended.promise.catch(() => undefined);
  return {
    opened: opened.promise,
    ended: ended.promise,
    close: () => send({ kind: 'close' }),
    ask: (target, stamp) =>
      new Promise(resolve => {
        const id = asked++;
        waiting.set(id, found => {
          waiting.delete(id);
          resolve(found);
        });
        send({ kind: 'ask', id, target, ...(stamp === undefined ? {} : { stamp }) });
      }),
  };
}
