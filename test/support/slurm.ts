import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { eventually } from './processes.ts';

/** Settings of slurm.conf that tests vary. */
export interface SlurmOptions {
  /** Seconds for which the controller remembers an ended job. */
  readonly minJobAge?: number;
}

/** Why no Slurm can be run here; `undefined` when one can. */
export function slurmMissing(): string | undefined {
  for (const program of ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol'])
    if (!has(program)) return `no ${program}: install the packages slurmctld, slurmd, slurm-client and munge`;
  if (ownAddress() === undefined)
    return `the host name ${shortName()} does not resolve: add it to /etc/hosts`;
  if (!existsSync('/proc/self/stat')) return 'no /proc';
  return undefined;
}

/**
 * A Slurm of its own on this machine: munged, slurmctld and one slurmd, as the current user, without cgroups
 * and accounting. Everything is in one directory below the temporary files.
 */
export class SlurmCluster {
  readonly name: string;
  readonly root: string;
  /** For SLURM_CONF. */
  readonly conf: string;
  readonly #daemons = new Map<Daemon, number>();

  private constructor(name: string, root: string) {
    this.name = name;
    this.root = root;
    this.conf = join(root, 'slurm.conf');
  }

  /** Starts a cluster and waits until its node takes jobs. */
  static async start(name: string, options: SlurmOptions = {}): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(name, realpathSync(mkdtempSync(join(tmpdir(), `packwright-slurm-`))));
    try {
      await cluster.#configure(options);
      for (const daemon of ['munged', 'slurmctld', 'slurmd'] as const) await cluster.startDaemon(daemon);
      await cluster.ready();
      return cluster;
    } catch (error) {
      const log = cluster.log;
      await cluster.dispose();
      throw new Error(`${error}\n${log}`);
    }
  }

  /** The ends of what the daemons said, for messages of failing tests. */
  get log(): string {
    const tail = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').slice(-1500) : '');
    return ['munged.out', 'slurmctld.out', 'slurmd.out'].map(file => tail(join(this.root, file))).join('\n');
  }

  /** Runs one of Slurm's own commands. */
  ask(program: string, ...args: readonly string[]): string {
    return execFileSync(program, args, {
      env: { ...process.env, PATH: SEARCH, SLURM_CONF: this.conf },
      encoding: 'utf8',
      timeout: 20_000,
    });
  }

  /** Waits until the node is idle or at work. */
  async ready(): Promise<void> {
    await eventually(
      `the node of ${this.name}`,
      () => {
        const { stdout } = spawnSync('sinfo', ['-h', '-N', '-o', '%t'], {
          env: { ...process.env, PATH: SEARCH, SLURM_CONF: this.conf },
          encoding: 'utf8',
          timeout: 3000,
        });
        return /^(idle|mix|alloc)$/.test(stdout.trim());
      },
      30_000,
    );
  }

  /** Puts the node into service again, unless Slurm does so by itself, which makes the command fail. */
  async resume(node: string): Promise<void> {
    const env = { ...process.env, PATH: SEARCH, SLURM_CONF: this.conf };
    spawnSync('scontrol', ['update', `NodeName=${node}`, 'State=RESUME'], { env, timeout: 10_000 });
    await this.ready();
  }

  async startDaemon(daemon: Daemon): Promise<void> {
    const [program, ...args] = [...DIES_WITH_US, ...this.#argv(daemon)];
    const out = openSync(join(this.root, `${daemon}.out`), 'a');
    const env = { ...process.env, PATH: SEARCH, SLURM_CONF: this.conf };
    const child = spawn(program!, args, { stdio: ['ignore', out, out], env, cwd: this.root, detached: true });
    closeSync(out);
    child.unref();
    if (child.pid === undefined) throw new Error(`${daemon} did not start`);
    this.#daemons.set(daemon, child.pid);
    if (daemon === 'munged') await eventually('munged', () => existsSync(join(this.root, 'munge', 'socket')));
  }

  /** Ends a daemon, politely or as a power cut does; jobs of a killed node die with it. */
  async stopDaemon(daemon: Daemon, how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const pid = this.#daemons.get(daemon);
    if (pid === undefined) return;
    this.#daemons.delete(daemon);
    signal(pid, how);
    await eventually(`${daemon} to end`, () => !lives(pid));
  }

  /** Ends everything and removes all files. */
  async dispose(): Promise<void> {
    // All at once, so that none is left when one of them takes its time.
    const daemons = [...this.#daemons.values()];
    this.#daemons.clear();
    for (const pid of [...daemons, ...this.stepDaemons()]) signal(pid, 'SIGKILL');
    await eventually('the daemons to end', () => !daemons.some(lives));
    for (const pid of this.stepDaemons()) signal(pid, 'SIGKILL');
    await eventually('the steps to end', () => this.stepDaemons().length === 0);
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  /** The processes that look after running jobs, one for each. */
  stepDaemons(): readonly number[] {
    const { stdout } = spawnSync('ps', ['-e', '-o', 'pid=', '-o', 'stat=', '-o', 'args='], {
      encoding: 'utf8',
    });
    return stdout.split('\n').flatMap(line => {
      const [, pid, stat, args] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      if (pid === undefined || stat!.startsWith('Z') || !/slurmstepd/.test(args!)) return [];
      return environment(pid).includes(this.conf) || args!.includes(this.root) ? [Number(pid)] : [];
    });
  }

  async #configure({ minJobAge = 300 }: SlurmOptions): Promise<void> {
    const [controller, node] = await freePorts();
    for (const directory of ['munge', 'munge/key', 'ctld', 'run']) mkdirSync(join(this.root, directory));
    execFileSync('chmod', ['755', this.root, join(this.root, 'munge')]);
    execFileSync('chmod', ['700', join(this.root, 'munge/key')]);
    writeFileSync(join(this.root, 'munge/key/munge.key'), randomBytes(128), { mode: 0o600 });
    // slurmd loads a cgroup plug-in even when nothing uses it, and this one asks for nothing.
    writeFileSync(join(this.root, 'cgroup.conf'), 'CgroupPlugin=cgroup/v1\n');
    writeFileSync(this.conf, this.#settings(controller!, node!, minJobAge));
  }

  #settings(controller: number, node: number, minJobAge: number): string {
    const [root, user, host, address] = [this.root, userInfo().username, shortName(), ownAddress()];
    return `${[
      `ClusterName=${this.name}`,
      `SlurmctldHost=${host}(${address})`,
      `SlurmctldPort=${controller}`,
      `SlurmUser=${user}`,
      `SlurmdUser=${user}`,
      'AuthType=auth/munge',
      `AuthInfo=socket=${join(root, 'munge/socket')}`,
      // Binds the address that the host name resolves to, so the daemons must be looked for there.
      'CommunicationParameters=NoInAddrAny,NoCtldInAddrAny',
      `StateSaveLocation=${join(root, 'ctld')}`,
      `SlurmdSpoolDir=${join(root, 'node')}`,
      `SlurmctldPidFile=${join(root, 'run/slurmctld.pid')}`,
      `SlurmdPidFile=${join(root, 'run/slurmd.pid')}`,
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'MpiDefault=none',
      'SwitchType=switch/none',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_CPU',
      'JobAcctGatherType=jobacct_gather/none',
      'AccountingStorageType=accounting_storage/none',
      'JobCompType=jobcomp/none',
      `MinJobAge=${minJobAge}`,
      'ReturnToService=2',
      'SlurmdTimeout=15',
      'SlurmctldTimeout=15',
      'MessageTimeout=3',
      'TCPTimeout=2',
      'KillWait=5',
      'InactiveLimit=0',
      'Waittime=0',
      // The node has as many CPUs as we say, on any machine.
      'SlurmdParameters=config_overrides',
      'SchedulerParameters=batch_sched_delay=0,sched_min_interval=0',
      'PropagateResourceLimits=NONE',
      `NodeName=${this.name}n1 NodeHostname=${host} NodeAddr=${address} Port=${node} CPUs=4 State=UNKNOWN`,
      `PartitionName=main Nodes=${this.name}n1 Default=YES MaxTime=60 DefaultTime=10 State=UP`,
    ].join('\n')}\n`;
  }

  #argv(daemon: Daemon): readonly string[] {
    const munge = join(this.root, 'munge');
    if (daemon === 'slurmctld') return ['slurmctld', '-D', '-f', this.conf];
    if (daemon === 'slurmd') return ['slurmd', '-D', '-N', `${this.name}n1`, '-f', this.conf];
    return [
      'munged',
      '--foreground',
      '--force',
      '--num-threads=2',
      `--socket=${join(munge, 'socket')}`,
      `--key-file=${join(munge, 'key/munge.key')}`,
      `--pid-file=${join(munge, 'key/munged.pid')}`,
      `--log-file=${join(munge, 'key/munged.log')}`,
      `--seed-file=${join(munge, 'key/munged.seed')}`,
    ];
  }
}

/** What a cluster is made of. */
export type Daemon = 'munged' | 'slurmctld' | 'slurmd';

/** Daemons are where only root's PATH leads. */
const SEARCH = `${process.env.PATH}:/usr/sbin:/sbin`;

const has = (program: string): boolean =>
  spawnSync('sh', ['-c', 'PATH=$2; command -v "$1"', 'sh', program, SEARCH]).status === 0;

/** A test process that is killed takes its daemons along, where the system can. */
const DIES_WITH_US: readonly string[] = has('setpriv') ? ['setpriv', '--pdeathsig', 'KILL'] : [];

const shortName = (): string => hostname().split('.')[0]!;

/** The address that this machine's own name stands for, often 127.0.1.1. */
function ownAddress(): string | undefined {
  const { stdout } = spawnSync('getent', ['ahostsv4', shortName()], { encoding: 'utf8' });
  return /^[\d.]+/.exec(stdout)?.[0];
}

async function freePorts(): Promise<readonly number[]> {
  const servers = await Promise.all(
    [1, 2].map(
      () =>
        new Promise<ReturnType<typeof createServer>>(resolve => {
          const server = createServer();
          server.listen(0, '0.0.0.0', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map(server => (server.address() as { port: number }).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It went by itself.
  }
}

function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function environment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
