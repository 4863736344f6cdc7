import type { Delivery, InputFault, Package, PackageId } from '../../core/model.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import type { Depot } from '../depot-client/depot.ts';
import { Lookups } from '../depot-client/lookups.ts';
import type { Pace } from '../depot-client/pace.ts';
import { Waiting } from '../depot-client/waiting.ts';
import type { ConfiguredRepository, RepositoryAround, RepositoryState } from './configured.ts';
import { IndexedRepository } from './indexed-repository.ts';

/** What its index looks at again for: no file of this name can be. */
const ANEW = '\0depot';

/** One look at the depot. */
interface Run {
  /** Done when all that follows was done too. */
  readonly ended: Promise<void>;
  readonly waiting: Waiting;
  readonly stop: AbortController;
}

/**
 * A depot: its catalogs are copied and indexed, its files are looked up by its search or in its manifests.
 *
 * It is brought up to date in the background. Questions are answered from the copy that is there; only a first copy is waited for,
 * and only as long as the depot is heard of.
 */
export class DepotRepository implements ConfiguredRepository {
  readonly kind = 'repository';
  readonly name: string;
  readonly root: string;
  readonly #make: () => Depot;
  readonly #pace: Pace;
  readonly #around: RepositoryAround;
  readonly #stop = new AbortController();
  readonly #indexed: IndexedRepository;
  #made: Depot | undefined;
  #lookups: Lookups | undefined;
  #dueAt = Number.NEGATIVE_INFINITY;
  #running: Run | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `make` is called when the first question comes, and not before. */
  constructor(name: string, address: string, make: () => Depot, pace: Pace, around: RepositoryAround) {
    this.name = name;
    this.root = address;
    this.#make = make;
    this.#pace = pace;
    this.#around = around;
    const origin = {
      key: address,
      place: address,
      sources: async () => this.#depot.sources(),
      belongs: (path: string) => path === ANEW,
    };
    this.#indexed = new IndexedRepository(name, origin, around);
  }

  get state(): RepositoryState {
    const { state } = this.#indexed;
    const first = this.#running?.waiting.open && !this.#made?.hasCopy;
    return first && state !== 'ready' ? 'indexing' : state;
  }

