import { Worker } from 'node:worker_threads';
import type { Answer, Ask, FromWorker, SitesView, ToWorker, WorkerStart } from '../sites/worker-protocol.ts';

/** A running worker. */
export interface WorkerClient {
  /** Rejects with a sentence for the user. */
  ask<A extends Ask>(ask: A): Promise<Exclude<Answer<A>, { readonly fault: string }>>;
  /** Ends it, by force when it does not end by itself. */
  close(): Promise<void>;
}

/** What a worker calls. */
export interface WorkerEvents {
  readonly onView: (view: SitesView) => void;
  readonly onNote: (text: string) => void;
  /** It ended though nobody asked it to; the reason is a sentence. */
  readonly onDeath: (reason: string) => void;
}

/** A worker has so many milliseconds to end what it is doing. */
const GRACE = 4000;

/** Starts the worker of a module. */
export function startWorker(module: string, start: WorkerStart, events: WorkerEvents): WorkerClient {
  const worker = new Worker(module, {
    workerData: start,
    stdout: true,
    stderr: true,
    name: 'packwright sites',
  });
  const waiting = new Map<number, PromiseWithResolvers<Answer<Ask>>>();
  let last = 0;
  let closing = false;
  let reason = 'it ended by itself';
  const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()));
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'view') events.onView(message.view);
    else if (message.kind === 'note') events.onNote(message.text);
    else take(waiting, message.id)?.resolve(message.answer);
  });
  worker.stderr.on('data', chunk => events.onNote(String(chunk).trimEnd()));
  worker.on('error', error => {
    reason = error.message;
  });
  worker.once('exit', () => {
    for (const { reject } of waiting.values())
      reject(new Error(`The work with sites was stopped: ${reason}.`));
    if (!closing)
      events.onDeath(`The work with sites was stopped: ${reason}. Refresh the view to start it again.`);
  });
  const send = (message: ToWorker) => worker.postMessage(message);
  return {
    async ask<A extends Ask>(ask: A) {
      const answer = Promise.withResolvers<Answer<Ask>>();
      waiting.set(++last, answer);
      send({ kind: 'ask', id: last, ask });
      const given = (await answer.promise) as Answer<A>;
      if ('fault' in given) throw new Error(given.fault);
      return given as Exclude<Answer<A>, { readonly fault: string }>;
    },
    async close() {
      closing = true;
      send({ kind: 'close' });
      const force = setTimeout(() => void worker.terminate(), GRACE);
      await ended;
      clearTimeout(force);
    },
  };
}

function take<K, V>(map: Map<K, V>, key: K): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
