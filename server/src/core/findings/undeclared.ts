import type { Finding, Manifest } from '../model.ts';
import { unchosenSteps } from '../proof.ts';
import type { FindingKind } from './finding-kind.ts';
import {
  alternativesOf,
  confidenceOf,
  eitherOf,
  inCombinations,
  missingOf,
  type NeedGroup,
  needFinding,
  needing,
} from './need-finding.ts';
import { bypassFixes, declaringFixes } from './need-fixes.ts';

/** Something needed is delivered by known packages, and no declared dependency brings one of them. */
export const undeclared: FindingKind = {
  code: 'undeclared',
  title: 'A payload needs something that no declared dependency brings.',
  doc: `A file of the package needs an interpreter or a library that other packages deliver, and none of these is in
the transitive closure of the declared dependencies. The package installs, and then does not run.

**Severity:** error when the catcher is certain, warning when it is likely, hint when it only suspects
(the interpreter of a script that is not executable, for instance).

**What to do:** declare the package that delivers it. When several would do, \`require-any\` leaves the choice to the
system; declare one of them if the choice matters. If the file is never used in that way, ignore exactly
this path with \`pkg.depend.bypass-generate\`; never use \`.*\`, which silences every later finding too.`,
};

/** The finding for needs that the packages of `group.ways` would satisfy. */
export function undeclaredNeed(group: NeedGroup, manifest: Manifest): Finding {
  const alternatives = group.ways.map(way => missingOf(way, group));
  const { what, others } = needing(group);
  const delivers = alternatives.every(one => one.length === 1) ? 'delivers' : 'deliver';
  return needFinding(group, {
    severity: confidenceOf(group) === 'certain' ? 'error' : 'warning',
    message: `needs ${what}${inCombinations(group)}, which ${eitherOf(distinct(alternatives))} ${delivers}${others}`,
    fixes: () => [...declaringFixes(group, manifest, true), ...bypassFixes(group, manifest)],
    proof: [...unchosenSteps(alternativesOf(group), group.universe), { text: absence(group, alternatives) }],
  });
}

function distinct(alternatives: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(alternatives.map(one => [one.join('\n'), one])).values()];
}

function absence(group: NeedGroup, alternatives: readonly (readonly string[])[]): string {
  const names = [...new Set(alternatives.flat())];
  const which = names.length === 1 ? `${names[0]} is not` : `none of ${names.join(', ')} is`;
  return `${which} among what the declared dependencies bring${inCombinations(group)}`;
}
