import type { Verb } from './job.ts';

/** What one job found and did at a site, read from its output. Every text is untrusted. */
export interface SiteReport {
  readonly job: string;
  readonly verb: Verb;
  readonly dryRun: boolean;
  /** The job said its last word; otherwise it was cut off, and what is here is what it said until then. */
  readonly complete: boolean;
  /** How the job itself sees its end; `cut-off` when it could not say. */
  readonly outcome: 'ok' | 'failed' | 'refused' | 'cut-off';
  /** Code of the failure or refusal, from the list in `docs/site-job.md`. */
  readonly code?: string;
  /** One plain sentence about the outcome. */
  readonly text?: string;
  /** By the site's clock, seconds since 1970. */
  readonly startedAt?: number;
  readonly seconds?: number;
  readonly host?: string;
  readonly account?: string;
  readonly system?: string;
  readonly area?: AreaReport;
  readonly lock?: LockReport;
  readonly pkgsrc?: PkgsrcReport;
  /** Sorted by name. Absent: the job did not get so far, which is not the same as no packages. */
  readonly packages?: readonly InstalledPackage[];
  readonly vulnerabilities?: VulnerabilityReport;
  readonly actions: readonly PackageAction[];
  readonly repairs: readonly Repair[];
  readonly problems: readonly Problem[];
  /** Last lines of what the tools printed. */
  readonly log: readonly string[];
  /** Records that made no sense, or were missing: what was left out of the above. */
  readonly faults: readonly string[];
}

export interface AreaReport {
  readonly path: string;
  readonly freeKiB?: number;
  readonly writable?: boolean;
  readonly setgid?: boolean;
  readonly groupWritable?: boolean;
  readonly group?: string;
}

/** The lock in the area as the job met it. */
export interface LockReport {
  readonly state: 'free' | 'held' | 'stale' | 'taken' | 'taken-over' | 'broken';
  /** The owner's token: what `unlock` names. */
  readonly owner?: string;
  readonly host?: string;
  readonly pid?: string;
  readonly account?: string;
  readonly job?: string;
  /** Seconds since 1970, by the owner's clock. */
  readonly since?: number;
  /** Seconds since the owner's heartbeat was last seen. */
  readonly silentFor?: number;
}

export interface PkgsrcReport {
  readonly state: 'absent' | 'present' | 'damaged' | 'outdated' | 'installed' | 'repaired' | 'upgraded';
  readonly prefix: string;
  readonly database?: string;
  /** Version of pkg_install. */
  readonly tools?: string;
}

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Installed only because another package needs it. */
  readonly automatic: boolean;
}

export interface VulnerabilityReport {
  /** `error`: the audit did not work, and nothing is known. `unchecked`: there was no list. */
  readonly state: 'checked' | 'error' | 'unchecked';
  readonly found: readonly Vulnerability[];
  readonly text?: string;
}

export interface Vulnerability {
  /** Name and version. */
  readonly package: string;
  readonly type: string;
  readonly url: string;
}

/** What became of one package of a request. */
export interface PackageAction {
  readonly verb: 'install' | 'update' | 'remove' | 'build';
  /** Name and version. */
  readonly package: string;
  /** Version that was there before. */
  readonly from?: string;
  /** `kept`: it was there already. `planned`: a dry run. */
  readonly outcome: 'done' | 'kept' | 'planned' | 'failed';
  readonly code?: string;
  readonly text?: string;
}

export interface Repair {
  /** Such as `half-installed`, `phantom`, `empty-entry`, `stray-directory`, `rebuild`, `rebuild-tree`, `permissions`. */
  readonly code: string;
  readonly package?: string;
  readonly outcome: 'done' | 'failed' | 'planned';
  readonly text: string;
}

/** Something a manager should know, and what to do. */
export interface Problem {
  readonly code: string;
  readonly package?: string;
  readonly text: string;
}
