import type { Conflict } from '../incorporation.ts';
import type { Finding, Manifest } from '../model.ts';
import { incorporates, shortName } from '../proof.ts';
import type { FindingKind } from './finding-kind.ts';

/** A fault of `packwright.yaml`. */
export const settings: FindingKind = {
  code: 'settings',
  title: 'packwright.yaml has a key or value that is not understood, or a suppression that does nothing.',
  doc: `Unknown keys, wrong values and duplicate keys of \`packwright.yaml\`, entries of \`suppress\` that matched
no finding when the whole tree was checked, and an \`incorporation\` that no repository has (it restricts nothing then) or that another one excludes.

**Severity:** error for a wrong value, warning for an unknown key, hint for a suppression without effect.

**What to do:** correct the line; take out suppressions that are no longer needed.`,
};

/** The finding for incorporations of the settings that no repository has, at the start of each manifest. */
export function unknownIncorporations(fmris: readonly string[], { text }: Manifest): Finding | undefined {
  if (fmris.length === 0) return undefined;
  return about(
    `no known package is the incorporation ${fmris.join(', ')}, so it restricts nothing; correct it, or name its repository`,
    text,
  );
}

/** The finding for an incorporation of the settings that another one forbids: together they allow next to nothing. */
export function conflictingIncorporation(
  { incorporation, constraint }: Conflict,
  { text }: Manifest,
): Finding {
  const one = shortName(incorporation.id);
  return about(
    `the incorporations ${one} and ${shortName(constraint.by)} of the settings exclude each other: ${incorporates(constraint)}; take one of them out, or name other versions`,
    text,
  );
}

/** At the start of the manifest, since the settings have no place in it. */
function about(message: string, text: string): Finding {
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
