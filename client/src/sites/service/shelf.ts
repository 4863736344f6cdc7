import { setTimeout as pause } from 'node:timers/promises';
import type { Ask, Document } from './document.ts';
import type { Target } from './targets.ts';

/** What can be sent: a document, or why there is none. */
export type Shown = Document | 'none' | 'failed';

/** Finds the document of a target. Never rejects. */
export type Show = (target: Target) => Promise<Shown>;

/**
 * Keeps the documents that were sent lately, as many as fit into so many bytes, so that what did not change is
 * neither made nor copied again. Many who ask for the same at the same time are one. There are many earlier runs,
 * and each is much work: they are found one after the other, so that who asks for all of them stops nothing else.
 */
export function shelf(ask: Ask, bytes: number): Show {
  const kept = new Map<string, Document>();
  const under = new Map<string, Promise<Shown>>();
  const inTurn = turns();
  const fetch = async (key: string, target: Target): Promise<Shown> => {
    const known = kept.get(key);
    const found = await ask(target, known?.stamp);
    // The last that was used stands last.
    kept.delete(key);
    if (found.kind === 'same') return known && put(key, known) ? known : 'failed';
    if (found.kind !== 'document') return found.kind;
    if (found.document.stamp !== undefined) put(key, found.document);
    return found.document;
  };
  const put = (key: string, document: Document): true => {
    kept.set(key, document);
    let sum = 0;
    for (const { body } of kept.values()) sum += body.length;
    for (const [oldest, { body }] of kept) {
      if (sum <= bytes) break;
      kept.delete(oldest);
      sum -= body.length;
    }
    return true;
  };
  return target => {
    const key = JSON.stringify(target);
    const going = under.get(key);
    if (going) return going;
    const made = (target.kind === 'run' ? inTurn(() => fetch(key, target)) : fetch(key, target))
      .catch((): Shown => 'failed')
      .finally(() => under.delete(key));
    under.set(key, made);
    return made;
  };
}

/** One after the other, each followed by a rest as long as it took: half of the time is for others. */
function turns(): (work: () => Promise<Shown>) => Promise<Shown> {
  let free: Promise<unknown> = Promise.resolve();
  return work => {
    const { promise, resolve, reject } = Promise.withResolvers<Shown>();
    free = free.then(async () => {
      const begun = performance.now();
      await work().then(resolve, reject);
      await pause(performance.now() - begun, undefined, { ref: false });
    });
    return promise;
  };
}
