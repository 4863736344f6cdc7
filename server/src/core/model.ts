/**
 * The vocabulary of Packwright: read this file first.
 *
 * Everything here is a readonly value or a port. Spans count UTF-16 units of one text; lines and
 * columns exist only at the borders, except where a catcher reports a place in a payload file
 * whose text nobody keeps.
 */

/** Half-open range of UTF-16 offsets in one text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a text by zero-based line and UTF-16 column; `end` is exclusive. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A replacement of `span` by `text` in a manifest; an insertion where the span is empty. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** How sure a catcher is; only `certain` may become an error. */
export type Confidence = 'certain' | 'likely' | 'hint';

export type Severity = 'error' | 'warning' | 'hint';

/** The packaging system whose rules apply to names, versions and paths. */
export type Dialect = 'ips';

// ---------------------------------------------------------------------------------------------
// Faults: something wrong with an input. Returned, never thrown: throwing is kept for our own bugs.

/** A fault of the text of a manifest or settings file. */
export interface SyntaxFault {
  readonly code: 'syntax';
  readonly severity: Severity;
  /** What is wrong and what to do about it, one or two sentences without a final full stop. */
  readonly message: string;
  readonly span: Span;
  /** A sure repair, where there is one. */
  readonly fix?: { readonly title: string; readonly edits: readonly Edit[] };
}

/** A fault of a file, a directory or a repository. `path` is what the user would open. */
export interface InputFault {
  readonly code: 'unreadable' | 'malformed' | 'unreachable';
  readonly path: string;
  /** What is wrong and the remedy; does not repeat `path`. */
  readonly message: string;
}

// ---------------------------------------------------------------------------------------------
// Variants and facets

/**
 * Variant tags: name without `variant.` (`arch`) -> the values under which something exists.
 * A name that is absent means every value. On a package: the values that it declares.
 */
export type VariantSet = ReadonlyMap<string, ReadonlySet<string>>;

/** One value for each variant that matters, for instance `arch` -> `i386`. */
export type Combination = ReadonlyMap<string, string>;

/** Facet tags of an action: name without `facet.` -> `true` or `all`. */
export type FacetSet = ReadonlyMap<string, string>;

// ---------------------------------------------------------------------------------------------
// Packages

/** Name (stem, without `pkg:/`) and, where known, version and publisher of a package. */
export interface PackageId {
  readonly name: string;
  /** Verbatim; only the dialect that wrote it may judge it. */
  readonly version?: string;
  readonly publisher?: string;
}

/** A version of the package `name` that meets `version`; what "meets" means depends on the dependency. */
export interface Requirement {
  readonly name: string;
  /** Verbatim version condition; absent means any version. */
  readonly version?: string;
  /** True when the name contains macros without a value: each stands for any text. */
  readonly open?: boolean;
}

/** The types of an IPS `depend` action, `pkg(7)` "Depend Actions". */
export type DependencyType =
  | 'require'
  | 'require-any'
  | 'conditional'
  | 'optional'
  | 'incorporate'
  | 'exclude'
  | 'group'
  | 'group-any'
  | 'origin'
  | 'parent';

/** A declared dependency. */
export interface Dependency {
  readonly type: DependencyType;
  /** One requirement, or the alternatives of `require-any` and `group-any`. */
  readonly anyOf: readonly Requirement[];
  /** Of `conditional`: the package whose presence makes the dependency hold. */
  readonly predicate?: Requirement;
  readonly variants?: VariantSet;
  readonly facets?: FacetSet;
  /** Where a manifest says it: the value of each `fmri`, parallel to `anyOf`. Absent in repositories. */
  readonly spans?: readonly Span[];
  /** The whole logical line, with its line end. Absent in repositories. */
  readonly line?: Span;
}

/** A dependency expressed on a file, for the build to resolve (`fmri=__TBD`, `pkgdepend(1)`). */
export interface FileDependency {
  /** Installed paths, of which some package must deliver one. */
  readonly anyOf: readonly Need[];
  readonly variants?: VariantSet;
  readonly facets?: FacetSet;
}

