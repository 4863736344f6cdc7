import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Validators } from './http.ts';
import { readLocal } from './local-file.ts';

/** A copy of a document that was downloaded. */
export interface CachedCopy extends Validators {
  readonly bytes: Buffer;
  /** When the server last said that it is current; milliseconds since 1970. */
  readonly confirmedAt: number;
}

/**
 * The copy of an address in a cache directory; absent where there is none, or it is damaged. A file holds one line of
 * JSON and the bytes, and is replaced by a rename, so that processes can share the directory.
 */
export async function readCopy(
  directory: string,
  url: string,
  maxBytes: number,
): Promise<CachedCopy | undefined> {
  const path = pathOf(directory, url);
  const file = await readLocal(path, maxBytes + LONGEST_HEAD);
  if (file.kind !== 'body') return undefined;
  const end = file.bytes.subarray(0, LONGEST_HEAD).indexOf('\n');
  const head = readHead(file.bytes.subarray(0, Math.max(0, end)).toString('utf8'));
  const bytes = file.bytes.subarray(end + 1);
  if (!head || head.url !== url || head.sha256 !== sha256(bytes)) return undefined;
  const confirmedAt = await stat(path).then(
    found => found.mtimeMs,
    () => 0,
  );
  return { bytes, confirmedAt, ...validatorsIn(head) };
}

/** Keeps a copy; without a word where that is not possible: a cache is a convenience. */
export async function writeCopy(
  directory: string,
  url: string,
  copy: CachedCopy,
  maxTotal: number,
): Promise<void> {
  const path = pathOf(directory, url);
  const { etag, lastModified, bytes, confirmedAt } = copy;
  const head = `${JSON.stringify({ url, sha256: sha256(bytes), etag, lastModified })}\n`;
  const temporary = join(directory, `.${randomBytes(8).toString('hex')}${TEMPORARY}`);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(temporary, Buffer.concat([Buffer.from(head), bytes]), { flag: 'wx', mode: 0o600 });
    await utimes(temporary, confirmedAt / 1000, confirmedAt / 1000);
    await rename(temporary, path);
    await prune(directory, maxTotal, confirmedAt);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Notes that the copy of an address was confirmed at this time. */
export async function confirmCopy(directory: string, url: string, time: number): Promise<void> {
  await utimes(pathOf(directory, url), time / 1000, time / 1000).catch(() => undefined);
}

const LONGEST_HEAD = 16_384;
const KEPT = '.download';
const TEMPORARY = '.download-part';
/** What a killed process left is removed after so many milliseconds. */
const ABANDONED = 86_400_000;

function pathOf(directory: string, url: string): string {
  return join(directory, `${sha256(Buffer.from(url)).slice(0, 40)}${KEPT}`);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readHead(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function validatorsIn({ etag, lastModified }: Readonly<Record<string, unknown>>): Validators {
  return {
    ...(typeof etag === 'string' && { etag }),
    ...(typeof lastModified === 'string' && { lastModified }),
  };
}

/** Removes the copies that were not confirmed for longest, until the others take no more than `maxTotal` bytes. */
async function prune(directory: string, maxTotal: number, now: number): Promise<void> {
  const names = await readdir(directory);
  const files = await Promise.all(
    names
      .filter(name => name.endsWith(KEPT) || name.endsWith(TEMPORARY))
      .map(async name => {
        const path = join(directory, name);
        const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: now }));
        return { path, size, mtimeMs, part: name.endsWith(TEMPORARY) };
      }),
  );
  let total = 0;
  for (const { path, size, mtimeMs, part } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    total += size;
    if (part ? now - mtimeMs > ABANDONED : total > maxTotal) await rm(path, { force: true });
  }
}
