import type { Finding, Manifest } from '../model.ts';
import type { FindingKind } from './finding-kind.ts';

/** A fault of `packwright.yaml`. */
export const settings: FindingKind = {
  code: 'settings',
  title: 'packwright.yaml has a key or value that is not understood, or a suppression that does nothing.',
  doc: `Unknown keys, wrong values and duplicate keys of \`packwright.yaml\`, entries of \`suppress\` that matched
no finding when the whole tree was checked, and an \`incorporation\` that no repository has: then it restricts nothing.

**Severity:** error for a wrong value, warning for an unknown key, hint for a suppression without effect.

**What to do:** correct the line; take out suppressions that are no longer needed.`,
};

/** The finding for incorporations of the settings that no repository has, at the start of each manifest. */
export function unknownIncorporations(fmris: readonly string[], { text }: Manifest): Finding | undefined {
  if (fmris.length === 0) return undefined;
  const message = `no known package is the incorporation ${fmris.join(', ')}, so it restricts nothing; correct it, or name its repository`;
  return {
    code: settings.code,
    severity: 'warning',
    confidence: 'certain',
    message,
    span: { start: 0, end: /[\r\n]|$/.exec(text)?.index ?? 0 },
    payloadPlaces: [],
    neededBy: [],
    anyOf: [],
    candidates: [],
    variants: [],
    proof: [{ text: message }],
    fixes: [],
  };
}
