import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RepositorySettings } from '../../core/tree.ts';
import { withoutCredentials } from '../depot-client/address.ts';
import { type ConfiguredRepository, type RepositoryAround, refusedRepository } from './configured.ts';
import { openDepot } from './http-depot.ts';
import { IndexedRepository } from './indexed-repository.ts';
import { localOrigin } from './local.ts';
import { P5iRepository } from './p5i.ts';
import { ConfinedDisk } from './trust.ts';

/** A kind of repository: what addresses it takes, and how it is made of one. Making it touches nothing. */
interface RepositoryKind {
  claims(uri: string): boolean;
  /** `root` is what relative paths are seen from. */
  open(settings: RepositorySettings, root: string, around: RepositoryAround): ConfiguredRepository;
}

/** Every kind, the first that claims an address has it. */
const kinds: readonly RepositoryKind[] = [
  {
    claims: uri => isLocal(uri) && /\.p5i$/i.test(uri),
    open: (settings, root, around) =>
      atPath(
        settings.uri,
        root,
        path => new P5iRepository(settings, path, around, (one, about) => openRepository(one, root, about)),
      ),
  },
  {
    claims: isLocal,
    open: (settings, root, around) =>
      atPath(
        settings.uri,
        root,
        path => new IndexedRepository(settings.uri, localOrigin(path, around), around),
      ),
  },
  { claims: uri => /^https?:/i.test(uri), open: openDepot },
];

const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i;

function isLocal(uri: string): boolean {
  return !HAS_SCHEME.test(uri) || /^file:/i.test(uri);
}

/** Makes the repository of the settings; one that can be none says why. */
export function openRepository(
  settings: RepositorySettings,
  root: string,
  around: RepositoryAround,
): ConfiguredRepository {
  const kind = kinds.find(one => one.claims(settings.uri));
  const { disk, within } = around;
  const confined = within === undefined ? around : { ...around, disk: new ConfinedDisk(disk, within) };
  if (kind) return kind.open(settings, root, confined);
  const message =
    'is no path and no file://, http:// or https:// address, and nothing else is read; name a directory, an archive, an image or a depot';
  const shown = withoutCredentials(settings.uri);
  return refusedRepository(shown, shown, message);
}

/** Opens what lies at the path that an address names, relative ones seen from `root`. */
function atPath(
  uri: string,
  root: string,
  open: (path: string) => ConfiguredRepository,
): ConfiguredRepository {
  if (!HAS_SCHEME.test(uri)) return open(resolve(root, uri));
  try {
    return open(resolve(fileURLToPath(uri)));
  } catch (error) {
    const message = `is no address of a directory (${(error as Error).message}); write file:///DIRECTORY`;
    const shown = withoutCredentials(uri);
    return refusedRepository(shown, shown, message);
  }
}
