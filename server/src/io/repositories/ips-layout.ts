import { isHash } from '../../core/ips/archive-names.ts';
import {
  type CatalogEntry,
  type CatalogReading,
  isPublishedVersion,
  isStem,
  quote,
  readAttributes,
  readBase,
  readDependency,
  signedText,
  unquote,
} from '../../core/ips/catalog.ts';
import { iniValue } from '../../core/ips/ini.ts';
import type { InputFault } from '../../core/model.ts';
import { digest } from '../digest.ts';
import type { Disk } from '../disk.ts';
import { isFault } from '../input-fault.ts';

/** Where one publisher's packages lie: a directory with `catalog/` and `pkg/`. */
export interface PublisherPlace {
  readonly name: string;
  readonly directory: string;
}

/**
 * The publishers of a repository directory, version 4 (`pkgrepo(1)`) or 3 (`pkgsend create-repository`); the
 * repository's default publisher is the first in its search order.
 */
export function findPublishers(disk: Disk, root: string): readonly PublisherPlace[] | InputFault {
  const status = disk.status(root);
  if (isFault(status)) return { ...status, code: 'unreachable' };
  if (!status)
    return unreachable(root, 'does not exist; correct the path in the settings, or mount the file system');
  if (status.kind !== 'directory') {
    return unreachable(root, 'is no directory; name the directory of an IPS repository');
  }
  const old = disk.text(`${root}/cfg_cache`);
  const settings = disk.text(`${root}/pkg5.repository`) ?? old;
  if (!settings)
    return unreachable(
      root,
      'is no IPS repository or image (no pkg5.repository or var/pkg/pkg5.image in it); name the directory that pkgrepo create made, or the root of an image',
    );
  if (isFault(settings)) return { ...settings, code: 'unreachable' };
  const version = iniValue(settings.text, 'repository', 'version');
  const first = iniValue(settings.text, 'publisher', 'prefix');
  if (version === '4') return publishersBelow(disk, `${root}/publisher`, first);
  if (version !== '3') {
    return unreachable(
      root,
      `is of repository version ${version ?? '(not given)'}, and only 4 and 3 are read; make a copy with pkgrecv into one that pkgrepo create made`,
    );
  }
  return [{ name: first ?? 'unknown', directory: root }];
}

/** Changes when the catalog of a publisher does; costs a few `stat`s. */
export function publisherStamp(disk: Disk, { directory }: PublisherPlace): string {
  const parts = ['catalog.attrs', BASE, DEPENDENCY].map(part =>
    stampOf(disk, `${directory}/catalog/${part}`),
  );
  if (parts[1] !== MISSING) return parts.join(' ');
  const stems = disk.list(`${directory}/pkg`);
  const paths = Array.isArray(stems) ? stems.map(stem => `${directory}/pkg/${stem.name}`) : [];
  return [...parts, stampOfAll(disk, paths)].join(' ');
}

/** Changes when any of these files does. */
export function stampOfAll(disk: Disk, paths: readonly string[]): string {
  return digest('sha1', paths.map(path => stampOf(disk, path)).join(' '), 'hex');
}

/** Packages of a publisher by its catalog; where that cannot be read, by the manifests that are there. */
export function readPublisher(
  disk: Disk,
  place: PublisherPlace,
): { readonly entries: readonly CatalogEntry[]; readonly faults: readonly InputFault[] } {
  const catalog = `${place.directory}/catalog`;
  const faults: InputFault[] = [];
  if (!disk.status(`${catalog}/catalog.attrs`) && !disk.status(`${catalog}/${BASE}`)) {
    const message =
      'has no catalog, so the manifests in pkg are used; pkgrepo rebuild -s REPOSITORY writes one';
    return {
      entries: manifestsBelow(disk, place),
      faults: [{ code: 'malformed', path: place.directory, message }],
    };
  }
  const attributes = readPart(disk, `${catalog}/catalog.attrs`, readAttributes, faults);
  if (attributes && !attributes.includes(BASE)) return { entries: [], faults };
  const base = readPart(disk, `${catalog}/${BASE}`, text => readBase(text, place.name), faults);
  const unlisted = !attributes?.includes(DEPENDENCY);
  const actions =
    unlisted && !disk.status(`${catalog}/${DEPENDENCY}`)
      ? new Map<string, readonly string[]>()
      : readPart(disk, `${catalog}/${DEPENDENCY}`, text => readDependency(text, place.name), faults);
  if (!base) return { entries: manifestsBelow(disk, place), faults };
  if (!actions) return { entries: base, faults };
  const entries = base.map(entry => ({
    ...entry,
    actions: actions.get(`${entry.name}@${entry.version}`) ?? [],
  }));
  return { entries, faults };
}

