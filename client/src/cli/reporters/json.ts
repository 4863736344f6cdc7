import { LineIndex } from '../../../../server/src/core/line-index.ts';
import type { Finding, Fix, ProofStep, Range, Span } from '../../../../server/src/core/model.ts';
import { shownPath } from '../shown-path.ts';
import type { Checked, Reporter } from './index.ts';
import { lineInFirst } from './payload-line.ts';

/** For other programs: `docs/check-json.md` and its schema. Lines and columns count from 1, columns in UTF-16. */
export const json: Reporter = {
  name: 'json',
  write(report, { cwd }) {
    const findings = report.checked.flatMap(one => findingsOf(one, cwd));
    const faults = report.faults.map(({ path, message }) => ({ path: shownPath(path, cwd), message }));
    const { baseline } = report;
    return `${JSON.stringify({ version: 1, findings, faults, ...(baseline && { baseline }) }, undefined, 2)}\n`;
  },
};

/** A place as the document has it. */
interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One finding as the document has it; what does not apply is left out. */
type JsonFinding = { readonly code: string } & Readonly<Record<string, unknown>>;

function findingsOf({ path, text, findings }: Checked, cwd: string): readonly JsonFinding[] {
  const lines = new LineIndex(text);
  const manifest = shownPath(path, cwd);
  return findings.map(one => ({
    code: one.code,
    severity: one.severity,
    confidence: one.confidence,
    manifest,
    ...placeOf(one.span, lines),
    message: one.message,
    ...applicable(one),
    ...(one.fixes.length > 0 && { fixes: one.fixes.map(fix => fixOf(fix, lines)) }),
    ...(one.proof.length > 0 && { proof: one.proof.map(step => stepOf(step, cwd)) }),
  }));
}

function applicable(finding: Finding): Readonly<Record<string, unknown>> {
  const neededByLine = lineInFirst(finding);
  return {
    ...(finding.catcher !== undefined && { catcher: finding.catcher }),
    ...(finding.neededBy.length > 0 && { neededBy: finding.neededBy }),
    ...(neededByLine !== undefined && { neededByLine: neededByLine + 1 }),
    ...(finding.what !== undefined && { what: finding.what }),
    ...(finding.anyOf.length > 0 && { anyOf: finding.anyOf }),
    ...(finding.candidates.length > 0 && { candidates: finding.candidates }),
    ...(finding.variants.length > 0 && { variants: finding.variants }),
  };
}

function fixOf({ title, preferred, edits }: Fix, lines: LineIndex): Readonly<Record<string, unknown>> {
  return {
    title,
    preferred,
    edits: edits.map(edit => ({ ...placeOf(edit.span, lines), newText: edit.text })),
  };
}

function stepOf({ text, place }: ProofStep, cwd: string): Readonly<Record<string, unknown>> {
  return {
    text,
    ...(place && { file: shownPath(place.file, cwd) }),
    ...(place?.range && { line: place.range.line + 1 }),
  };
}

function placeOf(span: Span, lines: LineIndex): Place {
  return oneBased(lines.rangeOf(span));
}

function oneBased({ line, column, endLine, endColumn }: Range): Place {
  return { line: line + 1, column: column + 1, endLine: endLine + 1, endColumn: endColumn + 1 };
}
