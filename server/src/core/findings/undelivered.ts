import type { Finding, Manifest, Need } from '../model.ts';
import { isPlace, kindOf } from '../needs.ts';
import { basename } from '../paths.ts';
import { unchosenSteps } from '../proof.ts';
import type { FindingKind } from './finding-kind.ts';
import {
  alternativesOf,
  confidenceOf,
  inCombinations,
  type NeedGroup,
  needFinding,
  needing,
} from './need-finding.ts';
import { bypassFixes } from './need-fixes.ts';

/** Something is needed, and no known package delivers it. */
export const undelivered: FindingKind = {
  code: 'undelivered',
  title: 'A payload needs something that no known package delivers.',
  doc: `A file of the package needs an interpreter or a library, and neither the workspace nor a configured repository
has a package that delivers it under one of the paths where it would be looked for.

It is reported when a repository is configured and all of them could be read.

**Severity:** warning; error when the catcher is certain, the repositories are declared to be all there is
(\`closed: true\`) and the package itself has no file of that name elsewhere. A service or class that nobody delivers
is a warning at most: packages need not say which they bring.

**What to do:** add the repository that has it, correct the interpreter or the run path (the proof lists
where it was looked for), or ignore exactly this path with \`pkg.depend.bypass-generate\`.`,
};

/** The finding for needs without candidates. */
export function undeliveredNeed(group: NeedGroup, manifest: Manifest, closed: boolean): Finding {
  const { what, others } = needing(group);
  const elsewhere = ownElsewhere(group);
  const own = elsewhere ? `; this package has it as ${elsewhere}, where it is not looked for` : '';
  const alternatives = alternativesOf(group);
  const unchosen = unchosenSteps(alternatives, group.universe);
  const forbidden = unchosen[0] && !own ? `: ${unchosen[0].text}` : '';
  const ofClasses = alternatives.every(one => kindOf(one) === 'java');
  return needFinding(group, {
    severity: closed && !elsewhere && isCertain(group) ? 'error' : 'warning',
    message: `needs ${what}${inCombinations(group)}, which ${ofClasses ? 'nothing in this package brings' : 'no known package delivers'}${own}${others}${forbidden}`,
    fixes: () => bypassFixes(group, manifest),
    proof: [...unchosen, { text: ofClasses ? UNKNOWN_CLASSES : 'no known package delivers it' }],
  });
}

/**
 * Whether nobody can deliver it where the repositories are all there is: the catcher is sure, and it is a path, a user or
 * a group. Packages need not say which services and classes they bring.
 */
function isCertain(group: NeedGroup): boolean {
  const told = alternativesOf(group).every(one => !UNTOLD.has(kindOf(one)));
  return told && confidenceOf(group) === 'certain';
}

const UNTOLD: ReadonlySet<string> = new Set(['smf', 'java']);

/** Packages say which paths they deliver, and not which classes are in their jars. */
const UNKNOWN_CLASSES =
  'nothing in this package brings it, and packages do not say which classes are in their jars';

/**
 * A path of the package itself with the base name that is needed: an extended run path or an
 * environment may lead there, so that `pkgdepend(1)` too only warns.
 */
function ownElsewhere({ needs, universe }: NeedGroup): Need | undefined {
  const lists = new Set(needs.map(one => one.need.anyOf));
  const bases = [...lists].map(list => new Set(list.filter(isPlace).map(basename)));
  // A module may be one of many files, and one of them is `__init__.py`: such names say nothing.
  const [base, ...others] = bases.every(one => one.size === 1) ? bases.flatMap(one => [...one]) : [];
  if (base === undefined) return undefined;
  return [base, ...others].flatMap(one => universe.ownNamed(one))[0];
}
