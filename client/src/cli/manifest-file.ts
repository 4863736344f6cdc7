import { basename } from 'node:path';

/** True for a file that `check` can be asked about: a manifest, a fragment or a settings file. */
export function isCheckable(path: string): boolean {
  return /\.(p5m|mog)$/.test(path) || basename(path) === 'packwright.yaml';
}
