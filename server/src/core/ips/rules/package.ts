import type { Action, ActionType } from '../lines.ts';
import { KEY_ATTRIBUTE } from '../lines.ts';
import { hasUnset } from '../macros.ts';
import { canMeet } from './meeting.ts';
import { pathFaults } from './paths.ts';
import type { Report, Subject } from './subject.ts';

/** A rule about a manifest as a whole. */
type PackageRule = (subject: Subject, report: Report) => void;

/** Judges a manifest as one package. */
export function packageRules(subject: Subject, report: Report): void {
  for (const rule of RULES) rule(subject, report);
}

const RULES: readonly PackageRule[] = [
  pathFaults,
  duplicateNames,
  oneIdentity,
  obsoleteContent,
  renamedContent,
  renamedTo,
];

/** Types of which a package may have one action for each name. */
const UNIQUE: ReadonlySet<ActionType> = new Set<ActionType>(['driver', 'user', 'group', 'license']);

/** More actions of one name than any package has are not all compared. */
const MOST_COMPARED = 50;

function duplicateNames({ actions, tags }: Subject, report: Report): void {
  const known = new Map<string, Action[]>();
  for (const action of actions) {
    if (!UNIQUE.has(action.type)) continue;
    const key = KEY_ATTRIBUTE[action.type];
    const attribute = action.attributes.find(one => one.key === key);
    if (!attribute || hasUnset(attribute.value)) continue;
    const name = `${action.type} ${attribute.value}`;
    const earlier = known.get(name) ?? [];
    known.set(name, earlier);
    const same = earlier.find(one => canMeet(one, action, tags));
    if (earlier.length < MOST_COMPARED) earlier.push(action);
    if (!same) continue;
    const message = `${name} is delivered twice (line ${same.line + 1}); keep one, or tag them with different variants`;
    report({ severity: 'error', message, span: { start: attribute.start, end: attribute.end } });
  }
}

function oneIdentity({ attributes, tags }: Subject, report: Report): void {
  const named = attributes.filter(one => one.name === 'pkg.fmri');
  for (const [index, later] of named.entries()) {
    const earlier = named
      .slice(0, Math.min(index, MOST_COMPARED))
      .find(one => canMeet(one.action, later.action, tags));
    if (!earlier) continue;
    const message = `the package is named twice (line ${earlier.action.line + 1}); keep one pkg.fmri`;
    report({ severity: 'error', message, span: lineSpan(later.action) });
  }
}

function obsoleteContent({ actions, attributes, facts }: Subject, report: Report): void {
  if (facts.state !== 'obsolete') return;
  const renamed = attributes.find(one => one.name === 'pkg.renamed' && one.values[0]?.value === 'true');
  if (renamed) {
    const message = 'a package cannot be obsolete and renamed; remove pkg.obsolete or pkg.renamed';
    report({ severity: 'error', message, span: lineSpan(renamed.action) });
  }
  contentOnly(
    actions,
    ['set', 'signature'],
    'an obsolete package has only set and signature actions; remove this one',
    report,
  );
}

function renamedContent({ actions, facts }: Subject, report: Report): void {
  if (facts.state !== 'renamed') return;
  contentOnly(
    actions,
    ['set', 'signature', 'depend'],
    'a renamed package has only set, depend and signature actions; remove this one',
    report,
  );
}

function contentOnly(
  actions: readonly Action[],
  types: readonly ActionType[],
  message: string,
  report: Report,
): void {
  for (const action of actions) {
    if (types.includes(action.type) || hasUnset(action.prefix)) continue;
    report({ severity: 'error', message, span: lineSpan(action) });
  }
}

/** What it was renamed to is a `require` dependency, or nobody finds it. */
function renamedTo({ actions, attributes, facts, directed }: Subject, report: Report): void {
  if (facts.state !== 'renamed' || directed) return;
  const required = actions.some(
    one =>
      one.type === 'depend' && one.attributes.some(({ key, value }) => key === 'type' && value === 'require'),
  );
  const renamed = attributes.find(one => one.name === 'pkg.renamed');
  if (required || !renamed) return;
  const message =
    'a renamed package requires what it was renamed to; add depend type=require fmri=pkg:/NEW-NAME';
  report({ severity: 'error', message, span: lineSpan(renamed.action) });
}

function lineSpan(action: Action): { start: number; end: number } {
  return { start: action.typeStart, end: action.contentEnd };
}
