import { compareVersions } from '../../core/ips/version.ts';
import type { Delivery, InputFault, Package } from '../../core/model.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import { digest } from '../digest.ts';
import { buildIndex, currentStamp, faultyPaths, type PublisherSource } from '../index-builder.ts';
import { carryOver } from '../index-checkpoint.ts';
import {
  discardIndex,
  type IndexPlace,
  indexPlace,
  inMemory,
  openIndex,
  troubleOf,
} from '../index-database.ts';
import { IndexStore } from '../index-store.ts';
import { isFault } from '../input-fault.ts';
import type { ConfiguredRepository, RepositoryAround, RepositoryState } from './configured.ts';
import type { RepositoryOrigin } from './origin.ts';

/**
 * A repository of whatever origin, answered from its persistent index.
 *
 * While the index is brought up to date its last state answers; only the very first questions wait.
 */
export class IndexedRepository implements ConfiguredRepository {
  readonly kind = 'repository';
  readonly name: string;
  state: RepositoryState = 'waiting';
  readonly #origin: RepositoryOrigin;
  readonly #around: Omit<RepositoryAround, 'disk' | 'within'>;
  readonly #stop = new AbortController();
  #stale = true;
  #refreshing: Promise<void> | undefined;
  #store: IndexStore | undefined;
  #inMemory: IndexPlace | undefined;
  #faults: readonly InputFault[] = [];
  #sources: readonly PublisherSource[] = [];

  constructor(name: string, origin: RepositoryOrigin, around: Omit<RepositoryAround, 'disk' | 'within'>) {
    this.name = name;
    this.#origin = origin;
    this.#around = around;
  }

  get root(): string {
    return this.#origin.place;
  }

  /** True while there is nothing to read anew. */
  get settled(): boolean {
    return !this.#stale && !this.#refreshing;
  }

