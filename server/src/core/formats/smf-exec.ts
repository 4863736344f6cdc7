import { join, normalise } from '../paths.ts';

/** A program that a method runs. */
export interface MethodProgram {
  /** Installed path. */
  readonly path: string;
  /** True when the line is nothing but the program and its arguments; false where a shell has more to do. */
  readonly plain: boolean;
}

/**
 * The programs of an `exec` attribute: the first, and where that is a shell with `-c`, the first of what it is given.
 */
export function methodPrograms(exec: string): readonly MethodProgram[] {
  const first = methodProgram(exec);
  const given = first && GIVEN.exec(exec)?.groups;
  const inner = given && methodProgram(given.double ?? given.single ?? '');
  return [...(first ? [first] : []), ...(inner ? [{ ...inner, plain: false }] : [])];
}

/** `sh -c 'TEXT'` */
const GIVEN = /\/(?:ba|k|z)?sh(?:93)?\s+-\w*c\s+(?:"(?<double>[^"\\]*)"|'(?<single>[^']*)')/;

/**
 * The program of an `exec` attribute, `smf_method(7)`: its first word, when that is a full path. `undefined` for
 * `:true` and `:kill`, for what is looked up in `PATH`, and for a word that only is known when the method runs
 * (`%{config/program}`, `$DIR/x`).
 */
function methodProgram(exec: string): MethodProgram | undefined {
  const { before, word } = COMMAND.exec(exec)!.groups!;
  const bare = QUOTED.exec(word!)?.[2] ?? word!;
  if (!bare.startsWith('/') || UNKNOWN.test(bare)) return undefined;
  const normal = normalise(bare);
  if (normal === '') return undefined;
  // `/bin` is a link to `usr/bin` on every IPS system.
  const path = normal.startsWith('bin/') ? join('usr', normal) : normal;
  return { path, plain: before === '' && bare === word && !SHELL.test(exec) };
}

/** Assignments, `exec` and `.` before the word; the word ends at a blank or where the shell ends it. */
const COMMAND =
  /^\s*(?<before>(?:(?:exec|\.|[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"';&|<>()])*)\s+)*)(?<word>(?:"[^"]*"|'[^']*'|[^\s;&|<>()"'])*)/;
const QUOTED = /^(["'])([^"']*)\1$/;
/** Words that something else fills in, or that are no path. */
const UNKNOWN = /[%$`*?[\]{}~@"'\\\s\0-\x1f\x7f\ufffd]/;
/** What makes a shell do more than run one program. */
const SHELL = /[;&|<>()`\n]/;
