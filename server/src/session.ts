import { analyse, textOnly } from './core/check.ts';
import { syntaxFinding } from './core/findings/syntax.ts';
import type { FileResolution, Finding, InputFault, Manifest, PayloadPlace, Verdict } from './core/model.ts';
import type { Buffers, Tree } from './core/tree.ts';
import { type Change, Forest, type Ports } from './forest.ts';
import { afterLookingAhead, whileLookingAhead } from './look-ahead.ts';
import { SharedWork } from './shared-work.ts';

export type { Change, Ports } from './forest.ts';

/** Everything that is known of one manifest. The same object as long as nothing changed. */
export interface Checked {
  readonly path: string;
  readonly tree: Tree;
  readonly manifest: Manifest;
  /** In the order of their places; what the settings suppress is left out. */
  readonly findings: readonly Finding[];
  readonly verdicts: readonly Verdict[];
  /** What its dependencies on files come to. */
  readonly resolutions: readonly FileResolution[];
  /** Indices of suppressions that hid something. */
  readonly suppressed: ReadonlySet<number>;
}

/** A finding that stands in a payload file, and the manifest that it is about. */
export interface PayloadFinding {
  readonly checked: Checked;
  readonly finding: Finding;
  readonly place: PayloadPlace;
}

/** The answer of `checkAll`. */
export interface Checkup {
  readonly checked: readonly Checked[];
  /** Manifests that could not be read. */
  readonly faults: readonly InputFault[];
  /** The trees that the manifests belong to. */
  readonly trees: readonly Tree[];
}

/** How often a check starts again because its input changed under it; the last answer is then given as it is. */
const MOST_ROUNDS = 3;

interface Kept {
  readonly generation: number;
  readonly checked: Checked;
}

/**
 * The one stateful object of language server and command line: buffers, package trees and what was
 * found. Nothing is computed again while nothing changed.
 */
export class Session {
  readonly #buffers = new Map<string, { readonly text: string; readonly version: number }>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #forest: Forest;
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Map<string, SharedWork<Kept | InputFault>>();
  /** What whole-tree checks found unused, for as long as the settings are the same. */
  readonly #unused = new WeakMap<Tree['settings'], readonly number[]>();

