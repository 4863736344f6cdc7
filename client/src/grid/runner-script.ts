import { MarkedLines } from './marked-lines.ts';
import type { Answer, ScriptCommand } from './model.ts';
import { type ProcessEnd, runProcess } from './runner-process.ts';

/** A script that was given to a shell, here or elsewhere. */
export interface ScriptEnd extends ProcessEnd {
  readonly lines: MarkedLines;
  /** The answer, when the script said its last word. */
  readonly answer?: Answer;
}

/** What `runScript` needs of the runner. */
export interface ScriptPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `timeout` is there, and ends the program when nobody is left to do so. */
  readonly bounded: boolean;
  step(point: 'after-spawn' | 'after-stdin'): void;
}

/** Starts `argv` and gives it the script on standard input. */
export async function runScript(
  argv: readonly [string, ...string[]],
  command: ScriptCommand,
  place: ScriptPlace,
  signal: AbortSignal,
): Promise<ScriptEnd> {
  const { seconds, maxBytes } = command;
  const lines = new MarkedLines(command.mark);
  const end = await runProcess(
    {
      argv: place.bounded ? ['timeout', ...timeoutOptions(seconds + ORPHAN_SECONDS), ...argv] : argv,
      env: place.env,
      stdin: wholeScript(command.script),
      seconds,
      maxBytes,
      output: text => {
        lines.push(text);
        return lines.code !== undefined;
      },
      step: point => place.step(point),
    },
    signal,
  );
  lines.finish();
  const { code } = lines;
  if (code === undefined) return { ...notStarted(end), lines };
  return { ...end, lines, answer: { kind: 'ended', lines: lines.lines, code, stderr: end.stderr } };
}

/** True when this machine has a `timeout` that knows `-k`, as GNU's, the BSDs' and newer busyboxes do. */
export async function canBound(env: ScriptPlace['env'], signal: AbortSignal): Promise<boolean> {
  const end = await runProcess(
    {
      argv: ['timeout', ...timeoutOptions(5), 'true'],
      env,
      stdin: '',
      seconds: 5,
      maxBytes: 10_000,
      output: () => false,
    },
    signal,
  );
  return end.exit === 0;
}

/** Seconds after our own limit at which a program ends whose starter was killed. */
const ORPHAN_SECONDS = 5;

function timeoutOptions(seconds: number): readonly string[] {
  return ['-k', '2', String(Math.ceil(seconds))];
}

/**
 * In braces: a shell reads them to their end before it runs anything, so that half a script, after a
 * dropped connection, does nothing; and no command of the script can read the rest of it as its input.
 */
function wholeScript(script: string): string {
  return `{ :\n${script}\n}\n`;
}

/** `timeout` itself starts, whether or not what it is to run is there. */
function notStarted(end: ProcessEnd): ProcessEnd {
  const word = end.stderr.startsWith('timeout: ') && { 126: 'EACCES', 127: 'ENOENT' }[end.exit ?? 0];
  return word ? { ...end, notStarted: word } : end;
}
