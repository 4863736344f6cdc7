import { envCommands, isEnv } from '../formats/env-line.ts';
import { isBinary, printable } from '../formats/printable.ts';
import {
  markBeforeShebang,
  readShebang,
  SHEBANG_LIMIT,
  type Shebang,
  type Word,
} from '../formats/shebang.ts';
import type {
  Caught,
  Confidence,
  ImplicitDependency,
  Payload,
  PayloadCatcher,
  PayloadFault,
  Range,
} from '../model.ts';
import { join, normalise } from '../paths.ts';

/** Interpreters of scripts: the `#!` line, and the program that `env` runs in it. */
export const script: PayloadCatcher = {
  looksAt: 'payload',
  name: 'script',
  doc: 'The interpreter in the #! line of a script, and the program that env runs there.',
  claims: ({ bytes, mode }) =>
    (bytes[0] === 0x23 && bytes[1] === 0x21) ||
    (isExecutable(mode) && markBeforeShebang(bytes) !== undefined),
  inspect,
  page: `Looks at files that begin with \`#!\` and reports the interpreter that the first line names, and the program that
\`env\` runs there. Nothing is executed; at most the first 1,024 bytes are read.

| First line | Needs | How sure |
|---|---|---|
| \`#!/usr/bin/perl -w\` | \`usr/bin/perl\` | certain |
| \`#!/bin/sh\` | \`usr/bin/sh\`: \`/bin\` is a link to \`usr/bin\` on every IPS system; \`/sbin\` is not | certain |
| \`#!/usr/bin/env python3\` | \`usr/bin/env\` | certain |
| | \`python3\` in \`/usr/bin\`, \`/usr/sbin\`, \`/sbin\`, \`/usr/gnu/bin\` or \`/opt/ooce/bin\` | likely |
| \`#!/usr/bin/env PATH=/opt/x/bin run\` | \`run\` in the directories of that \`PATH\` | likely |
| \`#!/usr/bin/env /usr/bin/perl\` | \`usr/bin/env\` and \`usr/bin/perl\` | certain |

Only a certain need becomes an error. In a file that is not executable (no \`x\` in the action's \`mode\`, or in the
payload's when the action has none) the first line is a hint to people and editors, so its need is a hint too, and
nothing below is reported.

## env

The options of illumos, GNU and BSD are understood: \`-i\`, \`-\`, \`-u NAME\`, \`-C DIR\`, \`-0\`, \`-v\`, \`--\`,
\`-S 'NAME ARGS'\` and \`--split-string=\`, and \`NAME=VALUE\` in front of the program. When \`env\` runs another \`env\`,
both are needed. A name that depends on a variable (\`-S \${SHELL}\`) is no need.

Nobody can know the \`PATH\` of whoever runs the script. The directories above are the defaults of the illumos
distributions, those for administrators and OmniOS' \`/opt/ooce/bin\` included; any one of them will do.

illumos hands an interpreter only the first word that follows it, \`exec(2)\`. A line such as
\`#!/usr/bin/env -S python3 -u\` works on other systems and not there. Its program is reported all the same,
as what the author meant.

## What is wrong with a first line

These are reported as \`faulty\`, at their place in the script.

| First line | Remedy |
|---|---|
| a bare \`#!\` | write the interpreter after it |
| \`#!perl\`, \`#!./run\`, \`#! -x\`: a relative interpreter, looked up in the current directory | write its full path |
| \`#!/usr/bin/env\` without a program, or with a relative one | add the program, or write its full path |
| ends in CR LF or CR, which becomes part of the interpreter's name or its option | save with LF line ends |
| a NUL byte, which ends what the kernel reads | remove it |
| longer than 1,024 bytes: not run as a script | shorten it |
| an interpreter that is no UTF-8, which no manifest can name | save in UTF-8 |
| a byte order mark in front of \`#!\`, which hides it | save without it |
| \`#!\` and then data that is no text | copy the file again, or take away its execute permission |

## Beside pkgdepend

\`pkgdepend generate\` finds the interpreter alone, takes \`/binx\` for \`/usr/binx\`, and ends with an internal error on
a bare \`#!\` and on a first line that is no UTF-8.

Switch the catcher off with \`catchers: { script: off }\` in \`packwright.yaml\`.`,
};

