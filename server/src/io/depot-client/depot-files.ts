import type { IncomingHttpHeaders } from 'node:http';
import type { CacheEntry, DepotCache } from './depot-cache.ts';
import type { Failure, Transport } from './transport.ts';

/** A text as a depot has it. */
export interface Fetched {
  readonly text: string;
  /** False when the depot said that the copy is still right. */
  readonly fresh: boolean;
  /** What is to be kept of it, where it is fresh. */
  readonly entry?: CacheEntry;
  /** Seconds for which it may be used without asking, where the depot says it. */
  readonly maxAge?: number;
}

/** How a text is asked for. */
export interface FetchOptions {
  /** Whatever the copy and the caches on the way say. */
  readonly anew?: boolean;
  /** False: no copy is made. */
  readonly keep?: boolean;
  /** How often; by default as the pace says. */
  readonly tries?: number;
}

/** Most bytes of the answers that are kept whole. */
export const LIMITS = {
  small: 16 * 1024 * 1024,
  part: 256 * 1024 * 1024,
  manifest: 64 * 1024 * 1024,
  search: 16 * 1024 * 1024,
} as const;

/** Reads small texts of a depot, asking for them only where they changed since the copy was made. */
export class DepotFiles {
  readonly transport: Transport;
  readonly cache: DepotCache;

  constructor(transport: Transport, cache: DepotCache) {
    this.transport = transport;
    this.cache = cache;
  }

  /** What was kept of a path. */
  kept(path: string): CacheEntry | undefined {
    return this.cache.read('answer', path);
  }

  /**
   * The text at a path, kept unless that is not wanted.
   *
   * A depot answers 304 only where `If-Modified-Since` is exactly its `Last-Modified`.
   */
  async fetch(
    path: string,
    limit: number,
    signal: AbortSignal,
    { anew = false, keep = true, tries }: FetchOptions = {},
  ): Promise<Fetched | Failure> {
    const copy = anew ? undefined : this.kept(path);
    const headers = anew ? { 'cache-control': 'no-cache', pragma: 'no-cache' } : validators(copy);
    const answer = await this.transport.ask(
      { path, limit, headers, ...(tries !== undefined && { tries }) },
      signal,
    );
    if ('failure' in answer) return answer;
    const maxAge = maxAgeIn(answer.headers['cache-control']);
    const age = maxAge === undefined ? {} : { maxAge };
    if (answer.status === 304) {
      if (copy) return { text: copy.text, fresh: false, ...age };
      return anew ? UNASKED : this.fetch(path, limit, signal, { anew: true, keep });
    }
    const text = answer.body.toString('utf8');
    const entry = { key: path, text, ...validatorsIn(answer.headers) };
    if (keep) this.keep(entry);
    return { text, fresh: true, entry, ...age };
  }

  keep(entry: CacheEntry): void {
    this.cache.write('answer', entry);
  }
}

/** Asking once more would not help: it was asked for the whole. */
const UNASKED: Failure = {
  failure: true,
  status: 304,
  message: 'says that a text did not change (status 304) that it was never asked to compare; ask who runs it',
  unreachable: false,
};

function validators(copy: CacheEntry | undefined): Readonly<Record<string, string>> {
  return {
    ...(copy?.lastModified !== undefined && { 'if-modified-since': copy.lastModified }),
    ...(copy?.etag !== undefined && { 'if-none-match': copy.etag }),
  };
}

/**
 * What tells whether a text is still the same. A `Last-Modified` of the same second as the answer does not (RFC 9110, 8.8.2.2):
 * the text may have changed again in the same second.
 */
function validatorsIn(headers: IncomingHttpHeaders): Pick<CacheEntry, 'lastModified' | 'etag'> {
  const { 'last-modified': lastModified, etag, date } = headers;
  const age = Date.parse(date ?? '') - Date.parse(lastModified ?? '');
  return { etag, lastModified: age < SAFE_AGE ? undefined : lastModified };
}

const SAFE_AGE = 1000;

function maxAgeIn(control: string | undefined): number | undefined {
  const seconds = /(?:^|,)\s*max-age=(\d{1,9})/i.exec(control ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
