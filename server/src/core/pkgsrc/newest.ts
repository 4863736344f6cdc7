import { dependenciesFirst } from './package-order.ts';
import { patternFault } from './pattern.ts';
import type { SummaryPackage } from './summary.ts';
import type { SummaryIndex } from './summary-index.ts';

/** The newest version of each package of a repository, dependencies before dependents, otherwise by name. */
export function newestInOrder(index: SummaryIndex): readonly SummaryPackage[] {
  const newest = [...index.versions.values()]
    .flatMap(versions => versions[0] ?? [])
    .sort((a, b) => (a.pkgname < b.pkgname ? -1 : 1));
  const newestOnes = new Set(newest);
  return dependenciesFirst(newest, each =>
    each.depends.flatMap(pattern => index.matching(pattern).find(found => newestOnes.has(found)) ?? []),
  );
}

/** The dependencies of a package that can be passed on: those that are patterns. */
export function soundDependencies({ depends }: SummaryPackage): readonly string[] {
  return depends.filter(pattern => patternFault(pattern) === undefined);
}
