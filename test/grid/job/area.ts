import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeScript } from '../../../client/src/grid/job/job.ts';
import { readReport } from '../../../client/src/grid/job/result.ts';
import { jobScript } from '../../../client/src/grid/job/script.ts';
import type {
  JobMaterial,
  JobRecord,
  PlannedPackage,
  Request,
  Site,
  SiteReport,
} from '../../../client/src/grid/model.ts';
import { buildPackage, packageName, type Recipe, writeKit } from '../../support/pkgsrc/index.ts';

/** The shells that jobs are run with. */
export const shells = ['dash', 'bash --posix', 'busybox sh'] as const;

/** An area in a directory of its own, with a kit and a directory of packages beside it. */
export interface Area extends Disposable {
  readonly path: string;
  readonly prefix: string;
  readonly database: string;
  /** Where packages are. */
  readonly repository: string;
  /** Where jobs make their scratch directories. */
  readonly scratch: string;
  readonly site: Site;
}

/** An empty area; `recipes` are in its repository. */
export function emptyArea(recipes: readonly Recipe[] = []): Area {
  const root = mkdtempSync(join(tmpdir(), 'packwright-job-test-'));
  const path = join(root, 'atlas');
  const prefix = join(path, 'pkg');
  const repository = join(root, 'repository');
  const scratch = join(root, 'scratch');
  const place = { prefix, database: join(prefix, 'pkgdb') };
  for (const directory of [path, repository, scratch]) mkdirSync(directory);
  chmodSync(path, 0o2775);
  for (const recipe of recipes) buildPackage(recipe, repository, prefix);
  const kit = writeKit(place, root);
  return {
    path,
    prefix,
    repository,
    scratch,
    database: place.database,
    site: {
      name: 'north',
      vo: 'atlas',
      backend: 'local',
      area: path,
      kit: { url: kit.path, sha256: kit.sha256 },
      repository: { url: repository },
      packages: [],
      maintenance: [],
      tags: [],
      credentials: [],
      wallMinutes: 10,
      minimumFreeMiB: 1,
      lockWaitSeconds: 0,
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What a test asks of a site. */
export interface Ask extends Partial<Request> {
  readonly shell?: string;
  readonly plan?: readonly PlannedPackage[];
  readonly material?: Partial<JobMaterial>;
  /** Values of the sites file that are other than the area's own, or absent. */
  readonly site?: { readonly [Key in keyof Site]?: Site[Key] | undefined };
  /** Changes the script before it is run, to hold it up somewhere for instance. */
  readonly change?: (script: string) => string;
  /** Added to the job's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a job said and how it ended. */
export interface Ran {
  readonly report: SiteReport;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
}

/** A job that runs. */
export interface Running {
  readonly id: string;
  readonly process: ChildProcess;
  readonly ended: Promise<Ran>;
  /** What it said until now. */
  readonly said: () => string;
}

/** Runs a job to its end. */
export function runJob(area: Area, ask: Ask): Promise<Ran> {
  return startJob(area, ask).ended;
}

/** Starts a job in a process group of its own. */
export function startJob(area: Area, ask: Ask): Running {
  const { shell = 'dash', plan = [], material, site, environment, change, ...request } = ask;
  const record: JobRecord = {
    site: { ...area.site, ...site } as Site,
    request: { verb: 'probe', packages: [], dryRun: false, ...request },
    id: randomBytes(16).toString('hex'),
    nonce: randomBytes(16).toString('hex'),
    state: 'running',
    reason: '',
    queuedAt: 0,
    since: 0,
    notBefore: 0,
    cancelRequested: false,
    failures: 0,
  };
  const complete = {
    plan,
    newest: [],
    vulnerabilities: { kind: 'none' },
    endedJobs: [],
    ...material,
  } as const;
  const composed = composeScript(record, complete, jobScript);
  if (composed.kind !== 'ready') throw new Error(composed.reason);
  const file = join(area.scratch, `${record.id}.sh`);
  writeFileSync(file, change?.(composed.text) ?? composed.text);
  const [program = '', ...options] = shell.split(' ');
  const child = spawn(program, [...options, file], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', TMPDIR: area.scratch, ...environment },
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', text => {
      said[name] += text;
    });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', exit => resolve({ ...said, exit, report: readReport(said.stdout, record) }));
  });
  return { id: record.id, process: child, ended, said: () => said.stdout };
}

/** A package of a plan, found in the repository under its usual name. */
export function planned(recipe: Recipe, wanted = true, patterns: readonly string[] = []): PlannedPackage {
  const pkgname = packageName(recipe);
  return { pkgname, file: `${pkgname}.tgz`, wanted, patterns };
}

/** One line for each action: verb, package, outcome and code. */
export function actionsOf({ report }: Ran): readonly string[] {
  return report.actions.map(({ verb, package: name, outcome, code }) =>
    [verb, name, outcome, code].filter(part => part !== undefined).join(' '),
  );
}

/** Names and versions of the installed packages that no kit brings. */
export function packagesOf({ report }: Ran): readonly string[] | undefined {
  return report.packages
    ?.filter(({ name }) => !/^(bmake|bootstrap-mk-files|nawk|pkg_install)$/.test(name))
    .map(({ name, version, automatic }) => `${name}-${version}${automatic ? ' automatic' : ''}`);
}

/** What jobs left in the area beside pkgsrc, and in their scratch directories. */
export function leftIn(area: Area): readonly string[] {
  return [
    ...readdirSync(area.path).filter(name => name !== 'pkg'),
    ...readdirSync(area.scratch).filter(name => !name.endsWith('.sh')),
  ];
}

/** Waits for a condition that must come true. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Processes of a job's group that still run. */
export function alive(group: number): readonly string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => groupOf(pid) === group);
}

function groupOf(pid: string): number | undefined {
  const path = `/proc/${pid}/stat`;
  const [state, , group] = readText(path)
    .replace(/^.*\) /s, '')
    .split(' ');
  return state === 'Z' ? undefined : Number(group);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
