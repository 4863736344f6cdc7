import picomatch from 'picomatch';
import type { Suppression, World } from '../core/model.ts';

/**
 * Compiles the suppressions of the settings, once for all questions about all manifests.
 *
 * A suppression covers a payload by its installed path, and everything in a manifest by the manifest's
 * path below the root.
 */
export function suppressionLookup(
  suppressions: readonly Suppression[],
): (manifest: string) => World['suppressedBy'] {
  const rules = suppressions.map(({ code, path }) => ({
    code,
    matches: picomatch(path.replace(/^\.?\/+/, ''), { dot: true }),
  }));
  return manifest => (code, path) =>
    rules.findIndex(
      rule => rule.code === code && ((path !== '' && rule.matches(path)) || rule.matches(manifest)),
    );
}
