import type { Buffers, Tree } from './core/tree.ts';
import { unlessAborted } from './core/unless-aborted.ts';

/** How a session reaches the world; `io/world.ts` has both. All paths are absolute. */
export interface Ports {
  /** Directory of the nearest `packwright.yaml` at or above a directory; `undefined`: there is none. */
  findRoot(directory: string): Promise<string | undefined>;
  openTree(root: string, buffers: Buffers): Tree | Promise<Tree>;
}

/**
 * Why something may have changed: `document`: a buffer was edited; `world`: anything else did;
 * `status`: only which trees there are and what they are busy with.
 */
export type Change = 'document' | 'world' | 'status';

/** The open package trees, and which of them a path belongs to. */
export class Forest {
  readonly #ports: Ports;
  readonly #buffers: Buffers;
  readonly #emit: (change: Change) => void;
  #folders: readonly string[] = [];
  readonly #trees = new Map<string, Tree>();
  readonly #opening = new Map<string, Promise<Tree>>();
  /** Directory -> root of its tree. */
  readonly #roots = new Map<string, Promise<string | undefined>>();
  readonly #preparing = new Map<Tree, Preparation>();
  /** Trees whose preparation the user stopped. */
  readonly #unprepared = new WeakSet<Tree>();
  /** Forgetting goes on one after the other, and every question waits for it. */
  #settled: Promise<void> = Promise.resolve();
  #cause: 'document' | 'world' = 'world';
  #disposed = false;

  constructor(ports: Ports, buffers: Buffers, emit: (change: Change) => void) {
    this.#ports = ports;
    this.#buffers = buffers;
    this.#emit = emit;
  }

  /** Workspace folders, the longest first. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  get trees(): readonly Tree[] {
    return [...this.#trees.values()];
  }

  /** Done when everything was forgotten that changed so far. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  setFolders(folders: readonly string[]): void {
    this.#folders = [...folders].sort((a, b) => b.length - a.length);
    this.#roots.clear();
    void this.#next(() => this.#closeStrays());
    this.#emit('world');
  }

  /** The innermost workspace folder that holds a path. */
  folderOf(path: string): string | undefined {
    return this.#folders.find(folder => folder === '/' || path === folder || path.startsWith(`${folder}/`));
  }

  /** The tree of a path: of the nearest `packwright.yaml` upwards, else of its workspace folder. */
  treeOf(path: string): Promise<Tree> {
    return this.treeIn(parent(path));
  }

  /** The tree of what lies in a directory. */
  async treeIn(directory: string): Promise<Tree> {
    const root = (await this.#rootOf(directory)) ?? directory;
    return this.#trees.get(root) ?? this.#opened(root);
  }

  /** The trees of these paths, each with its own. */
  async byTree(paths: readonly string[]): Promise<ReadonlyMap<Tree, readonly string[]>> {
    const trees = new Map<Tree, string[]>();
    for (const path of paths) {
      const tree = await this.treeOf(path);
      const own = trees.get(tree);
      if (own) own.push(path);
      else trees.set(tree, [path]);
    }
    return trees;
  }

  /** As `treeOf`, but nothing where neither a `packwright.yaml` nor a workspace folder makes a tree. */
  async knownTreeOf(path: string): Promise<Tree | undefined> {
    return (await this.#rootOf(parent(path))) === undefined ? undefined : this.treeOf(path);
  }

  /** Closes all trees; they are opened again, with whatever the ports say then, when they are needed. */
  reopen(): void {
    for (const tree of this.#trees.values()) this.#close(tree);
    this.#trees.clear();
    this.#opening.clear();
    this.#roots.clear();
    this.#emit('world');
  }

  /** Forgets what was known of these files; `document`: of buffers. */
  forget(paths: readonly string[], cause: 'document' | 'world'): Promise<void> {
    return this.#next(async () => {
      this.#cause = cause;
      try {
        if (paths.some(path => path.endsWith('/packwright.yaml'))) {
          this.#roots.clear();
          await this.#closeStrays();
          this.#emit(cause);
        }
        for (const tree of this.#trees.values()) {
          const known = paths.filter(path => tree.watches(path) || tree.hasManifest(path));
          if (known.length > 0) await tree.invalidate(known);
        }
      } finally {
        this.#cause = 'world';
      }
      if (cause === 'document') this.#emit('document');
    });
  }

  /**
   * Prepares a tree, in the background: who aborts stops waiting, and the work goes on for the next.
   * Answers false when the user stopped it.
   */
  async prepare(tree: Tree, signal: AbortSignal): Promise<boolean> {
    if (tree.prepared) return true;
    if (this.#unprepared.has(tree)) return false;
    let running = this.#preparing.get(tree);
    if (!running) {
      running = new Preparation(tree);
      this.#preparing.set(tree, running);
      const over = () => this.#preparing.delete(tree);
      void running.done.then(over, over);
    }
    return unlessAborted(running.done, signal);
  }

  /** Stops what trees prepare; they stay unprepared until they are opened again. */
  stopPreparing(): void {
    for (const [tree, running] of this.#preparing) {
      this.#unprepared.add(tree);
      running.stop();
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const tree of this.#trees.values()) this.#close(tree);
    this.#trees.clear();
  }

  /** Does something after everything else that is to be settled; what fails does not stop the rest. */
  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#settled.then(work);
    this.#settled = done.catch(() => {});
    return done;
  }

  #rootOf(directory: string): Promise<string | undefined> {
    let found = this.#roots.get(directory);
    if (!found) {
      found = this.#ports.findRoot(directory).then(root => root ?? this.folderOf(directory));
      this.#roots.set(directory, found);
    }
    return found;
  }

  async #opened(root: string): Promise<Tree> {
    let opening = this.#opening.get(root);
    if (!opening) {
      opening = Promise.resolve(this.#ports.openTree(root, this.#buffers));
      this.#opening.set(root, opening);
    }
    const tree = await opening;
    if (this.#opening.get(root) === opening) {
      this.#opening.delete(root);
      this.#trees.set(root, tree);
      this.#follow(tree);
      if (this.#disposed) this.#close(tree);
    }
    return this.#trees.get(root) ?? tree;
  }

  #follow(tree: Tree): void {
    let { generation } = tree;
    tree.onChange(() => {
      const grown = tree.generation !== generation;
      generation = tree.generation;
      this.#emit(grown ? this.#cause : 'status');
    });
    this.#emit('status');
  }

  /** Closes trees that are none any more, because a folder or a `packwright.yaml` came or went. */
  async #closeStrays(): Promise<void> {
    for (const [root, tree] of this.#trees) {
      if (this.#folders.includes(root) || (await this.#ports.findRoot(root)) === root) continue;
      this.#close(tree);
      this.#trees.delete(root);
    }
  }

  #close(tree: Tree): void {
    this.#preparing.get(tree)?.stop();
    tree.dispose();
  }
}

function parent(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}

/** The preparation of one tree. */
class Preparation {
  /** True when it was done, false when it was stopped. */
  readonly done: Promise<boolean>;
  readonly #controller = new AbortController();

  constructor(tree: Tree) {
    const { signal } = this.#controller;
    this.done = tree.prepare(signal).then(
      () => true,
      error => {
        if (signal.aborted) return false;
        throw error;
      },
    );
    this.done.catch(() => {});
  }

  stop(): void {
    this.#controller.abort();
  }
}
