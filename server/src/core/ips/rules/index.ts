import type { SyntaxFault } from '../../model.ts';
import type { Subject } from './subject.ts';
export function faultsOf(subject: Subject): readonly SyntaxFault[] {
  return subject.flaws.map(f => ({ code: 'syntax', severity: 'error', message: f.kind, span: f }));
}
