import type { Collected } from '../collect.ts';
import type { Finding, Manifest } from '../model.ts';
import type { FindingKind } from './finding-kind.ts';

/** A catcher of one's own that does not work. */
export const plugIn: FindingKind = {
  code: 'plug-in',
  title: 'A catcher of your own does not work.',
  doc: `A module under \`plugins\` in \`packwright.yaml\` could not be loaded, failed while it looked at a file, answered something
that is no answer, or took more time or memory than it may. What the other catchers found is reported all the same.

**Severity:** warning, at the start of each manifest whose payload it should have looked at.

**What to do:** correct the module, or take it out of \`plugins\`.`,
};

/** The finding for one catcher from outside that failed. */
export function brokenPlugIn(
  { plugIn: name, message }: Collected['broken'][number],
  { text }: Manifest,
): Finding {
  const end = /[\r\n]|$/.exec(text)?.index ?? 0;
  return {
    code: plugIn.code,
    severity: 'warning',
    confidence: 'certain',
    message: `catcher ${name}: ${message}`,
    span: { start: 0, end },
    payloadPlaces: [],
    catcher: name,
    neededBy: [],
    anyOf: [],
    candidates: [],
    variants: [],
    proof: [{ text: message }],
    fixes: [],
  };
}
