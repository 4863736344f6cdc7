import type { SummaryPackage } from './summary.ts';
import { compareVersions } from './version.ts';

/**
 * Order in which packages are preferred: newest first; of equal versions the name that sorts first,
 * as `pkg_order()` has it.
 */
export function byPreference(a: SummaryPackage, b: SummaryPackage): number {
  const order = compareVersions(b.version, a.version);
  if (order !== 0) return order;
  if (a.pkgname === b.pkgname) return 0;
  return a.pkgname < b.pkgname ? -1 : 1;
}

/**
 * Puts packages behind what they depend on. Cycles are cut at the dependency that would close them;
 * otherwise the given order stays.
 */
export function dependenciesFirst<T>(
  packages: readonly T[],
  dependenciesOf: (each: T) => readonly T[],
): readonly T[] {
  const done: T[] = [];
  const seen = new Set<T>();
  for (const root of packages) {
    const path: { readonly each: T; readonly rest: T[] }[] = [];
    const enter = (each: T) => {
      if (seen.has(each)) return;
      seen.add(each);
      path.push({ each, rest: dependenciesOf(each).toReversed() });
    };
    enter(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next !== undefined) enter(next);
      else {
        done.push(top.each);
        path.pop();
      }
    }
  }
  return done;
}
