import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Served, serve } from '../grid/pkgsrc-lab/server.ts';
import { scratchDirectory } from '../host/suite-program.ts';
import { buildPackage, installKit, type Recipe, writeKit, writeSummary } from '../support/pkgsrc/index.ts';
import { processes, signalAll } from '../support/processes.ts';
import { SlurmCluster, slurmMissing } from '../support/slurm.ts';

/** A VO with sites on this machine: areas, a web server with kits and packages, and a state of its own. */
export interface SitesLab {
  /** Variables of the editor's environment: nothing of the person who runs the tests is used. */
  readonly environment: Readonly<Record<string, string>>;
  /** The sites file: `north` (a Slurm, when it is wanted) has pkgsrc, `south` has none yet, `west` is in maintenance. */
  readonly sitesFile: string;
  /** Lets a job go on that installs the package `slow`, which waits for it. */
  release(): void;
  close(): Promise<void>;
}

/** Makes the sites; `slurm`: one of them has a Slurm of its own, where there can be one. */
export async function openSitesLab({ slurm: wanted = false } = {}): Promise<SitesLab> {
  const root = realpathSync(scratchDirectory());
  const slurm = wanted && slurmMissing() === undefined ? await SlurmCluster.start('north') : undefined;
  const web = await serve(root, { listing: false });
  const fifo = join(root, 'go');
  await made(fifo);
  const gate = openSync(fifo, 'r+');
  writeFileSync(join(root, 'vulnerabilities.gz'), gzipSync(vulnerabilities));
  const [north, south, west] = ['north', 'south', 'west'].map(name => placeAt(root, web, name, fifo));
  const file = {
    vo: 'atlas',
    limits: { pollFirst: '1s', pollLast: '1s' },
    defaults: { backend: 'local', spool: join(root, 'spool'), wall: '5m', minimumFree: '1M', lockWait: '0s' },
    vulnerabilities: { url: `${web.url}/vulnerabilities.gz` },
    sites: [
      { ...north, ...(slurm ? { backend: 'slurm', slurm: { conf: slurm.conf } } : {}), packages: ['greet'] },
      south,
      { ...west, maintenance: [{ from: '2020-01-01T00:00Z', to: '2099-01-01T00:00Z', reason: 'cooling' }] },
    ],
  };
  return {
    environment: {
      XDG_STATE_HOME: join(root, 'state'),
      XDG_CACHE_HOME: join(root, 'cache'),
      XDG_CONFIG_HOME: join(root, 'config'),
    },
    sitesFile: `${JSON.stringify(file, undefined, 2)}\n`,
    release: () => void writeSync(gate, 'go\n'),
    close: async () => {
      await web.close();
      await slurm?.dispose();
      closeSync(gate);
      signalAll(
        processes().filter(pid => pid !== process.pid && workingDirectory(pid).startsWith(root)),
        'SIGKILL',
      );
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Values of a site in the sites file. */
function placeAt(root: string, web: Served, name: string, fifo: string): Readonly<Record<string, unknown>> {
  const area = join(root, name);
  const prefix = join(area, 'pkg');
  const place = { prefix, database: join(prefix, 'pkgdb') };
  const repository = join(root, 'repositories', name);
  for (const directory of [area, repository]) mkdirSync(directory, { recursive: true });
  chmodSync(area, 0o2775);
  const kit = writeKit(place, repository);
  if (name === 'north') installKit(place);
  for (const recipe of recipes(fifo)) buildPackage(recipe, repository, prefix);
  writeSummary(repository, { digests: true });
  const url = `${web.url}/repositories/${name}`;
  return { name, area, kit: { url: `${url}/pkgsrc-kit.tar.gz`, sha256: kit.sha256 }, repository: url };
}

function recipes(fifo: string): readonly Recipe[] {
  const program = (version: string): Recipe => ({
    name: 'greet',
    version,
    comment: 'Greets whoever comes',
    depends: ['libgreet>=1.0'],
    entries: [{ path: 'bin/greet', content: `#!/bin/sh\necho hello ${version}\n`, mode: 0o755 }],
  });
  return [
    program('1.0'),
    program('1.1'),
    {
      name: 'libgreet',
      version: '1.2',
      comment: 'The library of greetings',
      entries: [{ path: 'lib/libgreet.so.1', content: 'library\n' }],
    },
    {
      name: 'slow',
      version: '1.0',
      comment: 'Takes its time',
      entries: [
        { path: 'share/slow/one', content: 'one\n' },
        { command: `exec read go < ${fifo}` },
        { path: 'share/slow/two', content: 'two\n' },
      ],
    },
  ];
}

const vulnerabilities =
  '#FORMAT 1.1.0\ngreet<1.1 remote-code-execution https://example.org/adv/GREET-2026-1\n';

async function made(fifo: string): Promise<void> {
  await new Promise((resolve, reject) => spawn('mkfifo', [fifo]).once('exit', resolve).once('error', reject));
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
