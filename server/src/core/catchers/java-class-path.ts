import type { Need } from '../model.ts';
import { directoryNeed } from '../needs.ts';
import { dirname, normalise } from '../paths.ts';

/**
 * What an entry of `Class-Path` in the manifest of the jar at `path` asks for: a URL relative to the jar, or a
 * `file:` URL, a directory when it ends in a slash (JAR File Specification, "Class-Path Attribute").
 * `undefined`: of another machine, or no URL.
 */
export function classPathNeed(entry: string, path: string): Need | undefined {
  const place = placeOf(entry);
  if (place === undefined) return undefined;
  const target = normalise(place.startsWith('/') ? place : `${dirname(path)}/${place}`);
  if (target === '') return undefined;
  return place.endsWith('/') ? directoryNeed(target) : target;
}

/** The path in a URL, without query and fragment, its escapes resolved. */
function placeOf(entry: string): string | undefined {
  const [, scheme, rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]+):)?([^?#]*)/.exec(entry) ?? [];
  if (scheme !== undefined && scheme.toLowerCase() !== 'file') return undefined;
  const local = rest.replace(/^\/\/(?:localhost)?(?=\/)/, '');
  if (local.startsWith('//') || local === '') return undefined;
  return unescaped(local);
}

/** Text with `%20` and the like; `undefined` where that is not UTF-8, or hides what no path has. */
function unescaped(text: string): string | undefined {
  try {
    const path = decodeURIComponent(text);
    return /[\0-\x1f]/.test(path) ? undefined : path;
  } catch {
    return undefined;
  }
}
