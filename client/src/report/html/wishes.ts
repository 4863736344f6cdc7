import { conditionAt, expand, matches } from '../../../../server/src/core/pkgsrc/pattern.ts';

/** What became of one pattern of the sites file at one site. */
export interface Wish {
  readonly pattern: string;
  /** Name of the package that the pattern means, as far as it says one. */
  readonly name: string;
  readonly outcome: 'met' | 'drift' | 'missing';
}

/** Installed versions by name of the package. */
export type Installed = ReadonlyMap<string, readonly string[]>;

/** A judge of patterns, which remembers what it said: many sites want the same and have the same. */
export function wishJudge(): (pattern: string, installed: Installed) => Wish {
  const said = new Map<string, boolean>();
  const names = new Map<string, readonly string[]>();
  const fits = (pattern: string, name: string, version: string) => {
    const key = `${pattern}\n${name}\n${version}`;
    const known = said.get(key);
    if (known !== undefined) return known;
    const answer = matches(pattern, `${name}-${version}`);
    said.set(key, answer);
    return answer;
  };
  return (pattern, installed) => {
    const candidates = names.get(pattern) ?? namesMeant(pattern);
    names.set(pattern, candidates);
    const open = candidates.some(name => WILD.test(name));
    const looked = open ? [...installed.keys()] : candidates;
    const met = looked.some(name => installed.get(name)?.some(version => fits(pattern, name, version)));
    const name = candidates.find(each => installed.has(each)) ?? candidates[0] ?? pattern;
    return { pattern, name, outcome: met ? 'met' : installed.has(name) ? 'drift' : 'missing' };
  };
}

/** Names of packages that a pattern can mean, likeliest first: without its condition, without its version. */
export function namesMeant(pattern: string): readonly string[] {
  const names = (expand(pattern) ?? [pattern]).flatMap(alternative => {
    const condition = conditionAt(alternative);
    const plain = condition < 0 ? alternative : alternative.slice(0, condition);
    return condition < 0 ? [plain.replace(VERSION, ''), plain] : [plain];
  });
  return [...new Set(names)];
}

/** The end of a pattern that stands for versions: `-[0-9]*`, `-1.2`, `-*`. */
const VERSION = /-(?:\[[^\]]*\]|[0-9*?])[^-]*$/;
const WILD = /[*?[\]\\]/;
