import { createHash } from 'node:crypto';
import { beginRun, endRun, enqueue, keepSnapshot, keepStandings, prune } from '../grid/store.ts';
import { type StatusReport, statusReport } from '../report/status-report.ts';
import { driveJobs, isSettled } from './drive-jobs.ts';
import { statusInput } from './knowledge.ts';
import { type SitesPlace, siteNames, sitesNamed } from './sites-place.ts';
import type { OpenState } from './state.ts';
import type { Surroundings } from './surroundings.ts';

/** A run that nobody watches does not wait longer for its sites, in milliseconds. */
export const LONGEST_WAIT = 3_600_000;

/** What came of a run. */
export type ProbeRun =
  | { readonly kind: 'probed'; readonly report: StatusReport }
  /** Another process probes the same sites already; a sentence that says which. */
  | { readonly kind: 'other'; readonly who: string };

/**
 * Probes sites, waits for the answers at most so many milliseconds, reports, and keeps what is found: how each site
 * stands, and the whole report when it was of all sites. Runs of the same sites do not pile up.
 */
export async function probeRun(
  place: SitesPlace,
  names: readonly string[],
  wait: number,
  state: OpenState,
  around: Surroundings,
): Promise<ProbeRun> {
  const { store, me, isDead, who } = state;
  const run = await beginRun(store, `status ${keyOf(place, names)}`, me, isDead);
  if (run.kind === 'other') {
    const { process, beganAt } = run.run;
    const since = new Date(beganAt).toISOString();
    return {
      kind: 'other',
      who: `process ${process.pid} on ${process.host} has been probing these sites since ${since}`,
    };
  }
  try {
    const request = { verb: 'probe', packages: [], dryRun: false } as const;
    const wanted = sitesNamed(place, names).map(site => ({ site, request }));
    const ids = (await enqueue(store, wanted, who)).map(({ job }) => job.id);
    await driveJobs(place, state, { ids, settled: isSettled, wait }, around);
    // Who was told to end has not seen how the sites are.
    around.signal.throwIfAborted();
    const report = statusReport(await statusInput(place, names, store));
    await keep(place, report, run.run.beganAt, state);
    return { kind: 'probed', report };
  } finally {
    await endRun(store, run.run.id);
  }
}

/** How many sites are in each state. */
export function countsOf({ sites }: StatusReport): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of sites) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

async function keep(place: SitesPlace, report: StatusReport, beganAt: number, { store }: OpenState) {
  const { vo, retention, sites } = place.file;
  await keepStandings(store, vo, new Map(report.sites.map(({ name, state }) => [name, state])));
  const all = new Set(siteNames(place));
  if (report.sites.length === all.size) {
    await keepSnapshot(store, vo, {
      beganAt,
      counts: countsOf(report),
      report: JSON.stringify(report),
      beside: JSON.stringify({ wanted: sites.map(({ name, packages }) => [name, packages]) }),
    });
  }
  await prune(store, retention);
}

function keyOf(place: SitesPlace, names: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([place.path, names]))
    .digest('hex');
}
