import { pathToFileURL } from 'node:url';
import { version } from '../../../../package.json';
import { findings as kinds } from '../../../../server/src/core/findings/index.ts';
import { LineIndex } from '../../../../server/src/core/line-index.ts';
import type { Finding, Fix, Range, Severity } from '../../../../server/src/core/model.ts';
import { identityOf } from '../identity.ts';
import { shownPath } from '../shown-path.ts';
import type { Checked, Reporter } from './index.ts';
import { messageOf } from './message.ts';

/** Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS). Lines and columns count from 1, columns in UTF-16. */
export const sarif: Reporter = {
  name: 'sarif',
  write(report, { cwd }) {
    const all = report.checked.flatMap(one => resultsOf(one, cwd));
    const results = worst(all);
    const used = new Set(results.map(one => one.ruleId));
    const run = {
      tool: { driver: driver(used) },
      columnKind: 'utf16CodeUnits',
      originalUriBaseIds: { ROOT: { uri: directoryUri(cwd) } },
      invocations: [
        {
          executionSuccessful: report.faults.length === 0,
          toolExecutionNotifications: [
            ...report.faults.map(({ path, message }) => ({
              level: 'error',
              message: { text: message },
              locations: [{ physicalLocation: { artifactLocation: artifact(path, cwd) } }],
            })),
            ...leftOut(all.length - results.length),
          ],
        },
      ],
      results,
    };
    const document = {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [run],
    };
    return `${JSON.stringify(document, undefined, results.length > MOST_INDENTED ? undefined : 2)}\n`;
  },
};

/** GitHub's code scanning refuses a run with more. */
const MOST_RESULTS = 25_000;
/** Blanks would make a larger document more than twice as large. */
const MOST_INDENTED = 1000;

/** As many results as a run may have, in their order: those that are less severe are left out first. */
function worst<T extends { readonly level: string }>(all: readonly T[]): readonly T[] {
  if (all.length <= MOST_RESULTS) return all;
  const ranks = Object.values(LEVELS);
  const kept = new Set(
    all.toSorted((a, b) => ranks.indexOf(a.level) - ranks.indexOf(b.level)).slice(0, MOST_RESULTS),
  );
  return all.filter(one => kept.has(one));
}

function leftOut(count: number) {
  const text = `${count} less severe findings are left out: a run holds ${MOST_RESULTS}; --format json has all`;
  return count > 0 ? [{ level: 'warning', message: { text } }] : [];
}

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'note' };

function driver(used: ReadonlySet<string>) {
  const rules = kinds
    .filter(kind => used.has(kind.code))
    .map(({ code, title, doc }) => ({
      id: code,
      shortDescription: { text: title },
      help: { text: doc, markdown: doc },
    }));
  return {
    name: 'Packwright',
    version,
    informationUri: 'https://github.com/packwright/packwright',
    rules,
  };
}

function resultsOf({ path, text, findings }: Checked, cwd: string) {
  const lines = new LineIndex(text);
  return findings.map(finding => ({
    ruleId: finding.code,
    level: LEVELS[finding.severity],
    message: { text: messageOf(finding) },
    locations: [location(path, lines.rangeOf(finding.span), cwd)],
    relatedLocations: related(finding, location(path, lines.rangeOf(finding.span), cwd), cwd),
    partialFingerprints: { 'packwright/v1': identityOf(finding, path, cwd) },
    ...(finding.fixes.length > 0 && { fixes: finding.fixes.map(fix => fixOf(fix, path, lines, cwd)) }),
    properties: {
      confidence: finding.confidence,
      ...(finding.catcher !== undefined && { catcher: finding.catcher }),
      ...(finding.neededBy.length > 0 && { neededBy: finding.neededBy }),
      ...(finding.candidates.length > 0 && { candidates: finding.candidates }),
      ...(finding.variants.length > 0 && { variants: finding.variants }),
    },
  }));
}

/** The proof, each step once, as the schema asks; a step without a place of its own is at the finding's: hosts want one. */
function related({ proof }: Finding, own: ReturnType<typeof location>, cwd: string) {
  const steps = proof.map(({ text, place }) => ({
    ...(place ? location(place.file, place.range, cwd) : own),
    message: { text },
  }));
  return [...new Map(steps.map(step => [JSON.stringify(step), step])).values()];
}

function fixOf({ title, edits }: Fix, path: string, lines: LineIndex, cwd: string) {
  return {
    description: { text: title },
    artifactChanges: [
      {
        artifactLocation: artifact(path, cwd),
        replacements: edits.map(edit => ({
          deletedRegion: region(lines.rangeOf(edit.span)),
          ...(edit.text !== '' && { insertedContent: { text: edit.text } }),
        })),
      },
    ],
  };
}

function location(path: string, range: Range | undefined, cwd: string) {
  return { physicalLocation: physical(path, range, cwd) };
}

function physical(path: string, range: Range | undefined, cwd: string) {
  return { artifactLocation: artifact(path, cwd), ...(range && { region: region(range) }) };
}

function region({ line, column, endLine, endColumn }: Range) {
  return { startLine: line + 1, startColumn: column + 1, endLine: endLine + 1, endColumn: endColumn + 1 };
}

/** Relative to the current directory when it lies below, else a whole address. */
function artifact(path: string, cwd: string) {
  const shown = shownPath(path, cwd);
  if (shown.startsWith('/')) return { uri: pathToFileURL(path).href };
  return { uri: shown.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'ROOT' };
}

function directoryUri(path: string): string {
  const { href } = pathToFileURL(path);
  return href.endsWith('/') ? href : `${href}/`;
}
