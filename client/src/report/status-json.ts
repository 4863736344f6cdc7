import type { StatusReport } from './status-report.ts';

/** The report for programs, as `docs/sites-json.md` says: one document, two spaces, one line end. */
export function statusJson(report: StatusReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
