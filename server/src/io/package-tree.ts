import { dirname, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Catches } from '../core/catch-memory.ts';
import { catcherOptions } from '../core/catcher-options.ts';
import { catchers } from '../core/catchers/index.ts';
import { LiveCandidates } from '../core/live-candidates.ts';
import type { InputFault, Manifest, SyntaxFault, World } from '../core/model.ts';
import { Sightings } from '../core/sightings.ts';
import type { Buffers, Settings, Tree, TreeStatus } from '../core/tree.ts';
import { Disk } from './disk.ts';
import { inflate } from './inflate.ts';
import { isFault } from './input-fault.ts';
import { isWithin } from './paths.ts';
import { PayloadScan } from './payload-scan.ts';
import { MANIFEST_DIR, PayloadSources } from './payload-sources.ts';
import { readSettings, SETTINGS_FILE, type SettingsReading } from './settings-file.ts';
import { Slices } from './slices.ts';
import { suppressionLookup } from './suppressions.ts';
import { TreeManifests } from './tree-manifests.ts';
import { TreePlugIns } from './tree-plug-ins.ts';
import { TreeRepositories } from './tree-repositories.ts';

/** What a tree needs of the outside. */
export interface TreeSurroundings {
  /** Settings of the editor or command line; they win key by key. */
  readonly overrides: Partial<Settings>;
  readonly buffers: Buffers;
  /** Directory where indexes are kept. */
  readonly cachePath: string;
  /** False: proto areas and repositories outside the root are not touched. */
  readonly trusted: boolean;
  /** Whether modules that the settings name may be loaded: the user trusts the tree, and said so. */
  readonly plugInsAllowed: boolean;
  /** Directory of our built programs, for threads; absent: everything is done in this one. */
  readonly programs?: string | undefined;
  /** Told how indexing gets on: package versions read, of those to be read of one publisher. */
  readonly onProgress: (repository: string, done: number, total: number) => void;
}

/** A package tree over the disk and the editor's buffers. Nothing is read before it is asked for. */
export class PackageTree implements Tree {
  readonly root: string;
  readonly settingsFile: string;
  generation = 0;
  readonly #around: TreeSurroundings;
  readonly #disk = new Disk();
  readonly #manifests: TreeManifests;
  readonly #repositories: TreeRepositories;
  readonly #plugIns: TreePlugIns;
  readonly #scan: PayloadScan;
  readonly #listeners = new Set<() => void>();
  #reading: SettingsReading;
  #settingsText: string | undefined;
  #settingsFault: SyntaxFault | undefined;
  #sources: PayloadSources;
  #world: Omit<World, 'payloads' | 'suppressedBy' | 'candidates'>;
  #suppressions: ReturnType<typeof suppressionLookup> = suppressionLookup([]);
  readonly #slices = new Slices();
  #candidates = new LiveCandidates();
  /** By manifest, for as long as neither settings nor payload change. */
  readonly #sightings = new Map<string, Sightings>();

