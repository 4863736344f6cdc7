import type { Finding, Manifest } from '../model.ts';
import { wayText } from '../proof.ts';
import type { FindingKind } from './finding-kind.ts';
import { inCombinations, type NeedGroup, needFinding, needing } from './need-finding.ts';
import { declaringFixes } from './need-fixes.ts';

/** A need is satisfied, but only through the dependency of another package. */
export const indirect: FindingKind = {
  code: 'indirect',
  title: "A need is satisfied only through another package's dependency.",
  doc: `What a file needs is there, because a declared dependency itself depends on the package that delivers it.
That holds until the other package changes.

**Severity:** hint with \`policy: { transitive: closure }\` (the default), warning with \`transitive: direct\`.

**What to do:** declare the package directly if your code uses it directly.`,
};

/** The finding for needs that come through others; `group.ways` are those that satisfy it. */
export function indirectNeed(group: NeedGroup, manifest: Manifest): Finding {
  const { what, others } = needing(group);
  const provider = group.ways[0]?.provider ?? '';
  const path = [...group.closures][0]?.path(provider) ?? [];
  return needFinding(group, {
    severity: group.direct ? 'warning' : 'hint',
    message: `needs ${what}${inCombinations(group)} of ${provider}, which comes only through ${wayText(path.slice(0, -1))}${others}`,
    fixes: () => declaringFixes(group, manifest, group.direct),
    proof: [{ text: `brought by ${wayText(path)}` }],
  });
}