/** What a repository knows of one version of a package, without its files. */
export interface Package {
  readonly id: PackageId;
  readonly state: 'ordinary' | 'obsolete' | 'renamed';
  /** Declared values; a package that declares `arch` = {i386} exists only there. */
  readonly variants: VariantSet;
  readonly dependencies: readonly Dependency[];
}

/** One path that one version of a package delivers. */
export interface Delivery {
  /** Installed path, without the leading slash. */
  readonly path: string;
  readonly kind: 'file' | 'link' | 'hardlink' | 'dir';
  /** Of links: verbatim, may be relative to the link's directory or absolute. */
  readonly target?: string;
  /** Of mediated links: the mediator's name. */
  readonly mediator?: string;
  readonly package: PackageId;
  /** Tags of the action, narrowed by what the package declares. */
  readonly variants?: VariantSet;
  readonly facets?: FacetSet;
  /** Where a workspace manifest says it: absolute path of the manifest and zero-based line. */
  readonly origin?: { readonly file: string; readonly line: number };
}

/** A dependency that a fix adds. */
export interface NewDependency {
  readonly type: 'require' | 'require-any';
  readonly anyOf: readonly Requirement[];
  readonly variants?: VariantSet;
}

// ---------------------------------------------------------------------------------------------
// Manifests

/** One `file` action whose payload is analysed. */
export interface FileEntry {
  /** Installed path, without the leading slash; macros with a value are expanded. */
  readonly path: string;
  /** Name to look up in the proto areas: the payload word, else the path (`pkgsend(1)`). */
  readonly payload: string;
  /** Permission bits of the action; absent when the action has none (the payload's own count). */
  readonly mode?: number;
  /** Where findings about the file stand: the value of `path`. */
  readonly span: Span;
  /** The whole action without the line end: an attribute can be added at its `end`. */
  readonly action: Span;
  readonly variants?: VariantSet;
  readonly facets?: FacetSet;
  /** Value of `pkg.depend.runpath` of the action, else of the manifest. */
  readonly runPath?: string;
  /** Values of `pkg.depend.bypass-generate` of the action, else of the manifest. */
  readonly bypass: readonly string[];
  /** True when `bypass` is the manifest's: a value added to the action would hide them. */
  readonly bypassInherited: boolean;
  /** Names of macros without a value in path or payload: the payload cannot be found. */
  readonly unset: readonly string[];
  /** True when a macro without a value stands before the type: the payload may rightly be absent. */
  readonly optional: boolean;
}

/**
 * A parsed manifest.
 *
 * Parsing never fails. Lines that make no sense are reported in `faults`, and every other line is
 * still analysed.
 */
export interface Manifest {
  readonly dialect: Dialect;
  readonly text: string;
  /** Absent when the manifest does not name its package. Macros in it may be unexpanded. */
  readonly id?: PackageId;
  readonly state: Package['state'];
  /** Fragments (`.mog`) are parsed, and never checked as packages. */
  readonly fragment: boolean;
  /** Declared variants with their values. */
  readonly variants: VariantSet;
  readonly files: readonly FileEntry[];
  /** Every path it delivers, its files included; `package` is `id` or the name of the manifest's file. */
  readonly deliveries: readonly Delivery[];
  readonly dependencies: readonly Dependency[];
  readonly fileDependencies: readonly FileDependency[];
  readonly faults: readonly SyntaxFault[];
}

// ---------------------------------------------------------------------------------------------
// Payload

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

// ---------------------------------------------------------------------------------------------
// Catchers

/** What would satisfy a need: an installed path, normalised, without the leading slash. */
export type Need = string;

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
}

/** First bytes of a payload, at most 64, and its path and mode. */
export interface PayloadHead {
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
}

/**
 * Finds one kind of implicit dependency in one kind of file.
 *
 * A catcher is a value, not a class: no state, no registration, no I/O but `Payload.read`.
 * Adding one is adding a file and a line in `catchers/index.ts`.
 */
export interface Catcher {
  /** Stable, kebab-case; it appears in settings, findings and reports. */
  readonly name: string;
  /** One sentence for the user: what is looked for, and where. */
  readonly doc: string;
  /** Cheap test on path, mode and first bytes; `inspect` runs only where this is true. */
  claims(head: PayloadHead): boolean;
  inspect(file: Payload): Caught;
}

