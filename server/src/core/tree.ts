import type { CompressedPlace, InputFault, Manifest, SyntaxFault, World } from './model.ts';

/** Unsaved text that counts before the disk. Keys are absolute paths. */
export interface Buffers {
  get(path: string): { readonly text: string; readonly version: number } | undefined;
}

/** Values of the settings file and of the editor or command line, the latter winning key by key. */
export interface Settings {
  /** Globs of manifests below the root. */
  readonly manifests: readonly string[];
  /** Proto areas in search order, relative to the root; `{manifestDir}` stands for the manifest's directory. */
  readonly proto: readonly string[];
  /** Values of `$(NAME)`. */
  readonly macros: Readonly<Record<string, string>>;
  readonly repositories: readonly RepositorySettings[];
  readonly closed: boolean;
  /** True: no depot is asked; what was read of it before counts. */
  readonly offline: boolean;
  readonly policy: {
    readonly transitive: 'closure' | 'direct';
    readonly generated: readonly string[];
  };
  readonly catchers: Readonly<Record<string, 'on' | 'off'>>;
  /** Users and groups that every system has, beside the built-in list. */
  readonly base: { readonly users: readonly string[]; readonly groups: readonly string[] };
  /** Places with compressed files, after the built-in ones; the last that matches counts. */
  readonly compressed: readonly CompressedPlace[];
  /** FMRIs of the incorporations that restrict the repositories. */
  readonly incorporation: readonly string[];
  /** Packages that the administrator unlocked (`facet.version-lock.NAME=false`). */
  readonly unlocked: readonly string[];
  /** Publishers in search order; those not named follow in the order of their repositories. */
  readonly publishers: readonly string[];
  /** Catchers of one's own: modules, relative to the root. Loaded only where `plugInsAllowed`. */
  readonly plugins: readonly string[];
  readonly suppress: readonly { readonly code: string; readonly path: string; readonly reason: string }[];
}

/** One repository of the settings. */
export interface RepositorySettings {
  /** Directory, archive (`.p5p`), image root, `.p5i` file, or address of a depot. */
  readonly uri: string;
  /** Other origins of the same packages, tried when the first does not answer. */
  readonly mirrors?: readonly string[] | undefined;
  /** PEM file with certificates of own authorities, relative to the root. */
  readonly caFile?: string | undefined;
}

/** What a tree is doing and what it lacks, for a status item, `doctor` and messages. */
export interface TreeStatus {
  /** Proto areas (absolute, `{manifestDir}` left in) of which none exists yet. */
  readonly unbuilt: readonly string[];
  readonly repositories: readonly {
    readonly uri: string;
    readonly state: 'waiting' | 'indexing' | 'ready' | 'failed';
    /** Packages and paths known, when ready. */
    readonly packages?: number;
    readonly paths?: number;
    readonly fault?: InputFault;
    /** Something to know that is no fault of the repository, such as an index that cannot be kept. */
    readonly note?: string;
  }[];
  /** Manifests of the workspace that were read, and how many there are. */
  readonly workspace: { readonly read: number; readonly total: number };
  /** Modules with catchers of one's own that the settings name, and whether they may be loaded. */
  readonly plugIns: { readonly count: number; readonly allowed: boolean };
}

/**
 * Port: one package tree: a directory with a `packwright.yaml`, or a workspace folder without one.
 *
 * `io/world.ts` makes it; session, language server and command line use it. All paths are absolute.
 */
export interface Tree {
  readonly root: string;
  /** Path of the `packwright.yaml`, present or not. */
  readonly settingsFile: string;
  /** Its text, `undefined` when there is none. */
  readonly settingsText: string | undefined;
  /** What is wrong with it. */
  readonly settingsFaults: readonly SyntaxFault[];
  /** Span in the settings file of each entry of `settings.suppress` (undefined: it came from elsewhere). */
  readonly suppressSpans: readonly ({ readonly start: number; readonly end: number } | undefined)[];
  readonly settings: Settings;
  /** Grows whenever an answer may have changed for reasons outside the manifest's own text. */
  readonly generation: number;

  /** Paths of the manifests (`settings.manifests`), sorted. */
  manifests(signal: AbortSignal): Promise<readonly string[]>;
  /** True for a path that `settings.manifests` covers. */
  hasManifest(path: string): boolean;
  /** Reads and parses a manifest or fragment; the buffer counts before the disk. Cached by content. */
  manifest(path: string): Promise<Manifest | InputFault>;
  /** Everything a check of this manifest may look at. Cheap: nothing is read before it is asked for. */
  world(manifestPath: string): World;
  /** Reads the workspace's manifests and opens the repositories' indexes, building them where needed. */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * Looks at the payload of these manifests while they are checked one after the other, from the last one on, in threads
   * where that is worth it. Changes no answer.
   */
  lookAhead(manifests: readonly string[], signal: AbortSignal): Promise<void>;
  /** True when `prepare` has nothing to do. */
  readonly prepared: boolean;
  status(): TreeStatus;

  /** Proto areas as absolute globs (`/w/proto/**`), for registration with a client. */
  payloadGlobs(): readonly string[];
  /** The installed path's place in a proto area -> the manifests that deliver this payload file. */
  manifestsOfPayload(path: string): readonly string[];
  /** True for a path whose change can change an answer: every path that was asked for, present or not. */
  watches(path: string): boolean;
  /** Forgets what was remembered of these files and what they belong to. */
  invalidate(paths: readonly string[]): Promise<void>;
  /** Called after every change of `generation` or `status`. Answers the function that stops it. */
  onChange(listener: () => void): () => void;
  dispose(): void;
}
