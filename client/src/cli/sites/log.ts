import {
  eventsOf,
  type HistoryEntry,
  history,
  job,
  jobs,
  reportOf,
  type StoredJob,
} from '../../grid/store.ts';
import { table } from '../../report/text-table.ts';
import { jobLog, secondOf } from '../../sites/job-log.ts';
import type { SitesPlace } from '../../sites/sites-place.ts';
import type { OpenState } from '../../sites/state.ts';
import { complain, type ExitCode, type Host } from '../host.ts';
import { withStore } from './open-store.ts';
import type { StatusOptions } from './options.ts';
import { chosenNames } from './selection.ts';
import { openSites } from './sites-place.ts';
import { style, writeText } from './write-report.ts';

/** Jobs that the list shows, newest last. */
const MOST_LISTED = 200;

/** `packwright sites log [SITE|JOB]`: the history of sites, or everything about one job. */
export async function showLog(
  what: string | undefined,
  options: StatusOptions,
  host: Host,
): Promise<ExitCode> {
  const place = openSites(options, host);
  if (!place) return 2;
  return withStore(options, host, async state => {
    const one = what === undefined || isSite(place, what) ? undefined : await job(state.store, what);
    if (what !== undefined && !isSite(place, what) && !one) {
      complain(
        host,
        `${what} is neither a site nor the id of a job; packwright sites list and log list them`,
      );
      return 2;
    }
    const chosen = what !== undefined && !one ? { ...options, site: [what] } : options;
    const names = chosenNames(place, chosen, host);
    if (!names) return 2;
    const text = one
      ? await jobText(one, state, options, host)
      : await listText(names, place, state, options, host);
    return (await writeText(text, options, host)) ? 0 : 2;
  });
}

function isSite({ file, faults }: SitesPlace, name: string): boolean {
  return file.sites.some(site => site.name === name) || faults.some(fault => fault.site === name);
}

async function listText(
  names: readonly string[],
  { file: { vo } }: SitesPlace,
  { store }: OpenState,
  options: StatusOptions,
  host: Host,
): Promise<string> {
  if (options.format === 'json') {
    const entries: unknown[] = [];
    for await (const entry of history(store, vo))
      if (names.includes(entry.job.site.name)) entries.push(exported(entry));
    return exportText(entries);
  }
  const { clean, paint } = style(options, host);
  const rows = (await jobs(store, { vo, sites: names, limit: MOST_LISTED })).map(each => [
    secondOf(each.queuedAt),
    clean(each.site.name),
    each.id.slice(0, 8),
    clean(
      [each.request.verb, ...each.request.packages].join(' ') + (each.request.dryRun ? ' (dry run)' : ''),
    ),
    each.state,
    clean(each.reason),
  ]);
  if (rows.length === 0) return 'Nothing was asked of these sites yet.\n';
  return table(['QUEUED', 'SITE', 'JOB', 'REQUEST', 'STATE', 'WHY'], rows, paint);
}

async function jobText(
  one: StoredJob,
  { store }: OpenState,
  options: StatusOptions,
  host: Host,
): Promise<string> {
  if (options.format === 'json') {
    const events = await eventsOf(store, one.id);
    const stored = await reportOf(store, one.id);
    return exportText([exported({ job: one, events, ...(stored ? { report: stored } : {}) })]);
  }
  return jobLog(one, store, style(options, host));
}

/** For other programs. The nonce would let who reads it forge the report of a job that still runs. */
function exported({ job: { nonce: _, ...rest }, ...entry }: HistoryEntry): unknown {
  return { job: rest, ...entry };
}

function exportText(entries: readonly unknown[]): string {
  return `${JSON.stringify({ version: 1, jobs: entries }, undefined, 2)}\n`;
}
