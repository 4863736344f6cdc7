import { isBad, type StatusReport, statusReport } from '../../report/status-report.ts';
import { statusInput } from '../../sites/knowledge.ts';
import { LONGEST_WAIT, probeRun } from '../../sites/probe-run.ts';
import type { SitesPlace } from '../../sites/sites-place.ts';
import type { OpenState } from '../../sites/state.ts';
import { type ExitCode, type Host, note } from '../host.ts';
import { withStore } from './open-store.ts';
import type { StatusOptions } from './options.ts';
import { chosenNames } from './selection.ts';
import { openSites } from './sites-place.ts';
import { withSurroundings } from './surroundings.ts';
import { writeStatus } from './write-report.ts';

/** `packwright sites status`: probes the sites, waits, reports. With `--cached` it reports what is known. */
export async function siteStatus(options: StatusOptions, host: Host): Promise<ExitCode> {
  const place = openSites(options, host);
  const names = place && chosenNames(place, options, host);
  if (!place || !names) return 2;
  return withStore(options, host, async state => {
    const probed = options.cached ? undefined : await probe(place, names, options, state, host);
    const report = probed ?? statusReport(await statusInput(place, names, state.store));
    const shown = { report, place, store: state.store };
    if (!(await writeStatus(shown, options, host))) return 2;
    return exitCode(report, probed !== undefined);
  });
}

/** 0: all is good; a job on its way is, unless it was waited for. */
export function exitCode(report: StatusReport, waited: boolean): ExitCode {
  if (report.sites.some(site => isBad(site.state))) return 1;
  if (report.faults.length > 0) return 1;
  return waited && report.sites.some(site => site.state !== 'ok' && site.state !== 'maintenance') ? 1 : 0;
}

/** Probes and waits; `undefined`: another run does so already, and what is known is reported instead. */
async function probe(
  place: SitesPlace,
  names: readonly string[],
  options: StatusOptions,
  state: OpenState,
  host: Host,
): Promise<StatusReport | undefined> {
  const run = await withSurroundings(host, around =>
    probeRun(place, names, options.wait ?? LONGEST_WAIT, state, around),
  );
  if (run.kind === 'probed') return run.report;
  note(host, `${run.who}: this is what is known so far`);
  return undefined;
}
