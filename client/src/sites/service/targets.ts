/** What an address of the service stands for. */
export type Target =
  | { readonly kind: 'latest'; readonly format: 'html' | 'json' | 'text' }
  /** The last part of the address as it is: the name of a site, or such a name and `.json`. */
  | { readonly kind: 'site'; readonly last: string }
  | { readonly kind: 'jobs'; readonly site: string }
  | { readonly kind: 'runs'; readonly format: 'html' | 'json' }
  /** `at`: milliseconds since 1970. */
  | { readonly kind: 'run'; readonly at: number; readonly format: 'html' | 'json' }
  | { readonly kind: 'health' };

/**
 * The target of a path as it stands in a request, with its query, which means nothing; `undefined`: nothing is there.
 * Names are only ever compared with those that are known; no part of a path comes near a file system.
 */
export function targetOf(url: string): Target | undefined {
  const parts = partsOf(url.replace(/\?.*$/s, ''));
  if (!parts) return undefined;
  const [first, second, third] = parts;
  if (parts.length === 1) return FIXED.get(first!);
  if (first === 'sites' && second && parts.length === 2) return { kind: 'site', last: second };
  if (first === 'sites' && second && third === 'jobs.json' && parts.length === 3)
    return { kind: 'jobs', site: second };
  return first === 'runs' && second && parts.length === 2 ? runOf(second) : undefined;
}

const FIXED: ReadonlyMap<string, Target> = new Map<string, Target>([
  ['', { kind: 'latest', format: 'html' }],
  ['status.json', { kind: 'latest', format: 'json' }],
  ['status.txt', { kind: 'latest', format: 'text' }],
  ['runs', { kind: 'runs', format: 'html' }],
  ['runs.json', { kind: 'runs', format: 'json' }],
  ['healthz', { kind: 'health' }],
]);

/** Decoded; `undefined`: it is no path, or cannot be decoded. */
function partsOf(path: string): readonly string[] | undefined {
  if (!path.startsWith('/')) return undefined;
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    // It throws on what is no UTF-8.
    return undefined;
  }
}

function runOf(text: string): Target | undefined {
  const [, time = '', json] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)(\.json)?$/.exec(text) ?? [];
  const at = Date.parse(time);
  return Number.isNaN(at) ? undefined : { kind: 'run', at, format: json ? 'json' : 'html' };
}
