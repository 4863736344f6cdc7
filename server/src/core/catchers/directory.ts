import { isBaseDirectory } from '../base-directories.ts';
import type { ActionEntry, Delivery, ImplicitDependency, Manifest, ManifestCatcher } from '../model.ts';
import { directoryNeed } from '../needs.ts';
import { dirname } from '../paths.ts';

/** Who owns the directory that something is put into. */
export const directory: ManifestCatcher = {
  looksAt: 'manifest',
  name: 'directory',
  looksAround: true,
  hintsOnly: true,
  doc: 'The package that delivers the directory in which a path of this package lies.',
  inspect: (entry, manifest) => needsOf(manifest).get(entry.asRead ?? entry) ?? NONE,
  page: `Looks at the paths of all \`file\`, \`dir\`, \`link\` and \`hardlink\` actions. When a package has a \`dir\` action for the
directory in which a path lies, that package owns the directory, its mode and its owner. No payload is read.

| Path | Needs | How sure |
|---|---|---|
| \`opt/site/plugins/x.so\` | a package with \`dir path=opt/site/plugins\`, if there is one | hint |
| \`usr/bin/x\` | nothing: every system has \`/usr/bin\` | |

It is a hint, because the package system makes missing directories by itself, with mode and owner of its own choice. There is one for each directory, at the first path in it.

## Limits

Nothing is said of a directory that the package itself delivers with a \`dir\` action, that nobody does, that every
system has (\`filesystem(7)\`), or that more than four packages deliver: such a directory is everybody's. Links are not followed.

## Beside pkgdepend

\`pkgdepend generate\` does not look at directories.

Switch it off with \`catchers: { directory: off }\` in \`packwright.yaml\`.`,
};

/** Whether a path lies in a directory itself; neighbours in a manifest mostly do, and making the name costs more. */
function isIn(parent: string, path: string): boolean {
  const { length } = parent;
  return path.charCodeAt(length) === SLASH && path.startsWith(parent) && path.indexOf('/', length + 1) < 0;
}

const SLASH = 47;

/** For the first path in each directory that is not the package's own: the need of that directory. */
type Needs = ReadonlyMap<ActionEntry, readonly ImplicitDependency[]>;

/** An edit that changes no path leaves a manifest its list of deliveries. */
const remembered = new WeakMap<
  readonly Delivery[],
  { readonly files: number; readonly others: number; readonly needs: Needs }
>();

function needsOf({ deliveries, files, others }: Manifest): Needs {
  const known = remembered.get(deliveries);
  if (known?.files === files.length && known.others === others.length) return known.needs;
  const seen = new Set<string>();
  for (const { kind, path } of others) if (kind === 'dir') seen.add(path);
  const needs = new Map<ActionEntry, readonly ImplicitDependency[]>();
  for (const entries of [others, files]) addNeeds(entries, seen, needs);
  remembered.set(deliveries, { files: files.length, others: others.length, needs });
  return needs;
}

function addNeeds(
  entries: readonly ActionEntry[],
  seen: Set<string>,
  needs: Map<ActionEntry, readonly ImplicitDependency[]>,
): void {
  let last: string | undefined;
  for (const entry of entries) {
    if (entry.unset.length > 0 || (last !== undefined && isIn(last, entry.path))) continue;
    last = dirname(entry.path);
    if (seen.has(last)) continue;
    seen.add(last);
    if (!isBaseDirectory(last)) needs.set(entry.asRead ?? entry, [needOf(entry.path, last)]);
  }
}

function needOf(path: string, parent: string): ImplicitDependency {
  return {
    catcher: directory.name,
    neededBy: path,
    what: `directory ${parent}`,
    because: `lies in ${parent}`,
    anyOf: [directoryNeed(parent)],
    confidence: 'hint',
    unmet: 'nothing',
    explicit: true,
  };
}

const NONE: readonly ImplicitDependency[] = [];
