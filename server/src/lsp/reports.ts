import { createHash } from 'node:crypto';
import type { Diagnostic } from 'vscode-languageserver/node';
import type { InputFault } from '../core/model.ts';
import type { Tree } from '../core/tree.ts';
import type { Checked, PayloadFinding, Session } from '../session.ts';
import {
  diagnosticsIn,
  inOrder,
  manifestDiagnostics,
  payloadDiagnostic,
  unreadableDiagnostic,
} from './convert.ts';
import { kindOfDocument } from './document-kind.ts';

/** The diagnostics of one document. */
export interface Report {
  readonly items: Diagnostic[];
  /** Equal for equal diagnostics, over restarts too. */
  readonly resultId: string;
}

/** The report of any document: a manifest, a settings file, or else a payload. */
export async function reportOf(session: Session, path: string, signal: AbortSignal): Promise<Report> {
  switch (kindOfDocument(path)) {
    case 'manifest':
      return manifestReport(await session.check(path, signal));
    case 'settings':
      return settingsReport(session, await session.treeOf(path));
    default:
      return payloadReport(await session.payloadFindings(path, signal));
  }
}

const reports = new WeakMap<Checked | InputFault, Report>();

/** The report of a manifest; the same object as long as nothing changed. */
export function manifestReport(checked: Checked | InputFault): Report {
  let report = reports.get(checked);
  if (!report) {
    report = made('code' in checked ? [unreadableDiagnostic(checked)] : manifestDiagnostics(checked));
    reports.set(checked, report);
  }
  return report;
}

/** The report of a tree's `packwright.yaml`. */
export function settingsReport(session: Session, tree: Tree): Report {
  return made(diagnosticsIn({ text: tree.settingsText ?? '' }, session.settingsFindings(tree)));
}

const payloadReports = new WeakMap<
  PayloadFinding['place'],
  { readonly findings: readonly PayloadFinding[]; readonly report: Report }
>();

/** The report of a payload file; the same object as long as nothing changed. */
export function payloadReport(findings: readonly PayloadFinding[]): Report {
  const [first] = findings;
  if (!first) return emptyReport;
  const known = payloadReports.get(first.place);
  if (known && isSame(known.findings, findings)) return known.report;
  const report = made(findings.map(payloadDiagnostic));
  payloadReports.set(first.place, { findings, report });
  return report;
}

function isSame(before: readonly PayloadFinding[], now: readonly PayloadFinding[]): boolean {
  if (before.length !== now.length) return false;
  return before.every(({ checked, finding, place }, at) => {
    const other = now[at];
    return checked === other?.checked && finding === other.finding && place === other.place;
  });
}

/** The report of a document about which nothing is said any more. */
export const emptyReport: Report = made([]);

function made(diagnostics: readonly Diagnostic[]): Report {
  const items = inOrder(diagnostics);
  const resultId = createHash('sha256').update(JSON.stringify(items)).digest('base64url').slice(0, 16);
  return { items, resultId };
}
