import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Answer,
  Command,
  Job,
  JobBackend,
  Placed,
  Sighting,
  Site,
  Submission,
} from '../../client/src/grid/model.ts';
import { createRunner, type Runner } from '../../client/src/grid/runner.ts';
import { eventually } from './processes.ts';

/** What a spool host of a test has and lacks. */
export interface HostOptions {
  readonly backend: JobBackend;
  readonly site?: Partial<Site>;
  /** Name of the spool's directory; absent: one that a shell would take apart. */
  readonly spool?: string;
  /** Program that is `sh` there; absent: the system's. */
  readonly shell?: string;
  /** Programs that it does not have. */
  readonly without?: readonly string[];
  /** It has no /proc. */
  readonly noProc?: boolean;
  /** Name -> shell text of programs of its own, which come before the system's. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A submit host of a test: a spool directory of its own, reached through the real runner. */
export class SpoolHost {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'packwright-spool-')));
  readonly site: Site;
  readonly #options: HostOptions;
  readonly #runner: Runner;
  readonly #backend: JobBackend;
  #marks = 0;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#backend = options.backend;
    this.site = {
      ...SITE,
      backend: options.backend.name,
      spool: join(this.root, options.spool ?? "sp o'ol"),
      ...options.site,
    };
    const path = this.#programs();
    const env = { HOME: this.root, PATH: path, ...options.env };
    this.#runner = createRunner({ env, directory: join(this.root, 'ssh') });
  }

  /** Where the files of a job are. */
  file(id: string, name: string): string {
    return join(this.site.spool!, id, name);
  }

  /** A file of a job, empty when it is not there. */
  text(id: string, name: string): string {
    return this.has(id, name) ? readFileSync(this.file(id, name), 'utf8') : '';
  }

  /** Whether a file of a job is there. */
  has(id: string, name: string): boolean {
    return existsSync(this.file(id, name));
  }

  /** Lines of a file beside the spool; none when it is not there. */
  lines(name: string): readonly string[] {
    const path = join(this.root, name);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  }

  /** `change` alters the script first, to put a kill into it for instance. */
  async submit(job: Job, change = (script: string) => script): Promise<Submission> {
    return this.#backend.submissionIn(
      await this.run(this.#backend.submit(job, this.site, this.mark()), change),
    );
  }

  async find(job: Job): Promise<Submission> {
    return this.#backend.submissionIn(await this.run(this.#backend.find(job, this.site, this.mark())));
  }

  async poll(...jobs: readonly Placed[]): Promise<readonly (Sighting | undefined)[]> {
    const answer = await this.run(this.#backend.poll(jobs, this.site, this.mark()));
    const sightings = this.#backend.sightingsIn(answer);
    return jobs.map(job => sightings.get(job.id));
  }

  async fetch(job: Placed) {
    return this.#backend.outputIn(await this.run(this.#backend.fetch(job, this.site, this.mark())));
  }

  cancel(job: Placed): Promise<Answer> {
    return this.run(this.#backend.cancel(job, this.site, this.mark()));
  }

  purge(...jobs: readonly Placed[]): Promise<Answer> {
    return this.run(this.#backend.purge(jobs, this.site, this.mark()));
  }

  /** Polls until the job is in this state. */
  async until(state: Sighting['state'], job: Placed, seconds = 15): Promise<Sighting> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const [seen] = await this.poll(job);
      if (seen?.state === state) return seen;
      if (performance.now() > deadline) throw new Error(`not ${state}: ${JSON.stringify(seen)}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  mark(): string {
    this.#marks++;
    return `m${String(this.#marks).padStart(15, '0')}`;
  }

  run(command: Command, change = (script: string) => script): Promise<Answer> {
    let script = change(command.script);
    if (this.#options.noProc) script = script.replaceAll('\nproc=/proc\n', '\nproc=/nonexistent\n');
    if (this.#options.without || this.#options.shell)
      script = script.replaceAll('\nPATH=$PATH:/usr/bin:/bin:/usr/sbin:/sbin\n', '\n');
    return this.#runner.run({ ...command, script }, new AbortController().signal);
  }

  /** Kills whatever runs with a directory of this host as its own. */
  async killAll(): Promise<void> {
    await eventually('its processes to be gone', () => {
      const left = processesIn(this.root).filter(pid => pid !== process.pid);
      for (const pid of left) kill(pid);
      return left.length === 0;
    });
  }

  /** Ends what the jobs left and removes all files. */
  async dispose(): Promise<void> {
    await this.#runner.dispose();
    await this.killAll();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  #programs(): string {
    const { shell, without, programs } = this.#options;
    const own = join(this.root, 'own');
    mkdirSync(own);
    for (const [name, text] of Object.entries(programs ?? {})) {
      writeFileSync(join(own, name), text);
      chmodSync(join(own, name), 0o755);
    }
    if (!shell && !without) return `${own}:${process.env.PATH}`;
    const bin = join(this.root, 'bin');
    mkdirSync(bin);
    const left = new Set(['sh', ...(without ?? [])]);
    for (const directory of ['/usr/bin', '/bin']) {
      for (const name of readdirSync(directory)) {
        if (left.has(name)) continue;
        left.add(name);
        symlinkSync(join(directory, name), join(bin, name));
      }
    }
    symlinkSync(programPath(shell ?? 'sh'), join(bin, 'sh'));
    return `${own}:${bin}`;
  }
}

/** A job whose script is this text. */
export function spoolJob(script: string, more: Partial<Job> = {}): Job {
  jobs++;
  return {
    id: jobs.toString(16).padStart(32, '0'),
    name: 'packwright-vo-north',
    script,
    wallMinutes: 5,
    ...more,
  };
}

/** True when the process lives; a zombie does not. */
export function lives(pid: number): boolean {
  return /^ *[^ Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout);
}

/** Changes a script so that its shells are killed at the step of this name. */
export const killedAt = (step: string) => (script: string) => {
  if (!script.includes(`: step ${step}\n`)) throw new Error(`no such step: ${step}`);
  return script.replaceAll(`: step ${step}\n`, () => "kill -KILL $$ $(exec sh -c 'echo $PPID')\n");
};

/** Whether a program is there, and where. */
export function programPath(name: string): string {
  return execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).trim();
}

let jobs = 0;

const SITE: Site = {
  name: 'north',
  vo: 'vo',
  backend: 'local',
  packages: [],
  maintenance: [],
  tags: [],
  credentials: [],
  wallMinutes: 5,
  minimumFreeMiB: 0,
  lockWaitSeconds: 0,
};

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

/** Processes whose working directory is below this directory. */
function processesIn(directory: string): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && cwdOf(name).startsWith(directory))
    .map(Number);
}

function cwdOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