/**
 * Where `env` and shells look when nobody set `PATH`: the defaults of the illumos distributions,
 * theirs for administrators included. A package cannot know the user's own.
 */
const DEFAULT_PATH = ['usr/bin', 'usr/sbin', 'sbin', 'usr/gnu/bin', 'opt/ooce/bin'];

function inspect(file: Payload): Caught {
  const bytes = file.read(0, SHEBANG_LIMIT);
  const executable = isExecutable(file.mode);
  const shebang = readShebang(bytes);
  if (shebang === undefined) {
    const mark = executable ? markBeforeShebang(bytes) : undefined;
    return { dependencies: [], faults: mark === undefined ? [] : [markFault(mark)] };
  }
  const faults = executable ? faultsOf(shebang) : [];
  return { dependencies: needsOf(shebang, file, executable), faults };
}

function isExecutable(mode: number): boolean {
  return (mode & 0o111) !== 0;
}

// ---------------------------------------------------------------------------------------------
// Needs

function needsOf(shebang: Shebang, file: Payload, executable: boolean): readonly ImplicitDependency[] {
  const { interpreter, line } = shebang;
  if (interpreter === undefined || !canBePath(shebang, interpreter)) return [];
  const need = (word: Word, anyOf: readonly string[], confidence: Confidence): ImplicitDependency => ({
    catcher: 'script',
    neededBy: file.path,
    at: rangeOf(word),
    what: printable(word.text),
    because: printable(line),
    anyOf,
    confidence: executable ? confidence : 'hint',
  });
  const sure = (word: Word): Confidence => (isSure(shebang, word) ? 'certain' : 'likely');
  const needs = [need(interpreter, [installed(interpreter.text)], sure(interpreter))];
  if (!isEnv(interpreter.text)) return needs;
  for (const { name, path } of commandsOf(shebang, interpreter)) {
    const anyOf = candidates(name.text, path);
    if (anyOf.length > 0) needs.push(need(name, anyOf, name.text.includes('/') ? sure(name) : 'likely'));
  }
  return needs;
}

function isSure({ utf8, ending }: Shebang, { text }: Word): boolean {
  return ending !== 'cut' && (utf8 || !NOT_ASCII.test(text));
}

function commandsOf(shebang: Shebang, interpreter: Word): ReturnType<typeof envCommands> {
  const { line, ending } = shebang;
  const whole = envCommands(line, interpreter.end).filter(({ name }) => !isBinary(name.text));
  // Where the line was cut, its last word may have been too.
  return ending === 'cut' ? whole.filter(({ name }) => name.end < line.length) : whole;
}

/** Paths at which `env` looks for a program; none for one that depends on the current directory. */
function candidates(name: string, path: string | undefined): readonly string[] {
  if (name.startsWith('/')) return [installed(name)].filter(need => need !== '');
  if (name.includes('/')) return [];
  const given = path === undefined || path.includes('$') ? DEFAULT_PATH : path.split(':').filter(isAbsolute);
  return [...new Set(given.map(directory => installed(`/${directory}/${name}`)))];
}

/** `/bin` is a link to `usr/bin` on every IPS system; `/sbin` is a directory of its own. */
function installed(path: string): string {
  const normal = normalise(path);
  return normal.startsWith('bin/') ? join('usr', normal) : normal;
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}

/** False for what is no path at all, so that compressed data behind `#!` has no needs. */
function canBePath({ line, ending }: Shebang, { text, end }: Word): boolean {
  const whole = ending !== 'cut' || end < line.length;
  return whole && isAbsolute(text) && normalise(text) !== '' && !isBinary(text);
}

const NOT_ASCII = /[^\0-\x7f]/;

function rangeOf(word: Word): Range {
  return { line: 0, column: word.start, endLine: 0, endColumn: word.end };
}

// ---------------------------------------------------------------------------------------------
// Faults of executable scripts

