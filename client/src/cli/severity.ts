import type { Severity } from '../../../server/src/core/model.ts';

/** Whether a finding is at least as severe. */
export function severer({ severity }: { readonly severity: Severity }, least: Severity): boolean {
  return RANKS[severity] >= RANKS[least];
}

const RANKS: Readonly<Record<Severity, number>> = { error: 2, warning: 1, hint: 0 };