// ---------------------------------------------------------------------------------------------
// Repositories

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
  /** Every known version of each package asked for, newest first, of all publishers. */
  packages(names: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlyMap<string, readonly Package[]>>;
  /** Who delivers exactly these paths, in any version, as file, link or hard link. */
  deliveries(paths: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]>;
  /** What keeps it from answering completely, as of the last answer: gone, damaged. */
  faults(): readonly InputFault[];
}

// ---------------------------------------------------------------------------------------------
// The world of one check

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

/** What is remembered of payload between checks. */
export interface CatchMemory {
  /** What was caught, if nothing changed that it depends on. */
  find(file: FileEntry, found: PayloadFile, mode: number): Caught | undefined;
  /** Keeps it; answers it with equal `anyOf` made the same array. */
  keep(file: FileEntry, found: PayloadFile, mode: number, caught: Caught): Caught;
}

/** Everything `check` may look at beside the manifest. */
export interface World {
  readonly payloads: PayloadSource;
  /** The workspace first, then the configured ones in order. */
  readonly repositories: readonly Repository[];
  /** Those that are switched on. */
  readonly catchers: readonly Catcher[];
  readonly policy: Policy;
  /**
   * Index of the suppression that covers a finding of `code` about an installed `path`, or -1.
   * An empty path means the manifest itself.
   */
  suppressedBy(code: string, path: string): number;
  readonly memory: CatchMemory;
  /** Called between payloads; answers a promise when it is time to let other work run. */
  pause?(): Promise<void> | undefined;
}

// ---------------------------------------------------------------------------------------------
// Findings

/** One step of a proof, told the same in hover, related information, `why` and JSON. */
export interface ProofStep {
  readonly text: string;
  /** Absolute path and place, when there is something to open. */
  readonly place?: { readonly file: string; readonly range?: Range };
}

/** A repair of the manifest. All edits apply to the text that was checked. */
export interface Fix {
  readonly title: string;
  /** The one that fix-all applies. At most one per finding. */
  readonly preferred: boolean;
  readonly edits: readonly Edit[];
  /** The dependencies that the edits add, so that fix-all can write those of many findings at once. */
  readonly adds?: readonly NewDependency[];
}

/** A place in a payload text file where a finding is shown too. */
export interface PayloadPlace {
  /** Absolute path of the payload in the proto area. */
  readonly file: string;
  readonly range: Range;
}

export interface Finding {
  /** A code of `findings/index.ts`. */
  readonly code: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** One sentence without a final full stop. */
  readonly message: string;
  /** In the manifest. */
  readonly span: Span;
  /** In the payload files that have the need, when they are text. */
  readonly payloadPlaces: readonly PayloadPlace[];
  readonly catcher?: string;
  /** Installed paths of the files that have the need. */
  readonly neededBy: readonly string[];
  readonly what?: string;
  /** Candidate paths, in search order. */
  readonly anyOf: readonly Need[];
  /** Stems of the packages that would satisfy it. */
  readonly candidates: readonly string[];
  /** Combinations concerned, as `arch=sparc zone=global`; empty means all. */
  readonly variants: readonly string[];
  readonly proof: readonly ProofStep[];
  readonly fixes: readonly Fix[];
  readonly unnecessary?: boolean;
}

/** One implicit dependency and how it came out, in every combination where it exists. */
export interface Verdict {
  readonly need: ImplicitDependency;
  readonly file: FileEntry;
  /** Absolute path of the payload. */
  readonly location: string;
  readonly outcome: 'own' | 'declared' | 'indirect' | 'generated' | 'missing';
  /** Stems that satisfy it: with `own` none. With `missing`: the candidates. */
  readonly by: readonly string[];
  readonly proof: readonly ProofStep[];
}

/** The answer of `analyse`. */
export interface Analysis {
  readonly findings: readonly Finding[];
  readonly verdicts: readonly Verdict[];
  /** Indices of suppressions that hid something. */
  readonly suppressed: ReadonlySet<number>;
}
