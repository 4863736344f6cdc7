import type { Dependency, Finding, Package, ProofStep, Span, Verdict } from '../core/model.ts';
import { absence } from '../core/proof.ts';
import type { Checked, PayloadFinding } from '../session.ts';
import { lineAt } from './manifest-lines.ts';

/** Something that is said about a place, and the proof of it. */
export interface Explanation {
  /** One sentence without a final full stop. */
  readonly title: string;
  readonly steps: readonly ProofStep[];
}

/** An answer for a place: what it is about, and what there is to say. */
export interface Explained {
  /** In the text that was asked about; absent for payload files. */
  readonly span?: Span;
  readonly explanations: readonly Explanation[];
}

/** More than anybody reads in a pop-up. */
const MOST = 12;

/** What there is to say of the `file` line, the dependency or the finding at an offset of a manifest. */
export async function explainManifest(
  checked: Checked,
  offset: number,
  signal: AbortSignal,
): Promise<Explained | undefined> {
  const { manifest, findings, verdicts } = checked;
  const line = lineAt(manifest, offset);
  if (!line || offset > line.contentEnd) return undefined;
  const span = { start: line.start, end: line.contentEnd };
  const within = (place: Span) => place.start >= line.start && place.end <= line.end;
  const explanations: Explanation[] = [];
  for (const dependency of manifest.dependencies) {
    if (dependency.line?.start === line.start)
      explanations.push(...(await ofDependency(checked, dependency, signal)));
  }
  const needs = verdicts.filter(({ file }) => within(file.action));
  explanations.push(...needs.map(ofVerdict));
  const told = new Set(needs.map(({ need }) => need.what));
  for (const finding of findings) {
    if (within(finding.span) && !(finding.what && told.has(finding.what)))
      explanations.push(ofFinding(finding));
  }
  return explanations.length > 0 ? { span, explanations: shortened(explanations) } : undefined;
}

/** What there is to say of a line of a payload file, as each of the manifests that deliver it sees it. */
export function explainPayload(
  path: string,
  line: number,
  deliverers: readonly Checked[],
  findings: readonly PayloadFinding[],
): Explained | undefined {
  const on = (place: { readonly line: number; readonly endLine: number } | undefined) =>
    place !== undefined && place.line <= line && line <= place.endLine;
  const verdicts = deliverers.flatMap(({ verdicts: all }) =>
    all.filter(({ need, location }) => location === path && on(need.at)),
  );
  const told = new Set(verdicts.map(({ need }) => need.what));
  const others = findings.filter(
    ({ finding, place }) => on(place.range) && !(finding.what && told.has(finding.what)),
  );
  const explanations = [...verdicts.map(ofVerdict), ...others.map(({ finding }) => ofFinding(finding))];
  return explanations.length > 0 ? { explanations: shortened(explanations) } : undefined;
}

function ofVerdict({ need, file, outcome, by, proof }: Verdict): Explanation {
  const text = outcome === 'missing' && by.length === 0 ? absence(need) : outcomes[outcome];
  const who = by.length > 0 ? ` (${by.join(', ')})` : '';
  return { title: `${file.path} needs ${need.what}: ${text}${who}`, steps: proof };
}

const outcomes: Readonly<Record<Verdict['outcome'], string>> = {
  own: 'delivered by this package itself',
  declared: 'declared',
  indirect: 'only through the dependency of another package',
  generated: 'declared by the build itself',
  missing: 'not declared',
};

function ofFinding({ message, proof }: Finding): Explanation {
  return { title: message, steps: proof };
}

/** Which package it is, what it is there for, and who else would do. */
async function ofDependency(
  checked: Checked,
  { anyOf, type }: Dependency,
  signal: AbortSignal,
): Promise<readonly Explanation[]> {
  const known = await newest(checked, new Set(anyOf.map(({ name }) => name)), signal);
  return anyOf.map(({ name }) => {
    const needing = checked.verdicts.filter(({ outcome, by }) => outcome !== 'missing' && by.includes(name));
    const others = new Set(needing.flatMap(({ by }) => by).filter(other => other !== name));
    const steps: ProofStep[] = needing.slice(0, MOST).map(({ need, file, location }) => ({
      text: `${file.path} needs ${need.what}`,
      ...(location !== undefined && { place: { file: location, ...(need.at && { range: need.at }) } }),
    }));
    if (needing.length > MOST) steps.push({ text: `and ${needing.length - MOST} more` });
    if (needing.length === 0 && type === 'require') steps.push({ text: 'no payload is known to need it' });
    if (others.size > 0) steps.push({ text: `some of it would also come with ${[...others].join(', ')}` });
    return { title: `${name}: ${known.get(name) ?? 'in no known repository'}`, steps };
  });
}

/** Newest version and state of packages, from the first repository that has them. */
async function newest(
  { tree, path }: Checked,
  names: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (!tree.prepared) return found;
  for (const repository of tree.world(path).repositories) {
    for (const [name, versions] of await repository.packages(names, signal)) {
      const [first] = versions;
      if (first && !found.has(name)) found.set(name, describedPackage(first, repository.name));
    }
  }
  return found;
}

function describedPackage({ id, state }: Package, repository: string): string {
  const version = id.version ? `newest known version ${id.version.replace(/:.*$/, '')}` : 'no version';
  return `${version} (${repository})${state === 'ordinary' ? '' : `, ${state}`}`;
}

function shortened(explanations: readonly Explanation[]): readonly Explanation[] {
  if (explanations.length <= MOST) return explanations;
  return [...explanations.slice(0, MOST), { title: `and ${explanations.length - MOST} more`, steps: [] }];
}
