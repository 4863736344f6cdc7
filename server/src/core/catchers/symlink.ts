import { isBaseDirectory } from '../base-directories.ts';
import type { ImplicitDependency, ManifestCatcher, Need } from '../model.ts';
import { directoryNeed } from '../needs.ts';
import { dirname, join } from '../paths.ts';

/** What exists only while a system runs: nobody delivers it. */
const AT_RUN_TIME =
  /^(proc|dev|devices|system|tmp|run|net|home|export\/home|media|mnt|var\/(run|tmp|svc|cores|crash)|etc\/(svc\/volatile|mnttab|dfs\/sharetab))(\/|$)/;

/** Made by programs, for the most part; what packages deliver there is known all the same. */
const MADE_BY_PROGRAMS = /^var\//;

/** Targets of symbolic links. */
export const symlink: ManifestCatcher = {
  looksAt: 'manifest',
  name: 'symlink',
  doc: 'The target of a link action: a file or directory that some package should deliver.',
  inspect({ kind, path, target }) {
    if (kind !== 'link' || !target || target.text === '') return NONE;
    const wanted = join(dirname(path), target.text);
    if (isBaseDirectory(wanted) || AT_RUN_TIME.test(wanted)) return NONE;
    return [
      {
        catcher: symlink.name,
        neededBy: path,
        what: `/${wanted}`,
        because: `link to ${target.text}`,
        anyOf: placesFor(wanted),
        confidence: 'likely',
        unmet: MADE_BY_PROGRAMS.test(wanted) ? 'nothing' : 'dangling',
      },
    ];
  },
  page: `Looks at \`link\` actions, mediated ones too. The target is a path relative to the directory of the link, or an
absolute one; it may be a file or a directory. A directory is also there when somebody delivers something in it. No
payload is read.

| Action | Needs | How sure |
|---|---|---|
| \`link path=usr/bin/x target=../x/bin/x\` | \`usr/x/bin/x\`, a file or directory | likely |
| \`link path=usr/bin/x target=/bin/y\` | \`bin/y\`, or \`usr/bin/y\`: \`/bin\` is a link to \`usr/bin\` on every IPS system | likely |
| \`link path=etc/x target=../var/x/y\` | \`var/x/y\`, when some package delivers it: else a program makes it | likely |
| \`link path=dev/x target=../devices/…\` | nothing | |

A target that the package itself delivers needs nobody. Nor does one that exists only while a system runs (\`/proc\`,
\`/dev\`, \`/devices\`, \`/system\`, \`/tmp\`, \`/run\`, \`/var/run\`, \`/var/tmp\`, \`/var/svc\`, \`/etc/svc/volatile\`, \`/etc/mnttab\`,
\`/home\`, \`/net\`, \`/media\`, \`/mnt\`), nor a directory that every system has (\`filesystem(7)\`). A target that no known
package delivers is \`dangling\`.

## Limits

A target with a macro without a value is not looked at. Of a directory that more than four packages have something in,
and that none of them names, it is not said whose it is.

## Beside pkgdepend

\`pkgdepend generate\` does not look at links. \`pkg.depend.bypass-generate\` on the action, with the target's path,
silences the finding here and does nothing there.

Switch it off with \`catchers: { symlink: off }\` in \`packwright.yaml\`.`,
};

function placesFor(wanted: string): readonly Need[] {
  const places = [wanted, directoryNeed(wanted)];
  return wanted.startsWith('bin/') ? [...places, `usr/${wanted}`] : places;
}

const NONE: readonly ImplicitDependency[] = [];
