import type { ImplicitDependency, ManifestCatcher } from '../model.ts';
import { dirname, join } from '../paths.ts';

/** Targets of hard links: without the file there is nothing to link to, and the installation fails. */
export const hardlink: ManifestCatcher = {
  looksAt: 'manifest',
  name: 'hardlink',
  doc: 'The target of a hardlink action, which must be there when the link is made.',
  inspect({ kind, path, target }) {
    if (kind !== 'hardlink' || !target || target.text === '') return NONE;
    const wanted = join(dirname(path), target.text);
    if (wanted === '') return NONE;
    return [
      {
        catcher: hardlink.name,
        neededBy: path,
        what: `/${wanted}`,
        because: `hard link to ${target.text}`,
        anyOf: [wanted],
        confidence: 'certain',
        bypass: 'never',
      },
    ];
  },
  page: `Looks at \`hardlink\` actions. The target is a path relative to the directory of the link, or an absolute one. No
payload is read.

| Action | Needs | How sure |
|---|---|---|
| \`hardlink path=usr/bin/egrep target=grep\` | \`usr/bin/grep\` | certain |
| \`hardlink path=usr/bin/vi target=../../sbin/ed\` | \`sbin/ed\` | certain |

A target that the package itself delivers needs nobody. A target with a macro without a value is not looked at.

## Limits

Both names must lie in one file system; nobody can know the file systems of an image.

## Beside pkgdepend

\`pkgdepend generate\` finds the same. There as here, \`pkg.depend.bypass-generate\` has no effect on a hard link.

Switch it off with \`catchers: { hardlink: off }\` in \`packwright.yaml\`.`,
};

const NONE: readonly ImplicitDependency[] = [];
