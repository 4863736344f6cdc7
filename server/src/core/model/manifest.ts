import type {
  Delivery,
  Dependency,
  FacetSet,
  FileDependency,
  Package,
  PackageId,
  VariantSet,
} from './package.ts';
import type { Span, SyntaxFault } from './text.ts';

/** The packaging system whose rules apply to names, versions and paths. */
export type Dialect = 'ips';

/** A word of a manifest and where it stands. */
export interface PlacedWord {
  /** Macros with a value are expanded. */
  readonly text: string;
  readonly span: Span;
}

/** One action that delivers something at a path: `file`, `dir`, `link` or `hardlink`. */
export interface ActionEntry {
  readonly kind: 'file' | 'dir' | 'link' | 'hardlink';
  /** Installed path, without the leading slash; macros with a value are expanded. */
  readonly path: string;
  /** Where findings about it stand: the value of `path`. */
  readonly span: Span;
  /** The whole action without the line end: an attribute can be added at its `end`. */
  readonly action: Span;
  readonly variants?: VariantSet | undefined;
  readonly facets?: FacetSet | undefined;
  /** Of files and directories; absent where the action has none, or a macro in it has no value. */
  readonly owner?: PlacedWord | undefined;
  readonly group?: PlacedWord | undefined;
  /** Of links and hard links, as written. */
  readonly target?: PlacedWord | undefined;
  /** Names of macros without a value in path, payload or target: nothing can be said of it. */
  readonly unset: readonly string[];
  /** Values of `pkg.depend.bypass-generate` of the action, else of the manifest. */
  readonly bypass: readonly string[];
  /** True when `bypass` is the manifest's: a value added to the action would hide them. */
  readonly bypassInherited: boolean;
  /** The entry as it was first read, where an edit above moved it: the same object until its own line is edited. */
  readonly asRead?: ActionEntry | undefined;
}

/** One `file` action whose payload is analysed. */
export interface FileEntry extends ActionEntry {
  readonly kind: 'file';
  /** Name to look up in the proto areas: the payload word, else the path (`pkgsend(1)`). */
  readonly payload: string;
  /** Permission bits of the action; absent when the action has none (the payload's own count). */
  readonly mode?: number | undefined;
  /** Value of `pkg.depend.runpath` of the action, else of the manifest. */
  readonly runPath?: string | undefined;
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
  /** Its `dir`, `link` and `hardlink` actions. */
  readonly others: readonly ActionEntry[];
  /** Everything it delivers, its files, users, groups and services included; `package` is `id` or the name of the manifest's file. */
  readonly deliveries: readonly Delivery[];
  readonly dependencies: readonly Dependency[];
  readonly fileDependencies: readonly FileDependency[];
  readonly faults: readonly SyntaxFault[];
}
