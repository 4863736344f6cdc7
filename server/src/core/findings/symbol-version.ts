import type { Closures } from '../closures.ts';
import type { CaughtNeed } from '../collect.ts';
import { printable } from '../formats/printable.ts';
import type { Combination, Finding, Fix, Manifest, PackageId } from '../model.ts';
import { basename } from '../paths.ts';
import { needSteps, shortName } from '../proof.ts';
import type { Outcome, Way } from '../resolve.ts';
import type { Floor, SymbolVersions } from '../symbol-versions.ts';
import type { Known, Universe } from '../universe.ts';
import type { Judged } from '../verdicts.ts';
import type { FindingKind } from './finding-kind.ts';
import { inCombinations, type NeedGroup, needFinding } from './need-finding.ts';

/** A library is there, and lacks symbol versions that a file was linked with. */
export const symbolVersion: FindingKind = {
  code: 'symbol-version',
  title: 'A library lacks symbol versions that a file needs.',
  doc: `A file was linked with a library that defines certain symbol versions (\`ILLUMOS_0.36\`, \`GLIBC_2.34\`), and the library
that would be installed does not define them: ld.so.1 refuses to start the program, \`version 'X' not found\`. The
versions that the file needs (\`VERNEED\`) are compared with those that the library of the package itself, of the workspace,
or of the newest allowed version in the repositories defines (\`VERDEF\`).

Nothing is said where the library is not at hand (nothing is fetched over a network for it), is damaged or has no
versions at all, nor of versions that are marked as weak or as information, which ld.so.1 does not insist on. When several
packages would do, it is enough that one of them has the versions.

If another version of the same package has them, the finding names the oldest one: the version floor.

**Severity:** error when the need is certain, else warning. A **hint** stands at a \`depend\` line that asks for a version that
is too low: an older version in a repository satisfies the line, and lacks what a file needs. Lines without a version
are left alone.

**What to do:** link with the library that the package will meet, wait for the newer package, or let the newer one be
installed where an \`incorporate\` dependency holds it back. For the hint: raise the version of the \`depend\` line.`,
};

/** Everything that the question takes. */
interface Scene {
  readonly manifest: Manifest;
  readonly judged: readonly Judged[];
  readonly all: readonly Combination[];
  readonly closures: Closures;
  readonly versions: SymbolVersions;
  readonly universe: Universe;
  /** Whether the settings suppress it for an installed path; of an empty one, for the manifest. */
  suppresses(code: string, path: string): boolean;
}

/** The findings for libraries that lack what is asked of them, and for declared versions that are too low. */
export function symbolVersionFindings(scene: Scene): readonly Finding[] {
  const lacks = new Map<string, Lack>();
  const low = new Map<Known, Set<CaughtNeed>>();
  for (const judged of scene.judged) {
    const needs = judged.needs.filter(one => one.need.symbolVersions);
    for (const outcome of needs.length > 0 ? judged.outcomes : []) {
      const ways = waysThatCount(outcome, judged, scene);
      for (const need of needs) note(need, ways, outcome, judged, scene, lacks);
      noteLow(needs, ways, outcome, scene, low);
    }
  }
  return [
    ...[...lacks.values()].map(lack => lackFinding(lack, scene)),
    ...[...low].flatMap(([library, needs]) => lowFinding(library, [...needs], scene) ?? []),
  ];
}

/** A library, or several of which any one would do, and what they lack. */
interface Lack {
  readonly ways: readonly Way[];
  readonly judged: Judged;
  readonly needs: Set<CaughtNeed>;
  readonly missing: Set<string>;
  readonly combinations: Set<Combination>;
}

/** Those that will be there; where none will, all that could be. */
function waysThatCount(outcome: Outcome, { facets }: Judged, { closures }: Scene): readonly Way[] {
  if (outcome.state === 'missing') return outcome.ways;
  const closure = closures.of(outcome.combination, facets);
  const mayBeThere = (name: string) => closure.has(name) || closure.choices.some(one => one.names.has(name));
  return outcome.ways.filter(way => way.packages.every(mayBeThere));
}

