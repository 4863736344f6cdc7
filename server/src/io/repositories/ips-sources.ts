import { type CatalogEntry, packageOf } from '../../core/ips/catalog.ts';
import { parseP5m } from '../../core/ips/p5m.ts';
import type { InputFault, Manifest, Package } from '../../core/model.ts';
import { digest } from '../digest.ts';
import type { Disk } from '../disk.ts';
import type { PublisherSource, WantedVersion } from '../index-builder.ts';
import { isFault } from '../input-fault.ts';
import {
  findPublishers,
  manifestPath,
  type PublisherPlace,
  publisherStamp,
  readPublisher,
  stampOfAll,
} from './ips-layout.ts';

/** The publishers of a repository directory, as an index is built of them. */
export function ipsSources(disk: Disk, root: string): readonly PublisherSource[] | InputFault {
  const places = findPublishers(disk, root);
  return isFault(places) ? places : places.map(place => publisherSource(disk, place));
}

function publisherSource(disk: Disk, place: PublisherPlace): PublisherSource {
  const entries = new Map<string, CatalogEntry>();
  return {
    name: place.name,
    stamp: publisherStamp(disk, place),
    stampOf: faulty => stampOfAll(disk, faulty),
    read: () => {
      const { entries: found, faults } = readPublisher(disk, place);
      for (const entry of found) entries.set(`${entry.name}@${entry.version}`, entry);
      const versions = [...entries.values()].map(entry => ({ ...entry, signature: entry.signature ?? '' }));
      return { versions, faults };
    },
    load: version => {
      const entry = entries.get(`${version.name}@${version.version}`) ?? version;
      return load(disk, place, entry, version);
    },
  };
}

function load(
  disk: Disk,
  place: PublisherPlace,
  entry: CatalogEntry,
  version: WantedVersion,
): ReturnType<PublisherSource['load']> {
  const path = manifestPath(place, version.name, version.version);
  const file = disk.text(path);
  const listed = entry.actions && parse(entry.actions.join('\n'), path);
  if (!file || isFault(file)) {
    const why = file?.message ?? 'is missing although the catalog lists it';
    const message = `${why}: what the package delivers is not known; publish it again, or take it out with pkgrepo remove`;
    return {
      package: described(entry, place, listed),
      deliveries: [],
      fault: { code: 'unreadable', path, message },
    };
  }
  const manifest = parse(file.text, path);
  const fault = faultOf(path, file.text, manifest, version.signature);
  return {
    package: described(entry, place, listed ?? manifest),
    deliveries: manifest.deliveries,
    ...(fault && { fault }),
  };
}

function parse(text: string, path: string): Manifest {
  return parseP5m(text, { path, macros: {}, fragment: false });
}

function described(entry: CatalogEntry, { name }: PublisherPlace, manifest: Manifest | undefined): Package {
  if (manifest) return packageOf(entry, name, manifest);
  const id = { name: entry.name, version: entry.version, publisher: name };
  return { id, state: 'ordinary', variants: new Map(), dependencies: [] };
}

const SHA1 = /^[0-9a-f]{40}$/;

function faultOf(path: string, text: string, manifest: Manifest, signature: string): InputFault | undefined {
  const remedy = 'what makes sense in it is used; publish it again';
  if (SHA1.test(signature) && digest('sha1', text, 'hex') !== signature) {
    return {
      code: 'malformed',
      path,
      message: `is not the manifest that the catalog lists (its SHA-1 differs); ${remedy}`,
    };
  }
  const errors = manifest.faults.filter(fault => fault.severity === 'error');
  const first = errors[0];
  if (!first) return undefined;
  const line = text.slice(0, first.span.start).split('\n').length;
  return {
    code: 'malformed',
    path,
    message: `has ${errors.length} faults (line ${line}: ${first.message}); ${remedy}`,
  };
}
