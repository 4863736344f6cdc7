import { printable } from '../formats/printable.ts';
import { readShell, type ShellCommand } from '../formats/shell.ts';
import type { Caught, ImplicitDependency, Need, Payload, PayloadCatcher } from '../model.ts';
import { normalise } from '../paths.ts';

/** Programs that shell scripts run. */
export const shell: PayloadCatcher = {
  looksAt: 'payload',
  name: 'shell',
  hintsOnly: true,
  doc: 'The programs that scripts of sh, bash and ksh run, by path or by name.',
  default: 'off',
  claims: ({ bytes }) => SHELL.test(String.fromCharCode(...bytes)),
  inspect,
  page: `Looks at scripts whose first line names sh, bash, ksh or ksh93, with or without \`env\`. Nothing is executed; the script is
parsed as bash, at most 1 MiB of it.

| In the script | Needs | How sure |
|---|---|---|
| \`/usr/bin/foo …\` | that file | hint |
| \`foo …\` | \`foo\` in the directories that the script assigns to \`PATH\`, then \`/usr/bin\`, \`/usr/sbin\`, \`/sbin\`, \`/usr/gnu/bin\`, \`/opt/ooce/bin\` | hint |
| \`. /lib/svc/share/x.sh\`, \`source /etc/x\` | that file | hint |
| \`exec foo\`, \`env A=b foo\`, \`nohup foo\`, \`pfexec foo\`, \`xargs foo\` | \`foo\` likewise | hint |

Each program once for each script, at its first place. What the shell has built in, functions and aliases of the
script, and names that contain an expansion are left out. A name that no known package delivers is no finding: it may
be anything.

It is **off by default**: a script may run a program only where it is there, and no parser sees that. Switch it on with
\`catchers: { shell: on }\` in \`packwright.yaml\`.

## Limits

Parsed as bash: where ksh differs, parts are not understood and left out. What is in \`eval\`, in files that the script
reads with \`.\` (which are needed, but not followed), in \`trap\` texts or in arguments of \`sh -c\` is not seen.

## Beside pkgdepend

\`pkgdepend\` looks at the first line only.`,
};

const SHELL =
  /^#!\s*\/\S*?(?:\/(?:sh|bash|ksh|ksh93)(?:\s|$)|\/env\s+(?:-\S+\s+)*(?:sh|bash|ksh|ksh93)(?:\s|$))/;

/** No real script is larger (bytes). */
const LIMIT = 1024 * 1024;
const MOST = 300;

const DEFAULT_PATH = ['usr/bin', 'usr/sbin', 'sbin', 'usr/gnu/bin', 'opt/ooce/bin'];

function inspect(file: Payload): Caught {
  const text = new TextDecoder().decode(file.read(0, Math.min(file.size, LIMIT)));
  const { commands, own, path } = readShell(text);
  const directories = [...new Set([...path.map(normalise), ...DEFAULT_PATH])];
  const dependencies = new Map<string, ImplicitDependency>();
  for (const command of commands) {
    const { name } = command;
    if (dependencies.has(name) || dependencies.size >= MOST || own.has(name) || BUILTIN.has(name)) continue;
    const anyOf = candidates(name, directories);
    if (anyOf.length > 0) dependencies.set(name, need(command, anyOf, file.path));
  }
  return { dependencies: [...dependencies.values()], faults: [] };
}

function need({ name, how, at }: ShellCommand, anyOf: readonly Need[], neededBy: string): ImplicitDependency {
  const what = printable(name);
  return {
    catcher: 'shell',
    neededBy,
    at,
    what,
    because: `${how} ${what}`,
    anyOf,
    confidence: 'hint',
    unmet: 'nothing',
  };
}

/** `/bin` is a link to `usr/bin` on every IPS system. */
function candidates(name: string, directories: readonly string[]): readonly Need[] {
  if (name.startsWith('/'))
    return [normalise(name).replace(/^bin\//, 'usr/bin/')].filter(path => path !== '');
  if (!/^[A-Za-z0-9_][\w.+-]*$/.test(name)) return [];
  return directories.map(directory => normalise(`/${directory}/${name}`.replace(/^\/bin\//, '/usr/bin/')));
}

/** What bash, ksh and the standard's shell have built in (`bash(1)`, `ksh93(1)`), and words of their grammar. */
const BUILTIN = new Set(
  (
    'alias bg bind break builtin caller case cd command compgen complete compopt continue declare dirs disown do done ' +
    'echo elif else enable esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs ' +
    'kill let local logout mapfile popd print printf pushd pwd read readarray readonly return select set shift shopt ' +
    'source suspend test then time times trap true type typeset ulimit umask unalias unset until wait whence while'
  ).split(' '),
);