  async packages(
    names: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly Package[]>> {
    return this.#ask(
      signal,
      store => new Map([...names].map(name => [name, this.#inSearchOrder(store.packages(name))] as const)),
      new Map(),
    );
  }

  async deliveries(paths: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]> {
    return this.#ask(signal, store => [...paths].flatMap(path => store.deliveries(path)), []);
  }

  async below(directories: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]> {
    return this.#ask(signal, store => [...directories].flatMap(directory => store.below(directory)), []);
  }

  async occupied(directories: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlySet<string>> {
    return this.#ask(
      signal,
      store => new Set([...directories].filter(one => store.isOccupied(one))),
      new Set(),
    );
  }

  publishers(): readonly string[] {
    return this.#sources.map(({ name }) => name);
  }

  faults(): readonly InputFault[] {
    return this.#faults;
  }

  /** Publisher by publisher; of each, the newest version first. */
  #inSearchOrder(packages: readonly Package[]): readonly Package[] {
    const [first] = packages;
    if (packages.every(one => one.id.publisher === first?.id.publisher)) return packages;
    return this.#sources.flatMap(({ name }) => packages.filter(one => one.id.publisher === name));
  }

  /** Package names and deliveries known; `undefined` before the index is open. */
  counts(): { readonly packages: number; readonly paths: number } | undefined {
    return this.#attempt(() => this.#store?.counts());
  }

  /** Why the index is not kept on disk, if it is not, and what there is to know of the origin. */
  get note(): string | undefined {
    const notes = [this.#origin.note, this.#inMemory?.note].filter(one => one !== undefined);
    return notes.length > 0 ? notes.join('. ') : undefined;
  }

  async content(delivery: Delivery, signal: AbortSignal): Promise<Uint8Array | undefined> {
    return this.#origin.content?.(delivery, signal);
  }

  /** Opens the index, or brings it up to date, and waits for it. */
  refresh(signal: AbortSignal): Promise<void> {
    if (this.#stale) this.#refreshing ??= this.#run();
    return unlessAborted(this.#refreshing ?? Promise.resolve(), signal);
  }

  /** Whether a path belongs to what was read of it: then the next `refresh` looks again. */
  invalidate(path: string): boolean {
    if (!this.#origin.belongs(path)) return false;
    this.#stale = true;
    return true;
  }

  dispose(): void {
    this.#stop.abort();
    this.#store?.close();
    this.#origin.dispose?.();
  }

  async #ask<T>(signal: AbortSignal, question: (store: IndexStore) => T, nothing: T): Promise<T> {
    if (!this.#store && !this.settled) await this.refresh(signal);
    if (!this.#store) return nothing;
    const answer = this.#attempt(() => this.#store && question(this.#store));
    if (answer !== undefined) return answer;
    await this.refresh(signal);
    return this.#attempt(() => this.#store && question(this.#store)) ?? nothing;
  }

  /** The answer, or `undefined` when the index turned out to be damaged: it is then made anew. */
  #attempt<T>(question: () => T): T | undefined {
    try {
      return question();
    } catch (error) {
      if (this.#stop.signal.aborted) return undefined;
      if (!troubleOf(error)) throw error;
      this.#discard();
      this.#stale = true;
      return undefined;
    }
  }

  async #run(): Promise<void> {
    try {
      while (this.#stale && !this.#stop.signal.aborted) {
        this.#stale = false;
        await this.#update();
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    } finally {
      this.#refreshing = undefined;
    }
    this.#around.onChange(false);
  }

  async #update(): Promise<void> {
    const sources = await this.#origin.sources(this.#stop.signal);
    if (isFault(sources)) return this.#failed(sources);
    this.#sources = sources;
    const before = this.#store;
    for (let trial = 0; ; trial++) {
      try {
        const changed = await this.#open();
        return this.#settle(changed || this.#store !== before);
      } catch (error) {
        if (!this.#recovers(error, trial)) return;
      }
    }
  }

  #failed(fault: InputFault): void {
    const news = this.#faults[0]?.message !== fault.message;
    this.#faults = [fault];
    this.state = 'failed';
    this.#around.onChange(news);
  }

  #settle(changed: boolean): void {
    const publishers = [...(this.#store?.publishers() ?? [])];
    const known = publishers.flatMap(([, { faults }]) => faults);
    this.#faults = [...known, ...(this.#store?.packageFaults() ?? [])];
    this.state = 'ready';
    this.#around.onChange(changed);
  }

  async #open(): Promise<boolean> {
    const { signal } = this.#stop;
    const { file } = this.#place();
    if (!this.#store && file !== undefined) {
      this.#store = new IndexStore(await openIndex(file, signal), compareVersions);
      // What was never complete answers nothing: who asks waits.
      if (this.#store.publishers().size === 0) this.#forsake();
    }
    if (this.#store && this.#isCurrent(this.#store)) return false;
    this.state = 'indexing';
    this.#around.onChange(false);
    const fresh = await openIndex(file, signal);
    try {
      await buildIndex(fresh, this.#sources, this.#around.onProgress, signal);
      if (file !== undefined) await carryOver(fresh.database, file);
      signal.throwIfAborted();
    } catch (error) {
      fresh.database.close();
      throw error;
    }
    this.#forsake();
    this.#store = new IndexStore(fresh, compareVersions);
    // Even where another process had done the work: the answers are new to this one.
    return true;
  }

  #forsake(): void {
    this.#store?.close();
    this.#store = undefined;
  }

  #isCurrent(store: IndexStore): boolean {
    const stored = store.publishers();
    if (stored.size !== this.#sources.length) return false;
    return this.#sources.every(source => {
      const faulty = faultyPaths(store.open.database, source.name);
      return stored.get(source.name)?.stamp === currentStamp(source, faulty);
    });
  }

  /** Makes another trial possible after trouble with the index: with a new file, then in memory. */
  #recovers(error: unknown, trial: number): boolean {
    const trouble = troubleOf(error);
    if (this.#stop.signal.aborted || !trouble) throw error;
    const { message } = error as Error;
    if (trouble === 'damaged') this.#discard();
    this.#store?.close();
    this.#store = undefined;
    if (trial > 1)
      this.#failed({ code: 'unreachable', path: this.root, message: `cannot be indexed (${message})` });
    else if (trouble !== 'damaged' || trial > 0) {
      this.#inMemory = inMemory(this.#around.cacheDirectory, `cannot be used (${message})`);
    }
    return trial <= 1;
  }

  #discard(): void {
    const { file, inode } = this.#store?.open ?? {};
    this.#store?.close();
    this.#store = undefined;
    if (file !== undefined && inode !== undefined) discardIndex(file, inode);
  }

  #place(): IndexPlace {
    if (this.#inMemory) return this.#inMemory;
    const key = digest('sha256', this.#origin.key, 'hex').slice(0, 32);
    const place = indexPlace(this.#around.cacheDirectory, key);
    if (place.file === undefined) this.#inMemory = place;
    return place;
  }
}
