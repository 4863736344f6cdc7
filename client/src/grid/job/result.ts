import { given } from '../given.ts';
import type { JobRecord, LockReport, PkgsrcReport, SiteReport } from '../model.ts';
import { visibleLines } from '../visible-text.ts';
import { type OutputRecord, type RecordsReading, readRecords } from './records.ts';
import {
  actionIn,
  areaIn,
  lockIn,
  packageIn,
  pkgsrcIn,
  problemIn,
  repairIn,
  vulnerabilityIn,
} from './report-parts.ts';
import { codeOf, numberOf, oneOf, textOf } from './report-values.ts';

/**
 * Reads what a job printed (`docs/site-job.md`). Never throws: what makes no sense is left out and told in
 * `faults`; without the job's last word the report is `cut-off`, and holds what was said until then.
 *
 * A list counts only when it is whole. A list of packages that was cut off is left out, as its gaps would
 * look like missing packages; of vulnerable packages those that were told stay, and the audit counts as an
 * error, as its gaps would look like good news.
 *
 * Texts are one line each, and free of what steers a terminal; only `log` tells lines apart.
 */
export function readReport(
  output: string,
  { id, nonce, request }: Pick<JobRecord, 'id' | 'nonce' | 'request'>,
): SiteReport {
  const reading = readRecords(output, nonce);
  const faults = [...reading.faults, ...missingFaults(reading)];
  const records = upToEnd(reading.records, faults);
  const of = (kind: string) => records.filter(record => record.kind === kind);
  const end = of('end').find(record => oneOf(record, 'outcome', OUTCOMES));
  const kept = <T>(kind: string, read: (record: OutputRecord) => T | undefined) =>
    parts(of(kind), read, faults);
  const begin = of('begin')[0];
  checkBegin(begin, { id, request }, faults);
  const unknown = new Set(records.map(({ kind }) => kind).filter(kind => !KINDS.has(kind)));
  for (const kind of unknown) faults.push(`Records of the kind "${kind}" are not known, and were left out`);
  const report: Omit<SiteReport, 'faults'> = {
    job: id,
    verb: request.verb,
    dryRun: request.dryRun,
    complete: end !== undefined,
    outcome: (end && oneOf(end, 'outcome', OUTCOMES)) ?? 'cut-off',
    ...given({
      code: end && codeOf(end, 'code'),
      text: end && textOf(end, 'text'),
      startedAt: begin && numberOf(begin, 'time'),
      seconds: end && numberOf(end, 'seconds'),
      host: begin && textOf(begin, 'host', 255),
      account: begin && textOf(begin, 'account', 255),
      system: begin && textOf(begin, 'system', 255),
      area: kept('area', areaIn).at(-1),
      lock: kept<LockReport>('lock', lockIn).at(-1),
      pkgsrc: kept<PkgsrcReport>('pkgsrc', pkgsrcIn).at(-1),
      packages: packagesIn(of, kept('package', packageIn), faults),
      vulnerabilities: vulnerabilitiesIn(of, kept('vulnerable', vulnerabilityIn), reading),
    }),
    actions: kept('action', actionIn),
    repairs: kept('repair', repairIn),
    problems: kept('problem', problemIn),
    log: logLines(of('log')),
  };
  return { ...report, faults };
}

const OUTCOMES = ['ok', 'failed', 'refused'] as const;

const KINDS: ReadonlySet<string> = new Set(
  'begin area lock pkgsrc repair problem package packages vulnerable vulnerabilities action log end'.split(
    ' ',
  ),
);

type OfKind = (kind: string) => readonly OutputRecord[];

/** Ranges of missing records that are told one by one. */
const MOST_RANGES = 20;

function missingFaults({ missing }: RecordsReading): readonly string[] {
  const told = missing
    .slice(0, MOST_RANGES)
    .map(([first, last]) =>
      first === last ? `Record ${first} is missing` : `Records ${first} to ${last} are missing`,
    );
  return missing.length > MOST_RANGES ? [...told, 'More records are missing'] : told;
}

/** Nothing counts that comes after the job's last word. */
function upToEnd(records: readonly OutputRecord[], faults: string[]): readonly OutputRecord[] {
  const at = records.findIndex(({ kind }) => kind === 'end');
  if (at < 0 || at === records.length - 1) return records;
  faults.push('There are records after the last one, which were left out');
  return records.slice(0, at + 1);
}

function checkBegin(
  begin: OutputRecord | undefined,
  { id, request }: Pick<JobRecord, 'id' | 'request'>,
  faults: string[],
): void {
  if (begin === undefined) return;
  if (begin.values.get('version') !== '1') faults.push('The job speaks another version of the report than 1');
  if (begin.values.get('id') !== id) faults.push('The report names another job');
  if (begin.values.get('verb') !== request.verb) faults.push('The report names another request');
}

function parts<T>(
  records: readonly OutputRecord[],
  read: (record: OutputRecord) => T | undefined,
  faults: string[],
): readonly T[] {
  const found = records.map(read);
  const good = found.filter(one => one !== undefined);
  if (good.length < found.length)
    faults.push(`${found.length - good.length} of the records "${records[0]?.kind}" made no sense`);
  return good;
}

function packagesIn(
  of: OfKind,
  packages: NonNullable<SiteReport['packages']>,
  faults: string[],
): SiteReport['packages'] {
  const closing = of('packages').at(-1);
  const count = closing && numberOf(closing, 'count');
  if (count === packages.length)
    return packages.toSorted((a, b) => order(a.name, b.name) || order(a.version, b.version));
  if (closing || packages.length > 0)
    faults.push(
      `The list of packages is not whole, and was left out: ${packages.length} of ${count ?? 'more'}`,
    );
  return undefined;
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function vulnerabilitiesIn(
  of: OfKind,
  found: NonNullable<SiteReport['vulnerabilities']>['found'],
  { missing }: RecordsReading,
): SiteReport['vulnerabilities'] {
  const closing = of('vulnerabilities').at(-1);
  const told = of('vulnerable').length;
  if (closing === undefined)
    return told === 0 ? undefined : { state: 'error', found, text: 'The audit was cut off' };
  const state = oneOf(closing, 'state', ['checked', 'error', 'unchecked']) ?? 'error';
  const text = textOf(closing, 'text');
  const lacks = missing.some(([first]) => first < closing.sequence) || found.length < told;
  if (state === 'checked' && lacks)
    return { state: 'error', found, text: 'Parts of what the audit said did not arrive' };
  return { state, found, ...(text !== undefined && { text }) };
}

/** What is kept of the log: its end. */
const LOG = { lines: 2000, characters: 256 << 10, line: 1000 };

function logLines(records: readonly OutputRecord[]): readonly string[] {
  const kept: string[] = [];
  let characters = 0;
  for (const record of records.toReversed()) {
    const step = textOf(record, 'step', 60);
    const text = record.values.get('text') ?? '';
    for (const line of visibleLines(text, LOG.line).toReversed()) {
      characters += line.length;
      if (kept.length >= LOG.lines || characters > LOG.characters) return kept.reverse();
      kept.push(step === undefined ? line : `${step}: ${line}`);
    }
  }
  return kept.reverse();
}
