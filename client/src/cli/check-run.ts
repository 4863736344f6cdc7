import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fixAll } from '../../../server/src/core/fix-all.ts';
import type { Finding, InputFault, Severity } from '../../../server/src/core/model.ts';
import type { Checkup, Session } from '../../../server/src/session.ts';
import { afterBaseline, type Baseline, readBaseline, writeBaseline } from './baseline.ts';
import { complain, type ExitCode, type Host, note, printableLine } from './host.ts';
import { openSession } from './open-session.ts';
import { progress } from './progress.ts';
import { replaceFile } from './replace-file.ts';
import { type Checked, type Report, reporters } from './reporters/index.ts';
import { severer } from './severity.ts';
import { shownPath } from './shown-path.ts';
import { type Targets, targetsOf } from './targets.ts';
import { inputFaults, treeNotes } from './tree-notes.ts';
import type { TreeOptions } from './tree-options.ts';
import { unifiedDiff } from './unified-diff.ts';

/** Options of `packwright check`. */
export interface CheckOptions extends TreeOptions {
  readonly format: string;
  readonly failOn: Severity;
  readonly fix?: boolean;
  readonly diff?: boolean;
  readonly quiet?: boolean;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
}

/** Checks what the paths name, writes the report and answers the exit code. */
export async function runCheck(
  paths: readonly string[],
  options: CheckOptions,
  host: Host,
): Promise<ExitCode> {
  const baseline = baselineOf(options, host);
  if (baseline === 'refused') return 2;
  const targets = targetsOf(paths, host.cwd);
  for (const problem of targets.problems) complain(host, problem);
  if (targets.problems.length > 0) return 2;
  const session = openSession(targets.folders, options, host);
  try {
    return await checkIn(session, targets, options, baseline, host);
  } finally {
    session.dispose();
  }
}

async function checkIn(
  session: Session,
  targets: Targets,
  options: CheckOptions,
  baseline: Baseline | undefined,
  host: Host,
): Promise<ExitCode> {
  const manifests = await manifestsOf(session, targets, host.signal);
  let checkup = await checked(session, manifests, host);
  if (options.diff) return printDiff(checkup, baseline, options, host);
  const fixed: string[] = [];
  const faults: InputFault[] = [];
  if (options.fix) {
    faults.push(...(await writeFixes(checkup, fixed)));
    await session.changed(fixed);
    if (fixed.length > 0) checkup = await checked(session, manifests, host);
  }
  const whole = reportOf(session, checkup, targets, { fixed, faults });
  if (options.updateBaseline) return updated(whole, baseline, options, host);
  const report = quieter(baseline ? without(whole, baseline) : whole, options);
  sayNotes(report, checkup, manifests.length, options, host);
  const reporter = reporters.find(each => each.name === options.format) ?? reporters[0];
  host.out.write(
    reporter?.write(report, { cwd: host.cwd, colours: host.out.colours, failOn: options.failOn }) ?? '',
  );
  return exitCode(report, options);
}

/** The baseline that is asked for; `undefined` where there is none yet and one is to be written. */
function baselineOf(
  { baseline, updateBaseline }: CheckOptions,
  host: Host,
): Baseline | undefined | 'refused' {
  if (baseline === undefined) {
    if (updateBaseline) complain(host, '--update-baseline needs --baseline FILE, the file to write');
    return updateBaseline ? 'refused' : undefined;
  }
  const path = resolve(host.cwd, baseline);
  if (updateBaseline && !existsSync(path)) return undefined;
  const read = readBaseline(path);
  if (typeof read !== 'string') return read;
  complain(host, `${printableLine(baseline)} ${read}`);
  return 'refused';
}

async function updated(
  { checked, faults }: Report,
  before: Baseline | undefined,
  { baseline = '' }: CheckOptions,
  host: Host,
): Promise<ExitCode> {
  for (const { path, message } of faults)
    complain(host, `${printableLine(shownPath(path, host.cwd))}: ${message}`);
  if (faults.length > 0) return 2;
  const problem = await writeBaseline(resolve(host.cwd, baseline), checked, before);
  const count = checked.flatMap(one => one.findings).length;
  if (problem === undefined)
    note(host, `${printableLine(baseline)} holds ${count} findings of these manifests`);
  else complain(host, `${printableLine(baseline)} ${problem}`);
  return problem === undefined ? 0 : 2;
}

function without(report: Report, baseline: Baseline): Report {
  const { checked, hidden, stale } = afterBaseline(report.checked, baseline);
  return { ...report, checked, baseline: { hidden, stale } };
}

/** With `--quiet`, the findings that make a run fail; a baseline is held against all of them before. */
function quieter(report: Report, { quiet, failOn }: CheckOptions): Report {
  if (!quiet) return report;
  const checked = report.checked.map(one => ({
    ...one,
    findings: one.findings.filter(each => severer(each, failOn)),
  }));
  return { ...report, checked };
}

