import { createHash } from 'node:crypto';
import { plainText } from '../plain-text.ts';
import { placeOf } from './address.ts';
import { type CachedCopy, confirmCopy, readCopy, writeCopy } from './cache.ts';
import { type DownloadLimits, download } from './http.ts';
import { readLocal } from './local-file.ts';
import { shareWork } from './shared-work.ts';

/** What a document's bytes mean, or why they mean nothing: a clause that follows its address. */
export type Reading<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'fault'; readonly reason: string };

/** What came of asking for a document. Reasons are sentences without a full stop. */
export type Fetched<T> =
  | {
      readonly kind: 'document';
      readonly value: T;
      /** SHA-256 of the bytes as they were sent, in hexadecimal. */
      readonly sha256: string;
      /** The document could not be renewed: this is the copy that was current at `since`, for this reason. */
      readonly stale?: Stale;
    }
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'fault'; readonly reason: string };

/** An old copy. */
export interface Stale {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly reason: string;
}

/** What documents of one kind are fetched with. */
export interface DocumentMeans {
  /** Shared by any number of processes; made where it is missing. */
  readonly cacheDirectory: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly limits?: Partial<DocumentLimits>;
}

/** Bounds of fetching. */
export interface DocumentLimits extends DownloadLimits {
  /** Bytes when unpacked. */
  readonly maxUnpacked: number;
  /** Bytes of all copies in the cache directory. */
  readonly maxCache: number;
  /** A server is not asked again within so many milliseconds. */
  readonly fresh: number;
}

const LIMITS: DocumentLimits = {
  maxBytes: 128 * 1_048_576,
  maxUnpacked: 256 * 1_048_576,
  maxCache: 1024 * 1_048_576,
  idle: 30_000,
  total: 240_000,
  fresh: 60_000,
};

/** Reads the bytes of a document; `maxUnpacked` bounds what they become. */
export type Read<T> = (bytes: Buffer, maxUnpacked: number, signal: AbortSignal) => Promise<Reading<T>>;

/** Asks for a document by its address. Rejects only when the signal is aborted. */
export type Fetch<T> = (address: string, signal: AbortSignal) => Promise<Fetched<T>>;

/**
 * Documents of one kind, by their addresses. A copy of what was downloaded and could be read is kept, and used
 * where the server says that it is current, or cannot be asked.
 */
export function openDocuments<T>(means: DocumentMeans, read: Read<T>): Fetch<T> {
  const limits = { ...LIMITS, ...means.limits };
  const share = shareWork<Fetched<T>>();
  const recent = new Map<string, { readonly at: number; readonly fetched: Fetched<T> }>();
  const around: Around<T> = { ...means, limits, read: remembering(read, limits.maxUnpacked) };
  return async (address, signal) => {
    const known = recent.get(address);
    const age = known && means.now() - known.at;
    if (known && age !== undefined && age >= 0 && age < freshness(known.fetched, limits.fresh))
      return known.fetched;
    const fetched = await share(address, until => fetchNow(address, around, until), signal);
    recent.delete(address);
    recent.set(address, { at: means.now(), fetched });
    for (const oldest of recent.keys()) if (recent.size > MOST_REMEMBERED) recent.delete(oldest);
    return fetched;
  };
}

const MOST_REMEMBERED = 16;

/** What failed is tried again sooner. */
function freshness<T>({ kind }: Fetched<T>, fresh: number): number {
  return kind === 'fault' ? fresh / 4 : fresh;
}

interface Around<T> extends DocumentMeans {
  readonly limits: DocumentLimits;
  readonly read: (bytes: Buffer, sha256: string, signal: AbortSignal) => Promise<Reading<T>>;
}

/** Reads the same bytes once: the last few values are remembered by their digest. */
function remembering<T>(read: Read<T>, maxUnpacked: number): Around<T>['read'] {
  const values = new Map<string, Reading<T>>();
  return async (bytes, sha256, signal) => {
    const reading = values.get(sha256) ?? (await read(bytes, maxUnpacked, signal));
    values.delete(sha256);
    if (reading.kind === 'value') values.set(sha256, reading);
    for (const oldest of values.keys()) if (values.size > MOST_VALUES) values.delete(oldest);
    return reading;
  };
}

const MOST_VALUES = 4;

async function fetchNow<T>(address: string, around: Around<T>, signal: AbortSignal): Promise<Fetched<T>> {
  const place = placeOf(address);
  if (place.kind === 'fault') return place;
  if (place.kind === 'http') return fetchRemote(place.url, around, signal);
  const file = await readLocal(place.path, around.limits.maxBytes);
  if (file.kind !== 'body') return { kind: file.kind, reason: `${plainText(place.path)} ${file.reason}` };
  return documentOf(place.path, file.bytes, around, signal);
}

async function fetchRemote<T>(url: string, around: Around<T>, signal: AbortSignal): Promise<Fetched<T>> {
  const { cacheDirectory, limits, now } = around;
  const copy = await readCopy(cacheDirectory, url, limits.maxBytes);
  const answer = await download(url, copy ?? {}, limits, signal);
  if (answer.kind === 'absent') return { kind: 'absent', reason: `${plainText(url)} ${answer.reason}` };
  if (answer.kind === 'unchanged' && copy) {
    await confirmCopy(cacheDirectory, url, now());
    return documentOf(url, copy.bytes, around, signal);
  }
  if (answer.kind !== 'body') {
    const reason =
      answer.kind === 'fault' ? answer.reason : 'answers 304 to a question that it was not asked';
    return older(url, copy, { kind: 'fault', reason: `${plainText(url)} ${reason}` }, around, signal);
  }
  const fetched = await documentOf(url, answer.bytes, around, signal);
  if (fetched.kind !== 'document') return older(url, copy, fetched, around, signal);
  await writeCopy(cacheDirectory, url, { ...answer, confirmedAt: now() }, limits.maxCache);
  return fetched;
}

async function documentOf<T>(
  place: string,
  bytes: Buffer,
  { read }: Around<T>,
  signal: AbortSignal,
): Promise<Fetched<T>> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const reading = await read(bytes, sha256, signal);
  if (reading.kind === 'value') return { kind: 'document', value: reading.value, sha256 };
  return { kind: 'fault', reason: `${plainText(place)} ${reading.reason}` };
}

/** The copy instead of what could not be had. */
async function older<T>(
  url: string,
  copy: CachedCopy | undefined,
  fault: Exclude<Fetched<T>, { readonly kind: 'document' }>,
  around: Around<T>,
  signal: AbortSignal,
): Promise<Fetched<T>> {
  const kept = copy && (await documentOf(url, copy.bytes, around, signal));
  if (!copy || kept?.kind !== 'document') return fault;
  return { ...kept, stale: { since: copy.confirmedAt, reason: fault.reason } };
}
