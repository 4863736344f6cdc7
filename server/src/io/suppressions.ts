import picomatch from 'picomatch';
import type { Suppression, World } from '../core/model.ts';

/** Compiles the suppressions of the settings, once for all questions. */
export function suppressionLookup(suppressions: readonly Suppression[]): World['suppressedBy'] {
  const rules = suppressions.map(({ code, path }) => ({
    code,
    matches: picomatch(path.replace(/^\.?\/+/, ''), { dot: true }),
  }));
  return (code, path) => rules.findIndex(rule => rule.code === code && rule.matches(path));
}
