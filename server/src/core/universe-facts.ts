import type { DialectRules } from './dialect.ts';
import type { Conflict } from './incorporation.ts';
import type { Delivery, Need, Package, PackageId } from './model.ts';
import type { Constraint } from './version-constraints.ts';

/** A delivery and the repository that told of it. */
export interface Known {
  readonly delivery: Delivery;
  /** True for a delivery of the manifest that is checked. */
  readonly own: boolean;
  readonly repository: string;
}

/**
 * The packages that matter for one manifest, after all questions were asked: what remains is pure.
 *
 * For each name there is one version: the newest that is not obsolete and that the manifest's own
 * `incorporate` dependencies allow. The workspace hides repositories; among these the publisher that
 * comes first has the name, as in `pkg(1)`'s search order.
 */
export interface Universe {
  readonly rules: DialectRules;
  /** Name of the package that is checked, if it has one. */
  readonly ownName: string | undefined;
  /** True when what it does not know can be reported: a repository was configured and every one answered. */
  readonly complete: boolean;
  /** All versions of the publisher that comes first, newest first; hidden ones are left out. */
  versions(name: string): readonly Package[];
  /** The version that would be installed. */
  chosen(name: string): Package | undefined;
  /** Where the chosen version of a package comes from. */
  repositoryOf(name: string): string | undefined;
  /**
   * Who delivers exactly this path, directory or name, in the version that would be installed; of a directory also
   * who delivers something in it.
   */
  at(path: Need): readonly Known[];
  /** Who delivers it in a version that would not be installed. */
  unchosenAt(path: Need): readonly Unchosen[];
  /** What the incorporations of the settings forbid, of a version. */
  excludes(one: Package): Constraint | undefined;
  /** Incorporations of the settings that no repository has. */
  readonly unknownIncorporations: readonly string[];
  /** Incorporations of the settings that others of them forbid. */
  readonly conflicts: readonly Conflict[];
  /** What of these the package delivers itself, whatever the combination: then nobody else matters. */
  own(anyOf: readonly Need[]): Known | undefined;
  /** Those of a list of alternatives at which anything can be: for all others `at` has nothing, and no link leads there. */
  relevant(anyOf: readonly Need[]): readonly Need[];
  /** Paths that the package itself delivers under this base name. */
  ownNamed(base: string): readonly Need[];
}

/** A delivery in a version that would not be installed: an incorporation forbids it, or another is newer. */
export interface Unchosen {
  readonly delivery: Delivery;
  readonly constraint: Constraint | undefined;
  readonly chosen: PackageId | undefined;
}

/** What is to be found out. */
export interface Questions {
  /** Lists of alternatives. Of those that the package satisfies itself nobody else is asked. */
  readonly lists: Iterable<readonly Need[]>;
  /**
   * Directories among them that only a `dir` action of exactly this path can satisfy: no link is followed, and nobody
   * is asked what lies in them.
   */
  readonly explicit: ReadonlySet<Need>;
  /** Names that the payload brings, beside what the manifest says. */
  readonly provides: readonly Delivery[];
}
