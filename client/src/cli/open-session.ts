import { resolve } from 'node:path';
import { defaultCachePath, findRoot, openTree } from '../../../server/src/io/world.ts';
import { Session } from '../../../server/src/session.ts';
import type { Host } from './host.ts';
import { repositoryUri, type TreeOptions } from './tree-options.ts';

/** A session over the disk. The options count instead of the keys of `packwright.yaml`. */
export function openSession(folders: readonly string[], options: TreeOptions, host: Host): Session {
  const { proto, repository, incorporation, offline, allowPlugins } = options;
  const overrides = {
    ...(proto && { proto: proto.map(path => resolve(host.cwd, path)) }),
    ...(incorporation && { incorporation }),
    ...(offline && { offline }),
    ...(repository && { repositories: repository.map(value => ({ uri: repositoryUri(value, host.cwd) })) }),
  };
  const session = new Session({
    findRoot,
    openTree: (root, buffers) =>
      openTree(root, {
        buffers,
        overrides,
        trusted: true,
        plugInsAllowed: allowPlugins === true,
        programs: __dirname,
        cachePath: defaultCachePath(host.env),
      }),
  });
  session.setFolders(folders);
  return session;
}
