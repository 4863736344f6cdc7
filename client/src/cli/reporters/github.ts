import { LineIndex } from '../../../../server/src/core/line-index.ts';
import type { Finding, Severity } from '../../../../server/src/core/model.ts';
import { printable } from '../host.ts';
import { shownPath } from '../shown-path.ts';
import type { Checked, Reporter } from './index.ts';
import { messageOf } from './message.ts';

/** Workflow commands of GitHub Actions: annotations at the lines of a change. */
export const github: Reporter = {
  name: 'github',
  write(report, { cwd }) {
    const faults = report.faults.map(({ path, message }) =>
      command('error', { file: shownPath(path, cwd), title: 'Packwright' }, message),
    );
    return [...report.checked.flatMap(one => annotations(one, cwd)), ...faults].join('');
  },
};

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'notice' };

function annotations({ path, text, findings }: Checked, cwd: string): readonly string[] {
  const lines = new LineIndex(text);
  return findings.map(finding => {
    const { line, column, endLine, endColumn } = lines.rangeOf(finding.span);
    // Columns only count where the place is within one line.
    const columns = line === endLine ? { col: column + 1, endColumn: endColumn + 1 } : {};
    const place = { file: shownPath(path, cwd), line: line + 1, endLine: endLine + 1, ...columns };
    return command(
      COMMANDS[finding.severity],
      { ...place, title: `Packwright: ${finding.code}` },
      whole(finding),
    );
  });
}

/** The message, and the preferred remedy on a line of its own. */
function whole(finding: Finding): string {
  const fix = finding.fixes.find(one => one.preferred);
  return fix ? `${messageOf(finding)}\n${fix.title}` : messageOf(finding);
}

function command(
  name: string,
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const given = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${name} ${given.join(',')}::${data(message)}\n`;
}

/** As the toolkit of GitHub Actions escapes them: nothing can begin another command, or steer who reads the log. */
function data(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
