import type { Closure } from './closure.ts';
import { linksOn } from './links.ts';
import type { Combination, Need } from './model.ts';
import { nameOf } from './needs.ts';
import { isOpenName } from './open-name.ts';
import type { Known, Universe } from './universe.ts';
import { isActive, isOnByDefault } from './variants.ts';

/** One way to satisfy a need: a delivered file, and the delivered links that lead to it. */
export interface Way {
  /** The path of the need that this is about. */
  readonly path: Need;
  /** Links in the order in which they are followed, and the file at the end. */
  readonly steps: readonly Known[];
  /** Names of the packages that must all be there; without the package that is checked. */
  readonly packages: readonly string[];
  /**
   * The package that delivers the path itself, rather than a link on the way to its directory; where the package that
   * is checked has a link there, the one that delivers what that leads to.
   */
  readonly provider: string;
}

/** How a need comes out under one combination. */
export interface Outcome {
  readonly combination: Combination;
  readonly state: 'own' | 'declared' | 'indirect' | 'missing';
  /** What satisfies it; absent when `missing`. */
  readonly way?: Way;
  /** All ways there are, whether or not their packages will be there. */
  readonly ways: readonly Way[];
  /** With `missing`: what would satisfy it. */
  readonly candidates: readonly Way[];
  /** With `missing`: somebody delivers it whose name is not known, so that nothing can be said. */
  readonly obscure?: true;
}

/** Bounds on hostile input: no real need has nearly as many. */
const MOST_WAYS = 64;
const MOST_STEPS = 2000;

/** What is judged: the alternatives, and whether only a `dir` action makes a directory. */
interface Asked {
  readonly anyOf: readonly Need[];
  readonly explicit: boolean;
}

/** Judges one need under one combination against the closure of the declared dependencies. */
export function judge(
  { anyOf, explicit }: Asked,
  combination: Combination,
  closure: Closure,
  universe: Universe,
): Outcome {
  const sure = universe.own(anyOf);
  if (sure) {
    const way = wayOf(sure.delivery.path, [sure]);
    return { combination, state: 'own', way, ways: [way], candidates: [] };
  }
  const follow = explicit ? directWays : waysTo;
  const ways = universe.relevant(anyOf).flatMap(path => follow(path, combination, universe));
  const own = ways.find(way => way.packages.length === 0);
  if (own) return { combination, state: 'own', way: own, ways, candidates: [] };
  const satisfying = ways.filter(way => way.packages.every(name => closure.has(name)));
  const choice = byChoice(ways, closure);
  const declared = [...satisfying, ...choice].find(
    way => closure.isDeclared(way.provider) || isChosen(way, closure),
  );
  if (declared) return { combination, state: 'declared', way: declared, ways, candidates: [] };
  const [indirect] = [...satisfying, ...choice];
  if (indirect) return { combination, state: 'indirect', way: indirect, ways, candidates: [] };
  return missing(ways, combination);
}

function missing(ways: readonly Way[], combination: Combination): Outcome {
  const known = ways.filter(way => !way.packages.some(isOpenName));
  if (known.length < ways.length && known.length === 0)
    return { combination, state: 'missing', ways, candidates: [], obscure: true };
  const named = known.filter(way => !endsInContent(way));
  return { combination, state: 'missing', ways, candidates: distinct(named.length > 0 ? named : known) };
}

/** More packages than this that share a directory: it is nobody's in particular. */
const MOST_OWNERS = 4;

/** Whether what is missing is a directory that so many packages share that none of them is the one to depend on. */
export function isNobodys({ candidates }: Outcome, { explicit }: Asked): boolean {
  return candidates.length > MOST_OWNERS && (explicit || candidates.every(endsInContent));
}

/** Whether a way leads to a directory that no action names. */
function endsInContent({ steps }: Way): boolean {
  return steps.at(-1)?.delivery.implied === true;
}

/** Ways of which one holds whichever alternative of a `require-any` gets installed. */
function byChoice(ways: readonly Way[], closure: Closure): readonly Way[] {
  return closure.choices.flatMap(({ names, alternatives }) => {
    const own = ways.filter(way => way.packages.some(name => names.has(name) || !closure.has(name)));
    const holding = alternatives.map(alternative =>
      own.find(way => way.packages.every(name => closure.has(name) || alternative.has(name))),
    );
    return holding.every(way => way !== undefined) ? holding : [];
  });
}

/** Whether the manifest itself names the deliverer in a `require-any`. */
function isChosen(way: Way, closure: Closure): boolean {
  return closure.choices.some(choice => choice.from === undefined && choice.names.has(way.provider));
}

/** Every way to a path, through links and linked directories, in the order in which they were delivered. */
export function waysTo(path: Need, combination: Combination, universe: Universe): readonly Way[] {
  const ways: Way[] = [];
  const onTheWay = new Set<Need>();
  let steps = 0;
  const walk = (at: Need, before: readonly Known[]): void => {
    if (ways.length >= MOST_WAYS || onTheWay.has(at) || ++steps > MOST_STEPS) return;
    onTheWay.add(at);
    for (const known of universe.at(at)) {
      if (known.delivery.kind === 'link' || !exists(known, combination, universe)) continue;
      ways.push(wayOf(path, [...before, known]));
    }
    for (const { link, leadsTo } of linksOn(at, universe)) {
      if (exists(link, combination, universe)) walk(leadsTo, [...before, link]);
    }
    onTheWay.delete(at);
  };
  walk(path, []);
  return ways;
}

/** The ways to a directory that an action of exactly this path delivers. */
function directWays(need: Need, combination: Combination, universe: Universe): readonly Way[] {
  const known = universe.at(need).filter(one => !one.delivery.implied && exists(one, combination, universe));
  return known.map(one => wayOf(need, [one]));
}

function wayOf(path: Need, steps: readonly Known[]): Way {
  const others = steps.filter(step => !step.own);
  const packages = new Set(others.map(step => step.delivery.package.name));
  const at = nameOf(path);
  const provider = others.find(step => nameOf(step.delivery.path) === at) ?? others.at(-1) ?? steps.at(-1);
  return { path, steps, packages: [...packages], provider: provider?.delivery.package.name ?? '' };
}

/**
 * Whether a delivery is there under a combination.
 *
 * A variant that the checked manifest does not know restricts a delivery only when its package
 * exists elsewhere too: a package for one architecture is all there is on that architecture.
 */
function exists({ delivery, own }: Known, combination: Combination, universe: Universe): boolean {
  if (!isActive(delivery.variants, combination)) return false;
  if (own) return true;
  if (!isOnByDefault(delivery.facets)) return false;
  const declared = universe.chosen(delivery.package.name)?.variants;
  for (const [name, values] of delivery.variants ?? []) {
    if (combination.has(name)) continue;
    for (const value of declared?.get(name) ?? []) if (!values.has(value)) return false;
  }
  return true;
}

/** One way for each set of packages, the first in search order. */
function distinct(ways: readonly Way[]): readonly Way[] {
  const seen = new Map<string, Way>();
  for (const way of ways) {
    const key = [...way.packages].sort().join('\n');
    if (!seen.has(key)) seen.set(key, way);
  }
  return [...seen.values()];
}
