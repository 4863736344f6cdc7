import { conditionAt, expand } from './pattern.ts';
import { splitPkgname } from './pkgname.ts';
import type { SummaryIndex } from './summary-index.ts';

/** The end of a sentence about a pattern that nothing matches: what there is instead; empty when nothing is alike. */
export function nearMisses(pattern: string, index: SummaryIndex): string {
  const names = [...new Set((expand(pattern) ?? []).flatMap(nameIn))].filter(name => name.length > 1);
  const there = names.find(name => index.versions.has(name));
  if (there !== undefined) {
    const versions = (index.versions.get(there) ?? []).slice(0, MOST).map(each => each.version);
    return `: of ${there} it has ${versions.join(', ')}`;
  }
  const alike = [...index.versions.keys()].filter(name => names.some(wanted => isAlike(wanted, name)));
  const best = alike.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).slice(0, MOST);
  return best.length > 0 ? `: did you mean ${best.join(' or ')}?` : '';
}

const MOST = 3;

/** The name that a pattern without braces means: as it stands, and without what looks like a version. */
function nameIn(pattern: string): readonly string[] {
  const at = conditionAt(pattern);
  if (at >= 0) return [pattern.slice(0, at)];
  const literal = /^[^*?[\]\\=]*/.exec(pattern)?.[0] ?? '';
  const { name, version } = splitPkgname(literal);
  return version === '' || /^[0-9]/.test(version) ? [name, literal] : [literal];
}

function isAlike(wanted: string, name: string): boolean {
  const a = wanted.toLowerCase();
  const b = name.toLowerCase();
  return b.endsWith(`-${a}`) || b.startsWith(`${a}-`) || isOneSlip(a, b);
}

/** Whether one letter too many, too few or wrong, or two neighbours exchanged, are the whole difference. */
function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  const restA = a.slice(same);
  const restB = b.slice(same);
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
