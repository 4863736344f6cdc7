/**
 * An installed path in its one spelling: no leading slash, no empty, `.` or `..` component.
 *
 * Purely lexical: links are followed by whoever knows them. As in the kernel, `..` at the root
 * stays at the root, so it is dropped. The root itself is the empty string.
 */
export function normalise(path: string): string {
  const bare = path.startsWith('/') ? path.slice(1) : path;
  if (!UNUSUAL.test(bare)) return bare;
  const parts: string[] = [];
  for (const part of bare.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

const UNUSUAL = /(?:^|\/)(?:\.{0,2}(?:\/|$))/;

/** `path` as seen from `directory`, normalised; an absolute `path` replaces the directory. */
export function join(directory: string, path: string): string {
  return normalise(path.startsWith('/') ? path : `${directory}/${path}`);
}

/** Directory of an installed path; the empty string for what lies in the root. */
export function dirname(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** Last component of an installed path. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
