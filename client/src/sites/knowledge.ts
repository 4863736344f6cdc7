import { maintenanceAt } from '../grid/maintenance.ts';
import type { JobRecord, Site } from '../grid/model.ts';
import { ACTIVE_STATES, isFinal } from '../grid/status.ts';
import { jobs, lastJobs, reportsOf, type SiteStore, type StoredReport } from '../grid/store.ts';
import type { ReportFault, SiteKnowledge, StatusInput } from '../report/status-report.ts';
import type { SitesPlace } from './sites-place.ts';

/** Further back no report is looked for that lists the packages. */
const REPORTS_BACK = 10;

/** Reads from the store what is known of sites. */
export async function statusInput(
  place: SitesPlace,
  names: readonly string[],
  store: SiteStore,
): Promise<StatusInput> {
  const { vo } = place.file;
  const now = Date.now();
  const open = Map.groupBy(await jobs(store, { vo, open: true }), job => job.site.name);
  const last = await lastJobs(store, vo);
  const described = new Map(place.file.sites.map(site => [site.name, site]));
  const sites: SiteKnowledge[] = [];
  for (const name of names) {
    const of = [...(open.get(name) ?? [])].sort(activeFirst);
    const newest = last.get(name);
    const ended = newest && isFinal(newest.state) ? [newest] : [];
    sites.push({
      ...descriptionOf(place, name, described.get(name), now),
      name,
      jobs: [...of, ...ended],
      reports: await reports(store, vo, name),
    });
  }
  return { vo, now, sites, faults: faultsOf(place) };
}

/** The newest reports, as far back as needed to know the packages and their vulnerabilities. */
async function reports(store: SiteStore, vo: string, site: string): Promise<SiteKnowledge['reports']> {
  const newest = await reportsOf(store, vo, site, 1);
  const whole = newest.every(({ report }) => report.packages && report.vulnerabilities);
  const kept: readonly StoredReport[] = whole ? newest : await reportsOf(store, vo, site, REPORTS_BACK);
  return kept.map(({ report, at }) => ({ report, at }));
}

function descriptionOf(
  place: SitesPlace,
  name: string,
  site: Site | undefined,
  now: number,
): Partial<SiteKnowledge> {
  if (!site) {
    const fault = place.faults.find(each => each.site === name);
    return {
      fault: `The sites file describes it badly (line ${fault?.line}): ${fault?.message}; ${fault?.remedy}`,
    };
  }
  const maintenance = maintenanceAt(site, now);
  return { site, ...(maintenance ? { maintenance } : {}) };
}

function faultsOf({ path, faults }: SitesPlace): readonly ReportFault[] {
  return faults.map(({ line, column, site, message, remedy }) => ({
    path,
    line,
    column,
    ...(site === undefined ? {} : { site }),
    message: `${message}; ${remedy}`,
  }));
}

function activeFirst(a: JobRecord, b: JobRecord): number {
  return Number(isActive(b)) - Number(isActive(a));
}

function isActive({ state }: JobRecord): boolean {
  return ACTIVE_STATES.some(each => each === state);
}
