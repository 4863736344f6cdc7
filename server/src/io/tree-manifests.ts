import { setImmediate as turn } from 'node:timers/promises';
import type { InputFault, Manifest } from '../core/model.ts';
import type { Buffers } from '../core/tree.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import type { Disk } from './disk.ts';
import { isFault } from './input-fault.ts';
import { ManifestCache } from './manifest-cache.ts';
import { type FoundManifests, findManifests, manifestMatcher } from './manifest-files.ts';
import { isWithin } from './paths.ts';
import { WorkspaceRepository } from './repositories/workspace.ts';
import type { FindPayload } from './service-deliveries.ts';

/** Milliseconds of work between two turns of the event loop. */
const SLICE = 12;

/**
 * The manifests of a tree: which there are, what they say, and the packages that they make.
 *
 * Each is read when it is asked for; all of them only by `readAll`.
 */
export class TreeManifests {
  readonly workspace: WorkspaceRepository;
  readonly #root: string;
  readonly #cache: ManifestCache;
  readonly #disk: Disk;
  readonly #buffers: Buffers;
  #matches: (path: string) => boolean = () => false;
  #found: FoundManifests | undefined;
  #finding: Promise<FoundManifests> | undefined;
  #reading: Promise<void> | undefined;
  #read = false;
  #stop = new AbortController();

  constructor(root: string, disk: Disk, buffers: Buffers, findPayload: FindPayload) {
    this.workspace = new WorkspaceRepository(findPayload);
    this.#root = root;
    this.#disk = disk;
    this.#buffers = buffers;
    this.#cache = new ManifestCache(disk, buffers);
  }

  /** True when the packages of the workspace are all known. */
  get allRead(): boolean {
    return this.#read;
  }

  /** How many manifests were found; those read where nobody looked for them yet. */
  get total(): number {
    return this.#found?.paths.length ?? this.workspace.size;
  }

  /** Other globs find other manifests, and other macros make them say other things. */
  configure(globs: readonly string[], macros: Readonly<Record<string, string>>): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#matches = manifestMatcher(this.#root, globs);
    this.#cache.setMacros(macros);
    for (const path of this.workspace.filesIn(this.#root)) this.workspace.update(path, undefined);
    this.#found = undefined;
    this.#finding = undefined;
    this.#reading = undefined;
    this.#read = false;
  }

  /** True for a path that the globs cover. */
  covers(path: string): boolean {
    return this.#matches(path);
  }

  /** Paths, sorted. */
  async paths(signal: AbortSignal): Promise<readonly string[]> {
    return (this.#found ?? (await this.#whileSame(() => this.#find(), signal))).paths;
  }

  /** Reads and parses one; answers too whether other manifests see a difference. */
  get(path: string): { readonly manifest: Manifest | InputFault; readonly visible: boolean } {
    const { manifest, fresh } = this.#cache.get(path);
    const known = this.workspace.has(path);
    const visible = (fresh || !known) && (known || this.#reading !== undefined) && this.#note(path, manifest);
    return { manifest, visible };
  }

  /** Reads all that are not read yet; who aborts only stops waiting. */
  async readAll(signal: AbortSignal): Promise<void> {
    if (this.#read) return;
    await this.#whileSame(() => {
      this.#reading ??= this.#readRest(this.#stop.signal);
      return this.#reading;
    }, signal);
  }

  /** Looks again at a manifest, or at all below a directory. Answers whether other manifests see a difference. */
  invalidate(path: string): boolean {
    this.#cache.invalidate(path);
    if (!this.#matches(path)) return this.#invalidateBelow(path);
    this.#enter(path);
    const known = this.workspace.has(path);
    return (known || this.#reading !== undefined) && this.get(path).visible;
  }

  dispose(): void {
    this.#stop.abort();
  }

  #invalidateBelow(directory: string): boolean {
    const listed = this.#found?.paths.filter(path => isWithin(path, directory)) ?? [];
    let visible = false;
    for (const path of new Set([...this.workspace.filesIn(directory), ...listed])) {
      if (path !== directory && this.invalidate(path)) visible = true;
    }
    return visible;
  }

  /** Waits for work that starts again when the settings change meanwhile. */
  async #whileSame<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      const stop = this.#stop.signal;
      try {
        return await unlessAborted(work(), signal);
      } catch (error) {
        if (signal.aborted || stop === this.#stop.signal) throw error;
      }
    }
  }

  #find(): Promise<FoundManifests> {
    const { signal } = this.#stop;
    this.#finding ??= findManifests(this.#root, this.#matches, signal).then(found => {
      if (!signal.aborted) this.#found = found;
      return found;
    });
    return this.#finding;
  }

  /** Enters a path into the list, or takes it out. */
  #enter(path: string): void {
    if (!this.#found) return;
    const { paths } = this.#found;
    const exists = this.#buffers.get(path) !== undefined || this.#disk.status(path) !== undefined;
    if (exists === paths.includes(path)) return;
    this.#found = {
      ...this.#found,
      paths: exists ? [...paths, path].sort() : paths.filter(other => other !== path),
    };
  }

  async #readRest(signal: AbortSignal): Promise<void> {
    let sliceEnds = performance.now() + SLICE;
    for (const path of (await this.#find()).paths) {
      signal.throwIfAborted();
      if (!this.workspace.has(path)) this.get(path);
      if (performance.now() < sliceEnds) continue;
      await turn();
      sliceEnds = performance.now() + SLICE;
    }
    signal.throwIfAborted();
    this.#read = true;
  }

  #note(path: string, manifest: Manifest | InputFault): boolean {
    const foreign =
      !this.#matches(path) || this.#found?.nestedRoots.some(root => isWithin(path, root)) === true;
    return this.workspace.update(path, foreign || isFault(manifest) ? undefined : manifest);
  }
}
