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
  Catcher,
  Caught,
  Confidence,
  ImplicitDependency,
  Payload,
  PayloadFault,
  Range,
} from '../model.ts';
import { join, normalise } from '../paths.ts';

/** Interpreters of scripts: the `#!` line, and the program that `env` runs in it. */
export const script: Catcher = {
  name: 'script',
  doc: 'The interpreter in the #! line of a script, and the program that env runs there.',
  claims: ({ bytes, mode }) =>
    (bytes[0] === 0x23 && bytes[1] === 0x21) ||
    (isExecutable(mode) && markBeforeShebang(bytes) !== undefined),
  inspect,
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
