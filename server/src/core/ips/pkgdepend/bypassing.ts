import { bypassPattern } from '../pattern.ts';
import { PatternError } from '../pattern-parser.ts';
import { type NeedRecord, pathsIn } from './need-record.ts';

/** What is left of some records once `pkg.depend.bypass-generate` was followed. */
export interface Bypassed {
  readonly records: readonly NeedRecord[];
  /** Paths that are bypassed, sorted: those of the last record that lost any, as pkgdepend tells them. */
  readonly paths: readonly string[];
}

/** The two spellings of "do not look at this file". */
export function bypassesEverything(values: readonly string[]): boolean {
  return values.includes('.*') || values.includes('^.*$');
}

/** Takes away the paths that the values cover; a sentence where one is no regular expression of Python. */
export function withoutBypassed(
  records: readonly NeedRecord[],
  values: readonly string[],
): Bypassed | string {
  // As pkgdepend, which compiles them when there is something to compare them with.
  if (records.length === 0) return { records, paths: [] };
  const items = values.filter(value => value !== '');
  const patterns = items.map(value => ({ value, pattern: bypassPattern(value) }));
  for (const { value, pattern } of patterns)
    if (pattern instanceof PatternError)
      return `pkg.depend.bypass-generate="${value}" is no regular expression (${pattern.message}); write .*\\.so for every .so`;
  const covered = (path: string) =>
    patterns.some(
      ({ value, pattern }) => value === path || (!(pattern instanceof PatternError) && pattern.matches(path)),
    );
  let paths: readonly string[] = [];
  const left = records.flatMap(record => {
    const all = new Set(pathsIn(record));
    const gone = [...all].filter(covered);
    if (gone.length === 0) return [record];
    paths = gone.sort();
    const whole = [...all].filter(path => !gone.includes(path)).sort();
    return whole.length > 0 ? [{ ...record, files: [], directories: [], whole }] : [];
  });
  return { records: left, paths };
}
