import { Closures } from './closures.ts';
import type { CaughtNeed, Collected } from './collect.ts';
import { fileResolutions, resolvedFileDependencies } from './file-dependencies.ts';
import { danglingLink } from './findings/dangling.ts';
import { faultyPayload, unsetMacros } from './findings/faulty.ts';
import { indirectNeed } from './findings/indirect.ts';
import type { NeedGroup } from './findings/need-finding.ts';
import { brokenPlugIn } from './findings/plug-in.ts';
import { conflictingIncorporation, unknownIncorporations } from './findings/settings.ts';
import { symbolVersionFindings } from './findings/symbol-version.ts';
import { syntaxFinding } from './findings/syntax.ts';
import { undeclaredNeed } from './findings/undeclared.ts';
import { undeliveredNeed } from './findings/undelivered.ts';
import { unneededDependencies } from './findings/unneeded.ts';
import { unownedNeed } from './findings/unowned.ts';
import { unresolvableDependency, unresolvableFile } from './findings/unresolvable.ts';
import { variantGapNeed } from './findings/variant-gap.ts';
import { Grouping } from './grouping.ts';
import type { Analysis, Combination, Finding, Manifest, VariantSet, World } from './model.ts';
import { classify, type NeedClass } from './need-class.ts';
import { once } from './once.ts';
import { isNobodys, judge, type Outcome } from './resolve.ts';
import { soundly } from './sound-candidates.ts';
import type { SymbolVersions } from './symbol-versions.ts';
import type { Universe } from './universe.ts';
import { combinations, isActive } from './variants.ts';
import { isWorthTelling, type Judged, verdictsOf } from './verdicts.ts';

/** Everything is known: judges every need and makes the findings. Waits for nothing. */
export function decide(
  manifest: Manifest,
  collected: Collected,
  universe: Universe,
  versions: SymbolVersions,
  world: World,
): Analysis {
  const classes = classify(collected.needs);
  const all = combinationsOf(manifest, classes, universe);
  const resolved = resolvedFileDependencies(manifest, all, universe);
  const closures = new Closures([...manifest.dependencies, ...resolved], universe);
  const judged = judgeAll(classes, all, closures, universe);
  const grouping = new Grouping(all, closures, universe, world);
  for (const one of judged) sort(one, grouping, world, universe, versions);
  const found: Finding[] = [];
  for (const fault of manifest.faults) keep(syntaxFinding(fault), '');
  for (const group of grouping.groups()) found.push(findingOf(group, manifest, world));
  const suppresses = (code: string, path: string) => grouping.suppresses(code, path);
  const scene = { manifest, judged, all, closures, versions, universe, suppresses };
  for (const finding of symbolVersionFindings(scene)) found.push(finding);
  if (universe.complete) {
    keep(unknownIncorporations(universe.unknownIncorporations, manifest), '');
    for (const conflict of universe.conflicts) keep(conflictingIncorporation(conflict, manifest), '');
    for (const index of manifest.dependencies.keys()) {
      keep(unresolvableDependency(index, manifest, universe, world.policy.closed));
    }
  }
  for (const finding of unneededDependencies(manifest, collected, judged, all, universe, world))
    keep(finding);
  for (const fault of collected.broken) keep(brokenPlugIn(fault, manifest), '');
  for (const fault of collected.faults) keep(faultyPayload(fault), fault.file.path);
  keep(unsetMacros(collected.unset), '');
  const resolutions = once(() => fileResolutions(manifest, all, universe));
  if (universe.complete) {
    for (const one of resolutions()) keep(unresolvableFile(one, world.policy.closed), '');
  }
  found.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const verdicts = once(() =>
    judged.filter(isWorthTelling).flatMap(one => verdictsOf(one, closures, universe, world)),
  );
  return {
    findings: found,
    suppressed: grouping.suppressed,
    get resolutions() {
      return resolutions();
    },
    get verdicts() {
      return verdicts();
    },
  };

  /** Without a path it is about a package, by whose name it may be suppressed. */
  function keep(finding: Finding | undefined, path = finding?.what ?? ''): void {
    if (finding && !grouping.suppresses(finding.code, path)) found.push(finding);
  }
}

