import type { CatalogEntry } from '../../core/ips/catalog.ts';
import type { InputFault } from '../../core/model.ts';
import type { Disk } from '../disk.ts';
import type { PublisherSource } from '../index-builder.ts';
import { isFault } from '../input-fault.ts';
import {
  findPublishers,
  manifestPath,
  type PublisherPlace,
  publisherStamp,
  readPublisher,
  stampOfAll,
} from './ips-layout.ts';
import { loadedManifest } from './loaded-manifest.ts';

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
      const path = manifestPath(place, version.name, version.version);
      const file = disk.text(path);
      const text = isFault(file) ? file : file?.text;
      return loadedManifest({ entry, publisher: place.name, path, text });
    },
  };
}
