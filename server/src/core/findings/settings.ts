import type { FindingKind } from './finding-kind.ts';

/** A fault of `packwright.yaml`. */
export const settings: FindingKind = {
  code: 'settings',
  title: 'packwright.yaml has a key or value that is not understood, or a suppression that does nothing.',
  doc: `Unknown keys, wrong values and duplicate keys of \`packwright.yaml\`, and entries of \`suppress\` that matched
no finding when the whole tree was checked.

**Severity:** error for a wrong value, warning for an unknown key, hint for a suppression without effect.

**What to do:** correct the line; take out suppressions that are no longer needed.`,
};