async function checked(session: Session, manifests: readonly string[], host: Host): Promise<Checkup> {
  const shown = progress(session, manifests.length, host);
  try {
    return await session.checkAll(manifests, host.signal, shown.step);
  } finally {
    shown.done();
  }
}

/** The manifests that are named, and those of the directories that are. */
async function manifestsOf(
  session: Session,
  { files, directories }: Targets,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths = new Set(files.filter(path => !isSettings(path)));
  const below = directories.length > 0 ? await session.manifests(signal) : [];
  for (const path of below)
    if (directories.some(directory => directory === '/' || path.startsWith(`${directory}/`))) paths.add(path);
  for (const path of files.filter(isSettings)) await session.treeOf(path);
  return [...paths].sort();
}

function reportOf(
  session: Session,
  { checked, faults, trees }: Checkup,
  { files }: Targets,
  done: { readonly fixed: readonly string[]; readonly faults: readonly InputFault[] },
): Report {
  const asked = new Set(files.filter(isSettings));
  const settings = [...new Set([...trees, ...session.trees.filter(tree => asked.has(tree.settingsFile))])]
    .filter(tree => tree.settingsText !== undefined)
    .map(tree => ({
      path: tree.settingsFile,
      text: tree.settingsText ?? '',
      findings: session.settingsFindings(tree),
    }));
  const all: Checked[] = [
    ...checked.map(({ path, manifest, findings }) => ({ path, text: manifest.text, findings })),
    ...settings,
  ];
  return {
    checked: all.map(one => inOrder(one.findings, one)).sort((a, b) => compare(a.path, b.path)),
    faults: distinct([...faults, ...trees.flatMap(inputFaults), ...done.faults]),
    fixed: done.fixed,
  };
}

/** The findings by place, code and message, as the editor has them. */
function inOrder(findings: readonly Finding[], { path, text }: Checked): Checked {
  const sorted = findings.toSorted(
    (a, b) => a.span.start - b.span.start || compare(a.code, b.code) || compare(a.message, b.message),
  );
  return { path, text, findings: sorted };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Writes every preferred fix; fills `fixed`, answers what could not be written. */
async function writeFixes({ checked }: Checkup, fixed: string[]): Promise<readonly InputFault[]> {
  const faults: InputFault[] = [];
  for (const { path, manifest, findings } of checked) {
    const { text } = fixAll(manifest, findings);
    if (text === manifest.text) continue;
    const message = await replaceFile(path, manifest.text, text);
    if (message === undefined) fixed.push(path);
    else faults.push({ code: 'unreadable', path, message });
  }
  return faults;
}

function printDiff(
  { checked, faults }: Checkup,
  baseline: Baseline | undefined,
  options: CheckOptions,
  host: Host,
): ExitCode {
  for (const { path, manifest, findings } of checked) {
    const { edits } = fixAll(manifest, findings);
    host.out.write(unifiedDiff(shownPath(path, host.cwd), manifest.text, edits));
  }
  for (const fault of faults) complain(host, `${shownPath(fault.path, host.cwd)}: ${fault.message}`);
  const texts = checked.map(({ path, manifest, findings }) => ({ path, text: manifest.text, findings }));
  const report = { checked: texts, faults, fixed: [] };
  return exitCode(baseline ? without(report, baseline) : report, options);
}

function sayNotes(
  report: Report,
  { trees }: Checkup,
  manifests: number,
  { quiet }: CheckOptions,
  host: Host,
): void {
  for (const { path, message } of report.faults)
    complain(host, `${printableLine(shownPath(path, host.cwd))}: ${message}`);
  if (quiet) return;
  if (report.baseline) sayBaseline(report.baseline, host);
  if (manifests === 0)
    note(host, 'no manifests found here; their names end in .p5m (packwright doctor tells more)');
  for (const text of trees.flatMap(tree => treeNotes(tree, host.cwd))) note(host, text);
}

/** Most entries of a baseline that are named; the JSON has all. */
const MOST_STALE = 10;

function sayBaseline({ hidden, stale }: NonNullable<Report['baseline']>, host: Host): void {
  if (hidden > 0) note(host, `the baseline hides ${hidden} findings`);
  for (const { code, manifest, message } of stale.slice(0, MOST_STALE))
    note(host, `the baseline's ${code} in ${printableLine(manifest)} is not found any more: ${message}`);
  if (stale.length > MOST_STALE) note(host, `and so are ${stale.length - MOST_STALE} more of its entries`);
  if (stale.length > 0) note(host, '--update-baseline takes them out');
}

function exitCode({ checked, faults }: Report, { failOn }: CheckOptions): ExitCode {
  if (faults.length > 0) return 2;
  return checked.some(one => one.findings.some(finding => severer(finding, failOn))) ? 1 : 0;
}

function distinct(faults: readonly InputFault[]): readonly InputFault[] {
  const byText = new Map(faults.map(fault => [`${fault.path}\0${fault.message}`, fault]));
  return [...byText.keys()].sort().flatMap(key => byText.get(key) ?? []);
}

function isSettings(path: string): boolean {
  return basename(path) === 'packwright.yaml';
}
