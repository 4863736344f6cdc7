import { type Attributes, isSameList } from './attributes.ts';
import type { Combinations } from './combinations.ts';

/** A dependency of a package that is being resolved, and when it holds. */
export interface Resolved {
  /** Without variant tags: `when` has them. */
  readonly attributes: Attributes;
  readonly when: Combinations;
}

/** Type of a dependency: `require`, `conditional`, ... */
export function typeOf({ attributes }: Resolved): string {
  return attributes.get('type')?.[0] ?? '';
}

/** The FMRIs that it depends on. */
export function fmrisOf({ attributes }: Resolved): readonly string[] {
  return attributes.get('fmri') ?? [];
}

/** Attributes with those of another action added to them (`merge_deps`). */
export function mergedAttributes(into: Attributes, from: Attributes): Attributes {
  const result = new Map(into);
  for (const [name, values] of from) {
    const before = result.get(name);
    if (!before) result.set(name, values);
    else if (!isSameList(before, values)) result.set(name, [...before, ...values]);
  }
  return result;
}

/** Each value once. */
export function consolidated(attributes: Attributes): Attributes {
  return new Map(
    [...attributes].map(([name, values]) => [name, values.length > 1 ? [...new Set(values)] : values]),
  );
}

/** Items with the same key, in the order of the keys. */
export function groupedBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
