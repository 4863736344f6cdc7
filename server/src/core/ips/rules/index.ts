import type { SyntaxFault } from '../../model.ts';
import { actionFaults } from './actions.ts';
import { attributeFaults } from './attributes.ts';
import { directiveFaults } from './directives.ts';
import { lexicalFaults } from './lexical.ts';
import { packageRules } from './package.ts';
import { reservedTrees } from './reserved-trees.ts';
import { setFaults } from './sets.ts';
import type { Lines, Report, Subject } from './subject.ts';

/** Every group of rules about single lines. Adding one is a file and its line here. */
const LINE_RULES: readonly ((lines: Lines, report: Report) => void)[] = [
  lexicalFaults,
  directiveFaults,
  attributeFaults,
  actionFaults,
  setFaults,
  reservedTrees,
];

/** More faults than this are not worth telling: the file is no manifest. */
export const MOST_FAULTS = 1000;

/** What is wrong with single lines, in their order. No line's faults depend on another, but for `mayBeAdded`. */
export function lineFaults(lines: Lines): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  for (const rule of LINE_RULES) rule(lines, reportTo(faults));
  return inOrder(faults);
}

/** What is wrong with a package as a whole. */
export function packageFaults(subject: Subject): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  packageRules(subject, reportTo(faults));
  return faults;
}

/** By their places in the text. */
export function inOrder(faults: SyntaxFault[]): readonly SyntaxFault[] {
  return faults.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function reportTo(faults: SyntaxFault[]): Report {
  return fault => {
    if (faults.length < MOST_FAULTS) faults.push({ code: 'syntax', ...fault });
  };
}
