import type { Combination, FacetSet, VariantSet } from './model.ts';

/** More combinations than any real package has; a hostile manifest gets no more. */
const MOST = 64;

/** Values that every image knows, whether or not a manifest declares them (`pkg(7)`, "Facets and Variants"). */
const KNOWN_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['opensolaris.zone', ['global', 'nonglobal']],
]);

/**
 * Every combination of values that matters for a manifest.
 *
 * Declared variants have their declared values. A tag without a declaration (a transform adds the
 * declaration later) has the values that are used.
 */
export function combinations(
  declared: VariantSet,
  tags: Iterable<VariantSet | undefined>,
): readonly Combination[] {
  const values = new Map<string, Set<string>>();
  for (const [name, of] of declared) values.set(name, new Set(of));
  for (const tag of tags) {
    for (const [name, of] of tag ?? []) {
      if (declared.has(name)) continue;
      const all = values.get(name) ?? new Set(KNOWN_VALUES.get(name));
      for (const value of of) all.add(value);
      values.set(name, all);
    }
  }
  let result: Combination[] = [new Map()];
  for (const [name, of] of values) {
    result = result.flatMap(one => [...of].map(value => new Map([...one, [name, value]]))).slice(0, MOST);
  }
  return result;
}

/** Whether something with these tags exists under a combination. */
export function isActive(tags: VariantSet | undefined, combination: Combination): boolean {
  for (const [name, values] of tags ?? []) {
    const value = combination.get(name);
    if (value !== undefined && !values.has(value)) return false;
  }
  return true;
}

/** Whether a facet is on unless an administrator changes it (`pkg(7)`: all but `debug.*` and `optional.*`). */
export function isOnByDefault(facets: FacetSet | undefined): boolean {
  for (const name of facets?.keys() ?? []) if (/^(debug|optional)\./.test(name)) return false;
  return true;
}

/** Whether every facet tag of `facets` is also one of `given`: then what has `given` implies it. */
export function impliedBy(facets: FacetSet | undefined, given: FacetSet | undefined): boolean {
  for (const [name, value] of facets ?? []) if (given?.get(name) !== value) return false;
  return true;
}

/** `arch=i386 opensolaris.zone=global`; empty for the one combination of a package without variants. */
export function describe(combination: Combination): string {
  return [...combination].map(([name, value]) => `${name}=${value}`).join(' ');
}

/** The tags that hold in exactly these of all combinations, as far as one set of tags can say it. */
export function tagsFor(some: readonly Combination[], all: readonly Combination[]): VariantSet | undefined {
  if (some.length === all.length) return undefined;
  const tags = new Map<string, ReadonlySet<string>>();
  for (const name of some[0]?.keys() ?? []) {
    const values = new Set(some.map(one => one.get(name) ?? ''));
    const possible = new Set(all.map(one => one.get(name) ?? ''));
    if (values.size < possible.size) tags.set(name, values);
  }
  return tags.size > 0 ? tags : undefined;
}
