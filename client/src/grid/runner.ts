import { tmpdir, userInfo } from 'node:os';
import { HERE, type HostLimits, hostLimits, type Limits } from './host-limits.ts';
import { localFailure } from './local-failure.ts';
import type { Answer, Command, Run } from './model.ts';
import { plainText } from './plain-text.ts';
import { runProcess } from './runner-process.ts';
import { canBound, runScript, type ScriptPlace } from './runner-script.ts';
import { SshConnections } from './runner-ssh.ts';
import { hostFault } from './ssh.ts';
import { sshDirectoryPath } from './ssh-directory.ts';

/** Carries out commands; the only place where the grid starts programs. */
export interface Runner {
  readonly run: Run;
  readonly runProgram: RunProgram;
  readonly counts: CommandCounts;
  /** Stops what runs, ends the shared connections, and removes their files. */
  dispose(): Promise<void>;
}

/**
 * Runs a program of this machine without a shell; its output is thrown away. `undefined`: it ended with
 * exit code 0; otherwise how it failed, in a few words. Never throws.
 */
export type RunProgram = (
  argv: readonly string[],
  seconds: number,
  signal: AbortSignal,
) => Promise<string | undefined>;

/** How many commands were begun. */
export interface CommandCounts {
  readonly all: number;
  /** Destination -> commands; those of this machine count for `''`. */
  readonly byHost: ReadonlyMap<string, number>;
}

/** What a runner is made of. */
export interface RunnerOptions {
  /** Environment of the programs; its `PATH` finds `ssh` and `sh`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limits?: Limits;
  /** For shared connections, ours alone; absent: below `XDG_RUNTIME_DIR`, or among the temporary files. */
  readonly directory?: string;
  /** Called at each of `RUNNER_FAULT_POINTS`; a test may end the process there, but not throw. */
  readonly fault?: (point: RunnerFaultPoint) => void;
}

/** The steps of each command. */
export const RUNNER_FAULT_POINTS = [
  'runner:before-spawn',
  'runner:after-spawn',
  'runner:after-stdin',
  'runner:after-answer',
] as const;

/** One of `RUNNER_FAULT_POINTS`. */
export type RunnerFaultPoint = (typeof RUNNER_FAULT_POINTS)[number];

/** A runner with shared connections of its own; whoever makes one disposes of it. */
export function createRunner(options: RunnerOptions): Runner {
  return new ProcessRunner(options);
}

/** The front end of a batch system is shared with its users, and few servers allow ten sessions a connection. */
const LIMITS: Limits = { commands: 16, commandsPerHost: 4 };

/** More output of a program that nobody reads. */
const LARGEST_CHATTER = 1024 * 1024;

/** Runners of this process so far: each names its files by its number. */
let runners = 0;

class ProcessRunner implements Runner {
  readonly #fault: NonNullable<RunnerOptions['fault']>;
  readonly #env: RunnerOptions['env'];
  readonly #limits: HostLimits;
  readonly #connections: SshConnections;
  readonly #disposed = new AbortController();
  readonly #byHost = new Map<string, number>();
  readonly #running = new Set<Promise<Answer>>();
  #bounded: Promise<boolean> | undefined;

  constructor(options: RunnerOptions) {
    this.#fault = options.fault ?? (() => undefined);
    // Messages are read; and nobody is there who could answer a question.
    this.#env = { ...options.env, LC_ALL: 'C', SSH_ASKPASS_REQUIRE: 'never' };
    this.#limits = hostLimits(options.limits ?? LIMITS);
    const user = String(process.getuid?.() ?? userInfo().username);
    this.#connections = new SshConnections(
      options.directory ?? sshDirectoryPath(options.env, tmpdir(), user),
      `${process.pid}-${runners++}`,
    );
  }

  get counts(): CommandCounts {
    const all = [...this.#byHost.values()].reduce((sum, count) => sum + count, 0);
    return { all, byHost: this.#byHost };
  }

  readonly run = async (command: Command, signal: AbortSignal): Promise<Answer> => {
    const { host } = command;
    const fault = host && hostFault(host);
    if (fault) return { kind: 'denied', reason: fault };
    const key = host ? `${host.destination}\0${host.config ?? ''}` : HERE;
    const either = AbortSignal.any([signal, this.#disposed.signal]);
    const running = this.#limits.take(key, either, () => this.#carryOut(command, either));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      this.#fault('runner:after-answer');
    }
  };

  readonly runProgram: RunProgram = async (argv, seconds, signal) => {
    const [program, ...args] = argv;
    if (!program) return 'there is no command';
    const end = await runProcess(
      {
        argv: [program, ...args],
        env: this.#env,
        stdin: '',
        seconds,
        maxBytes: LARGEST_CHATTER,
        output: () => false,
      },
      AbortSignal.any([signal, this.#disposed.signal]),
    );
    if (end.notStarted) return `${plainText(program, 100)} cannot be started (${plainText(end.notStarted)})`;
    if (end.stopped === 'time-out') return `no answer within ${seconds} s`;
    if (end.stopped) return 'it was stopped';
    return end.exit === 0 ? undefined : `exit code ${end.exit ?? 'of a signal'}`;
  };

  async dispose(): Promise<void> {
    this.#disposed.abort();
    await Promise.all(this.#running);
    await this.#connections.end(this.#env);
  }

  async #carryOut(command: Command, signal: AbortSignal): Promise<Answer> {
    const { host } = command;
    const name = host?.destination ?? HERE;
    this.#byHost.set(name, (this.#byHost.get(name) ?? 0) + 1);
    this.#bounded ??= canBound(this.#env, this.#disposed.signal);
    const place: ScriptPlace = {
      env: this.#env,
      bounded: await this.#bounded,
      step: point => this.#fault(`runner:${point}`),
    };
    this.#fault('runner:before-spawn');
    if (host) return this.#connections.run(host, command, place, signal);
    const end = await runScript(['sh', '-s'], command, place, signal);
    return end.answer ?? localFailure(end, command);
  }
}
