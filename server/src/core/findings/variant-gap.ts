import type { Finding, Manifest } from '../model.ts';
import type { FindingKind } from './finding-kind.ts';
import { eitherOf, inCombinations, missingOf, type NeedGroup, needFinding, needing } from './need-finding.ts';
import { bypassFixes, declaringFixes } from './need-fixes.ts';

/** A need is satisfied for some variant combinations only. */
export const variantGap: FindingKind = {
  code: 'variant-gap',
  title: 'A need is satisfied for some variant combinations only.',
  doc: `The file is delivered for several variant values (\`variant.arch\`, \`variant.opensolaris.zone\`, ...), and what it needs
comes with the declared dependencies for some of them only: a \`depend\` action or a delivery carries a variant tag that
the file does not carry.

**Severity:** error. Where no known package delivers it for the other combinations, it is as severe as \`undelivered\`.

**What to do:** declare the dependency for the missing combinations too, or tag the file.`,
};

/** The finding for combinations in which needs are missing while others have them. */
export function variantGapNeed(group: NeedGroup, manifest: Manifest, closed: boolean): Finding {
  const { what, others } = needing(group);
  const alternatives = group.ways.map(way => missingOf(way, group));
  const who =
    alternatives.length > 0
      ? `, where ${eitherOf(alternatives)} is not declared`
      : ', where no known package delivers it';
  return needFinding(group, {
    severity: alternatives.length > 0 || closed ? 'error' : 'warning',
    message: `needs ${what}${inCombinations(group)} too${who}${others}`,
    fixes: () => [...declaringFixes(group, manifest, true), ...bypassFixes(group, manifest)],
    proof: [{ text: `satisfied for other combinations, not${inCombinations(group)}` }],
  });
}