/** Where a version's manifest lies. */
export function manifestPath(place: PublisherPlace, name: string, version: string): string {
  return `${place.directory}/pkg/${quote(name)}/${quote(version)}`;
}

/** Where payload of this hash may lie: by the layout of today, and by the first one. */
export function payloadPaths({ directory }: PublisherPlace, hash: string): readonly string[] {
  if (!isHash(hash)) return [];
  const top = `${directory}/file/${hash.slice(0, 2)}`;
  return [`${top}/${hash}`, `${top}/${hash.slice(2, 8)}/${hash}`];
}

const BASE = 'catalog.base.C';
const DEPENDENCY = 'catalog.dependency.C';
const MISSING = '-';
const REMEDY = 'the rest is used; pkgrepo rebuild -s REPOSITORY writes it anew';

function publishersBelow(
  disk: Disk,
  directory: string,
  first: string | undefined,
): readonly PublisherPlace[] | InputFault {
  const entries = disk.list(directory);
  if (isFault(entries)) return { ...entries, code: 'unreachable' };
  return (entries ?? [])
    .filter(entry => entry.kind === 'directory' && !entry.name.startsWith('.'))
    .map(entry => ({ name: entry.name, directory: `${directory}/${entry.name}` }))
    .sort((a, b) => Number(b.name === first) - Number(a.name === first));
}

function stampOf(disk: Disk, path: string): string {
  const status = disk.status(path);
  if (isFault(status)) return status.message;
  return status?.stamp ?? MISSING;
}

function readPart<T>(
  disk: Disk,
  path: string,
  read: (text: string) => CatalogReading<T>,
  faults: InputFault[],
): T | undefined {
  const file = disk.text(path);
  if (!file || isFault(file)) {
    const message = file ? file.message : `is missing; ${REMEDY}`;
    faults.push({ code: file ? 'unreadable' : 'malformed', path, message });
    return undefined;
  }
  const reading = read(file.text);
  const signed = signedText(file.text);
  const damaged = signed && digest('sha1', signed.text, 'hex') !== signed.signature;
  const said =
    reading.faults.length === 0 && damaged
      ? ['does not agree with its own signature, so something changed it']
      : reading.faults;
  faults.push(
    ...said.map((message): InputFault => ({ code: 'malformed', path, message: `${message}; ${REMEDY}` })),
  );
  return said === reading.faults && hasNothing(reading) ? undefined : reading.value;
}

/** Whether the text as a whole made no sense. */
function hasNothing<T>({ value, faults }: CatalogReading<T>): boolean {
  const size = Array.isArray(value) ? value.length : value instanceof Map ? value.size : 0;
  return faults.length > 0 && size === 0;
}

function manifestsBelow(disk: Disk, { directory }: PublisherPlace): readonly CatalogEntry[] {
  const names = (path: string) => {
    const entries = disk.list(path);
    return Array.isArray(entries) ? entries : [];
  };
  return names(`${directory}/pkg`).flatMap(stem => {
    const name = unquote(stem.name);
    if (name === undefined || !isStem(name)) return [];
    return names(`${directory}/pkg/${stem.name}`).flatMap(file => {
      const version = unquote(file.name);
      if (version === undefined || !isPublishedVersion(version)) return [];
      return [{ name, version, signature: stampOf(disk, `${directory}/pkg/${stem.name}/${file.name}`) }];
    });
  });
}

function unreachable(path: string, message: string): InputFault {
  return { code: 'unreachable', path, message };
}
