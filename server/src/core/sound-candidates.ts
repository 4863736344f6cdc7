import type { CaughtNeed } from './collect.ts';
import type { Outcome, Way } from './resolve.ts';
import type { SymbolVersions } from './symbol-versions.ts';

/**
 * A missing need without the candidates whose library is known to lack symbol versions, as long as others remain:
 * what is proposed must not be the next finding.
 */
export function soundly(outcome: Outcome, needs: readonly CaughtNeed[], versions: SymbolVersions): Outcome {
  const wanted = new Set(needs.flatMap(one => one.need.symbolVersions ?? []));
  if (wanted.size === 0 || outcome.candidates.length < 2) return outcome;
  const sound = outcome.candidates.filter(way => !lacks(way, wanted, versions));
  return sound.length > 0 ? { ...outcome, candidates: sound } : outcome;
}

function lacks({ steps }: Way, wanted: ReadonlySet<string>, versions: SymbolVersions): boolean {
  const end = steps.at(-1);
  const defined = end && versions.of(end);
  return defined !== undefined && defined.size > 0 && !wanted.isSubsetOf(defined);
}
