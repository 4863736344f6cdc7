import type { CaughtNeed } from './collect.ts';
import type { Closures } from './decide.ts';
import type { NeedGroup } from './findings/need-finding.ts';
import type { Combination, World } from './model.ts';
import type { Outcome, Way } from './resolve.ts';
import type { Universe } from './universe.ts';
import { describe } from './variants.ts';

/** Gathers needs with the same candidates into one group, leaving out what the settings suppress. */
export class Grouping {
  readonly suppressed = new Set<number>();
  readonly #all: readonly Combination[];
  readonly #closures: Closures;
  readonly #universe: Universe;
  readonly #world: World;
  readonly #groups = new Map<string, NeedGroup & { readonly needs: CaughtNeed[] }>();

  constructor(all: readonly Combination[], closures: Closures, universe: Universe, world: World) {
    this.#all = all;
    this.#closures = closures;
    this.#universe = universe;
    this.#world = world;
  }

  groups(): Iterable<NeedGroup> {
    return this.#groups.values();
  }

  /** Whether a suppression covers a finding; notes which. */
  suppresses(code: string, path: string): boolean {
    const index = this.#world.suppressedBy(code, path);
    if (index >= 0) this.suppressed.add(index);
    return index >= 0;
  }

  /** Adds a need that came out like this in these combinations; nothing when there are none. */
  add(code: string, caught: CaughtNeed, outcomes: readonly Outcome[]): void {
    if (outcomes.length === 0 || this.suppresses(code, caught.need.neededBy)) return;
    const ways = outcomes.flatMap(one => (one.way ? [one.way] : one.candidates));
    const key = [code, candidateKey(ways, caught), ...outcomes.map(one => describe(one.combination))].join(
      '\n',
    );
    const group = this.#groups.get(key);
    if (group) {
      group.needs.push(caught);
      return;
    }
    this.#groups.set(key, {
      code,
      needs: [caught],
      combinations: outcomes.map(one => one.combination),
      all: this.#all,
      ways,
      closures: outcomes.map(one => this.#closures.of(one.combination, caught.file.facets)),
      universe: this.#universe,
    });
  }
}

/** Equal for needs that the same packages would satisfy; without any, for needs of the same paths. */
function candidateKey(ways: readonly Way[], { need }: CaughtNeed): string {
  if (ways.length === 0) return need.anyOf.join('\0');
  return [...new Set(ways.map(way => [...way.packages].sort().join('+')))].sort().join('|');
}
