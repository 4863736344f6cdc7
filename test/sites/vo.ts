import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import type { SiteStatus, StatusReport } from '../../client/src/report/status-report.ts';
import { buildPackage, checkout, type Recipe, writeKit, writeSummary } from '../support/pkgsrc/index.ts';
import { eventually } from '../support/processes.ts';
import type { Lab } from './lab.ts';

/** What one run of the built program said. */
export interface Said {
  /** Absent where a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Said>;
  /** What it said until now, on standard output and standard error. */
  readonly said: () => string;
}

/** A site of a test. */
export interface Place {
  readonly name: string;
  readonly area: string;
  readonly prefix: string;
  /** Directory of its packages; `offer` changes what is in it. */
  readonly repository: string;
  /** Puts packages into its repository. */
  offer(...recipes: readonly Recipe[]): void;
}

/** Values of a site in the sites file. */
export type SiteValues = Readonly<Record<string, unknown>>;

/** A VO and its manager: a sites file, a state of its own, a home, and areas with repositories at its sites. */
export class Vo {
  /** Of the VO: batch systems see it in the names of jobs. */
  readonly name: string;
  readonly directory: string;
  /** What was run and what it said, for messages of failing tests. */
  readonly transcript: string[] = [];
  readonly #lab: Lab;
  readonly #sites = new Map<string, SiteValues>();
  #more: SiteValues = {};

  constructor(lab: Lab, directory: string) {
    this.name = basename(directory);
    this.#lab = lab;
    this.directory = directory;
    for (const name of ['home', 'spool', 'tmp']) mkdirSync(join(directory, name), { recursive: true });
  }

  /** Adds a site to the sites file, with an empty area, a kit and an empty repository. */
  site(name: string, values: SiteValues = {}): Place {
    const area = join(this.directory, 'areas', name);
    const prefix = join(area, 'pkg');
    const repository = join(this.directory, 'repositories', name);
    for (const directory of [area, repository]) mkdirSync(directory, { recursive: true });
    chmodSync(area, 0o2775);
    const kit = writeKit({ prefix, database: join(prefix, 'pkgdb') }, repository);
    this.#sites.set(name, {
      name,
      area,
      kit: { url: this.url(`repositories/${name}/pkgsrc-kit.tar.gz`), sha256: kit.sha256 },
      repository: this.url(`repositories/${name}`),
      ...values,
    });
    this.write();
    const place = {
      name,
      area,
      prefix,
      repository,
      offer: (...recipes: readonly Recipe[]) => {
        for (const recipe of recipes) buildPackage(recipe, repository, prefix);
        writeSummary(repository, { digests: true });
      },
    };
    place.offer();
    return place;
  }

  /** Changes values of a site; `undefined` takes one away. */
  change(name: string, values: SiteValues): void {
    this.#sites.set(name, { ...this.#sites.get(name), ...values });
    this.write();
  }

  /** Sets keys of the sites file beside its sites. */
  set(values: SiteValues): void {
    this.#more = { ...this.#more, ...values };
    this.write();
  }

  /** Address of a file below the directory of this VO. */
  url(path: string): string {
    return `${this.#lab.web.url}/${this.directory.slice(this.#lab.root.length + 1)}/${path}`;
  }

  path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  /** The sites file; JSON is YAML. */
  write(): void {
    const file = {
      vo: this.name,
      limits: { pollFirst: '1s', pollLast: '2s', commandTime: '20s' },
      defaults: {
        spool: this.path('spool'),
        sshConfig: this.#lab.ssh.config,
        wall: '5m',
        minimumFree: '1M',
        lockWait: '0s',
      },
      ...this.#more,
      sites: [...this.#sites.values()],
    };
    writeFileSync(this.path('sites.yaml'), `${JSON.stringify(file, undefined, 2)}\n`);
  }

  /** Runs `packwright sites …` to its end. */
  run(...argv: readonly string[]): Promise<Said> {
    return this.start(argv).ended;
  }

  /** Starts `packwright sites …`, through a command that runs its arguments when one is given. */
  start(
    argv: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    through: readonly string[] = [],
  ): Running {
    const [command = '', ...rest] = [...through, process.execPath, program, 'sites', ...argv];
    const child = spawn(command, rest, {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: this.path('home'),
        TMPDIR: this.path('tmp'),
        PACKWRIGHT_LAB: this.#lab.root,
        ...environment,
      },
    });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', text => {
      said.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      said.err += text;
    });
    const hung = setTimeout(() => child.kill('SIGKILL'), LONGEST);
    const ended = once(child, 'close').then(([code, signal]) => {
      clearTimeout(hung);
      this.transcript.push(
        `$ packwright sites ${argv.join(' ')}\n${said.out}${said.err}(exit code ${code})\n`,
      );
      assert.doesNotMatch(said.err, /unexpected error|\n {4}at /, `${argv.join(' ')}: ${said.err}`);
      assert.notEqual(signal, 'SIGKILL', `hung: ${argv.join(' ')}: ${said.out}${said.err}`);
      return { code: code ?? null, ...said };
    });
    return { process: child, ended, said: () => said.out + said.err };
  }

  /** Runs a command with `--format json`, whose document must be as its schema says. */
  async report(...argv: readonly string[]): Promise<StatusReport & { readonly code: number | null }> {
    const { code, out, err } = await this.run(...argv, '--format', 'json');
    assert.notEqual(out, '', `no document: ${err}`);
    const report = JSON.parse(out);
    assert.ok(isStatus(report), JSON.stringify(isStatus.errors, undefined, 1));
    return { ...(report as StatusReport), code };
  }

  /** What is known of one site. */
  async known(name: string): Promise<SiteStatus> {
    return siteIn(await this.report('status', '--cached'), name);
  }

  /** Waits until a command line, run again and again, says something. */
  async until(says: RegExp, ...argv: readonly string[]): Promise<Said> {
    let last: Said = { code: null, out: '', err: '' };
    await eventually(
      `packwright sites ${argv.join(' ')} to say ${says}`,
      async () => {
        last = await this.run(...argv);
        return says.test(last.out);
      },
      30_000,
    ).catch(error => {
      throw new Error(`${error.message}: ${last.out}${last.err}`);
    });
    return last;
  }
}

