import { catchers } from '../catchers/index.ts';
import { type Closure, closureOf } from '../closure.ts';
import type { Collected } from '../collect.ts';
import { resolvedFileDependencies } from '../file-dependencies.ts';
import type { Combination, Dependency, Finding, Manifest, World } from '../model.ts';
import type { Universe } from '../universe.ts';
import { isActive } from '../variants.ts';
import type { Judged } from '../verdicts.ts';
import type { FindingKind } from './finding-kind.ts';

/** Declared, and no payload needs it. */
export const unneeded: FindingKind = {
  code: 'unneeded',
  title: 'A dependency is declared, and nothing in the payload is known to need it.',
  doc: `Nothing that the package delivers asks for a file, directory, user or other name of the package on which a \`require\` or
\`require-any\` dependency is declared, nor for anything that comes only through it.

It is information: a dependency on data, on a program that another program runs, or on what is loaded by name is right
and cannot be seen. It is said only where everything else is seen: the manifest has no errors, no \`<include>\` and no
\`<transform>\`; the whole payload was found and read; nothing in it is bypassed; all that it needs is delivered by
somebody; no catcher that is on by default is switched off; no shell script runs programs that nobody looks for
(\`catchers: { shell: on }\` looks for them); the build adds no dependencies by itself (\`policy.generated\`); and the
package is known, and delivers something.

**Severity:** hint; editors show the dependency faded.

**What to do:** nothing, if the dependency is meant, or keep it out of sight by the package's name,
\`suppress: [{ code: unneeded, path: runtime/foo, reason: … }]\`; else remove the line.`,
};

/** Everything that the question takes. */
interface Scene {
  readonly manifest: Manifest;
  readonly universe: Universe;
  /** Every package through which some need could be satisfied. */
  readonly used: ReadonlySet<string>;
  /** For each combination, what the dependencies bring that are needed themselves. */
  readonly brought: ReadonlyMap<Combination, Closure>;
}

/** The findings for declared dependencies that nothing needs. */
export function unneededDependencies(
  manifest: Manifest,
  collected: Collected,
  judged: readonly Judged[],
  all: readonly Combination[],
  universe: Universe,
  world: World,
): readonly Finding[] {
  if (!manifest.dependencies.some(one => mayBeUnneeded(one, manifest, universe))) return [];
  if (!seesEverything(manifest, collected, world) || judged.some(isUnexplained)) return [];
  if (judged.some(runsPrograms) && !world.catchers.some(one => one.name === 'shell')) return [];
  const onFiles = resolvedFileDependencies(manifest, all, universe);
  const used = usedPackages(judged, onFiles);
  const isUsed = ({ anyOf }: Dependency) => anyOf.some(({ name }) => used.has(name));
  const needed = [...manifest.dependencies.filter(isUsed), ...onFiles];
  const brought = new Map(all.map(one => [one, closureOf(needed, one, undefined, universe)]));
  const scene = { manifest, universe, used, brought };
  return [...manifest.dependencies.entries()]
    .filter(([, one]) => !isUsed(one) && mayBeUnneeded(one, manifest, universe) && !bringsUsed(one, scene))
    .map(([index, one]) => findingFor(index, one, scene));
}

/** What a directive brings in may deliver more. */
const INCLUDE = /^<(include|transform)\s/m;

/** Whether what was caught is all that can be caught: then what nothing asks for is not needed, as far as anybody sees. */
function seesEverything(
  { files, others, faults: ofText, text }: Manifest,
  { faults, unset, broken }: Collected,
  { payloads, policy, catchers: on }: World,
): boolean {
  return (
    payloads.built &&
    files.length > 0 &&
    faults.length === 0 &&
    !ofText.some(one => one.severity === 'error') &&
    !INCLUDE.test(text) &&
    unset.length === 0 &&
    broken.length === 0 &&
    policy.generated.size === 0 &&
    [...files, ...others].every(one => one.bypass.length === 0) &&
    files.every(file => !file.optional) &&
    catchers.every(one => one.default === 'off' || on.includes(one))
  );
}

/** A need that nobody is known to satisfy: another version of what is declared may. */
function isUnexplained({ needs, outcomes }: Judged): boolean {
  if (needs.every(one => one.need.unmet === 'nothing')) return false;
  return outcomes.some(one => one.state === 'missing' && one.candidates.length === 0);
}

/** A shell script, which is there to run programs: each may be what a dependency is declared for. */
function runsPrograms({ needs, anyOf }: Judged): boolean {
  return needs.some(one => one.need.catcher === 'script') && anyOf.some(path => SHELLS.test(path));
}

const SHELLS = /(?:^|\/)(?:sh|[bd]ash|ksh|ksh93|zsh|t?csh)$/;

/** Plain requirements of packages that are known and deliver something; everything else is there for other reasons. */
function mayBeUnneeded(
  { type, anyOf, facets, spans }: Dependency,
  { dependencies }: Manifest,
  universe: Universe,
): boolean {
  if (type !== 'require' && type !== 'require-any') return false;
  if (facets?.size || !spans?.length) return false;
  return anyOf.every(({ name, open }) => {
    const chosen = universe.chosen(name);
    if (open || name === universe.ownName) return false;
    return (chosen?.delivers ?? 0) > 0 && !dependencies.some(one => one.predicate?.name === name);
  });
}

function usedPackages(judged: readonly Judged[], onFiles: readonly Dependency[]): ReadonlySet<string> {
  const used = new Set(onFiles.flatMap(one => one.anyOf.map(({ name }) => name)));
  for (const { outcomes } of judged)
    for (const { ways } of outcomes)
      for (const { packages } of ways) for (const name of packages) used.add(name);
  return used;
}

/** Whether it brings something that is used and that no dependency that is needed itself brings. */
function bringsUsed(dependency: Dependency, { universe, used, brought }: Scene): boolean {
  return [...brought].some(([combination, others]) => {
    if (!isActive(dependency.variants, combination)) return false;
    const alternatives = closuresOf(dependency, combination, universe);
    return [...used].some(name => alternatives.some(one => one.has(name)) && !others.has(name));
  });
}

/** What each alternative brings. */
function closuresOf({ anyOf }: Dependency, combination: Combination, universe: Universe): readonly Closure[] {
  return anyOf.map(one => closureOf([{ type: 'require', anyOf: [one] }], combination, undefined, universe));
}

function findingFor(index: number, { anyOf, spans }: Dependency, { manifest, universe }: Scene): Finding {
  const names = anyOf.map(one => one.name);
  const [first, last] = [spans?.[0], spans?.at(-1)];
  const whom = names.length === 1 ? names[0] : `any of ${names.join(', ')}`;
  return {
    code: unneeded.code,
    severity: 'hint',
    confidence: 'hint',
    message: `nothing in the payload is known to need ${whom}`,
    span: { start: first?.start ?? 0, end: last?.end ?? 0 },
    payloadPlaces: [],
    what: names.join(', '),
    neededBy: [],
    anyOf: [],
    candidates: [],
    variants: [],
    proof: [
      { text: `no need of the payload is satisfied by ${names.join(', ')} or by what comes only with it` },
    ],
    fixes: [
      {
        title: `Remove the dependency on ${names.join(', ')}`,
        preferred: false,
        edits: [universe.rules.removeDependency(manifest, index)],
      },
    ],
    unnecessary: true,
  };
}
