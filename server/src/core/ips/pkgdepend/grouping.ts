import type { Combinations } from './combinations.ts';

/** A piece of information and when it holds. */
interface Item<T> {
  readonly info: T;
  readonly when: Combinations;
}

/** Pieces of information that hold under the same combinations. */
export interface Group<T> {
  readonly infos: readonly T[];
  readonly when: Combinations;
}

/**
 * The fewest groups such that no combination is in two of them, and every piece of information is in every group under
 * whose combinations it holds (`group_by_variant_combinations` of `dependencies.py`).
 */
export function groupedByCombinations<T>(items: readonly Item<T>[]): readonly Group<T>[] {
  let groups: readonly Group<T>[] = [];
  for (const { info, when } of items) {
    const next: Group<T>[] = [];
    let left: Combinations | undefined = when;
    for (const group of groups) {
      if (!left) {
        next.push(group);
        continue;
      }
      const { only, both, others } = left.separate(group.when);
      if (others) next.push({ infos: group.infos, when: others });
      if (both) next.push({ infos: [...group.infos, info], when: both });
      left = only;
    }
    if (left) next.push({ infos: [info], when: left });
    groups = next;
  }
  return groups;
}
