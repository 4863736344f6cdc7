import type { Finding, Manifest } from '../model.ts';
import type { FindingKind } from './finding-kind.ts';
import { inCombinations, type NeedGroup, needFinding, needing } from './need-finding.ts';
import { bypassFixes } from './need-fixes.ts';

/** Something is needed, and no known package delivers it. */
export const undelivered: FindingKind = {
  code: 'undelivered',
  title: 'A payload needs something that no known package delivers.',
  doc: `A file of the package needs an interpreter or a library, and neither the workspace nor a configured repository
has a package that delivers it under one of the paths where it would be looked for.

It is reported when a repository is configured and all of them could be read.

**Severity:** warning; error when the repositories are declared to be all there is (\`closed: true\`).

**What to do:** add the repository that has it, correct the interpreter or the run path (the proof lists
where it was looked for), or ignore exactly this path with \`pkg.depend.bypass-generate\`.`,
};

/** The finding for needs without candidates. */
export function undeliveredNeed(group: NeedGroup, manifest: Manifest, closed: boolean): Finding {
  const { what, others } = needing(group);
  return needFinding(group, {
    severity: closed ? 'error' : 'warning',
    message: `needs ${what}${inCombinations(group)}, which no known package delivers${others}`,
    fixes: bypassFixes(group, manifest),
    proof: [{ text: 'no known package delivers it' }],
  });
}
