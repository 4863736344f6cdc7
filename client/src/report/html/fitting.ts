import { bytesOf, type Markup } from './markup.ts';

/** As many pieces as fit, in their order. */
export interface Fitting {
  readonly kept: readonly Markup[];
  /** Pieces that did not fit: all from the first that was too big. */
  readonly omitted: number;
  readonly bytes: number;
}

/** Keeps pieces while they fit into a number of bytes; what comes after is not even made. */
export function fitting<T>(
  values: readonly T[],
  bytes: number,
  piece: (value: T, at: number) => Markup,
): Fitting {
  const kept: Markup[] = [];
  let used = 0;
  for (const [at, value] of values.entries()) {
    const made = piece(value, at);
    const size = bytesOf(made);
    if (used + size > bytes) break;
    used += size;
    kept.push(made);
  }
  return { kept, omitted: values.length - kept.length, bytes: used };
}
