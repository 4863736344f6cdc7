import { styleText } from 'node:util';
import { LineIndex } from '../../../../server/src/core/line-index.ts';
import type { Finding } from '../../../../server/src/core/model.ts';
import { printable, printableLine } from '../host.ts';
import { changes } from '../line-changes.ts';
import { shownPath } from '../shown-path.ts';
import type { Checked, Report, Reporter } from './index.ts';
import { lineInFirst } from './payload-line.ts';

/** For people: one paragraph per finding, the line to add below it, a closing count. */
export const text: Reporter = {
  name: 'text',
  write(report, style) {
    const paint = style.colours ? painted : plainly;
    const blocks = report.checked
      .filter(one => one.findings.length > 0)
      .map(one => one.findings.map(finding => paragraph(finding, one, style.cwd, paint)).join(''));
    const fixed = report.fixed.map(path => `fixed ${printableLine(shownPath(path, style.cwd))}\n`);
    return [fixed.join(''), ...blocks, `${closing(report, paint)}\n`].filter(Boolean).join('\n');
  },
};

type Paint = (format: keyof typeof formats, text: string) => string;

const formats = {
  error: ['red', 'bold'],
  warning: ['yellow', 'bold'],
  hint: 'blue',
  place: 'bold',
  code: 'dim',
  add: 'green',
  remove: 'red',
  good: 'green',
} as const;

function painted(format: keyof typeof formats, content: string): string {
  return styleText(formats[format] as Parameters<typeof styleText>[0], content, { validateStream: false });
}

function plainly(_format: keyof typeof formats, content: string): string {
  return content;
}

function paragraph(finding: Finding, checked: Checked, cwd: string, paint: Paint): string {
  const { line, column } = new LineIndex(checked.text).positionAt(finding.span.start);
  const place = `${printableLine(shownPath(checked.path, cwd))}:${line + 1}:${column + 1}`;
  const head = `${paint('place', place)}  ${paint(finding.severity, finding.severity)}  ${paint('code', finding.code)}`;
  return `${[head, `  ${subject(finding)}${printable(finding.message)}`, ...remedy(finding, checked.text, paint)].join('\n')}\n`;
}

/** The payload a finding is about, in front of its message. */
function subject(finding: Finding): string {
  const { neededBy, message } = finding;
  const [first] = neededBy;
  if (first === undefined || message.includes(first)) return '';
  const line = lineInFirst(finding);
  const place = line === undefined || LINE.test(message) ? '' : ` line ${line + 1}`;
  return `${printableLine(first)}${place}${message.startsWith('needs ') ? '' : ':'} `;
}

/** A message that tells the line itself. */
const LINE = /\bline \d/i;

/** The lines that the preferred fix changes; without one, what there is to choose from. */
function remedy({ fixes }: Finding, source: string, paint: Paint): readonly string[] {
  const preferred = fixes.find(fix => fix.preferred);
  if (!preferred) return fixes.map(fix => `  ${paint('code', 'or')} ${printable(fix.title)}`);
  return changes(source, preferred.edits).flatMap(({ removed, added }) => [
    ...removed.map(line => `  ${paint('remove', `- ${shownLine(line)}`)}`),
    ...added.map(line => `  ${paint('add', `+ ${shownLine(line)}`)}`),
  ]);
}

/** A line without its end; blanks before that are made visible, since they may be the whole difference. */
function shownLine(line: string): string {
  return printableLine(line.replace(/\r?\n$/, '').replace(/[ \t]+$/, blanks => '·'.repeat(blanks.length)));
}

function closing({ checked, faults }: Report, paint: Paint): string {
  const manifests = counted(checked.filter(one => !isSettings(one)).length, 'manifest');
  const found = checked.flatMap(one => one.findings);
  if (found.length === 0 && faults.length > 0)
    return `nothing found in ${manifests}, as far as could be looked`;
  if (found.length === 0) return paint('good', `nothing found in ${manifests}`);
  const parts = (['error', 'warning', 'hint'] as const)
    .map(severity => [severity, found.filter(one => one.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => paint(severity, counted(count, severity)));
  const concerned = checked.filter(one => one.findings.length > 0);
  const inManifests = concerned.filter(one => !isSettings(one)).length;
  const elsewhere = inManifests < concerned.length ? ' and packwright.yaml' : '';
  return `${parts.join(', ')} in ${inManifests} of ${manifests}${elsewhere}${offer(found)}`;
}

function offer(found: readonly Finding[]): string {
  const fixable = found.filter(one => one.severity !== 'hint' && one.fixes.some(fix => fix.preferred)).length;
  if (fixable === 0) return '';
  const which = fixable < found.length ? fixable : fixable === 1 ? 'it' : 'them';
  return `; --fix repairs ${which}`;
}

function isSettings({ path }: Checked): boolean {
  return path.endsWith('.yaml');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
