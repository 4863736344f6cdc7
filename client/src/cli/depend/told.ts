import type { Complaint } from '../../../../server/src/core/ips/pkgdepend/complaint.ts';
import { type Host, printable } from '../host.ts';

/** Says complaints on standard error, with the manifest and the line that they are about. */
export function tell(complaints: readonly Complaint[], manifest: string, host: Host): void {
  for (const { severity, message, line } of complaints) {
    const place = line === undefined ? manifest : `${manifest}:${line + 1}`;
    host.err.write(`${printable(`${place}: ${severity}: ${message}`)}\n`);
  }
}

/** 1 where there is an error. */
export function exitCodeOf(complaints: readonly Complaint[]): 0 | 1 {
  return complaints.some(one => one.severity === 'error') ? 1 : 0;
}
