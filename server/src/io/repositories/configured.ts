import type { InputFault, Repository } from '../../core/model.ts';
import type { Disk } from '../disk.ts';
import type { BuildProgress } from '../index-builder.ts';

/** What a repository is doing. */
export type RepositoryState = 'waiting' | 'indexing' | 'ready' | 'failed';

/** What a configured repository needs of the outside. */
export interface RepositoryAround {
  readonly disk: Disk;
  /** Where indexes and copies are kept. */
  readonly cacheDirectory: string;
  /**
   * The real directory that it must not lie outside of: the root of a tree that is not trusted. No network address
   * is asked then either.
   */
  readonly within?: string;
  /** True: no network address is asked; what was read of it before counts. */
  readonly offline?: boolean;
  /** Called when its state changed, and with `true` when its answers may have changed. */
  onChange(answers: boolean): void;
  onProgress: BuildProgress;
}

/** A repository of the settings: it is prepared in the background and says how it gets on. */
export interface ConfiguredRepository extends Repository {
  /** Absolute path or address of what it is read from. */
  readonly root: string;
  readonly state: RepositoryState;
  /** True while there is nothing to read anew. */
  readonly settled: boolean;
  /** Something that the user should know and that is no fault of the repository. */
  readonly note: string | undefined;
  /** Publishers that it has, in search order. Absent: it cannot tell. */
  publishers?(): readonly string[];
  /** Package names and deliveries known; `undefined` before it is ready. */
  counts(): { readonly packages: number; readonly paths: number } | undefined;
  /** Brings it up to date. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Whether a path belongs to what was read of it: then the next `refresh` looks again. */
  invalidate(path: string): boolean;
  dispose(): void;
}

/** A repository that is not touched, and says why. */
export function refusedRepository(uri: string, place: string, message: string): ConfiguredRepository {
  const fault: InputFault = { code: 'unreachable', path: place, message };
  return {
    name: uri,
    kind: 'repository',
    root: place,
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
