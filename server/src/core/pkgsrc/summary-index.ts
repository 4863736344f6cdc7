import { byPreference } from './package-order.ts';
import { conditionAt, expand, matchOutcome } from './pattern.ts';
import type { Summary, SummaryPackage } from './summary.ts';

/** A summary that can be asked quickly which packages match a pattern. */
export interface SummaryIndex {
  /** Best first; empty when none matches. */
  matching(pattern: string): readonly SummaryPackage[];
  /** All versions of each package, best first. */
  readonly versions: ReadonlyMap<string, readonly SummaryPackage[]>;
}

/** Sorts the packages by name, so that a pattern is tried on those that begin like it. */
export function indexSummary({ packages }: Pick<Summary, 'packages'>): SummaryIndex {
  const sorted = packages.toSorted((a, b) => (a.pkgname < b.pkgname ? -1 : 1));
  const versions = Map.groupBy(packages, each => each.name);
  for (const list of versions.values()) list.sort(byPreference);
  const answers = new Map<string, readonly SummaryPackage[]>();
  const find = (pattern: string): readonly SummaryPackage[] => {
    const near = new Set<SummaryPackage>();
    for (const alternative of expand(pattern) ?? [])
      for (const each of beginningLike(alternative, sorted, versions)) near.add(each);
    return [...near].filter(each => matchOutcome(pattern, each.pkgname) === 'match').sort(byPreference);
  };
  return {
    versions,
    matching(pattern) {
      const answer = answers.get(pattern) ?? find(pattern);
      answers.set(pattern, answer);
      return answer;
    },
  };
}

/** The packages that a pattern without braces may match. */
function beginningLike(
  pattern: string,
  sorted: readonly SummaryPackage[],
  versions: SummaryIndex['versions'],
): readonly SummaryPackage[] {
  const at = conditionAt(pattern);
  if (at >= 0) return versions.get(pattern.slice(0, at)) ?? [];
  const prefix = /^[^*?[\]\\]*/.exec(pattern)?.[0] ?? '';
  const found: SummaryPackage[] = [];
  for (let place = firstFrom(prefix, sorted); sorted[place]?.pkgname.startsWith(prefix); place++)
    found.push(sorted[place] as SummaryPackage);
  return found;
}

/** Place of the first package whose name and version are not before `prefix`. */
function firstFrom(prefix: string, sorted: readonly SummaryPackage[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.pkgname ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
