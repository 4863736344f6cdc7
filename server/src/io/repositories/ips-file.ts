import type { PackageId } from '../../core/model.ts';
import type { Disk } from '../disk.ts';
import { wholeFile } from '../file-bytes.ts';
import { isFault } from '../input-fault.ts';
import { isWithin } from '../paths.ts';
import type { RepositoryAround } from './configured.ts';
import { findPublishers, manifestPath, type PublisherPlace, payloadPaths } from './ips-layout.ts';
import { ipsSources } from './ips-sources.ts';
import type { RepositoryOrigin } from './origin.ts';
import { LARGEST_STORED, PayloadContent } from './payload-content.ts';

/** An IPS repository in a directory, as `pkgrepo create` or `pkgsend create-repository` made it. */
export function directoryOrigin(root: string, { disk }: Pick<RepositoryAround, 'disk'>): RepositoryOrigin {
  const stored = storedContent(disk, root);
  return {
    place: root,
    get key() {
      const real = disk.realPath(root);
      return typeof real === 'string' ? real : root;
    },
    sources: async () => {
      const sources = ipsSources(disk, root);
      return isFault(sources) ? { ...sources, code: 'unreachable' } : sources;
    },
    belongs: path => {
      if (!isWithin(path, root)) return isWithin(root, path);
      return !/^\/(publisher\/[^/]+\/)?(file|index|trans|tmp)(\/|$)/.test(path.slice(root.length));
    },
    content: async delivery => stored.of(delivery),
  };
}

function storedContent(disk: Disk, root: string): PayloadContent {
  const placeOf = (publisher: string | undefined): PublisherPlace | undefined => {
    const places = findPublishers(disk, root);
    return isFault(places) ? undefined : places.find(one => one.name === publisher);
  };
  return new PayloadContent({
    manifest: ({ name, version = '', publisher }: PackageId) => {
      const place = placeOf(publisher);
      const file = place && disk.text(manifestPath(place, name, version));
      return isFault(file) ? undefined : file?.text;
    },
    stored: (publisher, hash) => {
      const place = placeOf(publisher);
      for (const path of place ? payloadPaths(place, hash) : []) {
        const bytes = wholeFile(disk, path, LARGEST_STORED);
        if (bytes && !isFault(bytes)) return bytes;
      }
      return undefined;
    },
  });
}
