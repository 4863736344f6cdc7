import { once } from 'node:events';
import type { WriteStream } from 'node:tty';
import type { ExitCode, Host, Sink } from './host.ts';

/** A program: its exit code, or `undefined` when the process must live on. */
export type Program = (argv: readonly string[], host: Host) => Promise<ExitCode | undefined>;

/**
 * Runs a program with the process' own arguments, and ends it calmly: a closed pipe
 * (`packwright check | head`) is no error, an interrupt stops the work, and no stack trace ever
 * reaches a user.
 */
export async function runProcess(program: Program): Promise<void> {
  const interrupt = new AbortController();
  // What does not listen to the signal, such as a file that is being read, is not waited for.
  let grace = 500;
  let lasting = false;
  process.once('SIGINT', () => stop(130));
  process.once('SIGTERM', () => stop(143));
  const stop = (code: number) => {
    interrupt.abort();
    process.exitCode = lasting ? 0 : code;
    setTimeout(() => process.exit(code), grace).unref();
  };
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  process.on('uncaughtException', surprise);
  process.on('unhandledRejection', surprise);
  const host: Host = {
    cwd: process.cwd(),
    env: process.env,
    out: sink(process.stdout),
    err: sink(process.stderr),
    signal: interrupt.signal,
    lasting: milliseconds => {
      grace = milliseconds;
      lasting = true;
    },
  };
  try {
    leave(await program(process.argv.slice(2), host));
  } catch (error) {
    if (!interrupt.signal.aborted) surprise(error);
  }
}

/** Sets the exit code; the process ends when its output is written. */
function leave(code: ExitCode | undefined): void {
  if (code !== undefined) process.exitCode ??= code;
}

/** The only place where an error of our own becomes text. */
function surprise(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  const debug = process.env.PACKWRIGHT_DEBUG ? `\n${error instanceof Error ? error.stack : ''}` : '';
  process.stderr.write(
    `packwright: unexpected error: ${text.split('\n')[0]}. This is a fault of packwright: please report it, ` +
      `with what PACKWRIGHT_DEBUG=1 adds to this message${debug}\n`,
  );
  process.exit(2);
}

function sink(stream: WriteStream): Sink {
  return {
    write: text => void stream.write(text),
    drained: () => (stream.writableNeedDrain ? once(stream, 'drain') : undefined),
    terminal: stream.isTTY === true,
    colours: coloured(stream, process.env),
  };
}

/** `FORCE_COLOR` and `NO_COLOR` as their definitions say, else colours on a terminal only. */
function coloured(stream: WriteStream, env: NodeJS.ProcessEnv): boolean {
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && stream.hasColors();
}