  constructor(ports: Ports) {
    this.#forest = new Forest(ports, this.#buffers, change => {
      for (const listener of this.#listeners) listener(change);
    });
  }

  /** Unsaved texts; they count before the disk. */
  get buffers(): Buffers {
    return this.#buffers;
  }

  /** Workspace folders: the trees of files without a `packwright.yaml`, and what `manifests` lists. */
  get folders(): readonly string[] {
    return this.#forest.folders;
  }

  /** The trees that were opened so far. */
  get trees(): readonly Tree[] {
    return this.#forest.trees;
  }

  /** Replaces the workspace folders. */
  setFolders(folders: readonly string[]): void {
    this.#forest.setFolders(folders);
  }

  /** Closes all trees; they are opened again, with whatever the ports say then, when they are needed. */
  reopen(): void {
    this.#kept.clear();
    this.#forest.reopen();
  }

  /** Notes the text of an editor's buffer; `undefined` when it was closed. */
  edit(path: string, buffer: { readonly text: string; readonly version: number } | undefined): Promise<void> {
    if (buffer) this.#buffers.set(path, buffer);
    else this.#buffers.delete(path);
    return this.#forest.forget([path], 'document');
  }

  /** Notes that files changed on disk. */
  changed(paths: readonly string[]): Promise<void> {
    return this.#forest.forget(paths, 'world');
  }

  /** The tree of a path: of the nearest `packwright.yaml` upwards, else of its workspace folder. */
  treeOf(path: string): Promise<Tree> {
    return this.#forest.treeOf(path);
  }

  /** Manifests below the workspace folders, each once, sorted; those of nested trees included. */
  async manifests(signal: AbortSignal): Promise<readonly string[]> {
    await this.#forest.settled;
    const paths = new Set<string>();
    const seen = new Set<Tree>();
    const visit = async (tree: Tree): Promise<void> => {
      if (seen.has(tree)) return;
      seen.add(tree);
      for (const path of await tree.manifests(signal)) {
        const owner = await this.treeOf(path);
        if (owner !== tree) await visit(owner);
        else if (this.#forest.folderOf(path)) paths.add(path);
      }
    };
    for (const folder of this.folders) await visit(await this.#forest.treeIn(folder));
    return [...paths].sort();
  }

  /**
   * Checks one manifest. Callers that ask for the same at the same time share the work; who aborts
   * gets nothing, and the work stops when nobody waits for it any more.
   */
  async check(path: string, signal: AbortSignal): Promise<Checked | InputFault> {
    for (let round = 1; ; round++) {
      await this.#forest.settled;
      signal.throwIfAborted();
      const tree = await this.treeOf(path);
      const kept = await this.#current(tree, path);
      if (kept) return kept;
      let shared = this.#running.get(path);
      if (!shared?.alive) {
        shared = new SharedWork(inner => this.#analyse(tree, path, inner));
        this.#running.set(path, shared);
      }
      const result = await shared.join(signal).catch(async error => {
        // A tree that was closed meanwhile answers nothing any more; the one in its place does.
        if (signal.aborted || (await this.treeOf(path)) === tree) throw error;
        return undefined;
      });
      if (this.#running.get(path) === shared) this.#running.delete(path);
      if (!result) continue;
      if ('code' in result) return result;
      this.#kept.set(path, result);
      if (round >= MOST_ROUNDS || (await this.#holds(tree, path))) return result.checked;
    }
  }

  /**
   * Checks these manifests one after the other; when they are whole trees, unused suppressions are known after.
   * `calmly`: others come first, and no large payload may keep them waiting.
   */
  async checkAll(
    paths: readonly string[],
    signal: AbortSignal,
    each?: (checked: Checked) => void,
    calmly = false,
  ): Promise<Checkup> {
    const checked: Checked[] = [];
    const faults: InputFault[] = [];
    const trees = await this.#forest.byTree(paths);
    await (calmly ? afterLookingAhead : whileLookingAhead)(trees, signal, async () => {
      for (const path of paths) {
        const result = await this.check(path, signal);
        if ('code' in result) faults.push(result);
        else {
          checked.push(result);
          each?.(result);
        }
        await (await this.treeOf(path)).world(path).pause?.();
      }
    });
    for (const tree of trees.keys()) await this.#noteUnused(tree, signal);
    return { checked, faults, trees: [...trees.keys()] };
  }

  /** Findings whose need is in this payload file, of every manifest that delivers it. */
  async payloadFindings(path: string, signal: AbortSignal): Promise<readonly PayloadFinding[]> {
    return (await this.deliverers(path, signal)).flatMap(checked =>
      checked.findings.flatMap(finding =>
        finding.payloadPlaces
          .filter(place => place.file === path)
          .map(place => ({ checked, finding, place })),
      ),
    );
  }

  /** The manifests that deliver a payload file, checked. */
  async deliverers(path: string, signal: AbortSignal): Promise<readonly Checked[]> {
    await this.#forest.settled;
    // Opens the tree of the file, if it is in one: what lies elsewhere is no payload.
    await this.#forest.knownTreeOf(path);
    const found: Checked[] = [];
    for (const tree of this.trees) {
      if (!tree.prepared && tree.payloadGlobs().length > 0) await this.#forest.prepare(tree, signal);
      for (const manifest of tree.manifestsOfPayload(path)) {
        const result = await this.check(manifest, signal);
        if (!('code' in result)) found.push(result);
      }
    }
    return found;
  }

  /** What is wrong with a tree's settings file; suppressions without effect once the whole tree was checked. */
  settingsFindings(tree: Tree): readonly Finding[] {
    const faults = tree.settingsFaults.map(fault => syntaxFinding(fault, 'settings'));
    const unused = (this.#unused.get(tree.settings) ?? []).flatMap(index => {
      const span = tree.suppressSpans[index];
      const entry = tree.settings.suppress[index];
      if (!span || !entry) return [];
      const message = `this suppression hides nothing: no finding of code ${entry.code} is about ${entry.path}; take it out`;
      const fault = { code: 'syntax', severity: 'hint', message, span } as const;
      return [{ ...syntaxFinding(fault, 'settings'), unnecessary: true }];
    });
    return [...faults, ...unused].sort(byPlace);
  }

  /** Called after every change that may change an answer. Answers the function that stops it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops what trees prepare: until they are opened again, manifests are judged by their text alone. */
  stopPreparing(): void {
    this.#forest.stopPreparing();
  }

  dispose(): void {
    this.#listeners.clear();
    this.#forest.dispose();
  }

  /** Whether what was just found out still holds: same tree, same text, same world. */
  async #holds(tree: Tree, path: string): Promise<boolean> {
    return (await this.treeOf(path)) === tree && (await this.#current(tree, path)) !== undefined;
  }

  /** What is known of a manifest, if it still holds. */
  async #current(tree: Tree, path: string): Promise<Checked | undefined> {
    const kept = this.#kept.get(path);
    if (kept?.checked.tree !== tree || kept.generation !== tree.generation) return undefined;
    return kept.checked.manifest === (await tree.manifest(path)) ? kept.checked : undefined;
  }

  async #analyse(tree: Tree, path: string, signal: AbortSignal): Promise<Kept | InputFault> {
    const manifest = await tree.manifest(path);
    if ('code' in manifest) return manifest;
    const world = tree.world(path);
    // Without payload and repositories nothing depends on other packages: the parse is the answer.
    const { repositories, closed } = tree.settings;
    const alone = !world.payloads.built && repositories.length === 0 && !closed;
    const ready = alone || manifest.fragment || (await this.#forest.prepare(tree, signal));
    signal.throwIfAborted();
    const { generation } = tree;
    const analysis = await analyse(manifest, ready && !alone ? world : textOnly(world), signal);
    const { findings, suppressed } = analysis;
    const told = { path, tree, manifest, findings, suppressed };
    const checked: Checked = {
      ...told,
      get verdicts() {
        return analysis.verdicts;
      },
      get resolutions() {
        return analysis.resolutions;
      },
    };
    return { generation, checked };
  }

  /** Notes suppressions without effect, when every manifest of the tree was checked with all that it needs. */
  async #noteUnused(tree: Tree, signal: AbortSignal): Promise<void> {
    const { settings, generation } = tree;
    if (settings.suppress.length === 0) return;
    const { unbuilt, repositories } = tree.status();
    if (unbuilt.length > 0 || repositories.some(repository => repository.state !== 'ready')) return;
    const used = new Set<number>();
    for (const path of await tree.manifests(signal)) {
      const kept = this.#kept.get(path);
      if (kept?.checked.tree !== tree || kept.generation !== generation) return;
      for (const index of kept.checked.suppressed) used.add(index);
    }
    const unused = settings.suppress.map((_, index) => index).filter(index => !used.has(index));
    this.#unused.set(settings, unused);
  }
}

function byPlace(a: Finding, b: Finding): number {
  return a.span.start - b.span.start || a.span.end - b.span.end;
}