  /** True while there is nothing to wait for. */
  get settled(): boolean {
    if (this.#running) return !this.#running.waiting.open && this.#indexed.settled;
    return !this.#isDue && this.#indexed.settled;
  }

  get note(): string | undefined {
    const notes = [this.#made?.note, this.#indexed.note].filter(one => one !== undefined);
    return notes.length > 0 ? notes.join('. ') : undefined;
  }

  async packages(
    names: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly Package[]>> {
    await this.#ready(signal);
    const found = await this.#indexed.packages(names, signal);
    const known = [...found].map(([name, all]) => [name, all.map(one => this.#withoutGuess(one))] as const);
    return new Map(known);
  }

  async deliveries(paths: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]> {
    await this.#ready(signal);
    const looked = await this.#lookups?.deliveries(paths, signal);
    if (looked?.gaveUp) await this.#readInstead(signal);
    return this.#joined(await this.#indexed.deliveries(paths, signal), looked?.deliveries ?? []);
  }

  async below(directories: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]> {
    await this.#ready(signal);
    const looked = await this.#lookups?.below(directories, signal);
    if (looked?.gaveUp) await this.#readInstead(signal);
    return this.#joined(await this.#indexed.below(directories, signal), looked?.deliveries ?? []);
  }

  async occupied(directories: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlySet<string>> {
    await this.#ready(signal);
    // A search is asked for names, whatever directory they are in.
    if (this.#depot.searches.length > 0) return directories;
    return this.#indexed.occupied(directories, signal);
  }

  async learn(versions: readonly PackageId[], signal: AbortSignal): Promise<boolean> {
    await this.#ready(signal);
    if (!this.#depot.want(versions) || this.#depot.contact.failing) return false;
    await this.#readInstead(signal);
    return true;
  }

  faults(): readonly InputFault[] {
    const depot = this.#made;
    if (!depot?.hasCopy) return this.#indexed.faults();
    return [
      ...this.#indexed.faults(),
      ...depot.faults,
      ...this.#unread(depot),
      ...(this.#lookups?.faults ?? []),
    ];
  }

  publishers(): readonly string[] {
    return this.#indexed.publishers();
  }

  counts(): ReturnType<ConfiguredRepository['counts']> {
    return this.#indexed.counts();
  }

  /** Looks whether there is something new, and waits for it as long as that is sensible. */
  async refresh(signal: AbortSignal): Promise<void> {
    while (this.#running?.stop.signal.aborted) await unlessAborted(this.#running.ended, signal);
    if (!this.#running && this.#isDue) this.#start('awaited');
    const running = this.#running;
    if (running) await this.#wait(running, signal);
    await this.#indexed.refresh(signal);
  }

  invalidate(): boolean {
    return false;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.#indexed.dispose();
    this.#made?.close();
  }

  get #depot(): Depot {
    if (!this.#made) {
      this.#made = this.#make();
      this.#lookups = new Lookups(this.#made, this.#indexed, this.#pace.search);
    }
    return this.#made;
  }

  get #isDue(): boolean {
    return !this.#stop.signal.aborted && performance.now() >= this.#dueAt;
  }

  /** Whoever asks without a `refresh` before has one. */
  async #ready(signal: AbortSignal): Promise<void> {
    if (!this.#made || this.#indexed.state === 'waiting') await this.refresh(signal);
  }

  /** Reads manifests that it had left out. */
  async #readInstead(signal: AbortSignal): Promise<void> {
    this.#dueAt = Number.NEGATIVE_INFINITY;
    await this.refresh(signal);
  }

  /** Waits; when the last one that waits gives up, so does the work. */
  async #wait(running: Run, signal: AbortSignal): Promise<void> {
    try {
      await unlessAborted(running.waiting.join(), signal);
    } finally {
      if (running.waiting.leave() === 0 && signal.aborted) running.stop.abort();
    }
  }

  #start(how: 'awaited' | 'background'): void {
    clearTimeout(this.#timer);
    const depot = this.#depot;
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, stop.signal]);
    const waiting = new Waiting(depot, this.#pace);
    const over = () => {
      this.#running = undefined;
      this.#planNext(depot, signal.aborted);
      waiting.close();
      if (!this.#stop.signal.aborted) this.#around.onChange(this.#lookups?.recovered() ?? false);
    };
    // A bug in there must end the process as any other; an abort means that nobody wants it any more.
    const ended = this.#run(depot, signal).then(over, error => {
      over();
      if (!signal.aborted) throw error;
    });
    if (how === 'background') waiting.close();
    this.#running = { ended, waiting, stop };
  }

  async #run(depot: Depot, signal: AbortSignal): Promise<void> {
    if (depot.hasCopy) await this.#reindex(signal);
    const changed = await depot.sync(signal);
    if (changed || !depot.hasCopy) await this.#reindex(signal);
    else this.#around.onChange(false);
    if (depot.hasCopy && !depot.contact.failing) await this.#readManifests(depot, signal);
    depot.forget();
  }

  /** More than once where the index found damaged ones among them. */
  async #readManifests(depot: Depot, signal: AbortSignal): Promise<void> {
    for (let trial = 0; trial < 3; trial++) {
      const before = depot.complete;
      const came = await depot.fetchManifests((done, total) => this.#around.onProgress(done, total), signal);
      if (came || before !== depot.complete) await this.#reindex(signal);
      if (depot.contact.failing || depot.check()) return;
    }
  }

  async #reindex(signal: AbortSignal): Promise<void> {
    this.#indexed.invalidate(ANEW);
    await this.#indexed.refresh(signal);
    this.#lookups?.forget();
  }

  #planNext(depot: Depot, aborted: boolean): void {
    const { refresh, again } = this.#pace;
    const wanted = (depot.maxAge ?? Number.POSITIVE_INFINITY) * 1000;
    const failed = depot.contact.failing || !depot.hasCopy;
    const time = failed ? again : Math.min(refresh, Math.max(wanted, again));
    const atOnce = aborted || (!failed && !depot.complete);
    this.#dueAt = atOnce ? Number.NEGATIVE_INFINITY : performance.now() + time;
    if (this.#stop.signal.aborted || aborted) return;
    this.#timer = setTimeout(() => {
      if (!this.#running && this.#isDue) this.#start('background');
    }, time + 1);
    this.#timer.unref();
  }

  /** What keeps it from answering completely: files of which nothing is known yet. */
  #unread(depot: Depot): readonly InputFault[] {
    if (depot.complete) return [];
    const message = depot.contact.failing
      ? 'does not answer, and not all of its manifests were read before: who delivers a file is not known for sure'
      : 'is being read for the first time: who delivers a file is not known for sure before that is done';
    return [{ code: 'unreachable', path: this.root, message }];
  }

  /** An index without manifest says that nothing is delivered. */
  #withoutGuess(one: Package): Package {
    const { delivers, ...rest } = one;
    return delivers ? one : rest;
  }

  /** What the index knows is not told twice. */
  #joined(indexed: readonly Delivery[], looked: readonly Delivery[]): readonly Delivery[] {
    if (looked.length === 0) return indexed;
    const key = (one: Delivery) =>
      `${one.path} ${one.package.publisher} ${one.package.name}@${one.package.version}`;
    const known = new Set(indexed.map(key));
    return [...indexed, ...looked.filter(one => !known.has(key(one)))];
  }
}
