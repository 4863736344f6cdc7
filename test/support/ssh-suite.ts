import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, SshHost } from '../../client/src/grid/model.ts';
import { createRunner, type Runner, type RunnerOptions } from '../../client/src/grid/runner.ts';
import { marked, told } from './marked-script.ts';
import { commandLine, eventually, processes } from './processes.ts';
import { SshLab, type SshSite, sshdMissing } from './sshd.ts';

/** What the tests of an ssh suite work with: a lab with the site `north`, and a new runner for each test. */
export interface SshBench {
  readonly lab: SshLab;
  readonly north: SshSite;
  readonly runner: Runner;
  /** Where the runner has its sockets. */
  readonly files: string;
  /** Takes another runner for the rest of the test. */
  use(options: Partial<RunnerOptions>): Promise<void>;
  /** Runs a script that says its marks, at `north` unless a host is given. */
  run(body: string, options?: Parameters<typeof marked>[1], signal?: AbortSignal): Promise<Answer>;
  /** Another way to `north`, with further words of ssh_config(5). */
  alias(name: string, ...lines: readonly string[]): SshHost;
}

/**
 * Declares a suite with real sshds, or says why it cannot be run. After each test no file and no shared
 * connection of its runner may be left.
 */
export function sshSuite(name: string, define: (bench: SshBench) => void): void {
  const why = sshdMissing();
  if (why) {
    process.stdout.write(`not run: ${name}: ${why}\n`);
    return;
  }
  suite(name, function () {
    this.timeout(60_000);
    const bench = new Bench();
    suiteSetup(() => bench.begin());
    suiteTeardown(() => bench.lab.dispose());
    setup(() => bench.use({}));
    teardown(async () => {
      await bench.runner.dispose();
      assert.deepEqual(existsSync(bench.files) ? readdirSync(bench.files) : [], []);
      await eventually('every shared connection to end', () => sharers(bench.files).length === 0);
    });
    define(bench);
  });
}

/** The reason of an answer that must be of this kind. */
export function reason(answer: Answer, kind: Answer['kind']): string {
  assert.equal(answer.kind, kind, told(answer).join('\n'));
  return 'reason' in answer ? answer.reason : '';
}

/** Processes that hold shared connections whose sockets are in a directory. */
export function sharers(directory: string): readonly number[] {
  return processes().filter(pid => {
    const line = commandLine(pid).join(' ');
    return line.includes(`${directory}/`) && line.includes('[mux]');
  });
}

class Bench implements SshBench {
  lab!: SshLab;
  runner!: Runner;

  async begin(): Promise<void> {
    this.lab = await SshLab.start(['north']);
  }

  get north(): SshSite {
    return this.lab.site('north');
  }

  get files(): string {
    return join(this.lab.root, 'ours');
  }

  async use(options: Partial<RunnerOptions>): Promise<void> {
    await this.runner?.dispose();
    this.runner = createRunner({ env: process.env, directory: this.files, ...options });
  }

  run(body: string, options = {}, signal = new AbortController().signal): Promise<Answer> {
    return this.runner.run(marked(body, { host: this.north.host, ...options }), signal);
  }

  alias(name: string, ...lines: readonly string[]): SshHost {
    return this.lab.addHost(name, [`Port ${this.north.port}`, ...lines]);
  }
}
