import { isAbsolute, relative, sep } from 'node:path';

/**
 * How a person who is in `cwd` would write an absolute path: relative when it lies below, else as it is. Addresses
 * stay as they are.
 */
export function shownPath(path: string, cwd: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return path;
  const below = relative(cwd, path);
  if (below === '') return '.';
  if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) return path;
  return below;
}
