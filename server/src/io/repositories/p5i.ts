import { readP5i } from '../../core/ips/p5i.ts';
import { compareVersions } from '../../core/ips/version.ts';
import type { Delivery, InputFault, Package, PackageId } from '../../core/model.ts';
import type { RepositorySettings } from '../../core/tree.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import { withoutCredentials } from '../depot-client/address.ts';
import { firstBytes } from '../file-bytes.ts';
import { isFault } from '../input-fault.ts';
import { isWithin } from '../paths.ts';
import type { ConfiguredRepository, RepositoryAround, RepositoryState } from './configured.ts';
import { refusedRepository } from './configured.ts';

/** Opens the repository of an address. */
export type Open = (settings: RepositorySettings, around: RepositoryAround) => ConfiguredRepository;

/** An origin, and the publishers that are had from it. */
interface Part {
  readonly repository: ConfiguredRepository;
  readonly publishers: ReadonlySet<string>;
}

/** Most bytes of a p5i file. */
const LARGEST = 16 * 1024 * 1024;
const REMEDY = 'name the address of the repository itself in the settings';

/** The repositories that a p5i file names, as one: its publishers, in its order. */
export class P5iRepository implements ConfiguredRepository {
  readonly kind = 'repository';
  readonly name: string;
  readonly root: string;
  readonly #settings: RepositorySettings;
  readonly #around: RepositoryAround;
  readonly #openOrigin: Open;
  readonly #stop = new AbortController();
  #parts: readonly Part[] = [];
  #publishers: readonly string[] = [];
  #faults: readonly InputFault[] = [];
  #text: string | undefined;
  #stale = true;
  #read = false;
  #refreshing: Promise<void> | undefined;

  constructor(settings: RepositorySettings, path: string, around: RepositoryAround, open: Open) {
    this.name = settings.uri;
    this.root = path;
    this.#settings = settings;
    this.#around = around;
    this.#openOrigin = open;
  }

  get state(): RepositoryState {
    const states = new Set(this.#parts.map(({ repository }) => repository.state));
    if (!this.#read) return 'waiting';
    for (const state of ['indexing', 'waiting', 'ready'] as const) if (states.has(state)) return state;
    return 'failed';
  }

  get settled(): boolean {
    return !this.#stale && !this.#refreshing && this.#parts.every(({ repository }) => repository.settled);
  }

  get note(): string | undefined {
    const notes = this.#parts.flatMap(({ repository }) => repository.note ?? []);
    return notes.length > 0 ? [...new Set(notes)].join('. ') : undefined;
  }

  faults(): readonly InputFault[] {
    const strange = this.#publishers.filter(one => this.#isStrange(one));
    const said = strange.map(one =>
      this.#fault(`names the publisher ${one}, which none of its origins has; ${REMEDY}`),
    );
    return [...this.#faults, ...said, ...this.#parts.flatMap(({ repository }) => repository.faults())];
  }

  /** Whether the file has origins of a publisher, and each of them could say that it has another one. */
  #isStrange(publisher: string): boolean {
    const parts = this.#parts.filter(({ publishers }) => publishers.has(publisher));
    const known = parts.map(({ repository }) =>
      repository.state === 'ready' ? repository.publishers?.() : undefined,
    );
    return parts.length > 0 && known.every(names => names && !names.includes(publisher));
  }

  counts(): { readonly packages: number; readonly paths: number } | undefined {
    const all = this.#parts.flatMap(({ repository }) => repository.counts() ?? []);
    if (all.length === 0) return undefined;
    const sum = (of: 'packages' | 'paths') => all.reduce((total, one) => total + one[of], 0);
    return { packages: sum('packages'), paths: sum('paths') };
  }

  async packages(
    names: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly Package[]>> {
    const answers = await this.#ask(signal, ({ repository }) => repository.packages(names, signal));
    return new Map(
      [...names].map(name => {
        const known = answers.flatMap(({ part, answer }) =>
          (answer.get(name) ?? []).filter(({ id }) => part.publishers.has(id.publisher ?? '')),
        );
        const once = new Map(known.toReversed().map(one => [keyOf(one.id), one]));
        const versions = [...once.values()].sort((a, b) => compareVersions(b.id.version, a.id.version));
        return [
          name,
          this.#publishers.flatMap(one => versions.filter(({ id }) => id.publisher === one)),
        ] as const;
      }),
    );
  }

  async deliveries(paths: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]> {
    return this.#told(signal, ({ repository }) => repository.deliveries(paths, signal));
  }

  async below(directories: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]> {
    return this.#told(
      signal,
      async ({ repository }) => (await repository.below?.(directories, signal)) ?? [],
    );
  }

  async occupied(directories: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const answers = await this.#ask(
      signal,
      async ({ repository }) => (await repository.occupied?.(directories, signal)) ?? directories,
    );
    return new Set(answers.flatMap(({ answer }) => [...answer]));
  }

  /** Deliveries of the publishers that are had from each origin; of a version, those of the first that has it. */
  async #told(
    signal: AbortSignal,
    question: (part: Part) => Promise<readonly Delivery[]>,
  ): Promise<readonly Delivery[]> {
    const answers = await this.#ask(signal, question);
    const tellers = new Map<string, Part>();
    return answers.flatMap(({ part, answer }) =>
      answer.filter(({ package: id }) => {
        if (!part.publishers.has(id.publisher ?? '')) return false;
        const key = keyOf(id);
        if (!tellers.has(key)) tellers.set(key, part);
        return tellers.get(key) === part;
      }),
    );
  }

