/** The address of a depot: scheme, host, port and the path that everything is below. */
export interface DepotAddress {
  /** With a slash at the end. */
  readonly url: URL;
  /** As it is shown, and what a cache is kept for: without the slash at the end. */
  readonly text: string;
}

/** Reads an address; a string says why it is none, without repeating it. */
export function depotAddress(uri: string): DepotAddress | string {
  if (!URL.canParse(uri)) return 'is no valid address; write http://HOST/ or https://HOST/PATH';
  const url = new URL(uri);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'is no http:// or https:// address';
  if (url.username !== '' || url.password !== '') {
    return 'contains a user name or password, which would end up in files and messages; take it out: depots are asked without one';
  }
  if (url.search !== '' || url.hash !== '') return 'has a query or a fragment; write only host and path';
  url.pathname = url.pathname.replace(/\/*$/, '/');
  return { url, text: url.href.slice(0, -1) };
}

/** Whether an address is that of one publisher of a depot: its path ends with it. */
export function isOf({ url }: DepotAddress, publisher: string): boolean {
  return url.pathname.endsWith(`/${publisher}/`);
}

/**
 * What to ask below an address for `PUBLISHER/catalog/1/...`: the publisher is left out where the address ends with it, or where
 * it is `plain` (`pkg.client.transport.repo`).
 */
export function pathBelow(address: DepotAddress, path: string, plain: string | undefined): string {
  const [publisher = ''] = path.split('/', 1);
  const isPart = publisher !== plain && !isOf(address, publisher);
  return isPart ? path : path.slice(publisher.length + 1);
}

/**
 * An address for messages: whatever it is, without what could be a password. Where a password has a slash or the like, nobody
 * can tell where it ends: what comes before the last `@` is left out then.
 */
export function withoutCredentials(uri: string): string {
  const [, scheme = '', rest = ''] = /^(\s*[a-z][a-z0-9+.-]*:[/\\]*)(.*)$/is.exec(uri) ?? [];
  if (scheme === '' || /^\s*file:/i.test(uri)) return uri;
  const end = rest.search(/[/\\?#]/);
  const host = end < 0 ? rest : rest.slice(0, end);
  const at = host.includes('@') || !/^[^:]*(:\d*)?$|^\[/.test(host) ? rest.lastIndexOf('@') : -1;
  return scheme + rest.slice(at + 1).replace(/[?#].*$/s, '');
}

/**
 * Where a redirection leads that may be followed: the same host and port, or from http to https on the same host.
 * A string says why another is refused.
 */
export function redirected(from: URL, location: string | undefined): URL | string {
  if (location === undefined || !URL.canParse(location, from.href)) return 'redirects to no valid address';
  const to = new URL(location, from);
  if (to.protocol !== 'http:' && to.protocol !== 'https:')
    return `redirects to a ${to.protocol} address, which is not followed`;
  if (to.hostname !== from.hostname || to.username !== '' || to.password !== '') {
    return `redirects to another host (${to.hostname}), and only the one in the settings is contacted; if that is right, write its address in the settings`;
  }
  const upgraded = from.protocol === 'http:' && to.protocol === 'https:';
  if (to.protocol !== from.protocol && !upgraded)
    return `redirects from ${from.protocol} to ${to.protocol}, which is not followed`;
  if (to.port !== from.port && !upgraded)
    return `redirects to another port (${to.port || 'the usual one'}); write that address in the settings`;
  return to;
}
