import { plainText } from '../grid/plain-text.ts';
import { isFinal } from '../grid/status.ts';
import { driverRow, jobs, type StoredJob } from '../grid/store.ts';
import { isBad, type SiteKnowledge, type SiteStatus, statusReport } from '../report/status-report.ts';
import { statusInput } from './knowledge.ts';
import { type SitesPlace, siteNames } from './sites-place.ts';
import type { OpenState } from './state.ts';
import type { JobLine, ReadyView, SiteDetail, SiteSummary } from './worker-protocol.ts';

/** How all sites stand. */
export async function overview(place: SitesPlace, state: OpenState): Promise<Omit<ReadyView, 'idle'>> {
  const input = await statusInput(place, siteNames(place), state.store);
  const { sites } = statusReport(input);
  const summaries = sites.map((status, index) => summaryOf(status, input.sites[index]!));
  return {
    kind: 'ready',
    path: place.path,
    vo: place.file.vo,
    sites: summaries,
    faults: place.faults,
    open: summaries.reduce((sum, site) => sum + site.jobs.length, 0),
    driver: await livingDriver(state),
  };
}

/** Jobs of a site's history. */
const MOST_LISTED = 30;

/** Everything about one site; `undefined`: there is none of this name. */
export async function siteDetail(
  name: string,
  place: SitesPlace,
  { store }: OpenState,
): Promise<SiteDetail | undefined> {
  if (!siteNames(place).includes(name)) return undefined;
  const [status] = statusReport(await statusInput(place, [name], store)).sites;
  const last = await jobs(store, { vo: place.file.vo, sites: [name], limit: MOST_LISTED });
  const ended = last.filter(job => isFinal(job.state)).reverse();
  return status && { status, history: ended.map(lineOf) };
}

function summaryOf(status: SiteStatus, known: SiteKnowledge): SiteSummary {
  const ends = known.jobs.map(job => job.endedAt ?? 0);
  return {
    name: status.name,
    state: status.state,
    bad: isBad(status.state),
    reason: status.reason,
    since: status.since,
    checkedAt: status.checkedAt,
    packages: status.packages?.length ?? null,
    vulnerable: new Set(status.vulnerabilities.map(each => each.package)).size,
    audited: status.audit === 'checked',
    problems: status.problems.length,
    jobs: known.jobs.filter(job => !isFinal(job.state)).map(lineOf),
    settledAt: Math.max(known.reports[0]?.at ?? 0, ...ends),
    usable: known.site !== undefined,
  };
}

function lineOf(job: StoredJob | SiteKnowledge['jobs'][number]): JobLine {
  const { id, request, state, reason, since, cancelRequested } = job;
  const { verb, packages, dryRun } = request;
  return { id, verb, packages, dryRun, state, reason: plainText(reason), since, cancelRequested };
}

async function livingDriver({ store, me, isDead }: OpenState): Promise<ReadyView['driver']> {
  const row = await driverRow(store);
  if (!row || isDead(row.process) || row.leaseUntil <= Date.now()) return null;
  const { host, pid, start } = row.process;
  return { host, pid, here: host === me.host && pid === me.pid && start === me.start };
}
