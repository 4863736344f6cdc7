import { LineIndex } from '../../../../server/src/core/line-index.ts';
import type { Finding } from '../../../../server/src/core/model.ts';
import { severer } from '../severity.ts';
import { shownPath } from '../shown-path.ts';
import type { Checked, Reporter, Style } from './index.ts';
import { messageOf } from './message.ts';

/**
 * JUnit's XML as build servers read it (the schema of Jenkins' xUnit plug-in): a test case for each manifest, in which
 * each finding at or above `--fail-on` is a failure; the others are its output. What could not be read is an error.
 */
export const junit: Reporter = {
  name: 'junit',
  write(report, style) {
    const cases = report.checked.map(one => testCase(one, style));
    const unread = report.faults.map(({ path, message }) => unreadable(shownPath(path, style.cwd), message));
    const failures = report.checked.filter(one => failuresOf(one, style).length > 0).length;
    const counts = `tests="${cases.length + unread.length}" failures="${failures}" errors="${unread.length}"`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="packwright" ${counts}>`,
      `  <testsuite name="packwright check" ${counts}>`,
      ...cases,
      ...unread,
      '  </testsuite>',
      '</testsuites>',
      '',
    ].join('\n');
  },
};

function testCase(checked: Checked, style: Style): string {
  const name = attribute(shownPath(checked.path, style.cwd));
  const lines = new LineIndex(checked.text);
  const failed = failuresOf(checked, style);
  const rest = checked.findings.filter(finding => !failed.includes(finding));
  const parts = failed.map(finding => failure(finding, place(finding)));
  if (rest.length > 0)
    parts.push(
      `      <system-out>${escaped(rest.map(one => told(one, place(one))).join('\n'))}</system-out>`,
    );
  const open = `    <testcase name="${name}" classname="packwright"`;
  return parts.length === 0 ? `${open}/>` : `${open}>\n${parts.join('\n')}\n    </testcase>`;

  function place({ span }: Finding): string {
    const { line, column } = lines.positionAt(span.start);
    return `${shownPath(checked.path, style.cwd)}:${line + 1}:${column + 1}`;
  }
}

function failuresOf({ findings }: Checked, { failOn }: Style): readonly Finding[] {
  return findings.filter(finding => severer(finding, failOn));
}

function failure(finding: Finding, place: string): string {
  const proof = finding.proof.map(({ text }) => `  ${text}`);
  const text = escaped([told(finding, place), ...proof].join('\n'));
  return `      <failure type="${finding.code}" message="${attribute(messageOf(finding))}">${text}</failure>`;
}

function told(finding: Finding, place: string): string {
  return `${place}: ${finding.severity}: ${finding.code}: ${messageOf(finding)}`;
}

function unreadable(path: string, message: string): string {
  const error = `<error type="unreadable" message="${attribute(message)}"/>`;
  return `    <testcase name="${attribute(path)}" classname="packwright">${error}</testcase>`;
}

/** Text of XML 1.0: what it cannot hold at all becomes U+FFFD. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[<>&"'\r]/g, char => `&#${char.charCodeAt(0)};`);
}

/** Text of an attribute, in which a reader takes line ends and tabs for blanks. */
function attribute(text: string): string {
  return escaped(text).replace(/[\t\n]/g, char => `&#${char.charCodeAt(0)};`);
}
