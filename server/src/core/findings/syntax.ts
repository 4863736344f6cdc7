import type { Finding, SyntaxFault } from '../model.ts';
import type { FindingKind } from './finding-kind.ts';

/** A fault of the text of a manifest. */
export const syntax: FindingKind = {
  code: 'syntax',
  title: 'The manifest does not say what it seems to say.',
  doc: `A line that \`pkgsend\`, \`pkgdepend\` or \`pkg\` would reject, read differently from one another, or read in a way
that nobody means: unknown action types, missing or repeated attributes, values that are not allowed, two actions
for one path, a continuation that swallows a comment. The rules are those of \`pkg(7)\` and of the tools' own code;
what a \`pkgmogrify\` transform may still repair (a missing \`mode\`, \`owner\` or \`group\`, an unset macro) is not reported.

**Severity:** error where the real tools reject the manifest, warning where they disagree or the value has no effect,
hint for what merely invites trouble.

**What to do:** the message names the remedy; where it is certain there is a quick fix.`,
};

/** The finding for one fault of the text; `code` is `settings` for the settings file. */
export function syntaxFinding(fault: SyntaxFault, code = syntax.code): Finding {
  return {
    code,
    severity: fault.severity,
    confidence: 'certain',
    message: fault.message,
    span: fault.span,
    payloadPlaces: [],
    neededBy: [],
    anyOf: [],
    candidates: [],
    variants: [],
    proof: [],
    fixes: fault.fix ? [{ ...fault.fix, preferred: true }] : [],
  };
}
