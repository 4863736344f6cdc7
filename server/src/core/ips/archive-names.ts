import { isPublishedVersion, isStem, unquote } from './catalog.ts';

/** What the name of a member says that it is, by the layout of a repository of version 4. */
export type ArchiveRole =
  | { readonly is: 'manifest'; readonly publisher: string; readonly name: string; readonly version: string }
  | { readonly is: 'payload'; readonly publisher: string; readonly hash: string }
  | { readonly is: 'publisher'; readonly publisher: string }
  | { readonly is: 'settings' }
  | { readonly is: 'nothing' }
  /** A name that would lead out of the directory that the archive is unpacked in. */
  | { readonly is: 'outside' };

/** The name without what tar adds to it: `./` before, `/` behind. */
export function plainName(name: string): string {
  let start = 0;
  while (name.startsWith('./', start)) start += 2;
  let end = name.length;
  while (end > start && name[end - 1] === '/') end--;
  return name.slice(start, end);
}

/** What a member is, by its plain name. */
export function archiveRole(name: string): ArchiveRole {
  if (name.startsWith('/') || name.split('/').includes('..')) return OUTSIDE;
  if (name === 'pkg5.repository') return { is: 'settings' };
  const [top, publisher = '', place, first, second, ...rest] = name.split('/');
  if (top !== 'publisher' || !isPublisher(publisher) || rest.length > 0) return NOTHING;
  if (place === 'pub.p5i' && first === undefined) return { is: 'publisher', publisher };
  if (first === undefined || second === undefined) return NOTHING;
  if (place === 'pkg') return manifestRole(publisher, unquote(first), unquote(second));
  return place === 'file' && isHash(second) ? { is: 'payload', publisher, hash: second } : NOTHING;
}

/** Whether a text can be the prefix of a publisher (`pkg(7)`): it then names no directory but its own. */
export function isPublisher(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]*$/.test(text) && text.length < 256;
}

/** Whether a text is the name of payload in a repository: a digest in hexadecimal. */
export function isHash(text: string): boolean {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text);
}

function manifestRole(publisher: string, name: string | undefined, version: string | undefined): ArchiveRole {
  if (name === undefined || version === undefined || !isStem(name) || !isPublishedVersion(version))
    return ODD;
  return { is: 'manifest', publisher, name, version };
}

const OUTSIDE: ArchiveRole = { is: 'outside' };
const NOTHING: ArchiveRole = { is: 'nothing' };
/** What stands in the place of a manifest and has no name of one leads nowhere that is known. */
const ODD: ArchiveRole = OUTSIDE;
