import type { Combination, Dependency, FacetSet } from './model.ts';
import type { Universe } from './universe.ts';
import { impliedBy, isActive } from './variants.ts';

/**
 * The packages that are guaranteed to be there once the declared dependencies are, under one
 * combination of variants.
 *
 * `require` guarantees; `conditional` does when its predicate is guaranteed; `require-any`
 * guarantees what all its alternatives have in common; renamed packages bring what they require.
 * `optional`, `incorporate`, `exclude`, `origin`, `parent` and the avoidable `group` guarantee nothing
 * (`pkg(7)`, "Depend Actions").
 */
export interface Closure {
  has(name: string): boolean;
  /** True for what the manifest itself declares. */
  isDeclared(name: string): boolean;
  /** From a declared package to `name`, both included; empty when it is not guaranteed. */
  path(name: string): readonly string[];
  /** For each `require-any`: what each alternative would bring besides. */
  readonly choices: readonly (readonly ReadonlySet<string>[])[];
}

/** Follows dependencies to the end. `facets`: those of the file that has the need. */
export function closureOf(
  dependencies: readonly Dependency[],
  combination: Combination,
  facets: FacetSet | undefined,
  universe: Universe,
): Closure {
  const walk = new Walk(combination, facets, universe);
  walk.follow(dependencies, undefined);
  walk.settle();
  return walk;
}

class Walk implements Closure {
  readonly choices: (readonly ReadonlySet<string>[])[] = [];
  readonly #combination: Combination;
  readonly #facets: FacetSet | undefined;
  readonly #universe: Universe;
  /** Name -> the package that brought it; `undefined` for what the manifest declares. */
  readonly #from = new Map<string, string | undefined>();
  readonly #waiting: { readonly dependency: Dependency; readonly from: string | undefined }[] = [];

  constructor(combination: Combination, facets: FacetSet | undefined, universe: Universe) {
    this.#combination = combination;
    this.#facets = facets;
    this.#universe = universe;
  }

  has(name: string): boolean {
    return this.#from.has(name);
  }

  isDeclared(name: string): boolean {
    return this.#from.has(name) && this.#from.get(name) === undefined;
  }

  path(name: string): readonly string[] {
    if (!this.has(name)) return [];
    const path = [name];
    for (let from = this.#from.get(name); from !== undefined; from = this.#from.get(from)) path.unshift(from);
    return path;
  }

  names(): ReadonlySet<string> {
    return new Set(this.#from.keys());
  }

  follow(dependencies: readonly Dependency[], from: string | undefined): void {
    for (const dependency of dependencies) {
      if (!isActive(dependency.variants, this.#combination)) continue;
      if (!impliedBy(dependency.facets, this.#facets)) continue;
      const [first] = dependency.anyOf;
      if (dependency.type === 'require' && first) this.#reach(first.name, from);
      else if (dependency.type === 'require-any' || dependency.type === 'conditional')
        this.#waiting.push({ dependency, from });
    }
  }

  /** Takes up what waits for others to be reached, until nothing more comes. */
  settle(): void {
    for (let before = -1; before !== this.#from.size; ) {
      before = this.#from.size;
      for (const { dependency, from } of [...this.#waiting]) {
        if (dependency.type === 'conditional') this.#conditional(dependency, from);
        else for (const name of this.#common(dependency)) this.#reach(name, from);
      }
    }
    for (const { dependency } of this.#waiting) {
      if (dependency.type === 'require-any') this.choices.push(this.#alternatives(dependency));
    }
  }

  #reach(name: string, from: string | undefined): void {
    if (this.#from.has(name)) {
      if (from === undefined) this.#from.set(name, from);
      return;
    }
    this.#from.set(name, from);
    if (name !== this.#universe.ownName) this.follow(this.#universe.chosen(name)?.dependencies ?? [], name);
  }

  #conditional({ predicate, anyOf: [fmri] }: Dependency, from: string | undefined): void {
    if (!predicate || !fmri) return;
    if (this.has(predicate.name) || predicate.name === this.#universe.ownName) this.#reach(fmri.name, from);
  }

  #common(dependency: Dependency): ReadonlySet<string> {
    const [first, ...others] = this.#alternatives(dependency);
    return others.reduce((common, other) => common.intersection(other), first ?? new Set<string>());
  }

  /** What each alternative guarantees by itself; alternatives that can never be installed do not count. */
  #alternatives(dependency: Dependency): readonly ReadonlySet<string>[] {
    const universe = this.#universe;
    return dependency.anyOf
      .filter(({ name }) => universe.versions(name).length === 0 || universe.chosen(name) !== undefined)
      .map(({ name }) => {
        const alone = new Walk(this.#combination, this.#facets, this.#universe);
        for (const known of this.#from.keys()) alone.#from.set(known, undefined);
        alone.#reach(name, undefined);
        if (alone.#waiting.every(one => one.dependency.type === 'conditional')) alone.settle();
        return alone.names();
      });
  }
}