  async learn(versions: readonly PackageId[], signal: AbortSignal): Promise<boolean> {
    const answers = await this.#ask(signal, async ({ repository, publishers }) =>
      repository.learn?.(
        versions.filter(one => publishers.has(one.publisher ?? '')),
        signal,
      ),
    );
    return answers.some(({ answer }) => answer === true);
  }

  async content(delivery: Delivery, signal: AbortSignal): Promise<Uint8Array | undefined> {
    for (const { repository, publishers } of this.#parts) {
      if (!publishers.has(delivery.package.publisher ?? '')) continue;
      const content = await repository.content?.(delivery, signal);
      if (content) return content;
    }
    return undefined;
  }

  refresh(signal: AbortSignal): Promise<void> {
    if (!this.settled) this.#refreshing ??= this.#run();
    return unlessAborted(this.#refreshing ?? Promise.resolve(), signal);
  }

  invalidate(path: string): boolean {
    const own = isWithin(this.root, path);
    if (own) this.#stale = true;
    const parts = this.#parts.filter(({ repository }) => repository.invalidate(path));
    return own || parts.length > 0;
  }

  dispose(): void {
    this.#stop.abort();
    for (const { repository } of this.#parts) repository.dispose();
  }

  async #ask<T>(
    signal: AbortSignal,
    question: (part: Part) => Promise<T>,
  ): Promise<readonly { readonly part: Part; readonly answer: T }[]> {
    if (!this.#read) await this.refresh(signal);
    return Promise.all(this.#parts.map(async part => ({ part, answer: await question(part) })));
  }

  async #run(): Promise<void> {
    try {
      const { signal } = this.#stop;
      do {
        if (this.#stale) this.#reread();
        this.#stale = false;
        this.#read = true;
        await Promise.all(this.#parts.map(({ repository }) => repository.refresh(signal)));
      } while (this.#stale && !signal.aborted);
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    } finally {
      this.#refreshing = undefined;
    }
    this.#around.onChange(false);
  }

  #reread(): void {
    const file = firstBytes(this.#around.disk, this.root, LARGEST + 1);
    const text = file && !isFault(file) && file.length <= LARGEST ? decoder.decode(file) : undefined;
    if (text !== undefined && text === this.#text) return;
    this.#text = text;
    if (text === undefined) {
      const wrong = isFault(file) ? file.message : file ? `is larger than any p5i file; ${REMEDY}` : MISSING;
      this.#change([], [], [this.#fault(wrong)]);
      return;
    }
    const { origins, publishers, faults } = readP5i(text);
    const said = faults.map(fault => this.#fault(`${fault}; ${REMEDY}`));
    if (origins.length === 0 && said.length === 0)
      said.push(this.#fault(`names no origin of a repository; ${REMEDY}`));
    const parts = origins.map(origin => ({
      repository: this.#part(origin.uri, origin.mirrors),
      publishers: new Set(origin.publishers),
    }));
    this.#change(parts, publishers, said);
  }

  #part(uri: string, mirrors: readonly string[]): ConfiguredRepository {
    if (!/^(?:file|https?):/i.test(uri) || /\.p5i$/i.test(uri)) {
      const message = 'is no address of a repository, though a p5i file says so; correct the file';
      const shown = withoutCredentials(uri);
      return refusedRepository(shown, shown, message);
    }
    const { caFile } = this.#settings;
    const all = [...mirrors, ...(this.#settings.mirrors ?? [])];
    const settings = {
      uri,
      ...(all.length > 0 && { mirrors: all }),
      ...(caFile !== undefined && { caFile }),
    };
    return this.#openOrigin(settings, this.#around);
  }

  #change(parts: readonly Part[], publishers: readonly string[], faults: readonly InputFault[]): void {
    for (const { repository } of this.#parts) repository.dispose();
    this.#parts = parts;
    this.#publishers = publishers;
    this.#faults = faults;
    this.#around.onChange(true);
  }

  #fault(message: string): InputFault {
    return { code: 'unreachable', path: this.root, message };
  }
}

const MISSING = 'does not exist; correct the path in the settings';

const decoder = new TextDecoder();

function keyOf({ publisher, name, version }: Package['id']): string {
  return `${publisher}/${name}@${version}`;
}
