import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import type { SshHost } from '../../client/src/grid/model.ts';
import { freePort, listens } from './ports.ts';
import { descendants, eventually, signalAll } from './processes.ts';

/** Why real sshds cannot be run here; `undefined` when they can. */
export function sshdMissing(): string | undefined {
  for (const program of ['sshd', 'ssh', 'ssh-keygen']) {
    if (!programPath(program)) return `no ${program}: install the packages openssh-server and openssh-client`;
  }
  if (!existsSync('/proc/self/stat')) return 'no /proc, where the processes of an sshd are found';
  return undefined;
}

/** Sites on loopback ports, each with an sshd of its own; everyone logs in as the current user. */
export class SshLab {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'packwright-ssh-')));
  /** For `ssh -F`. */
  readonly config = join(this.root, 'ssh_config');
  readonly #sites: SshSite[] = [];
  readonly #extra: string[] = [];

  private constructor() {
    chmodSync(this.root, 0o755);
    keygen(join(this.root, 'key'));
  }

  /** Starts one sshd for each name. */
  static async start(names: readonly string[]): Promise<SshLab> {
    // sshd wants it as root; systems without systemd lack it until the service starts.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const lab = new SshLab();
    for (const name of names) {
      const site = new SshSite(lab, name, await freePort());
      lab.#sites.push(site);
      lab.writeConfig();
      await site.start();
    }
    lab.writeConfig();
    return lab;
  }

  site(name: string): SshSite {
    return this.#sites.find(site => site.name === name)!;
  }

  /** Adds a host to the configuration, in the words of ssh_config(5). */
  addHost(name: string, lines: readonly string[]): SshHost {
    this.#extra.push(`Host ${name}`, ...lines.map(line => `  ${line}`));
    this.writeConfig();
    return { destination: name, config: this.config };
  }

  /** Ends every sshd with its sessions and removes all files. */
  async dispose(): Promise<void> {
    for (const site of this.#sites) await site.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Writes the configuration and the known hosts anew. */
  writeConfig(): void {
    const known = this.#sites.map(site => `[127.0.0.1]:${site.port} ${site.knownKey}\n`);
    writeFileSync(join(this.root, 'known_hosts'), known.join(''));
    const hosts = this.#sites.flatMap(({ name, port }) => [`Host ${name}`, `  Port ${port}`]);
    const common = [
      'Host *',
      '  HostName 127.0.0.1',
      `  User ${userInfo().username}`,
      `  IdentityFile ${join(this.root, 'key')}`,
      '  IdentitiesOnly yes',
      '  IdentityAgent none',
      `  UserKnownHostsFile ${join(this.root, 'known_hosts')}`,
      '  GlobalKnownHostsFile /dev/null',
      '  StrictHostKeyChecking yes',
      '',
    ];
    writeFileSync(this.config, [...hosts, ...this.#extra, ...common].join('\n'));
  }
}

/** One sshd. What is set holds for connections that are made afterwards, once it was restarted. */
export class SshSite {
  readonly name: string;
  readonly port: number;
  /** HOME of its sessions. */
  readonly home: string;
  /** How to reach it. */
  readonly host: SshHost;
  /** The host key in the lab's known hosts: the first one, whatever key the sshd has now. */
  readonly knownKey: string;
  readonly #key: string;
  readonly #directory: string;
  #process: ChildProcess | undefined;
  #options: readonly string[] = [];

  constructor(lab: SshLab, name: string, port: number) {
    this.name = name;
    this.port = port;
    this.host = { destination: name, config: lab.config };
    this.#directory = join(lab.root, name);
    this.home = join(this.#directory, 'home');
    mkdirSync(this.home, { recursive: true });
    keygen(join(this.#directory, 'hostkey'));
    this.#key = readFileSync(join(lab.root, 'key.pub'), 'utf8');
    this.acceptKeys(true);
    this.knownKey = readFileSync(join(this.#directory, 'hostkey.pub'), 'utf8').split(' ', 2).join(' ');
  }

  /** What its sshd said, for messages of failing tests. */
  get log(): string {
    const path = join(this.#directory, 'sshd.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** Number of connections that it has authenticated so far. */
  get logins(): number {
    return this.log.match(/^Accepted publickey/gm)?.length ?? 0;
  }

  async start(): Promise<void> {
    const config = join(this.#directory, 'sshd_config');
    writeFileSync(config, `${[...this.#options, ...this.#settings()].join('\n')}\n`);
    const args = ['-D', '-f', config, '-E', join(this.#directory, 'sshd.log')];
    const child = spawn(programPath('sshd')!, args, { stdio: 'ignore' });
    this.#process = child;
    await eventually(`sshd ${this.name} to listen`, async () => {
      if (child.exitCode !== null) throw new Error(`sshd ${this.name} ended: ${this.log}`);
      return await listens(this.port);
    });
  }

  /** Ends the sshd and its sessions. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const sessions = this.#sessions();
    this.#process = undefined;
    const ended = once(child, 'exit');
    signalAll([...sessions, child.pid!], 'SIGKILL');
    await ended;
  }

  /** Restarts it with these lines of sshd_config(5) in front of the lab's own; the first one counts there. */
  async restart(options: readonly string[] = []): Promise<void> {
    await this.stop();
    this.#options = options;
    await this.start();
  }

  /** Gives it a host key that nobody knows; holds after a restart. */
  changeHostKey(): void {
    for (const suffix of ['', '.pub']) rmSync(join(this.#directory, `hostkey${suffix}`));
    keygen(join(this.#directory, 'hostkey'));
  }

  /** Lets the lab's key in, or nobody; holds at once. */
  acceptKeys(accepted: boolean): void {
    writeFileSync(join(this.#directory, 'authorized_keys'), accepted ? this.#key : '');
  }

  /** Every process of it stops where it is; connections stay open. */
  freeze(): void {
    signalAll([this.#process!.pid!, ...this.#sessions()], 'SIGSTOP');
  }

  thaw(): void {
    signalAll([this.#process!.pid!, ...this.#sessions()], 'SIGCONT');
  }

  /** Ends its sessions as a broken network does; it goes on listening. */
  cut(): void {
    signalAll(this.#sessions(), 'SIGKILL');
  }

  #sessions(): readonly number[] {
    return this.#process?.pid === undefined ? [] : descendants(this.#process.pid, 'sshd');
  }

  #settings(): readonly string[] {
    const directory = this.#directory;
    return [
      'ListenAddress 127.0.0.1',
      `Port ${this.port}`,
      `HostKey ${join(directory, 'hostkey')}`,
      'PidFile none',
      `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
      // The lab lies below a directory that everyone may write, which the walk of StrictModes refuses.
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      `SetEnv HOME=${this.home}`,
      'UseDNS no',
      'PrintMotd no',
      'LogLevel VERBOSE',
    ];
  }
}

function programPath(program: string): string | undefined {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
    .map(directory => join(directory, program))
    .find(existsSync);
}

function keygen(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', path]);
}
