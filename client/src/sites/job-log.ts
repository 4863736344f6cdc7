import type { SiteReport } from '../grid/model.ts';
import {
  eventsOf,
  type JobEventRecord,
  outputOf,
  reportOf,
  type SiteStore,
  type StoredJob,
} from '../grid/store.ts';
import type { TextStyle } from '../report/status-text.ts';

/** Everything about one job, for people: what became of it, what it reported, and what went wrong. */
export async function jobLog(one: StoredJob, store: SiteStore, { clean, paint }: TextStyle): Promise<string> {
  const events = await eventsOf(store, one.id);
  const stored = await reportOf(store, one.id);
  const heading = `${one.site.name}: ${[one.request.verb, ...one.request.packages].join(' ')}, job ${one.id}`;
  const errors = stored?.report.complete ? '' : ((await outputOf(store, one.id))?.stderr ?? '');
  return [
    paint('heading', clean(heading)),
    '',
    ...events.map(event => clean(eventLine(event))),
    ...(stored ? ['', ...reportLines(stored.report).map(clean)] : []),
    ...(errors === '' ? [] : errorLines(errors).map(clean)),
    '',
  ].join('\n');
}

/** `2026-11-20 16:02:11Z`. */
export function secondOf(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
}

function eventLine({ at, to, reason, who }: JobEventRecord): string {
  return `${secondOf(at)}  ${to.padEnd(11)}  ${reason || '-'}  (${who})`;
}

function errorLines(errors: string): readonly string[] {
  const last = errors.trimEnd().split('\n').slice(-50);
  return ['', 'standard error:', ...last.map(line => `  ${line}`)];
}

function reportLines(report: SiteReport): readonly string[] {
  const { outcome, text, host, account, seconds } = report;
  const where = [account && `as ${account}`, host && `on ${host}`].filter(Boolean).join(' ');
  return [
    `report: ${outcome}${text ? `: ${text}` : ''}${where ? ` (${where}${seconds === undefined ? '' : `, ${seconds} s`})` : ''}`,
    ...report.actions.map(a => `${a.outcome}: ${a.verb} ${a.package}${a.text ? `: ${a.text}` : ''}`),
    ...report.repairs.map(r => `repair ${r.outcome}: ${r.text}`),
    ...report.problems.map(p => `problem: ${p.text}`),
    ...(report.log.length > 0 ? ['', 'what the tools printed:'] : []),
    ...report.log.map(line => `  ${line}`),
  ];
}
