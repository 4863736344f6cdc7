import { type Closure, closureOf } from './closure.ts';
import type { Combination, Dependency, FacetSet } from './model.ts';
import { tagKey } from './need-class.ts';
import type { Universe } from './universe.ts';

/** The closures of the declared dependencies, one for each combination and set of facets that is asked for. */
export class Closures {
  readonly #dependencies: readonly Dependency[];
  readonly #universe: Universe;
  readonly #known = new Map<Combination, Map<string, Closure>>();

  constructor(dependencies: readonly Dependency[], universe: Universe) {
    this.#dependencies = dependencies;
    this.#universe = universe;
  }

  of(combination: Combination, facets: FacetSet | undefined): Closure {
    const byFacets = this.#known.get(combination) ?? new Map<string, Closure>();
    this.#known.set(combination, byFacets);
    const key = tagKey(facets);
    const known = byFacets.get(key) ?? closureOf(this.#dependencies, combination, facets, this.#universe);
    byFacets.set(key, known);
    return known;
  }
}
