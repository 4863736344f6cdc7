import type { CaughtNeed } from './collect.ts';
import type { ImplicitDependency, Need, PackageId, ProofStep } from './model.ts';
import { needText } from './needs.ts';
import type { Way } from './resolve.ts';
import type { Known, Universe } from './universe.ts';
import type { Constraint } from './version-constraints.ts';

/** More than anybody reads; the finding itself lists every file. */
const MOST_STEPS = 12;

/** Which file needs what, in its own words. */
export function needSteps(needs: readonly CaughtNeed[]): readonly ProofStep[] {
  const steps: ProofStep[] = needs.slice(0, MOST_STEPS).map(({ need, location }) => ({
    text: `${need.neededBy}${need.at ? ` line ${need.at.line + 1}` : ''}: ${need.because}`,
    ...(location !== undefined && { place: { file: location, ...(need.at && { range: need.at }) } }),
  }));
  if (needs.length > MOST_STEPS) steps.push({ text: `and ${needs.length - MOST_STEPS} more` });
  return steps;
}

/** More places than anybody reads. */
const MOST_PLACES = 24;

/** Where it was looked for. */
export function searchStep(all: readonly Need[]): ProofStep {
  const anyOf = all.slice(0, MOST_PLACES);
  const texts = anyOf.map(needText);
  const more = all.length > MOST_PLACES ? ` and ${all.length - MOST_PLACES} more places` : '';
  return {
    text:
      texts.length === 1 ? `looked for ${texts[0]}` : `looked for, in this order: ${texts.join(', ')}${more}`,
  };
}

/** Who delivers it, link by link. */
export function waySteps(ways: readonly Way[], universe: Universe): readonly ProofStep[] {
  const steps = new Map<string, ProofStep>();
  for (const way of ways) {
    for (const known of way.steps) {
      const step = deliveryStep(known, universe);
      steps.set(step.text, step);
    }
  }
  return [...steps.values()].slice(0, MOST_STEPS);
}

/** What an incorporation says: `entire@2026.1 allows only library/zlib@1.3`. */
export function incorporates({ name, version, by }: Constraint): string {
  return `${shortName(by)} allows only ${shortName({ name, version })}`;
}

/** More packages on the way than anybody reads. */
const LONG_WAY = 9;

/** Packages that bring each other, the first that of the manifest; of many the first and last few. */
export function wayText(path: readonly string[]): string {
  if (path.length <= LONG_WAY) return path.join(' → ');
  return [...path.slice(0, 4), `${path.length - 8} others`, ...path.slice(-4)].join(' → ');
}

/** Who delivers it in versions that would not be installed, and why they would not. */
export function unchosenSteps(anyOf: readonly Need[], universe: Universe): readonly ProofStep[] {
  const texts = new Set<string>();
  for (const { delivery, constraint, chosen } of anyOf.flatMap(path => universe.unchosenAt(path))) {
    const delivers = `${shortName(delivery.package)} delivers ${needText(delivery.path)}`;
    if (constraint) texts.add(`${delivers}, and ${incorporates(constraint)}`);
    else if (chosen) texts.add(`${delivers}, and ${shortName(chosen)}, which would be installed, does not`);
  }
  return [...texts].slice(0, MOST_STEPS).map(text => ({ text }));
}

/** `library/zlib@1.3.1-2024.0`, without the build and the time stamp that nobody reads. */
export function shortName(id: PackageId): string {
  const version = id.version?.replace(/,[^-:]*/, '').replace(/:.*$/, '');
  return version ? `${id.name}@${version}` : id.name;
}

function deliveryStep({ delivery, own, repository }: Known, universe: Universe): ProofStep {
  const chosen = universe.chosen(delivery.package.name)?.id ?? delivery.package;
  const who = own ? 'this package' : `${shortName(chosen)} (${repository})`;
  const text =
    delivery.kind === 'link'
      ? `${who} links ${delivery.path} to ${delivery.target}${delivery.mediator ? ` (mediator ${delivery.mediator})` : ''}`
      : `${who} ${delivery.implied ? 'has something in' : 'delivers'} ${needText(delivery.path)}`;
  const { origin } = delivery;
  if (!origin) return { text };
  const range = { line: origin.line, column: 0, endLine: origin.line, endColumn: 0 };
  return { text, place: { file: origin.file, range } };
}

/** What is said of a need that no known package delivers; of some nobody has to: a package may do without `__init__.py`. */
export function absence({ unmet }: ImplicitDependency): string {
  const text = 'delivered by no known package';
  return unmet === 'nothing' ? `${text}, and need not be` : text;
}
