import type { Dependency, FileResolution, Finding, Fix, Manifest, Requirement } from '../model.ts';
import { needText } from '../needs.ts';
import { incorporates, searchStep, shortName } from '../proof.ts';
import type { Universe } from '../universe.ts';
import type { FindingKind } from './finding-kind.ts';

/** A declared dependency that no repository can satisfy. */
export const unresolvable: FindingKind = {
  code: 'unresolvable',
  title: 'A declared dependency cannot be satisfied.',
  doc: `A \`depend\` action names a package that neither the workspace nor a configured repository has, or has only as
an obsolete package, in a version that is too old, or in versions that the manifest's own \`incorporate\` forbids.
The package can be published, and never be installed.

So does a dependency on a file (\`fmri=__TBD\`), a user, group, link or directory that no known package delivers.

It is reported for \`require\`, \`require-any\` (when no alternative is left), \`conditional\` and \`group\` dependencies,
when a repository is configured and all of them could be read.

**Severity:** warning; error when the repositories are declared to be all there is (\`closed: true\`).

**What to do:** correct the name or the version, depend on the package that replaced it, or remove the line.`,
};

/** The finding for one dependency, if it cannot be satisfied. */
export function unresolvableDependency(
  index: number,
  manifest: Manifest,
  universe: Universe,
  closed: boolean,
): Finding | undefined {
  const dependency = manifest.dependencies[index];
  const [span] = dependency?.spans ?? [];
  if (!dependency || !span || !matters(dependency, universe)) return undefined;
  const reasons = dependency.anyOf.map(one => reason(one, dependency, universe));
  if (reasons.length === 0 || reasons.some(one => one === undefined)) return undefined;
  return {
    code: unresolvable.code,
    severity: closed ? 'error' : 'warning',
    confidence: 'certain',
    message: reasons.join('; '),
    span,
    payloadPlaces: [],
    what: dependency.anyOf.map(one => one.name).join(', '),
    neededBy: [],
    anyOf: [],
    candidates: [],
    variants: [],
    proof: reasons.map(text => ({ text: text ?? '' })),
    fixes: fixesFor(index, dependency, manifest, universe),
  };
}

/** More places than a message can hold; the finding lists them all. */
const MOST_NAMED = 3;

/** The finding for a dependency on a file, user, group, link or directory that nobody delivers. */
export function unresolvableFile(
  { dependency: { anyOf, span }, complete }: FileResolution,
  closed: boolean,
): Finding | undefined {
  if (complete || !span) return undefined;
  const named = anyOf.slice(0, MOST_NAMED).map(needText).join(' or ');
  const what = anyOf.length > MOST_NAMED ? `${named}, or ${anyOf.length - MOST_NAMED} other places,` : named;
  return {
    code: unresolvable.code,
    severity: closed ? 'error' : 'warning',
    confidence: 'certain',
    message: `no known package delivers ${what}, which this line depends on`,
    span,
    payloadPlaces: [],
    what,
    neededBy: [],
    anyOf,
    candidates: [],
    variants: [],
    proof: [searchStep(anyOf)],
    fixes: [],
  };
}

function matters({ type, predicate }: Dependency, universe: Universe): boolean {
  if (type === 'conditional') return predicate !== undefined && universe.chosen(predicate.name) !== undefined;
  return type === 'require' || type === 'require-any' || type === 'group' || type === 'group-any';
}

/** Why a requirement cannot be met; `undefined` when it can. */
function reason(requirement: Requirement, { type }: Dependency, universe: Universe): string | undefined {
  const { name, version, open } = requirement;
  if (name === universe.ownName || open) return undefined;
  const versions = universe.versions(name);
  const [newest] = versions;
  if (!newest) return `no known package is named ${name}`;
  if (type === 'group' || type === 'group-any') return undefined;
  const chosen = universe.chosen(name);
  if (!chosen) {
    if (versions.every(one => one.state === 'obsolete')) return `${name} is obsolete`;
    const constraint = universe.excludes(newest);
    return constraint
      ? `${incorporates(constraint)}, and no known version is: the newest is ${shortName(newest.id)}`
      : `the incorporate dependency on ${name} forbids every known version; the newest is ${shortName(newest.id)}`;
  }
  if (universe.rules.meets(chosen.id.version, version, 'require')) return undefined;
  const constraint = chosen === newest ? undefined : universe.excludes(newest);
  const among = constraint ? `that ${shortName(constraint.by)} allows` : 'known';
  return `${name}@${version} is asked for, and the newest ${among} is ${shortName(chosen.id)}`;
}

function fixesFor(
  index: number,
  dependency: Dependency,
  manifest: Manifest,
  universe: Universe,
): readonly Fix[] {
  const fixes: Fix[] = [];
  for (const [alternative, { name }] of dependency.anyOf.entries()) {
    const chosen = universe.chosen(name);
    if (!chosen) continue;
    const version = chosen.id.version?.replace(/:.*$/, '');
    fixes.push({
      title: `Ask for ${shortName(chosen.id)}`,
      preferred: false,
      edits: [universe.rules.retarget(manifest, index, alternative, { name, ...(version && { version }) })],
    });
  }
  const names = dependency.anyOf.map(one => one.name).join(', ');
  fixes.push({
    title: `Remove the dependency on ${names}`,
    preferred: false,
    edits: [universe.rules.removeDependency(manifest, index)],
  });
  return fixes;
}
