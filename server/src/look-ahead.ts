import type { Tree } from './core/tree.ts';

/** Checks manifests while their trees look at payload ahead of the checks; what is not seen by then need not be. */
export async function whileLookingAhead<T>(
  trees: ReadonlyMap<Tree, readonly string[]>,
  signal: AbortSignal,
  checks: () => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const ahead = AbortSignal.any([signal, done.signal]);
  lookAhead(trees, ahead).catch(error => {
    if (!ahead.aborted) throw error;
  });
  try {
    return await checks();
  } finally {
    done.abort();
  }
}

/** Checks manifests when their trees have looked at their payload, as far as threads do that. */
export async function afterLookingAhead<T>(
  trees: ReadonlyMap<Tree, readonly string[]>,
  signal: AbortSignal,
  checks: () => Promise<T>,
): Promise<T> {
  await lookAhead(trees, signal);
  return checks();
}

async function lookAhead(trees: ReadonlyMap<Tree, readonly string[]>, signal: AbortSignal): Promise<void> {
  for (const [tree, manifests] of trees) await tree.lookAhead(manifests, signal);
}
