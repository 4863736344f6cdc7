import type { Site, VulnerabilitySource } from './site.ts';

/** A sites file as it was read. */
export interface SitesFile {
  readonly vo: string;
  /** In the file's order; sites that are broken are not among them (see `SitesFault.site`). */
  readonly sites: readonly Site[];
  /** Where the list of known vulnerabilities comes from; absent: nothing is checked. */
  readonly vulnerabilities?: VulnerabilitySource;
  readonly limits: SiteLimits;
  readonly retention: Retention;
}

/** How much is done at a time, and how long is waited. */
export interface SiteLimits {
  /** Commands that run at the same time, overall. */
  readonly commands: number;
  /** Commands that run at the same time at one host. */
  readonly commandsPerHost: number;
  /** A command is given up after. */
  readonly commandSeconds: number;
  /** First pause between two polls of a job; it grows. */
  readonly pollMinSeconds: number;
  /** Longest pause between two polls, and between two attempts to reach a site. */
  readonly pollMaxSeconds: number;
}

/** How long ended jobs and their reports are kept. The latest report of a site is kept always. */
export interface Retention {
  readonly days: number;
  readonly jobsPerSite: number;
}

/** What came of reading a sites file. */
export interface SitesReading {
  /** Absent: the file as a whole means nothing, and `faults` says why. */
  readonly file?: SitesFile;
  readonly faults: readonly SitesFault[];
}

/** Something wrong in a sites file. Its texts are safe to print and never hold a secret. */
export interface SitesFault {
  /** Site that is left out because of it; absent: it concerns the file, whose other parts count. */
  readonly site?: string;
  /** Key, such as `sites[3].host`; empty for the whole file. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** What is wrong: a sentence without a full stop. */
  readonly message: string;
  /** What mends it: likewise. */
  readonly remedy: string;
}
