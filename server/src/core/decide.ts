import { type Closure, closureOf } from './closure.ts';
import type { CaughtNeed, Collected } from './collect.ts';
import { resolvedFileDependencies } from './file-dependencies.ts';
import { faultyPayload, unsetMacros } from './findings/faulty.ts';
import { indirectNeed } from './findings/indirect.ts';
import type { NeedGroup } from './findings/need-finding.ts';
import { syntaxFinding } from './findings/syntax.ts';
import { undeclaredNeed } from './findings/undeclared.ts';
import { undeliveredNeed } from './findings/undelivered.ts';
import { unresolvableDependency } from './findings/unresolvable.ts';
import { variantGapNeed } from './findings/variant-gap.ts';
import { Grouping } from './grouping.ts';
import type {
  Analysis,
  Combination,
  Dependency,
  FacetSet,
  Finding,
  Manifest,
  Verdict,
  World,
} from './model.ts';
import { needSteps, searchStep, waySteps } from './proof.ts';
import { judge, type Outcome, type Way } from './resolve.ts';
import type { Universe } from './universe.ts';
import { combinations, isActive } from './variants.ts';

/** What came out for one need: its outcome in every combination in which its file exists. */
interface Judged {
  readonly caught: CaughtNeed;
  readonly outcomes: readonly Outcome[];
}

/** Everything is known: judges every need and makes the findings. Waits for nothing. */
export function decide(manifest: Manifest, collected: Collected, universe: Universe, world: World): Analysis {
  const all = combinationsOf(manifest, collected, universe);
  const resolved = resolvedFileDependencies(manifest, all, universe);
  const closures = new Closures([...manifest.dependencies, ...resolved], universe);
  const judged = judgeAll(collected.needs, all, closures, universe);
  const grouping = new Grouping(all, closures, universe, world);
  for (const one of judged) sort(one, grouping, world, universe);
  const found: Finding[] = [];
  for (const fault of manifest.faults) keep(syntaxFinding(fault), '');
  for (const group of grouping.groups()) found.push(findingOf(group, manifest, world));
  if (universe.complete) {
    for (const index of manifest.dependencies.keys()) {
      keep(unresolvableDependency(index, manifest, universe, world.policy.closed), '');
    }
  }
  for (const fault of collected.faults) keep(faultyPayload(fault), fault.file.path);
  keep(unsetMacros(collected.unset), '');
  found.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return {
    findings: found,
    verdicts: judged.map(one => verdictOf(one, closures, universe, world)),
    suppressed: grouping.suppressed,
  };

  function keep(finding: Finding | undefined, path: string): void {
    if (finding && !grouping.suppresses(finding.code, path)) found.push(finding);
  }
}

/** The closures of the declared dependencies, one for each combination and set of facets that is asked for. */
class Closures {
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

export type { Closures };

/** Equal for equal tags, whatever their order. */
function tagKey(tags: ReadonlyMap<string, string | ReadonlySet<string>> | undefined): string {
  if (!tags) return '';
  return [...tags]
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : [...value].sort()}`)
    .sort()
    .join(' ');
}

/** The manifest's own variants, and those in which the deliverers of its needs differ. */
function combinationsOf(
  manifest: Manifest,
  { needs }: Collected,
  universe: Universe,
): readonly Combination[] {
  const declared = new Map(manifest.variants);
  for (const path of new Set(needs.flatMap(one => one.need.anyOf))) {
    for (const { delivery } of universe.at(path)) {
      const possible = universe.chosen(delivery.package.name)?.variants;
      for (const [name, values] of delivery.variants ?? []) {
        const others = possible?.get(name);
        if (others && others.size > values.size && !declared.has(name)) declared.set(name, others);
      }
    }
  }
  const tags = [...manifest.files, ...manifest.dependencies].map(one => one.variants);
  return combinations(declared, new Set(tags));
}

/** Needs that are alike in all that matters are judged once. */
function judgeAll(
  needs: readonly CaughtNeed[],
  all: readonly Combination[],
  closures: Closures,
  universe: Universe,
): readonly Judged[] {
  const known = new Map<string, readonly Outcome[]>();
  return needs.map(caught => {
    const { file, need } = caught;
    const key = `${need.anyOf.join('\0')}\n${tagKey(file.variants)}\n${tagKey(file.facets)}`;
    let outcomes = known.get(key);
    if (!outcomes) {
      outcomes = all
        .filter(combination => isActive(file.variants, combination))
        .map(combination => judge(need.anyOf, combination, closures.of(combination, file.facets), universe));
      known.set(key, outcomes);
    }
    return { caught, outcomes };
  });
}

/** Puts one need where it belongs: under `undeclared`, `indirect`, ... or nowhere. */
function sort({ caught, outcomes }: Judged, grouping: Grouping, world: World, universe: Universe): void {
  const missing = outcomes.filter(one => one.state === 'missing');
  const wanted = missing.filter(one => one.candidates.length > 0);
  const unknown = universe.complete ? missing.filter(one => one.candidates.length === 0) : [];
  if (world.policy.generated.has(caught.need.catcher)) {
    grouping.add('undelivered', caught, unknown);
    return;
  }
  const partly = missing.length > 0 && missing.length < outcomes.length;
  grouping.add(partly ? 'variant-gap' : 'undeclared', caught, wanted);
  grouping.add(partly ? 'variant-gap' : 'undelivered', caught, unknown);
  grouping.add(
    'indirect',
    caught,
    outcomes.filter(one => one.state === 'indirect'),
  );
}

function findingOf(group: NeedGroup, manifest: Manifest, { policy }: World): Finding {
  switch (group.code) {
    case 'undeclared':
      return undeclaredNeed(group, manifest);
    case 'undelivered':
      return undeliveredNeed(group, manifest, policy.closed);
    case 'variant-gap':
      return variantGapNeed(group, manifest, policy.closed);
    default:
      return indirectNeed(group, manifest);
  }
}

/** The worst outcome over all combinations stands for the need. */
function verdictOf(
  { caught, outcomes }: Judged,
  closures: Closures,
  universe: Universe,
  world: World,
): Verdict {
  const states = ['missing', 'indirect', 'declared', 'own'] as const;
  const worst = states.map(state => outcomes.find(one => one.state === state)).find(one => one !== undefined);
  const ways: readonly Way[] = worst?.way ? [worst.way] : (worst?.candidates ?? []);
  const generated = worst?.state === 'missing' && world.policy.generated.has(caught.need.catcher);
  return {
    need: caught.need,
    file: caught.file,
    location: caught.location,
    outcome: generated && ways.length > 0 ? 'generated' : (worst?.state ?? 'own'),
    by: [...new Set(ways.flatMap(way => way.packages))],
    get proof() {
      const closure = worst && closures.of(worst.combination, caught.file.facets);
      const path = closure && worst.way ? closure.path(worst.way.provider) : [];
      const brought = path.length > 0 ? [{ text: `brought by ${path.join(' → ')}` }] : [];
      return [
        ...needSteps([caught]),
        searchStep(caught.need.anyOf),
        ...waySteps(ways, universe),
        ...brought,
        ...(worst?.state === 'own' ? [{ text: 'delivered by this package' }] : []),
        ...(worst?.state === 'missing' ? [{ text: 'no declared dependency brings it' }] : []),
      ];
    },
  };
}
