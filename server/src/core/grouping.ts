import type { Closure } from './closure.ts';
import type { Closures } from './closures.ts';
import type { CaughtNeed } from './collect.ts';
import type { NeedGroup } from './findings/need-finding.ts';
import type { Combination, World } from './model.ts';
import { libraryOf } from './needs.ts';
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
  readonly #groups = new Map<string, OpenGroup>();

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

  /** Adds needs that came out like this in these combinations; nothing when there are none of either. */
  add(code: string, needs: readonly CaughtNeed[], outcomes: readonly Outcome[]): void {
    if (outcomes.length === 0) return;
    const shown = needs.filter(one => !this.suppresses(code, one.need.neededBy));
    if (shown.length > 0) for (const part of alike(outcomes)) this.#add(code, shown, part);
  }

  #add(code: string, needs: readonly CaughtNeed[], { outcomes, ways }: Part): void {
    const [first] = needs;
    if (!first) return;
    const key = [code, candidateKey(ways, first), ...outcomes.map(one => describe(one.combination))].join(
      '\n',
    );
    const closures = outcomes.map(one => this.#closures.of(one.combination, first.file.facets));
    const group = this.#groups.get(key);
    if (group) {
      for (const one of needs) group.needs.push(one);
      for (const closure of closures) group.closures.add(closure);
      return;
    }
    this.#groups.set(key, {
      code,
      needs: [...needs],
      combinations: outcomes.map(one => one.combination),
      all: this.#all,
      ways,
      closures: new Set(closures),
      universe: this.#universe,
      direct: this.#world.policy.transitive === 'direct',
    });
  }
}

/** A group that still takes in needs. */
type OpenGroup = NeedGroup & { readonly needs: CaughtNeed[]; readonly closures: Set<Closure> };

/** Outcomes that the same ways answer. */
interface Part {
  readonly outcomes: readonly Outcome[];
  readonly ways: readonly Way[];
}

/** All outcomes together with the ways that hold in each of them; where there are none, one part for each set of ways. */
function alike(outcomes: readonly Outcome[]): readonly Part[] {
  const waysOf = (one: Outcome) => (one.way ? [one.way] : one.candidates);
  const keys = outcomes.map(one => new Set(waysOf(one).map(wayKey)));
  const shared = (outcomes[0] ? waysOf(outcomes[0]) : []).filter(way =>
    keys.every(set => set.has(wayKey(way))),
  );
  if (shared.length > 0) return [{ outcomes, ways: shared }];
  const parts = Map.groupBy(outcomes, one => waysOf(one).map(wayKey).sort().join('|'));
  return [...parts.values()].map(part => ({ outcomes: part, ways: part[0] ? waysOf(part[0]) : [] }));
}

/** Equal for needs that the same packages would satisfy; without any, for needs of the same paths or library. */
function candidateKey(ways: readonly Way[], { need }: CaughtNeed): string {
  if (ways.length > 0) return ways.map(wayKey).sort().join('|');
  return need.anyOf.map(one => libraryOf(one) ?? one).join('\0');
}

function wayKey(way: Way): string {
  return [...way.packages].sort().join('+');
}
