import { createHash } from 'node:crypto';
import { beginRun, endRun, enqueue, keepStandings, prune } from '../../grid/store.ts';
import { isBad, type StatusReport, statusReport } from '../../report/status-report.ts';
import { driveJobs, isSettled } from '../../sites/drive-jobs.ts';
import { statusInput } from '../../sites/knowledge.ts';
import { type SitesPlace, sitesNamed } from '../../sites/sites-place.ts';
import type { OpenState } from '../../sites/state.ts';
import { type ExitCode, type Host, note } from '../host.ts';
import { withStore } from './open-store.ts';
import type { StatusOptions } from './options.ts';
import { chosenNames } from './selection.ts';
import { openSites } from './sites-place.ts';
import { withSurroundings } from './surroundings.ts';
import { writeStatus } from './write-report.ts';

/** Without `--wait` a run for a crontab does not wait longer, in milliseconds. */
const LONGEST_WAIT = 3_600_000;

/** `packwright sites status`: probes the sites, waits, reports. With `--cached` it reports what is known. */
export async function siteStatus(options: StatusOptions, host: Host): Promise<ExitCode> {
  const place = openSites(options, host);
  const names = place && chosenNames(place, options, host);
  if (!place || !names) return 2;
  return withStore(options, host, async state => {
    const waited = !options.cached && (await probed(place, names, options, state, host));
    const report = statusReport(await statusInput(place, names, state.store));
    if (waited) await keepStandings(state.store, place.file.vo, statesIn(report));
    const shown = { report, place, store: state.store };
    if (!(await writeStatus(shown, options, host))) return 2;
    return exitCode(report, waited);
  });
}

function statesIn({ sites }: StatusReport): ReadonlyMap<string, string> {
  return new Map(sites.map(({ name, state }) => [name, state]));
}

/** 0: all is good; a job on its way is, unless it was waited for. */
export function exitCode(report: StatusReport, waited: boolean): ExitCode {
  if (report.sites.some(site => isBad(site.state))) return 1;
  if (report.faults.length > 0) return 1;
  return waited && report.sites.some(site => site.state !== 'ok' && site.state !== 'maintenance') ? 1 : 0;
}

/** Probes and waits; `false`: another run does so already, and what is known is reported instead. */
async function probed(
  place: SitesPlace,
  names: readonly string[],
  options: StatusOptions,
  state: OpenState,
  host: Host,
): Promise<boolean> {
  const { store, me, isDead, who } = state;
  const key = createHash('sha256')
    .update(JSON.stringify([place.path, names]))
    .digest('hex');
  const run = await beginRun(store, `status ${key}`, me, isDead);
  if (run.kind === 'other') {
    const { process, beganAt } = run.run;
    note(
      host,
      `process ${process.pid} on ${process.host} has been probing these sites since ${new Date(beganAt).toISOString()}: this is what is known so far`,
    );
    return false;
  }
  try {
    const request = { verb: 'probe', packages: [], dryRun: false } as const;
    const asked = await enqueue(
      store,
      sitesNamed(place, names).map(site => ({ site, request })),
      who,
    );
    const ids = asked.map(({ job }) => job.id);
    await withSurroundings(host, around =>
      driveJobs(place, state, { ids, settled: isSettled, wait: options.wait ?? LONGEST_WAIT }, around),
    );
    await prune(store, place.file.retention);
    return true;
  } finally {
    await endRun(store, run.run.id);
  }
}
