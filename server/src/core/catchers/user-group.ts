import type { ActionEntry, ImplicitDependency, ManifestCatcher, Need, PlacedWord } from '../model.ts';
import { groupNeed, userNeed } from '../needs.ts';

/** Owners and groups of files and directories: what is not known to the image fails to install, `pkg(7)`. */
export const userGroup: ManifestCatcher = {
  looksAt: 'manifest',
  name: 'user-group',
  doc: 'The owner and the group of every file and directory, which must be known when it is installed.',
  inspect(entry, _manifest, { baseUsers, baseGroups }) {
    const { kind, owner, group } = entry;
    if (kind !== 'file' && kind !== 'dir') return NONE;
    const needsUser = owner !== undefined && owner.text !== '' && !baseUsers.has(owner.text);
    const needsGroup = group !== undefined && group.text !== '' && !baseGroups.has(group.text);
    if (!needsUser && !needsGroup) return NONE;
    return [
      ...(needsUser ? [needOf(entry, 'user', owner, userNeed(owner.text))] : []),
      ...(needsGroup ? [needOf(entry, 'group', group, groupNeed(group.text))] : []),
    ];
  },
  page: `Looks at \`owner\` and \`group\` of \`file\` and \`dir\` actions. Some package in the closure must have a \`user\` or
\`group\` action of that name, or the package itself. No payload is read.

| Action | Needs | How sure |
|---|---|---|
| \`file … owner=webservd group=sys\` | the user \`webservd\` | certain |
| \`dir … owner=root group=postgres\` | the group \`postgres\` | certain |
| \`file … owner=root group=bin\` | nothing: every system has both | |

Without a deliverer in the closure the installation fails: the name must be in the image's \`/etc/passwd\` or
\`/etc/group\`, or come in the same operation. Where no known package delivers it at all, the finding is \`unowned\`.

## Users and groups of every system

Those of the package that delivers \`/etc/passwd\` and \`/etc/group\` are presumed: \`root\`, \`daemon\`, \`bin\`, \`sys\`, \`adm\`,
\`lp\`, \`uucp\`, \`nobody\`, … An
\`unowned\` name that some distributions have there, and packages deliver in others (\`webservd\`, \`mysql\`, \`postgres\`, …), is
a warning and no error.

Others that your systems have whatever is installed go into \`packwright.yaml\`:

\`\`\`yaml
base: { users: [oracle], groups: [dba] }
\`\`\`

## Limits

A number is taken for a name, as the package system takes it: \`owner=80\` asks for a user that is called \`80\`. An
attribute that is missing, or has a macro without a value, is not looked at; a transform may add it.

## Beside pkgdepend

\`pkgdepend generate\` does not look at owners. \`pkg.depend.bypass-generate\` is about files and has no effect on them.

Switch it off with \`catchers: { user-group: off }\` in \`packwright.yaml\`.`,
};

const NONE: readonly ImplicitDependency[] = [];

function needOf(
  { path }: ActionEntry,
  kind: 'user' | 'group',
  { text, span }: PlacedWord,
  need: Need,
): ImplicitDependency {
  return {
    catcher: userGroup.name,
    neededBy: path,
    what: `${kind} ${text}`,
    because: `${kind === 'user' ? 'owner' : 'group'}=${text}`,
    anyOf: [need],
    confidence: 'certain',
    unmet: 'unowned',
    span,
    bypass: 'never',
  };
}
