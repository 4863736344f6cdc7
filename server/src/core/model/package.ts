import type { Span } from './text.ts';

/**
 * Variant tags: name without `variant.` (`arch`) -> the values under which something exists.
 * A name that is absent means every value. On a package: the values that it declares.
 */
export type VariantSet = ReadonlyMap<string, ReadonlySet<string>>;

/** One value for each variant that matters, for instance `arch` -> `i386`. */
export type Combination = ReadonlyMap<string, string>;

/** Facet tags of an action: name without `facet.` -> `true` or `all`. */
export type FacetSet = ReadonlyMap<string, string>;

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

/**
 * A dependency expressed on something that some package delivers, for the build to resolve: a file
 * (`fmri=__TBD`, `pkgdepend(1)`), or in our own form a user, group, link or directory
 * (`set name=packwright.depend.user value=webservd`, which other tools ignore).
 */
export interface FileDependency {
  /** Of which some package must deliver one. */
  readonly anyOf: readonly Need[];
  /** Where a manifest says it: what an editor shows the answer behind. */
  readonly span?: Span;
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
  /** How many paths and names it delivers; absent where that is not known. */
  readonly delivers?: number;
}

/** One path that one version of a package delivers. */
export interface Delivery {
  /** Installed path, without the leading slash; of what is no path a name as needs have it (`needs.ts`). */
  readonly path: string;
  /** `dir` stands at `dir:PATH`; `name`: a user, group, service or class. */
  readonly kind: 'file' | 'link' | 'hardlink' | 'dir' | 'name';
  /** True of a directory that no action names: the package delivers something in it. */
  readonly implied?: true;
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

/**
 * What would satisfy a need: an installed path, normalised, without the leading slash, or a name in one of
 * the other namespaces of `needs.ts`: `user:webservd`, `dir:opt/x`, `smf:network/ssh:default`.
 */
export type Need = string;
