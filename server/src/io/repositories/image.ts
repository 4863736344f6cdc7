import { quote } from '../../core/ips/catalog.ts';
import { iniValue } from '../../core/ips/ini.ts';
import type { Delivery, InputFault } from '../../core/model.ts';
import type { Disk } from '../disk.ts';
import { wholeFile } from '../file-bytes.ts';
import type { PublisherSource, WantedVersion } from '../index-builder.ts';
import { isFault } from '../input-fault.ts';
import { below, isWithin } from '../paths.ts';
import type { RepositoryAround } from './configured.ts';
import { DATABASE, type ImageState, INSTALLED_CATALOG, readImageState } from './image-state.ts';
import { stampOfAll } from './ips-layout.ts';
import { loadedManifest } from './loaded-manifest.ts';
import type { RepositoryOrigin } from './origin.ts';
import { LARGEST_CONTENT } from './payload-content.ts';

/** Where a whole system, and an image below somebody's home directory, keep what `pkg(1)` knows of them. */
const PLACES = ['var/pkg', '.org.opensolaris,pkg'];

/** The administrative directory of the image at a root; `undefined` when there is no image. */
export function imageDirectory(disk: Disk, root: string): string | undefined {
  return PLACES.map(place => below(root, place)).find(place => {
    const status = disk.status(`${place}/pkg5.image`);
    return status && (isFault(status) || status.kind === 'file');
  });
}

/**
 * An image: a root that `pkg(1)` installed. Its repository has what is installed and nothing else, in the search
 * order of its publishers. Nothing in the image is changed, its locks included.
 */
export function imageOrigin(root: string, { disk }: Pick<RepositoryAround, 'disk'>): RepositoryOrigin {
  return {
    place: root,
    get key() {
      const real = disk.realPath(root);
      return typeof real === 'string' ? real : root;
    },
    belongs: path => {
      const [below_] = PLACES.filter(place => isWithin(path, below(root, place)));
      return below_ === undefined
        ? isWithin(root, path)
        : !/\/(history|cache|lock)\b/.test(path.slice(root.length));
    },
    sources: signal => imageSources(disk, root, signal),
    content: async delivery => installedContent(disk, root, delivery),
  };
}

async function imageSources(
  disk: Disk,
  root: string,
  signal: AbortSignal,
): Promise<readonly PublisherSource[] | InputFault> {
  const directory = imageDirectory(disk, root);
  if (directory === undefined) {
    const message = 'is no image (no var/pkg/pkg5.image in it); name the root of an installed system';
    return { code: 'unreachable', path: root, message };
  }
  const stamp = stampOfAll(disk, [
    `${directory}/${DATABASE}`,
    `${directory}/${DATABASE}-wal`,
    `${directory}/${INSTALLED_CATALOG}`,
  ]);
  const state = await readImageState(disk, directory, signal);
  if (isFault(state)) return state;
  const order = searchOrder(disk, directory);
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...state.installed.keys()]
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((publisher, at) => source(disk, directory, publisher, state, stamp, at === 0 ? state.faults : []));
}

function source(
  disk: Disk,
  directory: string,
  publisher: string,
  { installed }: ImageState,
  stamp: string,
  faults: readonly InputFault[],
): PublisherSource {
  const entries = new Map(installed.get(publisher)?.map(one => [`${one.name}@${one.version}`, one]));
  return {
    name: publisher,
    stamp,
    stampOf: faulty => stampOfAll(disk, faulty),
    read: () => ({
      versions: [...entries.values()].map(one => ({ ...one, signature: one.signature ?? '' })),
      faults,
    }),
    load: version => {
      const entry = entries.get(`${version.name}@${version.version}`) ?? version;
      const path = manifestPath(disk, directory, publisher, version);
      const file = disk.text(path);
      return loadedManifest({ entry, publisher, path, text: isFault(file) ? file : file?.text });
    },
  };
}

/** Manifests lie by publisher since format 4, before that by package alone. */
function manifestPath(
  disk: Disk,
  directory: string,
  publisher: string,
  { name, version }: WantedVersion,
): string {
  const place = `pkg/${quote(name)}/${quote(version)}`;
  const old = `${directory}/${place}/manifest`;
  const path = `${directory}/publisher/${publisher}/${place}`;
  return disk.status(path) || !disk.status(old) ? path : old;
}

/** Publishers as `pkg5.image` ranks them: a list as Python writes it, or the one that older images prefer. */
function searchOrder(disk: Disk, directory: string): readonly string[] {
  const file = disk.text(`${directory}/pkg5.image`);
  if (!file || isFault(file)) return [];
  const order = iniValue(file.text, 'property', 'publisher-search-order') ?? '';
  const preferred = iniValue(file.text, 'property', 'preferred-authority');
  const names = [...order.matchAll(/u?'([^']*)'|"([^"]*)"/g)].map(match => match[1] ?? match[2] ?? '');
  return names.length > 0 || preferred === undefined ? names : [preferred];
}

/** A regular file in the image, not through links that lead out of it. */
function installedContent(disk: Disk, root: string, { kind, path }: Delivery): Uint8Array | undefined {
  if (kind !== 'file' || path.split('/').includes('..')) return undefined;
  const top = disk.realPath(root);
  const real = disk.realPath(below(root, path));
  if (typeof top !== 'string' || typeof real !== 'string' || !isWithin(real, top)) return undefined;
  const bytes = wholeFile(disk, real, LARGEST_CONTENT);
  return isFault(bytes) ? undefined : bytes;
}