function note(
  caught: CaughtNeed,
  ways: readonly Way[],
  { combination }: Outcome,
  judged: Judged,
  scene: Scene,
  lacks: Map<string, Lack>,
): void {
  const missing = missingIn(caught.need.symbolVersions ?? [], ways, scene.versions);
  if (missing.length === 0 || scene.suppresses(symbolVersion.code, caught.need.neededBy)) return;
  const key = [caught.need.what, ...ways.map(way => libraryKey(way))].join('\n');
  const lack = lacks.get(key) ?? {
    ways,
    judged,
    needs: new Set(),
    missing: new Set(),
    combinations: new Set(),
  };
  lacks.set(key, lack);
  lack.needs.add(caught);
  lack.combinations.add(combination);
  for (const version of missing) lack.missing.add(version);
}

/** Notes needs of the one library that will be there, when a declared version lets in one that lacks something. */
function noteLow(
  needs: readonly CaughtNeed[],
  [way, ...others]: readonly Way[],
  { state }: Outcome,
  { versions }: Scene,
  low: Map<Known, Set<CaughtNeed>>,
): void {
  const library = state !== 'missing' && others.length === 0 ? way?.steps.at(-1) : undefined;
  if (!library || !versions.floorOf(library)?.tooLow) return;
  low.set(library, new Set([...(low.get(library) ?? []), ...needs]));
}

/** What the first library lacks, when every one lacks something, and all of them are known and have versions. */
function missingIn(
  wanted: readonly string[],
  ways: readonly Way[],
  versions: SymbolVersions,
): readonly string[] {
  let first: readonly string[] = [];
  for (const { steps } of ways) {
    const end = steps.at(-1);
    const defined = end && versions.of(end);
    if (!defined || defined.size === 0) return [];
    const missing = wanted.filter(version => !defined.has(version));
    if (missing.length === 0) return [];
    if (first.length === 0) first = missing;
  }
  return first;
}

function libraryKey({ steps }: Way): string {
  const delivery = steps.at(-1)?.delivery;
  return `${delivery?.package.name} ${delivery?.path}`;
}

// ---------------------------------------------------------------------------------------------
// The library that would be installed lacks versions

function lackFinding(lack: Lack, scene: Scene): Finding {
  const { all, closures, manifest, universe, versions } = scene;
  const combinations = all.filter(one => lack.combinations.has(one));
  const group: NeedGroup = {
    code: symbolVersion.code,
    needs: [...lack.needs],
    combinations,
    all,
    ways: lack.ways,
    closures: new Set(combinations.map(one => closures.of(one, lack.judged.facets))),
    universe,
    direct: false,
  };
  const ends = [...new Set(lack.ways.flatMap(way => way.steps.at(-1) ?? []))];
  const floors = ends.flatMap(one => versions.floorOf(one) ?? []);
  const certain = group.needs.some(one => one.need.confidence === 'certain');
  return needFinding(group, {
    severity: certain ? 'error' : 'warning',
    message: messageOf(lack, ends, floors, group, scene),
    what: `${group.needs[0]?.need.what} ${[...lack.missing].join(', ')}`,
    fixes: () => floors.flatMap(floor => heldBack(floor, manifest, universe)),
    proof: [
      { text: `linked with ${[...lack.missing].join(', ')} of ${group.needs[0]?.need.what}` },
      ...ends.map(one => ({
        text: `${basename(one.delivery.path)} of ${deliverer(one, universe)} has ${known(one, lack, versions)}`,
      })),
      ...floors.map(({ oldest }) => ({
        text: `${shortName(oldest.id)} is the oldest known that defines it`,
      })),
    ],
  });
}

function messageOf(
  lack: Lack,
  ends: readonly Known[],
  floors: readonly Floor[],
  group: NeedGroup,
  { universe, versions }: Scene,
): string {
  const [what, files] = [group.needs[0]?.need.what, new Set(group.needs.map(one => one.need.neededBy)).size];
  const more =
    files > 1 ? ` (and so ${files === 2 ? 'does 1 more file' : `do ${files - 1} more files`})` : '';
  const names = [...new Set(ends.map(one => deliverer(one, universe)))];
  const who = names.length > 1 ? `none of ${names.join(', ')} defines` : `${names[0]} does not define`;
  const [end] = ends;
  const has = end && names.length === 1 ? ` (it has ${known(end, lack, versions)})` : '';
  const floor = floors[0] ? `; ${shortName(floors[0].oldest.id)} is the oldest that does` : '';
  return `needs ${shown([...lack.missing])} of ${what}${inCombinations(group)}, which ${who}${has}${floor}${more}`;
}

