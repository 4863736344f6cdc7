import { compareVersions } from '../../../server/src/core/pkgsrc/version.ts';
import type { JobRecord, Problem, Site, SiteReport, Vulnerability } from '../grid/model.ts';
import { problemsOf, standingOf } from './site-standing.ts';

/** What is known of one site: the store's rows, as they are. */
export interface SiteKnowledge {
  readonly name: string;
  /** Absent: the sites file does not describe it well enough; `fault` says why. */
  readonly site?: Site;
  readonly fault?: string;
  /** Active and waiting jobs, then those that ended, newest first. */
  readonly jobs: readonly JobRecord[];
  /** Reports with the time at which they came (milliseconds since 1970), newest first. */
  readonly reports: readonly { readonly report: SiteReport; readonly at: number }[];
  /** The maintenance window that is open now. */
  readonly maintenance?: { readonly reason: string; readonly until: number };
}

/** Everything a status report is made of. */
export interface StatusInput {
  readonly vo: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly sites: readonly SiteKnowledge[];
  readonly faults: readonly ReportFault[];
}

/** Something wrong with what the report is made of. Lines and columns count from 1. */
export interface ReportFault {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly site?: string;
  readonly message: string;
}

/**
 * How a site stands. Words of jobs, while one is on its way or when the last one ended badly; otherwise what
 * the last report says.
 */
export type SiteState =
  | 'ok'
  | 'vulnerable'
  | 'unaudited'
  | 'incomplete'
  | 'damaged'
  | 'absent'
  | 'missing'
  | Exclude<JobRecord['state'], 'done'>;

/** The document of `--format json`; `docs/sites-json.md` describes it. Times are ISO 8601, in UTC. */
export interface StatusReport {
  readonly version: 1;
  readonly generatedAt: string;
  readonly vo: string;
  readonly sites: readonly SiteStatus[];
  readonly packages: readonly PackageStatus[];
  readonly faults: readonly ReportFault[];
}

/** One site of a status report. `null`: not known. */
export interface SiteStatus {
  readonly name: string;
  readonly tags: readonly string[];
  readonly state: SiteState;
  /** One plain sentence: why, and what to do. */
  readonly reason: string;
  /** Since when the state holds, as far as is known. */
  readonly since: string | null;
  /** When the last report came. */
  readonly checkedAt: string | null;
  /** The job on its way, else the last one. */
  readonly job: JobStatus | null;
  readonly area: SiteReport['area'] | null;
  readonly pkgsrc: SiteReport['pkgsrc'] | null;
  /** Sorted by name; `null`: never seen, which is not the same as none. */
  readonly packages:
    | readonly { readonly name: string; readonly version: string; readonly automatic: boolean }[]
    | null;
  readonly vulnerabilities: readonly Vulnerability[];
  /** Whether `vulnerabilities` can be relied on. */
  readonly audit: 'checked' | 'error' | 'unchecked';
  readonly problems: readonly Problem[];
}

/** A job in a status report. */
export interface JobStatus {
  readonly id: string;
  readonly verb: JobRecord['request']['verb'];
  readonly packages: readonly string[];
  readonly dryRun: boolean;
  readonly state: JobRecord['state'];
  readonly reason: string;
  readonly since: string;
  readonly ticket: string | null;
  /** What became of each package of the request. */
  readonly actions: SiteReport['actions'];
  readonly repairs: SiteReport['repairs'];
}

/** Where a package is. */
export interface PackageStatus {
  readonly name: string;
  /** Newest first. */
  readonly versions: readonly { readonly version: string; readonly sites: readonly string[] }[];
}

/** Makes the report of a VO's sites, in the order of the sites file. */
export function statusReport(input: StatusInput): StatusReport {
  const sites = input.sites.map(siteStatus);
  return {
    version: 1,
    generatedAt: iso(input.now),
    vo: input.vo,
    sites,
    packages: packagesAt(sites),
    faults: input.faults,
  };
}

/** Whether something is wrong at a site: it failed, is vulnerable, or is not what it ought to be. */
export function isBad(state: SiteState): boolean {
  return BAD.has(state);
}

const BAD: ReadonlySet<SiteState> = new Set([
  'vulnerable',
  'unaudited',
  'incomplete',
  'damaged',
  'absent',
  'missing',
  'failed',
  'lost',
  'cancelled',
  'refused',
  'unreachable',
]);

function siteStatus(known: SiteKnowledge): SiteStatus {
  const standing = standingOf(known);
  const latest = known.reports[0];
  const listed = known.reports.find(({ report }) => report.packages)?.report;
  const audited = known.reports.find(({ report }) => report.vulnerabilities)?.report.vulnerabilities;
  const job = known.jobs[0];
  return {
    name: known.name,
    tags: known.site?.tags ?? [],
    state: standing.state,
    reason: standing.reason,
    since: standing.since === undefined ? null : iso(standing.since),
    checkedAt: latest ? iso(latest.at) : null,
    job: job ? jobStatus(job, known) : null,
    area: known.reports.find(({ report }) => report.area)?.report.area ?? null,
    pkgsrc: known.reports.find(({ report }) => report.pkgsrc)?.report.pkgsrc ?? null,
    packages: listed?.packages?.map(({ name, version, automatic }) => ({ name, version, automatic })) ?? null,
    vulnerabilities: audited?.found ?? [],
    audit: audited?.state ?? 'unchecked',
    problems: problemsOf(known),
  };
}

function jobStatus(job: JobRecord, known: SiteKnowledge): JobStatus {
  const report = known.reports.find(each => each.report.job === job.id)?.report;
  return {
    id: job.id,
    verb: job.request.verb,
    packages: job.request.packages,
    dryRun: job.request.dryRun,
    state: job.state,
    reason: job.reason,
    since: iso(job.since),
    ticket: job.ticket ?? null,
    actions: report?.actions ?? [],
    repairs: report?.repairs ?? [],
  };
}

function packagesAt(sites: readonly SiteStatus[]): readonly PackageStatus[] {
  const names = new Map<string, Map<string, string[]>>();
  for (const site of sites) {
    for (const { name, version } of site.packages ?? []) {
      const versions = names.get(name) ?? new Map<string, string[]>();
      names.set(name, versions);
      const at = versions.get(version);
      if (at) at.push(site.name);
      else versions.set(version, [site.name]);
    }
  }
  return [...names.keys()].sort().map(name => ({
    name,
    versions: [...(names.get(name) ?? [])]
      .map(([version, at]) => ({ version, sites: at }))
      .sort((a, b) => compareVersions(b.version, a.version)),
  }));
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