/** One site of a report. */
export function siteIn(report: StatusReport, name: string): SiteStatus {
  const site = report.sites.find(each => each.name === name);
  assert.ok(site, `no site ${name}`);
  return site;
}

/** `NAME-VERSION` of what is installed beside what every kit brings. */
export function packagesAt(site: SiteStatus): readonly string[] | undefined {
  return site.packages
    ?.filter(({ name }) => !/^(bmake|bootstrap-mk-files|nawk|pkg_install)$/.test(name))
    .map(({ name, version, automatic }) => `${name}-${version}${automatic ? ' automatic' : ''}`);
}

/** `OUTCOME VERB PACKAGE` of each action of a site's last job. */
export function actionsAt(site: SiteStatus): readonly string[] {
  return (site.job?.actions ?? []).map(({ outcome, verb, package: name }) => `${outcome} ${verb} ${name}`);
}

/** A package that takes as long as the test wants: its installation waits for the gate to open. */
export function slowPackage(gate: string): Recipe {
  return {
    name: 'slow',
    version: '1.0',
    install: `#!/bin/sh
[ "$2" = POST-INSTALL ] || exit 0
: >'${gate}.reached'
until [ -e '${gate}' ]; do sleep 0.1; done
`,
    entries: [{ path: 'share/slow', content: 'slow\n' }],
  };
}

/** A gate for `slowPackage`. */
export function gateOf(vo: Vo, name = 'gate') {
  const path = vo.path(name);
  return {
    path,
    open: () => writeFileSync(path, ''),
    reached: () => eventually('a job to come to the gate', () => existsSync(`${path}.reached`), 30_000),
  };
}

/** The built program. */
export const program = join(checkout, 'out/cli.cjs');

/** No command takes longer, in milliseconds. */
const LONGEST = 90_000;

const isStatus = new Ajv2020({ allErrors: true, validateFormats: false }).compile(
  JSON.parse(readFileSync(join(checkout, 'docs/sites-status.schema.json'), 'utf8')),
);
