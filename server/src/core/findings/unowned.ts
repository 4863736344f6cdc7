import { isSometimesBase } from '../catcher-options.ts';
import type { Finding } from '../model.ts';
import { nameOf } from '../needs.ts';
import type { FindingKind } from './finding-kind.ts';
import { alternativesOf, inCombinations, type NeedGroup, needFinding, needing } from './need-finding.ts';

/** An owner or group that nobody delivers. */
export const unowned: FindingKind = {
  code: 'unowned',
  title: 'A file belongs to a user or group that no known package delivers.',
  doc: `The \`owner\` or \`group\` of a \`file\` or \`dir\` action is none that every system has, and neither this package nor any
package of the workspace or of a configured repository has a \`user\` or \`group\` action of that name. The package can be
published, and its installation fails: "is an unknown or invalid user". A number is taken for a name there too.

It is reported when a repository is configured and all of them could be read. Where a package delivers the user or group
and is not declared, the finding is \`undeclared\`.

**Severity:** error; warning for names such as \`webservd\`, \`mysql\` and \`postgres\`, which some distributions have without a
package.

**What to do:** correct the name, add a \`user\` or \`group\` action to this package (a \`user\` needs its \`group\`), or name those
that your systems have anyway under \`base\` in \`packwright.yaml\`.`,
};

/** The finding for owners and groups without a deliverer. */
export function unownedNeed(group: NeedGroup): Finding {
  const { what, others } = needing(group);
  const isUnsure = alternativesOf(group).every(one => isSometimesBase(nameOf(one)));
  return needFinding(group, {
    severity: isUnsure ? 'warning' : 'error',
    message: `needs ${what}${inCombinations(group)}, which no known package delivers${others}`,
    fixes: () => [],
    proof: [
      { text: 'no known package delivers it' },
      ...(isUnsure
        ? [{ text: 'some distributions have it in /etc/passwd or /etc/group without a package' }]
        : []),
    ],
  });
}
