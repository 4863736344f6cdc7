import type { SyntaxFault } from '../../model.ts';
import { actionFaults } from './actions.ts';
import { attributeFaults } from './attributes.ts';
import { directiveFaults } from './directives.ts';
import { lexicalFaults } from './lexical.ts';
import { packageFaults } from './package.ts';
import { setFaults } from './sets.ts';
import type { Report, Subject } from './subject.ts';

/** Every group of rules, from how a line is written to what a package may be. Adding one is a file and its line here. */
const RULES: readonly ((subject: Subject, report: Report) => void)[] = [
  lexicalFaults,
  directiveFaults,
  attributeFaults,
  actionFaults,
  setFaults,
  packageFaults,
];

/** More faults than this are not worth telling: the file is no manifest. */
const MOST = 1000;

/** Everything that is wrong with a manifest, in the order of its text. */
export function faultsOf(subject: Subject): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  for (const rule of RULES) {
    rule(subject, fault => {
      if (faults.length < MOST) faults.push({ code: 'syntax', ...fault });
    });
  }
  return faults.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}
