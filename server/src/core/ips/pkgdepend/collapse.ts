import { DEBUG_ATTRIBUTE, firstOf } from './attributes.ts';
import type { Combinations } from './combinations.ts';
import { groupedByCombinations } from './grouping.ts';
import { knownProvider, succeeds } from './provider.ts';
import { fmrisOf, groupedBy, mergedAttributes, type Resolved, typeOf } from './resolved.ts';

/**
 * Conditional dependencies whose predicate is required become `require`; several that lead to one file become
 * `require-any` (`__collapse_conditionals` of `dependencies.py`).
 */
export function withCollapsedConditionals(dependencies: readonly Resolved[]): readonly Resolved[] {
  return new Collapsing(dependencies).run();
}

class Collapsing {
  readonly #all: readonly Resolved[];
  /** Package name -> `require` dependencies on it. */
  readonly #required = new Map<string, Resolved[]>();
  /** Predicate -> what depends on it, by what it was found for. */
  readonly #conditional = new Map<string, readonly (readonly [string, readonly Resolved[]])[]>();
  readonly #fresh: Resolved[] = [];
  readonly #open: string[] = [];

  constructor(all: readonly Resolved[]) {
    this.#all = all;
    for (const one of all) if (typeOf(one) === 'require') this.#require(one);
    const conditional = all.filter(one => typeOf(one) === 'conditional');
    for (const [predicate, members] of groupedBy(
      conditional,
      one => firstOf(one.attributes, 'predicate') ?? '',
    )) {
      this.#conditional.set(predicate, groupedBy(members, pathIdOf));
      this.#open.push(predicate);
    }
  }

  run(): readonly Resolved[] {
    for (let predicate = this.#open.pop(); predicate !== undefined; predicate = this.#open.pop())
      this.#collapse(predicate);
    const left = [...this.#conditional.values()].flatMap(groups => groups.flatMap(([, members]) => members));
    return [...this.#all.filter(one => typeOf(one) !== 'conditional'), ...this.#fresh, ...left];
  }

  #require(one: Resolved): void {
    const provider = knownProvider(fmrisOf(one)[0] ?? '');
    if (!provider) return;
    const there = this.#required.get(provider.name);
    if (there) there.push(one);
    else this.#required.set(provider.name, [one]);
  }

  /** The `require` dependencies that bring the predicate, in the same or a newer version. */
  #bringing(predicate: string): readonly Resolved[] {
    const wanted = knownProvider(predicate);
    if (!wanted) return [];
    return (this.#required.get(wanted.name) ?? []).filter(one => {
      const provider = knownProvider(fmrisOf(one)[0] ?? '');
      return provider !== undefined && succeeds(provider, wanted);
    });
  }

  #collapse(predicate: string): void {
    const bringing = this.#bringing(predicate);
    if (bringing.length === 0) return;
    const left: (readonly [string, readonly Resolved[]])[] = [];
    for (const [pathId, members] of this.#conditional.get(predicate) ?? []) {
      const { met, unmet } = parted(members, bringing);
      if (unmet.length > 0) left.push([pathId, unmet]);
      for (const group of met) this.#add(group.members, group.when, pathId !== '');
    }
    if (left.length > 0) this.#conditional.set(predicate, left);
    else this.#conditional.delete(predicate);
  }

  /** What becomes of dependencies whose predicate is there: one for all where they were found for one file. */
  #add(members: readonly Resolved[], when: Combinations, together: boolean): void {
    const groups = together ? [members] : members.map(one => [one]);
    for (const group of groups) {
      const merged = new Map(group.map(one => one.attributes).reduce(mergedAttributes));
      const fmris = [...new Set(merged.get('fmri'))].sort();
      merged.delete('predicate');
      merged.set('fmri', fmris);
      merged.set('type', [fmris.length > 1 ? 'require-any' : 'require']);
      const fresh = { attributes: merged, when };
      this.#fresh.push(fresh);
      if (fmris.length > 1) continue;
      this.#require(fresh);
      this.#open.push(...fmris);
    }
  }
}

function pathIdOf({ attributes }: Resolved): string {
  return (attributes.get(DEBUG_ATTRIBUTE.pathId) ?? []).join('\0');
}

/** Those whose predicate is there, by combinations, and the rest. */
function parted(
  members: readonly Resolved[],
  bringing: readonly Resolved[],
): {
  readonly met: readonly { readonly members: readonly Resolved[]; readonly when: Combinations }[];
  readonly unmet: readonly Resolved[];
} {
  const met: { readonly members: readonly Resolved[]; readonly when: Combinations }[] = [];
  const unmet: Resolved[] = [];
  const items = members.map(one => ({ info: one, when: one.when }));
  for (const { infos, when } of groupedByCombinations(items)) {
    let left: Combinations | undefined = when;
    for (const one of bringing) {
      if (!left) break;
      const { only, both } = left.separate(one.when);
      if (both) met.push({ members: infos, when: both });
      left = only;
    }
    if (left) for (const one of infos) unmet.push({ attributes: one.attributes, when: left });
  }
  return { met, unmet };
}
