import { isFault } from '../input-fault.ts';
import { archiveOrigin } from './archive.ts';
import type { RepositoryAround } from './configured.ts';
import { imageDirectory, imageOrigin } from './image.ts';
import { directoryOrigin } from './ips-file.ts';
import type { RepositoryOrigin } from './origin.ts';

/**
 * What lies at a path: a package archive, an image, or the directory of a repository. It is looked at when it is
 * first asked for, and again whenever it may have changed.
 */
export function localOrigin(path: string, around: Pick<RepositoryAround, 'disk'>): RepositoryOrigin {
  const directory = directoryOrigin(path, around);
  let current = directory;
  const makers = { directory: () => directory, archive: archiveOrigin, image: imageOrigin };
  let kind: keyof typeof makers = 'directory';
  return {
    place: path,
    get key() {
      return directory.key;
    },
    sources: signal => {
      const found = kindAt(path, around);
      if (found !== kind) current = makers[found](path, around);
      kind = found;
      return current.sources(signal);
    },
    belongs: changed => current.belongs(changed),
    content: async (delivery, signal) => current.content?.(delivery, signal),
  };
}

function kindAt(path: string, { disk }: Pick<RepositoryAround, 'disk'>): 'directory' | 'archive' | 'image' {
  const status = disk.status(path);
  if (!status || isFault(status)) return 'directory';
  if (status.kind === 'file') return 'archive';
  const isRepository = ['pkg5.repository', 'cfg_cache'].some(name => disk.status(`${path}/${name}`));
  return !isRepository && imageDirectory(disk, path) !== undefined ? 'image' : 'directory';
}
