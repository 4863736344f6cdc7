import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A program to run, without a shell. */
export interface ProcessPlan {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: string;
  /** It is stopped after. */
  readonly seconds: number;
  /** It is stopped when it printed more, on both outputs together. */
  readonly maxBytes: number;
  /** Takes standard output as it comes; answers true once nothing more is waited for. */
  output(text: string): boolean;
  /** Called at the steps of its life. */
  step?(point: 'after-spawn' | 'after-stdin'): void;
}

/** How a program ended. */
export interface ProcessEnd {
  /** It was not started: the system's word, such as `ENOENT`. */
  readonly notStarted?: string;
  /** Exit code; absent where a signal ended it. */
  readonly exit?: number;
  /** Why we stopped it, if we did. */
  readonly stopped?: 'time-out' | 'aborted' | 'too-much';
  /** The first of what it printed there. */
  readonly stderr: string;
}

/**
 * Runs a program in a process group of its own and answers when it, and where we stopped it its whole
 * group, is gone. Never throws.
 */
export function runProcess(plan: ProcessPlan, signal: AbortSignal): Promise<ProcessEnd> {
  if (signal.aborted) return Promise.resolve({ stopped: 'aborted', stderr: '' });
  const [program, ...args] = plan.argv;
  try {
    const child = spawn(program, args, {
      env: plan.env as NodeJS.ProcessEnv,
      stdio: 'pipe',
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    return new Promise(resolve => new Running(child, plan, signal, resolve));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return Promise.resolve({ notStarted: code ?? message, stderr: '' });
  }
}

/** Characters of standard error that are kept. */
const LARGEST_STDERR = 16 * 1024;
/** Milliseconds from TERM to KILL; a tenth of it for what is left when the program itself has gone. */
const GRACE = 2000;
/** Milliseconds for which a dead program's outputs, which others may hold open, are still read. */
const DRAIN = 500;
/** Milliseconds that a program has for ending after it has said all that was to be said. */
const FAREWELL = 1000;

class Running {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #resolve: (end: ProcessEnd) => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #stopped: ProcessEnd['stopped'];
  #stopping = false;
  #saidAll = false;
  #exit: number | undefined;
  #exited = false;
  #stderr = '';
  #bytes = 0;

  constructor(
    child: ChildProcess,
    plan: ProcessPlan,
    signal: AbortSignal,
    resolve: (end: ProcessEnd) => void,
  ) {
    this.#child = child;
    this.#signal = signal;
    this.#resolve = resolve;
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) this.#finish({ notStarted: error.code ?? error.message });
    });
    if (child.pid === undefined) return;
    plan.step?.('after-spawn');
    signal.addEventListener('abort', this.#abort);
    this.#after(plan.seconds * 1000, () => this.#stop('time-out'));
    this.#read(child.stdout!, plan.maxBytes, text => {
      if (plan.output(text)) this.#nothingMore();
    });
    this.#read(child.stderr!, plan.maxBytes, text => {
      this.#stderr += text.slice(0, LARGEST_STDERR - this.#stderr.length);
    });
    child.once('exit', code => this.#ended(code));
    child.once('close', () => {
      if (!this.#stopping) this.#finish({});
    });
    this.#give(plan);
  }

  readonly #abort = () => this.#stop('aborted');

  /** A program that does not read to the end has its reasons: its answer counts. */
  #give(plan: ProcessPlan): void {
    const stdin = this.#child.stdin!;
    stdin.on('error', () => undefined);
    stdin.end(plan.stdin, () => plan.step?.('after-stdin'));
  }

  #read(stream: Readable, maxBytes: number, take: (text: string) => void): void {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      if (this.#bytes > maxBytes) return;
      this.#bytes += chunk.length;
      if (this.#bytes > maxBytes) this.#stop('too-much');
      else take(decoder.decode(chunk, { stream: true }));
    });
    stream.once('end', () => take(decoder.decode()));
  }

  #nothingMore(): void {
    if (this.#saidAll) return;
    this.#saidAll = true;
    // Something at the site holds the connection open; the answer is complete.
    this.#after(FAREWELL, () => this.#stop(undefined));
  }

  #ended(code: number | null): void {
    this.#exited = true;
    this.#exit = code ?? undefined;
    if (!this.#stopping) this.#after(this.#saidAll ? DRAIN / 5 : DRAIN, () => this.#finish({}));
  }

  #stop(why: ProcessEnd['stopped']): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#stopped = why;
    this.#kill('SIGTERM');
    const since = performance.now();
    let exitedAt = Number.POSITIVE_INFINITY;
    let killed = false;
    const watch = setInterval(() => {
      const now = performance.now();
      if (this.#exited) exitedAt = Math.min(exitedAt, now);
      if (!killed && (now - since > GRACE || now - exitedAt > GRACE / 10)) {
        killed = true;
        this.#kill('SIGKILL');
      }
      // What KILL does not end at once, such as a zombie whose parent sleeps, is not waited for.
      const gone = this.#exited && (killed || !this.#kill(0));
      if (gone || now - since > GRACE + DRAIN) {
        clearInterval(watch);
        this.#finish({});
      }
    }, 20);
  }

  /** True when there was something to signal. */
  #kill(signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
    if (process.platform === 'win32') return !this.#exited && this.#child.kill(signal);
    try {
      return process.kill(-this.#child.pid!, signal);
    } catch {
      return false;
    }
  }

  #after(milliseconds: number, act: () => void): void {
    this.#timers.push(setTimeout(act, milliseconds));
  }

  #finish(how: Pick<ProcessEnd, 'notStarted'>): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#signal.removeEventListener('abort', this.#abort);
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream?.destroy();
    // Where it could not be ended it must not keep us.
    this.#child.unref();
    this.#resolve({
      ...how,
      ...(this.#exit !== undefined && { exit: this.#exit }),
      ...(this.#stopped && { stopped: this.#stopped }),
      stderr: this.#stderr,
    });
  }
}
