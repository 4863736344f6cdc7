import { mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Served, serve } from '../grid/pkgsrc-lab/server.ts';
import { freePort } from '../support/ports.ts';
import { commandLine, eventually, processes, signalAll } from '../support/processes.ts';
import { SlurmCluster } from '../support/slurm.ts';
import { SshLab } from '../support/sshd.ts';
import { Vo } from './vo.ts';

/**
 * The machine as a small grid: sshds `alpha` and `beta`, the Slurm clusters `north` and `south`, a host `dead` on
 * whose port nobody listens, and a web server for kits, packages and lists.
 */
export class Lab {
  /** Everything that tests and their jobs write is below. */
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'packwright-grid-')));
  ssh!: SshLab;
  north!: SlurmCluster;
  south!: SlurmCluster;
  web!: Served;
  #vos = 0;

  static async start(): Promise<Lab> {
    const lab = new Lab();
    const parts = await Promise.allSettled([
      SshLab.start(['alpha', 'beta']).then(ssh => {
        lab.ssh = ssh;
      }),
      SlurmCluster.start('north').then(cluster => {
        lab.north = cluster;
      }),
      SlurmCluster.start('south').then(cluster => {
        lab.south = cluster;
      }),
      serve(lab.root, { listing: false }).then(web => {
        lab.web = web;
      }),
    ]);
    const failed = parts.find(part => part.status === 'rejected');
    if (failed) {
      await lab.dispose();
      throw failed.reason;
    }
    lab.ssh.addHost('dead', [`Port ${await freePort()}`]);
    return lab;
  }

  /** A VO of its own: a sites file, a state, and areas at its sites. */
  vo(): Vo {
    this.#vos++;
    return new Vo(this, join(this.root, `vo${this.#vos}`));
  }

  /** Processes that tests left behind: they work below the lab, or name something of it. */
  leftovers(): readonly number[] {
    return processes().filter(
      pid =>
        pid !== process.pid &&
        (worksIn(pid, this.root) || environment(pid).includes(`PACKWRIGHT_LAB=${this.root}`)),
    );
  }

  /** Processes that work for one VO, whatever others do meanwhile. */
  workersOf({ directory }: Vo): readonly number[] {
    return processes().filter(pid => pid !== process.pid && worksIn(pid, `${directory}/`));
  }

  /** Ends everything and removes all files. */
  async dispose(): Promise<void> {
    await eventually('what jobs left to end', () => {
      const left = this.leftovers();
      signalAll(left, 'SIGKILL');
      return left.length === 0;
    });
    await Promise.all([this.ssh, this.north, this.south].map(part => part?.dispose()));
    await this.web?.close();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

function worksIn(pid: number, place: string): boolean {
  return workingDirectory(pid).startsWith(place) || commandLine(pid).some(word => word.includes(place));
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function environment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
