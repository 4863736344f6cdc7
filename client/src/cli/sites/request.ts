import { patternFault } from '../../../../server/src/core/pkgsrc/pattern.ts';
import type { Request, Site, Verb } from '../../grid/model.ts';
import { enqueue, jobs, type StoredJob } from '../../grid/store.ts';
import { statusReport } from '../../report/status-report.ts';
import { table } from '../../report/text-table.ts';
import { driveJobs, isSent, isSettled } from '../../sites/drive-jobs.ts';
import { statusInput } from '../../sites/knowledge.ts';
import { type SitesPlace, sitesNamed } from '../../sites/sites-place.ts';
import type { OpenState } from '../../sites/state.ts';
import { complain, type ExitCode, type Host, note } from '../host.ts';
import { withStore } from './open-store.ts';
import type { RequestOptions } from './options.ts';
import { printJob } from './print-job.ts';
import { chosenNames } from './selection.ts';
import { openSites } from './sites-place.ts';
import { exitCode } from './status.ts';
import { withSurroundings } from './surroundings.ts';
import { style, writeStatus, writeText } from './write-report.ts';

/** A request and where it goes. */
export interface Wanted {
  readonly site: Site;
  readonly request: Request;
}

/** `packwright sites probe|install|remove|update|upgrade|audit`: one job for each chosen site. */
export async function requestAtSites(
  verb: Verb,
  patterns: readonly string[],
  options: RequestOptions,
  host: Host,
): Promise<ExitCode> {
  const place = openSites(options, host);
  const names = place && chosenNames(place, options, host);
  if (!place || !names || !arePatterns(patterns, host)) return 2;
  const wanted = wantedOf(sitesNamed(place, names), verb, patterns, options, host);
  if (wanted.length === 0) {
    complain(host, names.length === 0 ? 'no site is chosen' : 'nothing is to be done at the chosen sites');
    return 2;
  }
  return withStore(options, host, state => {
    if (options.printJob) return printJob(place, wanted, state, options, host);
    return send(place, wanted, state, options, host);
  });
}

/** Queues requests, moves them on, and tells what came of them. */
export async function send(
  place: SitesPlace,
  wanted: readonly Wanted[],
  state: OpenState,
  options: RequestOptions,
  host: Host,
): Promise<ExitCode> {
  const asked = await enqueue(state.store, wanted, state.who);
  const ids = [...new Set(asked.map(({ job }) => job.id))];
  const waits = options.wait !== undefined;
  const awaited = waits
    ? { ids, settled: isSettled, wait: options.wait ?? 0 }
    : { ids, settled: isSent, wait: LONGEST_SUBMISSION };
  await withSurroundings(host, around => driveJobs(place, state, awaited, around));
  const after = await jobs(state.store, { ids });
  if (!waits) return told(after, options, host);
  const names = wanted.map(({ site }) => site.name);
  const report = statusReport(await statusInput(place, names, state.store));
  const shown = { report, place, store: state.store };
  if (!(await writeStatus(shown, options, host))) return 2;
  if (wanted.every(({ request }) => READS.has(request.verb))) return exitCode(report, true);
  return after.every(({ state: at }) => at === 'done' || at === 'maintenance') ? 0 : 1;
}

/** Verbs whose outcome is what they found; that of the others is what they did. */
const READS: ReadonlySet<Verb> = new Set(['probe', 'audit']);

/** Without `--wait` a command does not wait longer for the batch systems to take the jobs, in milliseconds. */
const LONGEST_SUBMISSION = 300_000;

/** Lists the jobs that were just sent. */
async function told(after: readonly StoredJob[], options: RequestOptions, host: Host): Promise<ExitCode> {
  const { clean, paint } = style(options, host);
  const rows = after.map(({ site, request, state, ticket, reason, id }) => [
    clean(site.name),
    clean([request.verb, ...request.packages].join(' ')),
    state,
    clean(ticket ?? '-'),
    id.slice(0, 8),
    clean(reason),
  ]);
  const text =
    options.format === 'json'
      ? `${JSON.stringify({ version: 1, jobs: after.map(plain) }, undefined, 2)}\n`
      : table(['SITE', 'REQUEST', 'STATE', 'TICKET', 'JOB', 'WHY'], rows, paint);
  if (!(await writeText(text, options, host))) return 2;
  if (after.some(job => job.endedAt === undefined))
    note(host, 'the jobs go on by themselves; packwright sites status collects them');
  return after.some(({ state }) => WRONG.has(state)) ? 1 : 0;
}

const WRONG: ReadonlySet<string> = new Set(['failed', 'refused', 'lost', 'cancelled', 'unreachable']);

/** A job for programs. */
export function plain({ id, site, request, state, reason, ticket, queuedAt, since }: StoredJob): unknown {
  const iso = (time: number) => new Date(time).toISOString();
  return {
    id,
    site: site.name,
    ...request,
    state,
    reason,
    ticket: ticket ?? null,
    queuedAt: iso(queuedAt),
    since: iso(since),
  };
}

/** `install` and `update` without packages mean those that the sites file wants at each site. */
function wantedOf(
  sites: readonly Site[],
  verb: Verb,
  patterns: readonly string[],
  options: RequestOptions,
  host: Host,
): readonly Wanted[] {
  const own = patterns.length === 0 && (verb === 'install' || verb === 'update');
  return sites.flatMap(site => {
    const packages = [...new Set(own ? site.packages : patterns)].sort();
    if (own && packages.length === 0) {
      note(host, `${site.name}: the sites file wants no packages there`);
      return [];
    }
    return [{ site, request: { verb, packages, dryRun: options.dryRun ?? false } }];
  });
}

function arePatterns(patterns: readonly string[], host: Host): boolean {
  for (const pattern of patterns) {
    const fault = /^[\x21-\x7e]{1,256}$/.test(pattern)
      ? patternFault(pattern)
      : 'it has blanks or other odd characters';
    if (fault === undefined) continue;
    complain(host, `${pattern} is no package pattern: ${fault}`);
    return false;
  }
  return true;
}
