import { isAbsolute } from 'node:path';
import type { SshHost } from './model.ts';
import { shellWord } from './plain-text.ts';

/** Files of one call of `ssh`; they lie in a directory that is ours alone. */
export interface SshFiles {
  /** Where ssh writes its own messages, apart from what the remote side prints. */
  readonly log: string;
  /** Socket of the connection that later calls share; absent: each call connects. */
  readonly control?: string;
  /** The socket is that of a connection which the user opened: it is used, and never made. */
  readonly theirs?: boolean;
}

/**
 * The command that gives standard input to `sh -s` at a host (ssh(1), ssh_config(5)).
 *
 * Options on the command line win over the user's configuration. `DEBUG1` makes ssh write down how far it
 * came: that it authenticated or not decides whether something may have run. Not `exec sh -s`: restricted
 * shells forbid `exec`.
 */
export function sshArguments(
  host: SshHost,
  files: SshFiles,
  seconds: number,
): readonly [string, ...string[]] {
  const options = [
    ...OPTIONS,
    `ConnectTimeout=${Math.max(1, Math.min(CONNECT_SECONDS, Math.floor(seconds)))}`,
    ...sharing(files),
  ];
  return [
    'ssh',
    ...['-T', '-x', '-a', '-e', 'none', '-E', files.log],
    ...(host.config ? ['-F', host.config] : []),
    ...options.flatMap(option => ['-o', option]),
    ...['--', host.destination, 'sh -s'],
  ];
}

/** The command that prints the configuration for a host, one `key value` a line; it does not connect. */
export function sshConfigArguments(host: SshHost): readonly [string, ...string[]] {
  const config = host.config ? ['-F', host.config] : [];
  return ['ssh', ...config, '-G', '--', host.destination];
}

/** The command that ends a shared connection; the configuration, which may be broken now, is not read. */
export function sshExitArguments(host: SshHost, control: string): readonly [string, ...string[]] {
  return ['ssh', '-F', 'none', '-o', `ControlPath=${control}`, '-O', 'exit', '--', host.destination];
}

/** Why a host cannot be given to ssh: a sentence; `undefined` when it can. */
export function hostFault(host: SshHost): string | undefined {
  const { destination, config } = host;
  if (!/^[\p{L}\p{N}_[][\p{L}\p{N}_.:%@+=/[\]~,-]{0,255}$/u.test(destination))
    return `${shellWord(destination.slice(0, 80))} is no ssh destination: write HOST, USER@HOST or a name of the ssh configuration in the sites file.`;
  if (config !== undefined && (!isAbsolute(config) || /[\p{Cc}]/u.test(config)))
    return `${shellWord(config.slice(0, 80))} is no absolute path of an ssh configuration: correct it in the sites file.`;
  return undefined;
}

/** What a person types to reach the host with our eyes: as a command to copy. */
export function sshByHand(host: SshHost, command = 'true'): string {
  const config = host.config ? `-F ${shellWord(host.config)} ` : '';
  return `ssh ${config}${shellWord(host.destination)} ${command}`;
}

/** The user's own path is left to the configuration: it may hold any character. */
function sharing({ control, theirs }: SshFiles): readonly string[] {
  if (control === undefined) return ['ControlMaster=no', 'ControlPath=none'];
  if (theirs) return ['ControlMaster=no'];
  return ['ControlMaster=auto', `ControlPersist=${PERSIST_SECONDS}`, `ControlPath=${control}`];
}

/** Seconds until a host that is silent counts as not reached. */
const CONNECT_SECONDS = 10;

/** Seconds for which a shared connection stays open without use. */
const PERSIST_SECONDS = 60;

const OPTIONS: readonly string[] = [
  'BatchMode=yes',
  'LogLevel=DEBUG1',
  'ConnectionAttempts=1',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  'ClearAllForwardings=yes',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'Tunnel=no',
];