/** The manifest's own variants, and those in which the deliverers of its needs differ. */
function combinationsOf(
  manifest: Manifest,
  classes: readonly NeedClass[],
  universe: Universe,
): readonly Combination[] {
  const declared = new Map(manifest.variants);
  const open = classes.filter(one => !universe.own(one.anyOf));
  for (const path of new Set(open.flatMap(one => universe.relevant(one.anyOf)))) {
    for (const { delivery } of universe.at(path)) {
      const possible = universe.chosen(delivery.package.name)?.variants;
      for (const [name, values] of delivery.variants ?? []) {
        const others = possible?.get(name);
        if (others && others.size > values.size && !declared.has(name)) declared.set(name, others);
      }
    }
  }
  const tags = new Set<VariantSet | undefined>();
  for (const { variants } of manifest.files) tags.add(variants);
  for (const { variants } of classes) tags.add(variants);
  for (const { variants } of manifest.dependencies) tags.add(variants);
  return combinations(declared, tags);
}

function judgeAll(
  classes: readonly NeedClass[],
  all: readonly Combination[],
  closures: Closures,
  universe: Universe,
): readonly Judged[] {
  return classes.map(one => ({
    ...one,
    outcomes: all
      .filter(combination => isActive(one.variants, combination))
      .map(combination => judge(one, combination, closures.of(combination, one.facets), universe)),
  }));
}

/** Puts needs where they belong: under `undeclared`, `indirect`, ... or nowhere. */
function sort(
  judged: Judged,
  grouping: Grouping,
  { policy }: World,
  universe: Universe,
  versions: SymbolVersions,
): void {
  const { needs, outcomes } = judged;
  const missing = outcomes.filter(one => one.state === 'missing');
  const possible = missing.filter(one => one.candidates.length > 0 && !isNobodys(one, judged));
  const wanted = possible.map(one => soundly(one, needs, versions));
  const unknown = universe.complete ? missing.filter(isUnknown) : [];
  const indirect = outcomes.filter(one => one.state === 'indirect');
  const isGenerated = ({ need }: CaughtNeed) => policy.generated.has(need.catcher);
  const some = policy.generated.size > 0;
  if (some) addUnmet(grouping, needs.filter(isGenerated), unknown, false);
  const written = some ? needs.filter(one => !isGenerated(one)) : needs;
  const partly = missing.length > 0 && missing.length < outcomes.length;
  grouping.add(partly ? 'variant-gap' : 'undeclared', written, wanted);
  addUnmet(grouping, written, unknown, partly);
  if (!judged.explicit) grouping.add('indirect', written, indirect);
}

function isUnknown({ candidates, obscure }: Outcome): boolean {
  return candidates.length === 0 && !obscure;
}

/** Under the finding that each need names for the case that nobody delivers it. */
function addUnmet(
  grouping: Grouping,
  needs: readonly CaughtNeed[],
  unknown: readonly Outcome[],
  partly: boolean,
): void {
  if (unknown.length === 0) return;
  for (const [code, those] of Map.groupBy(needs, one => one.need.unmet ?? 'undelivered'))
    if (code !== 'nothing') grouping.add(partly ? 'variant-gap' : code, those, unknown);
}

function findingOf(group: NeedGroup, manifest: Manifest, { policy }: World): Finding {
  switch (group.code) {
    case 'undeclared':
      return undeclaredNeed(group, manifest);
    case 'undelivered':
      return undeliveredNeed(group, manifest, policy.closed);
    case 'unowned':
      return unownedNeed(group);
    case 'dangling':
      return danglingLink(group, manifest);
    case 'variant-gap':
      return variantGapNeed(group, manifest, policy.closed);
    default:
      return indirectNeed(group, manifest);
  }
}