function faultsOf(shebang: Shebang): readonly PayloadFault[] {
  const { interpreter, line } = shebang;
  if (interpreter === undefined) return [bareFault(line)];
  if (isBinary(interpreter.text)) return [binaryFault(interpreter)];
  if (!isAbsolute(interpreter.text)) return [relativeFault(shebang, interpreter)];
  if (normalise(interpreter.text) === '') {
    const message = `"${printable(line)}" names a directory; name the interpreter's file, such as #!/usr/bin/sh`;
    return [{ message, at: rangeOf(interpreter) }];
  }
  return [
    ...endingFaults(shebang),
    ...encodingFaults(shebang, interpreter),
    ...envFaults(shebang, interpreter),
  ];
}

function bareFault(line: string): PayloadFault {
  const at = { line: 0, column: 0, endLine: 0, endColumn: line.length };
  return {
    message: 'The first line is a bare #!; write the interpreter after it, such as #!/usr/bin/sh',
    at,
  };
}

function binaryFault(interpreter: Word): PayloadFault {
  return {
    message:
      'The file begins with #! and goes on with data that is no text; check that it was copied whole, or take away its execute permission',
    at: rangeOf(interpreter),
  };
}

function relativeFault({ utf8 }: Shebang, interpreter: Word): PayloadFault {
  if (!utf8) return binaryFault(interpreter);
  const name = printable(interpreter.text);
  const proposal =
    /^[\w.+-]*\w$/.test(name) && !name.startsWith('-') ? `#!/usr/bin/${name}` : '#!/usr/bin/sh';
  return {
    message: `The interpreter "${name}" of line 1 is no absolute path, so the kernel looks for it in the current directory; write its full path, such as ${proposal}`,
    at: rangeOf(interpreter),
  };
}

const ENDINGS: Readonly<Record<Shebang['ending'], string | undefined>> = {
  lf: undefined,
  none: undefined,
  crlf: 'Line 1 ends in CR LF, and the CR becomes part of the interpreter or of its option; save the file with LF line ends',
  cr: 'Line 1 ends in CR alone, which is no line end for the kernel; save the file with LF line ends',
  nul: 'A NUL byte stands in line 1, and the kernel ignores what follows it; remove it',
  cut: `Line 1 is longer than ${SHEBANG_LIMIT} bytes, so the kernel does not run the file as a script; shorten it`,
};

function endingFaults({ ending, line }: Shebang): readonly PayloadFault[] {
  const message = ENDINGS[ending];
  const at = { line: 0, column: 0, endLine: 0, endColumn: line.length };
  return message === undefined ? [] : [{ message, at }];
}

function encodingFaults({ utf8 }: Shebang, interpreter: Word): readonly PayloadFault[] {
  if (utf8 || !NOT_ASCII.test(interpreter.text)) return [];
  const message = `The interpreter "${printable(interpreter.text)}" of line 1 is not UTF-8, so no manifest can name it; save the file in UTF-8`;
  return [{ message, at: rangeOf(interpreter) }];
}

function envFaults(shebang: Shebang, interpreter: Word): readonly PayloadFault[] {
  if (!isEnv(interpreter.text)) return [];
  if (shebang.line.slice(interpreter.end).trim() === '') {
    const message = `"${printable(shebang.line)}" runs env without a program, which only prints the environment; add the program's name`;
    return [{ message, at: rangeOf(interpreter) }];
  }
  const relative = commandsOf(shebang, interpreter).find(({ name }) => /^[^/].*\//.test(name.text))?.name;
  if (relative === undefined) return [];
  const message = `env looks for "${printable(relative.text)}" of line 1 in the current directory; write its full path, or its name alone`;
  return [{ message, at: rangeOf(relative) }];
}

function markFault(mark: 'UTF-8' | 'UTF-16'): PayloadFault {
  const remedy = mark === 'UTF-8' ? 'save the file without it' : 'save the file in UTF-8 without it';
  return {
    message: `A ${mark} byte order mark stands before #!, so the kernel does not see a script; ${remedy}`,
    at: { line: 0, column: 0, endLine: 0, endColumn: 1 },
  };
}
