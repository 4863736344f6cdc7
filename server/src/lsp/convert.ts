import { fileURLToPath, pathToFileURL } from 'node:url';
import type {
  CancellationToken,
  Diagnostic,
  DiagnosticRelatedInformation,
  Range as ProtocolRange,
  TextEdit,
} from 'vscode-languageserver/node';
import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver/node';
import { homepage } from '../../../package.json';
import { LineIndex, type Position } from '../core/line-index.ts';
import type { Edit, Finding, InputFault, Range, Severity, Span } from '../core/model.ts';
import type { Checked, PayloadFinding } from '../session.ts';

/** The absolute path that a URI names; `undefined` when it is no local file. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    const path = fileURLToPath(uri);
    return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  } catch {
    return undefined;
  }
}

/** Making a URI takes long, and few files are named again and again; more than so many are not remembered. */
const MOST_URIS = 10_000;

const uris = new Map<string, string>();

export function uriOf(path: string): string {
  let uri = uris.get(path);
  if (uri === undefined) {
    if (uris.size >= MOST_URIS) uris.clear();
    uri = pathToFileURL(path).href;
    uris.set(path, uri);
  }
  return uri;
}

const indexes = new WeakMap<object, LineIndex>();

/** The lines of the text that was checked, remembered with it. */
export function linesOf(owner: { readonly text: string }): LineIndex {
  let lines = indexes.get(owner);
  if (!lines) {
    lines = new LineIndex(owner.text);
    indexes.set(owner, lines);
  }
  return lines;
}

function rangeOf(range: Range): ProtocolRange {
  return {
    start: { line: range.line, character: range.column },
    end: { line: range.endLine, character: range.endColumn },
  };
}

export function spanRange(lines: LineIndex, span: Span): ProtocolRange {
  return rangeOf(lines.rangeOf(span));
}

export function positionOf(position: { readonly line: number; readonly character: number }): Position {
  return { line: position.line, column: position.character };
}

/** Whether two ranges touch; an empty one touches what it stands in or beside. */
export function touches(a: ProtocolRange, b: ProtocolRange): boolean {
  return !before(a.end, b.start) && !before(b.end, a.start);
}

export function textEditsOf(lines: LineIndex, edits: readonly Edit[]): TextEdit[] {
  return edits.map(edit => ({ range: spanRange(lines, edit.span), newText: edit.text }));
}

/** The signal that a protocol token stands for; it is aborted when the server stops, too. */
export function signalOf(token: CancellationToken, stopping: AbortSignal): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return AbortSignal.any([controller.signal, stopping]);
}

/** Diagnostics of a manifest. */
export function manifestDiagnostics({ manifest, findings }: Checked): Diagnostic[] {
  return diagnosticsIn(manifest, findings);
}

/** Diagnostics of the text that the findings' spans refer to. */
export function diagnosticsIn(owner: { readonly text: string }, findings: readonly Finding[]): Diagnostic[] {
  const lines = linesOf(owner);
  return findings.map(finding => diagnosticOf(finding, spanRange(lines, finding.span)));
}

/** The diagnostic of a manifest that cannot be read. */
export function unreadableDiagnostic({ message }: InputFault): Diagnostic {
  return {
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    severity: DiagnosticSeverity.Error,
    code: 'faulty',
    codeDescription: { href: manualOf('faulty') },
    source: 'packwright',
    message: `the manifest ${message}`,
  };
}

/** One diagnostic of a payload file: the need stands there, the remedy in the manifest. */
export function payloadDiagnostic({ checked, finding, place }: PayloadFinding): Diagnostic {
  const { path, manifest } = checked;
  const home = {
    location: { uri: uriOf(path), range: spanRange(linesOf(manifest), finding.span) },
    message: `${manifest.id?.name ?? path.slice(path.lastIndexOf('/') + 1)} delivers this file`,
  };
  return diagnosticOf(finding, rangeOf(place.range), [home]);
}

/** In a stable order, so that equal findings make equal reports. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      a.range.start.line - b.range.start.line ||
      a.range.start.character - b.range.start.character ||
      compare(String(a.code), String(b.code)) ||
      compare(a.message as string, b.message as string),
  );
}

function diagnosticOf(
  finding: Finding,
  range: ProtocolRange,
  first: readonly DiagnosticRelatedInformation[] = [],
): Diagnostic {
  const related = [...first, ...finding.proof.flatMap(relatedOf)];
  return {
    range,
    severity: severities[finding.severity],
    code: finding.code,
    codeDescription: { href: manualOf(finding.code) },
    source: 'packwright',
    message: finding.message,
    ...(finding.unnecessary && { tags: [DiagnosticTag.Unnecessary] }),
    ...(related.length > 0 && { relatedInformation: related }),
  };
}

function relatedOf({ text, place }: Finding['proof'][number]): DiagnosticRelatedInformation[] {
  if (!place) return [];
  const range = place.range ?? { line: 0, column: 0, endLine: 0, endColumn: 0 };
  return [{ location: { uri: uriOf(place.file), range: rangeOf(range) }, message: text }];
}

/** Address of a code's page in the manual. */
function manualOf(code: string): string {
  return `${homepage.replace(/#.*$/, '')}/blob/main/docs/findings.md#${code}`;
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
};

function before(a: ProtocolRange['start'], b: ProtocolRange['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