  constructor(root: string, around: TreeSurroundings) {
    this.root = root;
    this.settingsFile = `${root === '/' ? '' : root}/${SETTINGS_FILE}`;
    this.#around = around;
    this.#manifests = new TreeManifests(root, this.#disk, around.buffers, (manifest, payload) =>
      this.#sources.of(manifest).find(payload),
    );
    this.#repositories = new TreeRepositories({
      root,
      disk: this.#disk,
      cacheDirectory: around.cachePath,
      within: this.#within(),
      onProgress: around.onProgress,
      onChange: answers => this.#changed(answers),
    });
    this.#scan = new PayloadScan(around.programs);
    this.#plugIns = new TreePlugIns({
      root,
      programs: around.programs,
      allowed: around.plugInsAllowed && around.trusted,
    });
    this.#reading = this.#readSettings();
    this.#sources = this.#configureSources();
    this.#world = this.#configure();
  }

  get settings(): Settings {
    return this.#reading.settings;
  }

  get settingsText(): string | undefined {
    return this.#settingsText;
  }

  get settingsFaults(): readonly SyntaxFault[] {
    return this.#settingsFault ? [this.#settingsFault] : this.#reading.faults;
  }

  get suppressSpans(): Tree['suppressSpans'] {
    return this.#reading.suppressSpans;
  }

  get prepared(): boolean {
    return this.#manifests.allRead && this.#repositories.settled;
  }

  manifests(signal: AbortSignal): Promise<readonly string[]> {
    return this.#manifests.paths(signal);
  }

  hasManifest(path: string): boolean {
    return this.#manifests.covers(path);
  }

  async manifest(path: string): Promise<Manifest | InputFault> {
    const { manifest, visible } = this.#manifests.get(path);
    if (visible) this.#changed(true);
    return manifest;
  }

  world(manifestPath: string): World {
    const suppressedBy = this.#suppressions(relative(this.root, manifestPath));
    const payloads = this.#sources.of(manifestPath);
    const sightings = this.#sightings.get(manifestPath) ?? new Sightings();
    this.#sightings.set(manifestPath, sightings);
    return {
      ...this.#world,
      payloads,
      scan: this.#scan.of(payloads),
      sightings,
      candidates: this.#candidates,
      suppressedBy,
    };
  }

  async lookAhead(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const manifests: { files: Manifest['files']; payloads: World['payloads'] }[] = [];
    for (const path of paths) {
      const manifest = await this.manifest(path);
      if (!isFault(manifest)) {
        const known = this.#sightings.get(path)?.files(manifest.files);
        const files = known ? manifest.files.filter((_, at) => !known.at(at)) : manifest.files;
        if (files.length > 0) manifests.push({ files, payloads: this.#sources.of(path) });
      }
      await this.#slices.pause();
      signal.throwIfAborted();
    }
    await this.#scan.ahead(manifests, signal);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.prepared) return;
    const read = this.#manifests.allRead;
    await Promise.all([this.#manifests.readAll(signal), this.#repositories.refresh(signal)]);
    if (!read) this.#changed(true);
  }

  status(): TreeStatus {
    return {
      unbuilt: this.#sources.anyBuilt ? [] : this.#sources.patterns,
      repositories: this.#repositories.status(),
      workspace: { read: this.#manifests.workspace.size, total: this.#manifests.total },
      plugIns: this.#plugIns.status,
    };
  }

  payloadGlobs(): readonly string[] {
    const { trusted } = this.#around;
    const areas = this.#sources.patterns.map(pattern =>
      pattern.replaceAll(MANIFEST_DIR, pattern.startsWith(MANIFEST_DIR) ? `${this.root}/**` : '**'),
    );
    return areas.filter(area => trusted || isWithin(area, this.root)).map(area => `${area}/**`);
  }

  manifestsOfPayload(path: string): readonly string[] {
    const { workspace } = this.#manifests;
    const takers = new Set<string>();
    const names = new Map<string, readonly string[]>();
    for (const directory of workspace.directories()) {
      for (const name of this.#sources.namesOf(path, directory)) {
        if (!names.has(name)) names.set(name, workspace.takersOf(name));
        for (const taker of names.get(name) ?? []) if (dirname(taker) === directory) takers.add(taker);
      }
    }
    return [...takers].sort();
  }

  watches(path: string): boolean {
    if (path === this.settingsFile || this.#manifests.covers(path)) return true;
    return this.#disk.wasAsked(path) || this.#sources.awaits(path);
  }

  async invalidate(paths: readonly string[]): Promise<void> {
    let answers = false;
    for (const path of paths) {
      if (path.endsWith(`/${SETTINGS_FILE}`) && isWithin(path, this.root)) {
        if (this.#reread(path)) answers = true;
        continue;
      }
      if (this.#sources.invalidate(path)) {
        this.#manifests.workspace.payloadChanged();
        this.#sightings.clear();
        answers = true;
      }
      if (this.#manifests.invalidate(path)) answers = true;
      this.#repositories.invalidate(path);
    }
    if (answers) this.#changed(true);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#listeners.clear();
    this.#manifests.dispose();
    this.#repositories.dispose();
    this.#plugIns.dispose();
    this.#scan.dispose();
  }

  #changed(answers: boolean): void {
    if (answers) {
      this.generation++;
      this.#candidates = new LiveCandidates();
    }
    for (const listener of this.#listeners) listener();
  }

  /** Reads a settings file again. Answers whether that changes anything. */
  #reread(path: string): boolean {
    const { settings } = this.#reading;
    const text = this.#settingsText;
    const reading = this.#readSettings();
    const same = isDeepStrictEqual(settings, reading.settings);
    this.#reading = same ? { ...reading, settings } : reading;
    if (path === this.settingsFile && same) return text !== this.#settingsText;
    this.#sources = this.#configureSources();
    this.#world = this.#configure();
    return true;
  }

  #readSettings(): SettingsReading {
    const buffer = this.#around.buffers.get(this.settingsFile);
    const file = buffer ?? this.#disk.text(this.settingsFile);
    const fault = isFault(file) ? file : undefined;
    this.#settingsText = file && !isFault(file) ? file.text : undefined;
    this.#settingsFault = fault && {
      code: 'syntax',
      severity: 'error',
      message: `${SETTINGS_FILE} ${fault.message}`,
      span: { start: 0, end: 0 },
    };
    return readSettings(this.#settingsText, this.#around.overrides);
  }

  #configureSources(): PayloadSources {
    const { buffers } = this.#around;
    return new PayloadSources(this.root, this.settings.proto, this.#disk, buffers, this.#within());
  }

  /** The directory that nothing is read outside of, when the tree is not trusted. */
  #within(): string | undefined {
    if (this.#around.trusted) return undefined;
    const real = this.#disk.realPath(this.root);
    return typeof real === 'string' ? real : this.root;
  }

  #configure(): Omit<World, 'payloads' | 'suppressedBy' | 'candidates'> {
    const { manifests, macros, policy, closed, suppress } = this.settings;
    const { base, compressed, incorporation, unlocked, publishers } = this.settings;
    this.#manifests.configure(manifests, macros);
    this.#repositories.configure(this.settings);
    this.#plugIns.configure(this.settings);
    this.#suppressions = suppressionLookup(suppress);
    const chosen = catchers.filter(one => (this.settings.catchers[one.name] ?? one.default ?? 'on') === 'on');
    const memory = new Catches();
    this.#scan.configure(this.settings, chosen, memory);
    this.#sightings.clear();
    return {
      repositories: [this.#manifests.workspace, ...this.#repositories.all],
      catchers: chosen,
      catcherOptions: catcherOptions({ ...base, compressed, inflate }),
      plugIns: this.#plugIns.all,
      publishers,
      incorporations: incorporation,
      unlocked,
      policy: { transitive: policy.transitive, generated: new Set(policy.generated), closed },
      memory,
      pause: () => this.#slices.pause(),
    };
  }
}
