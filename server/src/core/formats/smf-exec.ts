import { join, normalise } from '../paths.ts';

/** The program that a method runs first. */
export interface MethodProgram {
  /** Installed path. */
  readonly path: string;
  /** True when the line is nothing but the program and its arguments; false where a shell has more to do. */
  readonly plain: boolean;
}

/**
 * The program of an `exec` attribute, `smf_method(7)`: its first word, when that is a full path. `undefined` for
 * `:true` and `:kill`, for what is looked up in `PATH`, and for a word that only is known when the method runs
 * (`%{config/program}`, `$DIR/x`).
 */
export function methodProgram(exec: string): MethodProgram | undefined {
  const { before, word } = COMMAND.exec(exec)!.groups!;
  const bare = QUOTED.exec(word!)?.[2] ?? word!;
  if (!bare.startsWith('/') || UNKNOWN.test(bare)) return undefined;
  const normal = normalise(bare);
  if (normal === '') return undefined;
  // `/bin` is a link to `usr/bin` on every IPS system.
  const path = normal.startsWith('bin/') ? join('usr', normal) : normal;
  return { path, plain: before === '' && bare === word && !SHELL.test(exec) };
}

/** Assignments and `exec` before the word; the word ends at a blank or where the shell ends it. */
const COMMAND =
  /^\s*(?<before>(?:(?:exec|[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"';&|<>()])*)\s+)*)(?<word>(?:"[^"]*"|'[^']*'|[^\s;&|<>()"'])*)/;
const QUOTED = /^(["'])([^"']*)\1$/;
/** Words that something else fills in, or that are no path. */
const UNKNOWN = /[%$`*?[\]{}~@"'\\\s\0-\x1f\x7f\ufffd]/;
/** What makes a shell do more than run one program. */
const SHELL = /[;&|<>()`\n]/;
