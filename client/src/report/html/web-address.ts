const CHECKED = Symbol('checked address');

/** An address that a page may link to. */
export interface WebAddress {
  readonly [CHECKED]: true;
  readonly href: string;
}

/**
 * The address when it may be followed: `http:` or `https:`, with a host, without a user's name, which makes one
 * host look like another. Anything else is shown and not linked.
 */
export function webAddress(text: string): WebAddress | undefined {
  if (text.length > LONGEST || !/^https?:\/\/[!-~]+$/i.test(text)) return undefined;
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  if (url.username !== '' || url.password !== '' || url.hostname === '') return undefined;
  return { [CHECKED]: true, href: url.href };
}

/** Whether a value came from `webAddress`. */
export function isWebAddress(value: unknown): value is WebAddress {
  return typeof value === 'object' && value !== null && CHECKED in value;
}

const LONGEST = 2000;
