/** What the submitting side found out for a job: its script carries it. */
export interface JobMaterial {
  /** Packages of the request, dependencies before dependents. */
  readonly plan: readonly PlannedPackage[];
  /** Newest version of each package of the repository, dependencies before dependents; for `upgrade`. */
  readonly newest: readonly NewestPackage[];
  readonly vulnerabilities: VulnerabilityList;
  /** Jobs of the site that certainly ended. */
  readonly endedJobs: readonly string[];
}

interface PackageFile {
  /** Name and version. */
  readonly pkgname: string;
  /** Relative to the repository. */
  readonly file: string;
  /** Bytes. */
  readonly size?: number;
  readonly sha256?: string;
  /** `category/package` in the pkgsrc tree. */
  readonly pkgpath?: string;
}

/** A package that a request installs or updates. */
export interface PlannedPackage extends PackageFile {
  /** Asked for; otherwise a dependency. */
  readonly wanted: boolean;
  /** It must match all of them: the requested pattern and those of its dependents. */
  readonly patterns: readonly string[];
}

/** The newest version of a package in a repository. */
export interface NewestPackage extends PackageFile {
  /** Patterns of what it depends on. */
  readonly dependencies: readonly string[];
}

/** The list of known vulnerabilities, or why there is none. */
export type VulnerabilityList =
  /** Verified; goes with the job. */
  | { readonly kind: 'sent'; readonly text: string }
  /** The job fetches it. */
  | { readonly kind: 'site'; readonly url: string; readonly sha256?: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly text: string };

/** Material for a job, or why it cannot be sent: a sentence that names the remedy. */
export type Prepared =
  | {
      readonly kind: 'ready';
      readonly material: JobMaterial;
      /** What a person should know about it: that it was made of old copies, and since when they are. */
      readonly notes?: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };
