import { digest } from '../digest.ts';
import { nameOf } from './depot-cache.ts';
import { type DepotFiles, LIMITS } from './depot-files.ts';
import type { DepotPublisher, ManifestPlace } from './depot-publisher.ts';
import type { Failure } from './transport.ts';

/** Questions on the way at a time. */
const AT_ONCE = 4;

/**
 * Fetches the manifests that are not there yet. One that the depot does not have, or has with another content than its catalog
 * says, is noted as missing; when the depot stops answering, that is the failure, and what came is kept.
 */
export async function fetchManifests(
  files: DepotFiles,
  publisher: DepotPublisher,
  places: readonly ManifestPlace[],
  progress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<{ readonly fetched: number; readonly failure?: Failure }> {
  const there = files.cache.names('manifest');
  const open = places.filter(({ key }) => !there.has(nameOf(key)) && !publisher.missing.has(key));
  const total = open.length;
  let done = 0;
  let failure: Failure | undefined;
  const next = open.values();
  const work = async () => {
    for (const place of next) {
      if (failure) return;
      const wrong = await fetchManifest(files, place, signal);
      if (wrong && isOut(wrong)) failure = wrong;
      else if (wrong) publisher.missing.set(place.key, wrong.message);
      progress(++done, total);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (failure) return { fetched: done, failure };
  publisher.completed(places);
  return { fetched: done };
}

/** Whether the depot as a whole has trouble, and not one manifest. */
function isOut({ unreachable, status }: Failure): boolean {
  return unreachable || status === 429 || (status !== undefined && status >= 500);
}

async function fetchManifest(
  files: DepotFiles,
  { key, path, signature }: ManifestPlace,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  for (const anew of [false, true]) {
    const answer = await files.fetch(path, LIMITS.manifest, signal, { anew, keep: false });
    if ('failure' in answer)
      return { ...answer, message: `could not be fetched: the depot ${answer.message}` };
    if (signature === undefined || digest('sha1', answer.text, 'hex') === signature) {
      files.cache.write('manifest', { key, text: answer.text });
      return undefined;
    }
  }
  const message = 'is not the manifest that the catalog lists (its SHA-1 differs)';
  return { failure: true, message, unreachable: false };
}
