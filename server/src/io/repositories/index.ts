import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InputFault, Repository } from '../../core/model.ts';
import { IpsFileRepository, type IpsFileSurroundings, type RepositoryState } from './ips-file.ts';

/** A repository of the settings: it is prepared in the background and says how it gets on. */
export interface ConfiguredRepository extends Repository {
  /** Absolute path of its directory. */
  readonly root: string;
  readonly state: RepositoryState;
  /** True while there is nothing to read anew. */
  readonly settled: boolean;
  /** Something that the user should know and that is no fault of the repository. */
  readonly note: string | undefined;
  /** Package names and deliveries known; `undefined` before it is ready. */
  counts(): { readonly packages: number; readonly paths: number } | undefined;
  /** Brings it up to date. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Whether a path belongs to what was read of it: then the next `refresh` looks again. */
  invalidate(path: string): boolean;
  dispose(): void;
}

/** A kind of repository: what addresses it takes, and how it is made of one. */
interface RepositoryKind {
  claims(uri: string): boolean;
  open(uri: string, directory: string, around: IpsFileSurroundings): ConfiguredRepository;
}

/** Every kind, the first that claims an address has it. */
const kinds: readonly RepositoryKind[] = [
  {
    claims: uri => !HAS_SCHEME.test(uri) || /^file:/i.test(uri),
    open: (uri, directory, around) => new IpsFileRepository(uri, directory, around),
  },
];

const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** The directory that an address names, relative ones seen from `root`. */
export function repositoryDirectory(uri: string, root: string): string | InputFault {
  if (!kinds.some(kind => kind.claims(uri))) {
    return {
      code: 'unreachable',
      path: uri,
      message:
        'is no directory or file:// address, and nothing else is read; name the directory of an IPS repository',
    };
  }
  if (!HAS_SCHEME.test(uri)) return resolve(root, uri);
  try {
    return resolve(fileURLToPath(uri));
  } catch (error) {
    return {
      code: 'unreachable',
      path: uri,
      message: `is no address of a directory (${(error as Error).message}); write file:///DIRECTORY`,
    };
  }
}

/** Makes the repository of an address whose directory is known. */
export function openRepository(
  uri: string,
  directory: string,
  around: IpsFileSurroundings,
): ConfiguredRepository {
  const kind = kinds.find(one => one.claims(uri));
  return kind?.open(uri, directory, around) ?? refusedRepository(uri, directory, 'cannot be read');
}

/** A repository that is not touched, and says why. */
export function refusedRepository(uri: string, directory: string, message: string): ConfiguredRepository {
  const fault: InputFault = { code: 'unreachable', path: directory, message };
  return {
    name: uri,
    kind: 'repository',
    root: directory,
    state: 'failed',
    settled: true,
    note: undefined,
    packages: async () => new Map(),
    deliveries: async () => [],
    faults: () => [fault],
    counts: () => undefined,
    refresh: async () => {},
    invalidate: () => false,
    dispose: () => {},
  };
}
