import type { ActionEntry, FileEntry, Manifest } from './manifest.ts';
import type { Need } from './package.ts';
import type { Confidence, InputFault, Range, Span } from './text.ts';

/** Port: read-only view of one file that a package delivers. */
export interface Payload {
  /** Installed path, without the leading slash. */
  readonly path: string;
  /** Permission bits: the action's, else the file's own. */
  readonly mode: number;
  readonly size: number;
  /** Value of `pkg.depend.runpath` that applies to the file. */
  readonly runPath?: string;
  /**
   * Bytes from `offset`; fewer than `length` at the end of the file, none when it cannot be read.
   * Synchronous: a dozen awaited reads per file cost ten times what the reads cost.
   * The bytes are only valid until the next `read`.
   */
  read(offset: number, length: number): Uint8Array;
}

/** A payload as it was found: in a proto area, or in an editor's buffer. */
export interface PayloadFile {
  /** Absolute path, as a user would open it. */
  readonly location: string;
  /** Where it lies on disk once links were followed; absent for an editor's buffer. */
  readonly real?: string;
  /** Changes when the content may have changed. */
  readonly stamp: string;
  readonly mode: number;
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
  /** Releases what `read` opened; answers what went wrong while reading, if anything. */
  close(): InputFault | undefined;
}

/** Port: where payload is looked up: the proto areas of one manifest. */
export interface PayloadSource {
  /** False while no proto area exists or all are empty: then nothing is said about payload. */
  readonly built: boolean;
  /** The directories searched, in order, absolute; for messages. */
  readonly areas: readonly string[];
  /** Looks for a payload word or path. `undefined`: in no proto area. Costs no system call when nothing changed. */
  find(name: string): PayloadFile | InputFault | undefined;
}

/**
 * Something a payload needs at run time, whether or not it was declared.
 * Any one of `anyOf` will do, in the order in which the loader or the shell would look.
 */
export interface ImplicitDependency {
  /** Name of the catcher that found it. */
  readonly catcher: string;
  /** Installed path of the file that has the need. */
  readonly neededBy: string;
  /** Where in that file, when it is text. */
  readonly at?: Range;
  /** What the file itself calls it: `libz.so.1`, `/usr/bin/perl`. */
  readonly what: string;
  /** Why, in the file's own terms, for the proof: `NEEDED libz.so.1, RUNPATH /opt/lib`, `#!/usr/bin/perl -w`. */
  readonly because: string;
  /** Never empty. */
  readonly anyOf: readonly Need[];
  readonly confidence: Confidence;
  /** The finding where no known package delivers it; `undelivered` unless it says otherwise, `nothing`: none. */
  readonly unmet?: 'undelivered' | 'dangling' | 'unowned' | 'nothing';
  /** Where in the manifest a need of an action stands, when that is not its path. */
  readonly span?: Span;
  /** True: a `dir:` need that only a `dir` action of this path meets, no link and no directory that something lies in. */
  readonly explicit?: true;
  /** `never`: not what `pkg.depend.bypass-generate` is about (`pkgdepend(1)`): hard links, owners. */
  readonly bypass?: 'never';
  /** Symbol versions that whoever delivers it must define, of an ELF file: `GLIBC_2.34`. */
  readonly symbolVersions?: readonly string[];
}

/** Something wrong with a payload: damaged, or asking for what can never be found. */
export interface PayloadFault {
  readonly message: string;
  readonly at?: Range;
}

/** Everything a catcher has to say of one file. */
export interface Caught {
  readonly dependencies: readonly ImplicitDependency[];
  readonly faults: readonly PayloadFault[];
  /** Names that the file brings beside its path: services, classes. */
  readonly provides?: readonly Need[];
}

/** First bytes of a payload, at most 64, and its path and mode. */
export interface PayloadHead {
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
}

/** What the settings say to catchers. */
export interface CatcherOptions {
  /** Users and groups that every system has, whatever is installed. */
  readonly baseUsers: ReadonlySet<string>;
  readonly baseGroups: ReadonlySet<string>;
  /** Where compressed files must be unpacked at run time: globs of installed paths; later ones win. */
  readonly compressed: readonly CompressedPlace[];
  readonly inflate: Inflate;
  /** `false`: who asks has no use for hints and faults: those need not be found. */
  readonly hints?: false;
}

/**
 * Port: unpacks raw DEFLATE data (RFC 1951) of which it is known how long it is unpacked.
 * `undefined`: damaged, or it would be longer than that; never more memory is taken. What follows the data is ignored.
 */
export type Inflate = (bytes: Uint8Array, size: number) => Uint8Array | undefined;

/** Files that something unpacks at run time. */
export interface CompressedPlace {
  /** Glob of installed paths. */
  readonly path: string;
  /** `off`: what unpacks them brings its own means. */
  readonly unpack: 'tool' | 'off';
}

/** What every catcher says of itself. */
interface CatcherFacts {
  /** Stable, kebab-case; it appears in settings, findings and reports. */
  readonly name: string;
  /** One sentence for the user: what is looked for, and where. */
  readonly doc: string;
  /** Its page in the manual, Markdown without the heading: what it finds, how surely, and its limits. */
  readonly page: string;
  /** Absent: on. */
  readonly default?: 'off';
  /** Of one that is never surer than that: who has no use for hints need not ask it. */
  readonly hintsOnly?: true;
}

/**
 * Finds one kind of implicit dependency in one kind of file.
 *
 * A catcher is a value, not a class: no state, no registration, no I/O but `Payload.read`.
 * Adding one is adding a file and a line in `catchers/index.ts`.
 */
export interface PayloadCatcher extends CatcherFacts {
  readonly looksAt: 'payload';
  /** Cheap test on path, mode and first bytes; `inspect` runs only where this is true. */
  claims(head: PayloadHead): boolean;
  inspect(file: Payload, options: CatcherOptions): Caught;
}

/** Finds one kind of implicit dependency in what the manifest itself says: links, owners, directories. */
export interface ManifestCatcher extends CatcherFacts {
  readonly looksAt: 'manifest';
  /** True: what it says of an action depends on others of the manifest. */
  readonly looksAround?: true;
  /** What one action needs, `file` actions included; `neededBy` is its path. */
  inspect(entry: ActionEntry, manifest: Manifest, options: CatcherOptions): readonly ImplicitDependency[];
}

export type Catcher = PayloadCatcher | ManifestCatcher;

/** What is remembered of payload between checks. */
export interface CatchMemory {
  /** What was caught, if nothing changed that it depends on. */
  find(file: FileEntry, found: PayloadFile, mode: number): Caught | undefined;
  /** Keeps it; answers it with equal `anyOf` made the same array. */
  keep(file: FileEntry, found: PayloadFile, mode: number, caught: Caught): Caught;
}
