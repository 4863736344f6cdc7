import { isFault } from '../input-fault.ts';
import { isWithin } from '../paths.ts';
import type { RepositoryAround } from './configured.ts';
import { ipsSources } from './ips-sources.ts';
import type { RepositoryOrigin } from './origin.ts';
import { outsideTrust } from './trust.ts';

/** An IPS repository in a directory, as `pkgrepo create` or `pkgsend create-repository` made it. */
export function directoryOrigin(
  root: string,
  { disk, within }: Pick<RepositoryAround, 'disk' | 'within'>,
): RepositoryOrigin {
  return {
    place: root,
    get key() {
      const real = disk.realPath(root);
      return typeof real === 'string' ? real : root;
    },
    sources: async () => {
      const sources = outsideTrust(disk, root, within) ?? ipsSources(disk, root);
      return isFault(sources) ? { ...sources, code: 'unreachable' } : sources;
    },
    belongs: path => {
      if (!isWithin(path, root)) return isWithin(root, path);
      return !/^\/(publisher\/[^/]+\/)?(file|index|trans|tmp)(\/|$)/.test(path.slice(root.length));
    },
  };
}
