import { resolve } from 'node:path';
import { withoutCredentials } from '../../../../server/src/io/depot-client/address.ts';
import { Disk } from '../../../../server/src/io/disk.ts';
import type { ConfiguredRepository } from '../../../../server/src/io/repositories/configured.ts';
import { openRepository } from '../../../../server/src/io/repositories/index.ts';
import { defaultCachePath } from '../../../../server/src/io/world.ts';
import type { Host } from '../host.ts';
import { repositoryUri } from '../tree-options.ts';
import { type Arguments, has, valuesOf } from './getopt.ts';
import { isDirectory } from './text-files.ts';

/** An image or repository that is asked after the manifests. */
export interface Opened {
  readonly name: string;
  readonly image: boolean;
  readonly repository: ConfiguredRepository;
}

/**
 * Opens what the options name: the image of `-R`, of `$PKG_IMAGE` or of this machine, then the repositories. Without
 * `-R` and `$PKG_IMAGE` repositories stand in for the image. A sentence where an image is none.
 */
export async function openSources(
  given: Arguments,
  image: string | undefined,
  host: Host,
): Promise<readonly Opened[] | string> {
  const repositories = valuesOf(given, '--repository').map(uri => repositoryUri(uri, host.cwd));
  const named = asksNoImage(given) ? undefined : imageRoot(image, repositories.length > 0, host);
  // With -S an image may be asked, and none is needed.
  const root = named !== undefined && has(given, '-S') && !isImage(named) ? undefined : named;
  if (root !== undefined && !isImage(root))
    return `${root} is no image (it has no var/pkg); name one with -R or $PKG_IMAGE, a repository with --repository, or neither with -S`;
  const opened = [
    ...(root === undefined ? [] : [{ name: `the image ${root}`, image: true, uri: root }]),
    ...repositories.map(uri => ({ name: withoutCredentials(uri), image: false, uri })),
  ].map(({ name, image: isOne, uri }) => ({
    name,
    image: isOne,
    repository: opening(uri, has(given, '--offline'), host),
  }));
  await Promise.all(opened.map(one => one.repository.refresh(host.signal)));
  return opened;
}

/** Whether `-S` keeps the image out, which it does not where `-e` says which of its packages count. */
function asksNoImage(given: Arguments): boolean {
  return has(given, '-S') && !has(given, '-e');
}

function imageRoot(image: string | undefined, replaced: boolean, host: Host): string | undefined {
  const named = image ?? (host.env.PKG_IMAGE || undefined);
  if (named !== undefined) return resolve(host.cwd, named);
  return replaced ? undefined : '/';
}

function isImage(root: string): boolean {
  return ['var/pkg', '.org.opensolaris,pkg'].some(below => isDirectory(resolve(root, below)));
}

function opening(uri: string, offline: boolean, host: Host): ConfiguredRepository {
  return openRepository({ uri }, host.cwd, {
    disk: new Disk(),
    offline,
    cacheDirectory: defaultCachePath(host.env),
    onChange: () => {},
    onProgress: () => {},
  });
}