function deliverer({ delivery, own }: Known, universe: Universe): string {
  return own
    ? 'this package itself'
    : shortName(universe.chosen(delivery.package.name)?.id ?? delivery.package);
}

/** The newest version of the same name that a library defines; else some of what it defines. */
function known(library: Known, { missing }: Lack, versions: SymbolVersions): string {
  const defined = [...(versions.of(library) ?? [])];
  const [wanted = ''] = missing;
  const alike = defined.filter(one => stemOf(one) === stemOf(wanted)).sort(byNumbers);
  return alike.length > 0 ? `up to ${alike.at(-1)}` : `only ${shown(defined)}`;
}

/** `GLIBC_` of `GLIBC_2.34`. */
function stemOf(version: string): string {
  return /^.*?(?=[\d.]*$)/.exec(version)?.[0] ?? version;
}

function byNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map(one => (one.match(/\d{1,9}/g) ?? []).map(Number));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
    const difference = (left?.[at] ?? -1) - (right?.[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function shown(versions: readonly string[]): string {
  const first = versions.slice(0, MOST_SHOWN).map(one => printable(one, 60));
  return versions.length > MOST_SHOWN
    ? `${first.join(', ')} and ${versions.length - MOST_SHOWN} more`
    : first.join(', ');
}

const MOST_SHOWN = 3;

/** Lets in the version that has it, where the manifest's own `incorporate` line keeps it out. */
function heldBack({ oldest: { id } }: Floor, manifest: Manifest, universe: Universe): readonly Fix[] {
  const chosen = universe.chosen(id.name);
  if (!chosen || universe.rules.compareVersions(id.version, chosen.id.version) < 0) return [];
  const index = manifest.dependencies.findIndex(
    ({ type, anyOf: [only], line }) => type === 'incorporate' && only?.name === id.name && line,
  );
  return index < 0 ? [] : [asking(id, index, manifest, universe, 'Incorporate')];
}

function asking(id: PackageId, index: number, manifest: Manifest, universe: Universe, verb: string): Fix {
  const version = id.version?.replace(/:.*$/, '');
  const requirement = { name: id.name, ...(version !== undefined && { version }) };
  return {
    title: `${verb} ${shortName(id)}`,
    preferred: false,
    edits: [universe.rules.retarget(manifest, index, 0, requirement)],
  };
}

// ---------------------------------------------------------------------------------------------
// A declared version is too low

function lowFinding(library: Known, needs: readonly CaughtNeed[], scene: Scene): Finding | undefined {
  const { manifest, universe, versions } = scene;
  const { oldest, tooLow } = versions.floorOf(library) ?? {};
  const span = tooLow && manifest.dependencies[tooLow.dependency]?.spans?.[0];
  if (!oldest || !tooLow || !span || scene.suppresses(symbolVersion.code, '')) return undefined;
  const lacking = new Set(tooLow.lacking);
  const concerned = needs.filter(one => one.need.symbolVersions?.some(version => lacking.has(version)));
  const files = [...new Set(concerned.map(one => one.need.neededBy))];
  const [first] = concerned;
  if (!first) return undefined;
  const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
  const lowest = shortName(tooLow.lowest.id);
  return {
    code: symbolVersion.code,
    severity: 'hint',
    confidence: 'hint',
    message: `${lowest} satisfies this, and does not define ${shown(tooLow.lacking)} of ${first.need.what}, which ${files[0]}${more} needs; ${shortName(oldest.id)} is the oldest that does`,
    span,
    payloadPlaces: [],
    catcher: first.need.catcher,
    what: `${first.need.what} ${tooLow.lacking.join(', ')}`,
    neededBy: files,
    anyOf: first.need.anyOf,
    candidates: [oldest.id.name],
    variants: [],
    proof: [
      ...needSteps(concerned),
      { text: `${lowest} lacks ${tooLow.lacking.join(', ')}` },
      { text: `${shortName(oldest.id)} is the oldest known that defines it` },
    ],
    fixes: [asking(oldest.id, tooLow.dependency, manifest, universe, 'Ask for')],
  };
}
