import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** What became of one run of the built program. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** The built program at work in a directory. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** As `kill -9`; what it started goes on. */
  kill(): void;
}

const program = resolve('out/cli.cjs');

/** Starts `packwright sites …` on the sites file and the state of a directory. `fault`: dies there by itself. */
export function start(directory: string, argv: readonly string[], fault?: string): Running {
  const child: ChildProcess = spawn(process.execPath, [program, 'sites', ...argv, '--state', 'state'], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, ...(fault ? { PACKWRIGHT_FAULT: fault } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text.out += part;
  });
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text.err += part;
  });
  return {
    ended: new Promise(done => {
      child.once('exit', (code, signal) => {
        // What it started may hold the pipes open for as long as it likes.
        setImmediate(() => done({ code, signal, ...text }));
      });
    }),
    kill: () => void child.kill('SIGKILL'),
  };
}
