import { globMatches, readGlob } from './glob.ts';
import { splitPkgname } from './pkgname.ts';
import { compareVersions } from './version.ts';

/** What `pkg_admin pmatch` says: `error` where the tool gives up because braces do not close. */
export type MatchOutcome = 'match' | 'nomatch' | 'error';

/** Whether a package of this name and version matches a pattern (`pkgsrc(7)`, `opattern.c`). */
export function matches(pattern: string, pkgname: string): boolean {
  return matchOutcome(pattern, pkgname) === 'match';
}

/**
 * Judges one pattern and one package in the order of `pkg_match()`: the first two characters, the first group of
 * braces, `<` and `>`, wildcards, equal text, and the pattern followed by `-[0-9]*`.
 */
export function matchOutcome(pattern: string, pkgname: string): MatchOutcome {
  if (pattern.length > LONGEST) return 'error';
  return outcome(pattern, pkgname, { alternatives: MOST_ALTERNATIVES });
}

/** Why no package can match a pattern, or why it must not be sent anywhere; `undefined` when it is well formed. */
export function patternFault(pattern: string): string | undefined {
  if (pattern === '') return 'it is empty';
  if (pattern.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  if (!PLAIN.test(pattern)) return 'it holds white space, a control character or a letter that is not ASCII';
  if (pattern.startsWith('-')) return 'it begins with -';
  if (!balanced(pattern)) return 'its braces do not close';
  return expand(pattern) ? undefined : `it has more than ${MOST_ALTERNATIVES} alternatives`;
}

/** The alternatives of a pattern's braces, in their order; `undefined` when they do not close or are too many. */
export function expand(pattern: string): readonly string[] | undefined {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!next.includes('{')) done.push(next);
    else {
      const alternatives = expandFirst(next);
      if (!alternatives) return undefined;
      open.push(...alternatives.toReversed());
    }
    if (done.length + open.length > MOST_ALTERNATIVES) return undefined;
  }
  return done;
}

/** Where the version condition of a pattern without braces begins; negative when it has none. */
export function conditionAt(pattern: string): number {
  return pattern.search(/[<>]/);
}

/** More than any pattern in use has, and few enough to try them all. */
const MOST_ALTERNATIVES = 4096;
const LONGEST = 1023;
const PLAIN = /^[!-~]*$/;

interface Budget {
  alternatives: number;
}

function outcome(pattern: string, pkgname: string, budget: Budget): MatchOutcome {
  if (!beginsAlike(pattern, pkgname)) return 'nomatch';
  if (pattern.includes('{')) return alternates(pattern, pkgname, budget);
  const at = conditionAt(pattern);
  return (at < 0 ? namesIt(pattern, pkgname) : compares(pattern, at, pkgname)) ? 'match' : 'nomatch';
}

/** An error in any alternative is one of the whole, even behind a match. */
function alternates(pattern: string, pkgname: string, budget: Budget): MatchOutcome {
  const patterns = expandFirst(pattern);
  if (!patterns) return 'error';
  budget.alternatives -= patterns.length;
  if (budget.alternatives < 0) return 'error';
  let found: MatchOutcome = 'nomatch';
  for (const each of patterns) {
    const one = outcome(each, pkgname, budget);
    if (one === 'error') return one;
    if (one === 'match') found = one;
  }
  return found;
}

/** The pattern once for each alternative of its first group of braces; `undefined` when the group does not close. */
function expandFirst(pattern: string): readonly string[] | undefined {
  const open = pattern.indexOf('{');
  const middles: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '{') depth++;
    else if (character === '}') depth--;
    if (depth > 1 || (depth === 1 && character !== ',')) continue;
    if (at > open && (depth === 0 || character === ',')) {
      middles.push(pattern.slice(start, at));
      start = at + 1;
    }
    if (depth === 0) return middles.map(middle => pattern.slice(0, open) + middle + pattern.slice(at + 1));
  }
  return undefined;
}

function balanced(pattern: string): boolean {
  let depth = 0;
  for (const character of pattern) {
    if (character === '{') depth++;
    else if (character === '}') depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** The quick test of pkg_install; it is not only quick: it keeps a pattern with broken braces from being an error. */
function beginsAlike(pattern: string, pkgname: string): boolean {
  if (!SIMPLE.test(pattern.charAt(0))) return true;
  if (pattern[0] !== pkgname[0]) return false;
  return !SIMPLE.test(pattern.charAt(1)) || pattern[1] === pkgname[1];
}

const SIMPLE = /[0-9A-Za-z-]/;
const WILD = /[*?[\]]/;

function namesIt(pattern: string, pkgname: string): boolean {
  if (pattern === pkgname) return true;
  if (WILD.test(pattern) && globMatches(readGlob(pattern), pkgname)) return true;
  if (!WILD.test(pattern) && !pattern.includes('\\'))
    return pkgname.startsWith(`${pattern}-`) && /^[0-9]/.test(pkgname.slice(pattern.length + 1));
  return globMatches(readGlob(`${pattern}-[0-9]*`), pkgname);
}

/** `NAME>=LOW<HIGH` and its parts: the name is literal, and only a lower bound may have an upper one behind it. */
function compares(pattern: string, at: number, pkgname: string): boolean {
  const dash = pkgname.lastIndexOf('-');
  if (dash !== at || !pkgname.startsWith(pattern.slice(0, at))) return false;
  const { version } = splitPkgname(pkgname);
  const { operator, rest } = readOperator(pattern.slice(at));
  const upper = operator.startsWith('>') ? rest.indexOf('<') : -1;
  if (upper < 0) return holds(version, operator, rest);
  const high = readOperator(rest.slice(upper));
  return holds(version, high.operator, high.rest) && holds(version, operator, rest.slice(0, upper));
}

function readOperator(text: string): { readonly operator: string; readonly rest: string } {
  const length = text[1] === '=' ? 2 : 1;
  return { operator: text.slice(0, length), rest: text.slice(length) };
}

function holds(version: string, operator: string, bound: string): boolean {
  const order = compareVersions(version, bound);
  if (order === 0) return operator.length === 2;
  return operator.startsWith('>') ? order > 0 : order < 0;
}
