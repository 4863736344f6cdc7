import { existsSync, readFileSync, rmSync } from 'node:fs';
import { startFailure } from './local-failure.ts';
import type { Answer, ScriptCommand, SshHost } from './model.ts';
import { plainText, shellWord } from './plain-text.ts';
import { runProcess } from './runner-process.ts';
import { runScript, type ScriptEnd, type ScriptPlace } from './runner-script.ts';
import { type SshFiles, sshArguments, sshConfigArguments, sshExitArguments } from './ssh.ts';
import {
  clearSshDirectory,
  openSshDirectory,
  type SshDirectory,
  sshFiles,
  sweepSshDirectory,
} from './ssh-directory.ts';
import { sshFailure } from './ssh-failure.ts';

/** Scripts at ssh hosts: later calls to a host share the connection of the first. */
export class SshConnections {
  readonly #path: string;
  readonly #prefix: string;
  /** Socket -> host, of connections that may be open. */
  readonly #open = new Map<string, SshHost>();
  /** Sockets of connections that let us wait; what still runs through them is left alone. */
  readonly #stale = new Set<string>();
  /** Host -> the socket that its configuration names. */
  readonly #named = new Map<string, Promise<string | undefined>>();
  #serial = 0;

  /** `prefix` begins the names of the files, which lie in the directory `path`. */
  constructor(path: string, prefix: string) {
    this.#path = path;
    this.#prefix = prefix;
  }

  /** Carries out one script. */
  async run(host: SshHost, command: ScriptCommand, place: ScriptPlace, signal: AbortSignal): Promise<Answer> {
    const directory = this.#directory();
    if (!directory) return this.#notOurs();
    const ours = sshFiles(directory, host, this.#serial++, this.#stale);
    const theirs = await this.#opened(host, place.env, signal);
    const files = theirs ? { log: ours.log, control: theirs, theirs: true } : ours;
    if (files.control && !theirs) this.#open.set(files.control, host);
    try {
      const argv = sshArguments(host, files, command.seconds);
      const end = await runScript(argv, command, place, signal);
      if (end.stopped === 'time-out' && files.control) this.#stale.add(files.control);
      return end.answer ?? failure(host, command, files, end);
    } finally {
      rmSync(files.log, { force: true });
    }
  }

  /** Ends the shared connections and removes their files. */
  async end(env: ScriptPlace['env']): Promise<void> {
    const signal = AbortSignal.timeout(FAREWELL * 1000);
    const live = [...this.#open].filter(([control]) => existsSync(control));
    this.#open.clear();
    await Promise.all(
      live.map(([control, host]) =>
        runProcess(
          {
            argv: sshExitArguments(host, control),
            env,
            stdin: '',
            seconds: FAREWELL,
            maxBytes: 100_000,
            output: () => false,
          },
          signal,
        ),
      ),
    );
    if (this.#serial > 0) clearSshDirectory(this.#path, this.#prefix);
  }

  /**
   * The socket of a connection that the user opened beforehand, as people do where logging in takes a
   * password or a code that only they have.
   */
  async #opened(host: SshHost, env: ScriptPlace['env'], signal: AbortSignal): Promise<string | undefined> {
    const key = `${host.destination}\0${host.config ?? ''}`;
    const asked = this.#named.get(key) ?? namedSocket(host, env, signal);
    this.#named.set(key, asked);
    const path = await asked;
    // Who was stopped has not read it to its end.
    if (signal.aborted) this.#named.delete(key);
    return path !== undefined && !this.#stale.has(path) && existsSync(path) ? path : undefined;
  }

  #directory(): SshDirectory | undefined {
    const directory = openSshDirectory(this.#path, this.#prefix, process.platform);
    if (directory && this.#serial === 0) sweepSshDirectory(directory);
    return directory;
  }

  #notOurs(): Answer {
    const path = shellWord(this.#path);
    return {
      kind: 'denied',
      reason: `${plainText(this.#path)} is no directory that only you may enter, and connections need one: look at it with ls -ld ${path} and make it yours with chmod 700 ${path}, or remove it.`,
    };
  }
}

/** Seconds for ending the connections. */
const FAREWELL = 3;

/** Seconds for reading the configuration, which may run commands of its own (`Match exec`). */
const READING = 10;

async function namedSocket(
  host: SshHost,
  env: ScriptPlace['env'],
  signal: AbortSignal,
): Promise<string | undefined> {
  let text = '';
  await runProcess(
    {
      argv: sshConfigArguments(host),
      env,
      stdin: '',
      seconds: READING,
      maxBytes: LONGEST_LOG,
      output: piece => {
        text += piece;
        return false;
      },
    },
    signal,
  );
  const path = /^controlpath (.+)$/m.exec(text)?.[1];
  return path === 'none' ? undefined : path;
}

/** Characters of ssh's messages that are read. */
const LONGEST_LOG = 200_000;

function failure(host: SshHost, command: ScriptCommand, files: SshFiles, end: ScriptEnd): Answer {
  if (end.notStarted) return startFailure('ssh', end.notStarted);
  const { lines } = end;
  const { kind, reason } = sshFailure(host, {
    ...end,
    seconds: command.seconds,
    maxBytes: command.maxBytes,
    log: logText(files.log),
    begun: lines.begun,
    remote: `${end.stderr}\n${lines.noise}`,
  });
  return kind === 'unsure' ? { kind, reason, lines: lines.lines } : { kind, reason };
}

/** ssh's messages; nothing where it did not come so far as to write any. */
function logText(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, LONGEST_LOG);
  } catch {
    return '';
  }
}
