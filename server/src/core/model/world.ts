import type { LiveCandidates } from '../live-candidates.ts';
import type { Sightings } from '../sightings.ts';
import type { FileEntry } from './manifest.ts';
import type { Delivery, Package, PackageId } from './package.ts';
import type { Catcher, CatcherOptions, CatchMemory, Caught, PayloadFile, PayloadSource } from './payload.ts';
import type { InputFault } from './text.ts';

/**
 * Port: a source of packages: the workspace, an IPS repository, later an image or a `pkg_summary`.
 *
 * Questions take a batch, so that a remote repository costs one round trip. What a repository
 * cannot know it leaves out of the answer.
 */
export interface Repository {
  /** As the user named it: `workspace`, or the URI in the settings. */
  readonly name: string;
  /** The workspace hides every other repository's versions of its packages. */
  readonly kind: 'workspace' | 'repository';
  /** Every known version of each package asked for: publishers in search order, of each the newest first. */
  packages(names: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlyMap<string, readonly Package[]>>;
  /** Who delivers exactly these, in any version. */
  deliveries(paths: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]>;
  /**
   * Packages that deliver something below these directories (installed paths), in any version: for each of at most 32
   * of them one delivery of `dir:PATH` that is `implied`. Absent: it cannot tell.
   */
  below?(directories: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]>;
  /**
   * Those of these directories (installed paths) that any path which it delivers lies in, at any depth: in the others
   * nobody need look for a file. Absent: it cannot tell.
   */
  occupied?(directories: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlySet<string>>;
  /**
   * Learns what these versions deliver, where that takes reading manifests that it left out, those of older versions. Answers
   * whether there is more to tell now. Absent: it knows what each version delivers.
   */
  learn?(versions: readonly PackageId[], signal: AbortSignal): Promise<boolean>;
  /** What keeps it from answering completely, as of the last answer: gone, damaged. */
  faults(): readonly InputFault[];
  /**
   * The content of a delivered file, for symbol versions; `undefined` where it cannot be had, or is larger than
   * what is read for that (64 MiB). Nothing is fetched over a network for it.
   */
  content?(delivery: Delivery, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** The payload of a delivered file where it lies at hand, as in the workspace: then nobody asks for its content. */
  payload?(delivery: Delivery): PayloadFile | undefined;
}

/** A catcher from outside the project: it runs in a thread of its own, with a limit of time and memory. */
export interface PlugInCatcher {
  readonly name: string;
  /** What it says of each file that it claims; faults of the plug-in itself are `broken`. */
  inspect(
    files: readonly { readonly entry: FileEntry; readonly found: PayloadFile }[],
    signal: AbortSignal,
  ): Promise<{ readonly caught: ReadonlyMap<FileEntry, Caught>; readonly broken?: string }>;
}

/** A suppression of the settings, with its place in their list. */
export interface Suppression {
  readonly code: string;
  /** Glob over the installed path of the payload, or over the manifest's path below the settings file. */
  readonly path: string;
  readonly reason: string;
}

/** What the settings say of findings. */
export interface Policy {
  /** `closure`: satisfied through other packages is a hint; `direct`: a warning. */
  readonly transitive: 'closure' | 'direct';
  /** Catchers whose needs the build declares by itself: they only have to be deliverable. */
  readonly generated: ReadonlySet<string>;
  /** True: the repositories are all there is, so what they lack does not exist. */
  readonly closed: boolean;
}

/** Everything `check` may look at beside the manifest. */
export interface World {
  readonly payloads: PayloadSource;
  /** The workspace first, then the configured ones in order. */
  readonly repositories: readonly Repository[];
  /** Those that are switched on. */
  readonly catchers: readonly Catcher[];
  readonly catcherOptions: CatcherOptions;
  /** Those of the settings, where they may be loaded. */
  readonly plugIns: readonly PlugInCatcher[];
  /** Publishers in search order (`pkg(1)`); those not named follow in the order of the repositories. */
  readonly publishers?: readonly string[];
  /** FMRIs of packages whose `incorporate` dependencies restrict the versions of all others (`pkg(7)`). */
  readonly incorporations: readonly string[];
  /** Packages whose `facet.version-lock` is off: no incorporation that offers it restricts them. */
  readonly unlocked: readonly string[];
  readonly policy: Policy;
  /**
   * Index of the suppression that covers a finding of `code` about an installed `path`, or -1.
   * An empty path means the manifest itself.
   */
  suppressedBy(code: string, path: string): number;
  readonly memory: CatchMemory;
  /** What was seen of the actions of the manifest when it was last checked; absent: that is of no use. */
  readonly sightings?: Sightings;
  /** What is remembered of the places that needs name; for as long as no repository and no other manifest changes. */
  readonly candidates: LiveCandidates;
  /** Looks at many files at once, in other threads, and keeps what was caught in `memory`. Changes no answer. */
  scan?(files: readonly FileEntry[], signal: AbortSignal): Promise<void>;
  /** Called between payloads; answers a promise when it is time to let other work run. */
  pause?(): Promise<void> | undefined;
}
