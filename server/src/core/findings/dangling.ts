import type { Finding, Manifest } from '../model.ts';
import { dirname, join } from '../paths.ts';
import { unchosenSteps } from '../proof.ts';
import type { FindingKind } from './finding-kind.ts';
import { alternativesOf, inCombinations, type NeedGroup, needFinding, needing } from './need-finding.ts';
import { bypassFixes } from './need-fixes.ts';

/** A link whose target nobody delivers. */
export const dangling: FindingKind = {
  code: 'dangling',
  title: 'A link leads to something that no known package delivers.',
  doc: `A \`link\` action has a target that is neither in this package nor, as a file, a directory or a link, in any package of
the workspace or of a configured repository. Targets that exist only while a system runs are not reported.
Links of the package that lead round in a circle are reported as such.

It is reported when a repository is configured and all of them could be read.

**Severity:** warning.

**What to do:** correct the target (it is relative to the directory of the link), deliver what it names, or add the
repository that has it. If a program makes it at run time, ignore exactly this path with \`pkg.depend.bypass-generate\`
on the action, or suppress the finding with a reason in \`packwright.yaml\`.`,
};

/** The finding for links whose target nobody delivers. */
export function danglingLink(group: NeedGroup, manifest: Manifest): Finding {
  const { what, others } = needing(group);
  const unchosen = unchosenSteps(alternativesOf(group), group.universe);
  const once = unchosen[0] ? `: ${unchosen[0].text}` : '';
  const circle = group.needs.some(({ need }) => isCircle(need.anyOf[0] ?? '', manifest));
  const why = circle ? 'which leads back to itself' : 'which no known package delivers';
  return needFinding(group, {
    severity: 'warning',
    message: `links to ${what}${inCombinations(group)}, ${why}${others}${once}`,
    fixes: () => bypassFixes(group, manifest),
    proof: [...unchosen, { text: circle ? 'links lead round in a circle' : 'no known package delivers it' }],
  });
}

/** Whether the package's own links lead from a path to that path again. */
function isCircle(path: string, manifest: Manifest): boolean {
  const links = linksOf(manifest);
  const seen = new Set<string>();
  let at: string | undefined = path;
  for (; at !== undefined && !seen.has(at); at = links.get(at)) seen.add(at);
  return at !== undefined;
}

const remembered = new WeakMap<Manifest, ReadonlyMap<string, string>>();

/** Where each link of a package leads. */
function linksOf(manifest: Manifest): ReadonlyMap<string, string> {
  const known = remembered.get(manifest);
  if (known) return known;
  const links = manifest.others.flatMap(({ kind, path, target }): readonly [string, string][] =>
    kind === 'link' && target ? [[path, join(dirname(path), target.text)]] : [],
  );
  const made = new Map(links);
  remembered.set(manifest, made);
  return made;
}
