import { matches } from '../../../server/src/core/pkgsrc/pattern.ts';
import type { JobRecord, Problem, SiteReport } from '../grid/model.ts';
import { sentence } from './sentence.ts';
import type { SiteKnowledge, SiteState } from './status-report.ts';

/** How a site stands, why, and since when (milliseconds since 1970). */
export interface Standing {
  readonly state: SiteState;
  readonly reason: string;
  readonly since?: number;
}

/** Judges a site by its maintenance, its newest job and its newest report, in this order. */
export function standingOf(known: SiteKnowledge): Standing {
  if (known.fault !== undefined) return { state: 'refused', reason: known.fault };
  const job = known.jobs[0];
  if (known.maintenance && !isUnderWay(job)) return maintenance(known.maintenance, job);
  if (!job)
    return { state: 'missing', reason: 'Nothing was ever asked of this site: run packwright sites probe' };
  if (job.state !== 'done')
    return { state: job.state, reason: job.reason || WORDS[job.state], since: job.since };
  const newest = known.reports[0];
  if (!newest)
    return { state: 'missing', reason: 'No report is kept: run packwright sites probe', since: job.since };
  return { ...verdict(newest.report, known), since: newest.at };
}

/** Everything a manager should know of a site: what its jobs said, and wanted packages that are not there. */
export function problemsOf(known: SiteKnowledge): readonly Problem[] {
  const newest = known.reports[0]?.report;
  const audit = known.reports.find(({ report }) => report.vulnerabilities)?.report.vulnerabilities;
  const absent = absentees(known);
  // What the site's own job said about a wanted package is said here again.
  const said = new Set(absent.length > 0 ? ['wanted-missing'] : []);
  return [
    ...(known.fault === undefined ? [] : [{ code: 'sites-file', text: known.fault }]),
    ...(newest?.problems ?? []).filter(({ code }) => !said.has(code)),
    ...(newest?.repairs ?? [])
      .filter(repair => repair.outcome === 'failed')
      .map(({ code, text, package: name }) => ({
        code,
        text,
        ...(name === undefined ? {} : { package: name }),
      })),
    ...(audit?.state === 'error'
      ? [
          {
            code: 'audit-error',
            text: `Vulnerabilities are not known: ${audit.text ?? 'the audit did not work'}`,
          },
        ]
      : []),
    ...absent,
    ...(newest?.faults ?? []).map(text => ({ code: 'report-damaged', text })),
  ];
}

/** The site's wanted packages that its newest list of packages does not have. */
function absentees(known: SiteKnowledge): readonly Problem[] {
  const installed = known.reports.find(({ report }) => report.packages)?.report.packages;
  if (!installed) return [];
  const names = installed.map(({ name, version }) => `${name}-${version}`);
  return (known.site?.packages ?? [])
    .filter(pattern => !names.some(name => matches(pattern, name)))
    .map(pattern => ({
      code: 'wanted-missing',
      package: pattern,
      text: `${pattern} is wanted and not installed: run packwright sites install '${pattern}' --site ${known.name}`,
    }));
}

function verdict(report: SiteReport, known: SiteKnowledge): Standing {
  const state = report.pkgsrc?.state;
  if (state === 'absent')
    return {
      state: 'absent',
      reason: `pkgsrc is not installed in ${report.pkgsrc?.prefix}: the next install brings it`,
    };
  if (state === 'damaged')
    return {
      state: 'damaged',
      reason: damageOf(report),
    };
  const vulnerable = vulnerability(known);
  if (vulnerable) return { state: 'vulnerable', reason: vulnerable };
  const audit = known.reports.find(({ report }) => report.vulnerabilities)?.report.vulnerabilities;
  if (audit?.state === 'error')
    return {
      state: 'unaudited',
      reason: `Vulnerabilities are not known: ${audit.text ?? 'the audit failed'}`,
    };
  const missing = absentees(known);
  if (missing[0]) {
    const rest = missing.length === 1 ? '' : ` (and ${missing.length - 1} more)`;
    return { state: 'incomplete', reason: `${missing[0].text}${rest}` };
  }
  return { state: 'ok', reason: good(known) };
}

/** What is wrong with pkgsrc itself: the problems of the area are told first, and are others. */
function damageOf({ problems }: SiteReport): string {
  const first = problems.find(({ code }) => !code.startsWith('area-'));
  if (first && BY_HAND.has(first.code)) return first.text;
  const text = first ? sentence(first).replace(/\.$/, '') : 'pkgsrc is damaged';
  return `${text}. The next install, update or upgrade repairs it`;
}

/** Damage that no job mends; its text says what to do. */
const BY_HAND = new Set(['tools-missing', 'tools-broken', 'wrong-prefix', 'database-unreadable']);

function vulnerability(known: SiteKnowledge): string | undefined {
  const found =
    known.reports.find(({ report }) => report.vulnerabilities)?.report.vulnerabilities?.found ?? [];
  const [first] = found;
  if (!first) return undefined;
  const names = new Set(found.map(each => each.package));
  const rest = names.size === 1 ? '' : ` and ${names.size - 1} more`;
  return `${first.package}${rest}: ${first.type}, see ${first.url}`;
}

function good(known: SiteKnowledge): string {
  const count = known.reports.find(({ report }) => report.packages)?.report.packages?.length;
  const audit = known.reports.find(({ report }) => report.vulnerabilities)?.report.vulnerabilities;
  const checked =
    audit?.state === 'checked' ? 'none known to be vulnerable' : 'not checked for vulnerabilities';
  return count === undefined
    ? 'Nothing is wrong'
    : `${count} ${count === 1 ? 'package' : 'packages'}, ${checked}`;
}

function maintenance(
  { reason, until }: NonNullable<SiteKnowledge['maintenance']>,
  job: JobRecord | undefined,
): Standing {
  const waits = job?.state === 'queued' || job?.state === 'maintenance' ? '; its jobs wait until then' : '';
  return { state: 'maintenance', reason: `${reason} until ${new Date(until).toISOString()}${waits}` };
}

/** Whether a job has left for the site and has not come back. */
function isUnderWay(job: JobRecord | undefined): boolean {
  return job !== undefined && ['submitting', 'waiting', 'running', 'collecting'].includes(job.state);
}

/** Where a job has no words of its own. */
const WORDS: Readonly<Record<Exclude<JobRecord['state'], 'done'>, string>> = {
  queued: 'Waits for its turn',
  submitting: 'Is being submitted',
  waiting: 'Waits in the batch system',
  running: 'Runs at the site',
  collecting: 'Ended; its report is being fetched',
  unreachable: 'The site cannot be reached',
  maintenance: 'The site is in maintenance',
  failed: 'The job failed',
  lost: 'The job was lost',
  cancelled: 'The job was cancelled',
  refused: 'The job was refused',
};
