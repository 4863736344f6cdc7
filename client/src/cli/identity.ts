import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import type { Finding } from '../../../server/src/core/model.ts';

/**
 * What makes a finding the same one tomorrow: its code, its manifest, and what it is about; neither its line nor
 * the packages that would satisfy it, which change with every update of a repository.
 *
 * `base` is the directory that manifests are named from. Two findings may be the same in all of this.
 */
export function identityOf(finding: Finding, manifest: string, base: string): string {
  const { code, catcher, what, anyOf, variants, message, neededBy } = finding;
  const subject =
    what === undefined ? [catcher ?? '', message, ...neededBy] : [catcher ?? '', what, ...anyOf];
  const parts = [code, portablePath(manifest, base), ...subject, ...variants];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
}

/** A path as seen from a directory, with slashes everywhere. */
export function portablePath(path: string, base: string): string {
  return relative(base, path).split(sep).join('/');
}
