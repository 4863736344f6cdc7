/** What a build is told on standard error. */
export interface Complaint {
  /** Errors make the exit code 1. */
  readonly severity: 'error' | 'warning';
  /** One sentence or more, without the place; several lines where a list helps. */
  readonly message: string;
  /** Zero-based line of the manifest. */
  readonly line?: number;
}

/** A complaint that makes the exit code 1. */
export function errorAt(message: string, line?: number): Complaint {
  return { severity: 'error', message, ...(line !== undefined && { line }) };
}

/** A complaint that does not. */
export function warningAt(message: string, line?: number): Complaint {
  return { severity: 'warning', message, ...(line !== undefined && { line }) };
}
