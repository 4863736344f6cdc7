import { isDeepStrictEqual } from 'node:util';
import type { Repository } from '../core/model.ts';
import type { RepositorySettings, Settings, TreeStatus } from '../core/tree.ts';
import type { Disk } from './disk.ts';
import type { ConfiguredRepository } from './repositories/configured.ts';
import { openRepository } from './repositories/index.ts';

/** What the repositories of a tree need of it. */
export interface RepositorySurroundings {
  readonly root: string;
  readonly disk: Disk;
  readonly cacheDirectory: string;
  /** Real directory; those outside of it are not touched. Absent: the tree is trusted. */
  readonly within: string | undefined;
  onProgress(repository: string, done: number, total: number): void;
  /** Called when a state changed, and with `true` when answers may have changed. */
  onChange(answers: boolean): void;
}

/** All that a repository is made of. */
interface Making {
  readonly settings: RepositorySettings;
  readonly offline: boolean;
}

/** The configured repositories of a tree, in their order. */
export class TreeRepositories {
  readonly #around: RepositorySurroundings;
  readonly #stop = new AbortController();
  #open: readonly ConfiguredRepository[] = [];
  #made = new Map<ConfiguredRepository, Making>();

  constructor(around: RepositorySurroundings) {
    this.#around = around;
  }

  get all(): readonly Repository[] {
    return this.#open;
  }

  get settled(): boolean {
    return this.#open.every(repository => repository.settled);
  }

  /** Takes over the settings; repositories that stay keep their index open. */
  configure({ repositories, offline }: Pick<Settings, 'repositories' | 'offline'>): void {
    const before = this.#open;
    const made = new Map<ConfiguredRepository, Making>();
    for (const settings of repositories) {
      const making = { settings, offline };
      const same = before.find(one => isDeepStrictEqual(this.#made.get(one), making));
      made.set(same && !made.has(same) ? same : this.#make(making), making);
    }
    this.#made = made;
    this.#open = [...made.keys()];
    for (const one of before) if (!made.has(one)) one.dispose();
  }

  /** Brings all up to date. */
  async refresh(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#open.map(repository => repository.refresh(signal)));
  }

  /** Looks again, in the background, at those that a path belongs to. */
  invalidate(path: string): void {
    for (const repository of this.#open) {
      // A bug in there must end the process as any other; an abort means that the tree was closed.
      if (repository.invalidate(path) && repository.state !== 'waiting') void this.#refreshed(repository);
    }
  }

  status(): TreeStatus['repositories'] {
    return this.#open.map(repository => {
      const counts = repository.state === 'ready' ? repository.counts() : undefined;
      const fault = repository.faults()[0];
      return {
        uri: repository.name,
        state: repository.state,
        ...counts,
        ...(fault && { fault }),
        ...(repository.note !== undefined && { note: repository.note }),
      };
    });
  }

  dispose(): void {
    this.#stop.abort();
    for (const repository of this.#open) repository.dispose();
  }

  async #refreshed(repository: ConfiguredRepository): Promise<void> {
    try {
      await repository.refresh(this.#stop.signal);
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  #make({ settings, offline }: Making): ConfiguredRepository {
    const { root, disk, cacheDirectory, within, onChange, onProgress } = this.#around;
    return openRepository(settings, root, {
      disk,
      cacheDirectory,
      ...(within !== undefined && { within }),
      offline,
      onChange,
      onProgress: (done, total) => onProgress(settings.uri, done, total),
    });
  }
}
