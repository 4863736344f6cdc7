import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SshHost } from './model.ts';
import type { SshFiles } from './ssh.ts';

/** A directory that only we may enter, for the sockets of shared connections and for ssh's own messages. */
export interface SshDirectory {
  readonly path: string;
  /** False: its path is unfit for sockets, and each call connects. */
  readonly shared: boolean;
  /** Begins the names of this process' files. */
  readonly prefix: string;
}

/**
 * The directory, made when it is not there.
 *
 * `undefined`: there is something of that name that is not ours alone, so that others could answer in
 * place of a host; nothing is sent then.
 */
export function openSshDirectory(
  path: string,
  prefix: string,
  platform: NodeJS.Platform,
): SshDirectory | undefined {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const status = lstatSync(path);
    const owner = process.getuid?.();
    const ours = owner === undefined || (status.uid === owner && (status.mode & 0o077) === 0);
    if (!status.isDirectory() || !ours) return undefined;
  } catch {
    return undefined;
  }
  const control = join(path, `${prefix}-${'0'.repeat(HASH)}`);
  const shared = platform !== 'win32' && control.length <= LONGEST_CONTROL && /^[\w./+-]+$/.test(control);
  return { path, shared, prefix };
}

/** Where the directory is: below the user's run-time directory, otherwise among the temporary files. */
export function sshDirectoryPath(
  env: Readonly<Record<string, string | undefined>>,
  temporary: string,
  user: string,
): string {
  const runtime = env.XDG_RUNTIME_DIR;
  return runtime?.startsWith('/') ? join(runtime, 'packwright') : join(temporary, `packwright-${user}`);
}

/** Names for the `serial`-th call; a socket in `stale` is not used again. */
export function sshFiles(
  directory: SshDirectory,
  host: SshHost,
  serial: number,
  stale: ReadonlySet<string>,
): SshFiles {
  const log = join(directory.path, `${directory.prefix}-${serial}.log`);
  if (!directory.shared) return { log };
  const hash = createHash('sha256')
    .update(`${host.config ?? ''}\0${host.destination}`)
    .digest('hex');
  const control = join(directory.path, `${directory.prefix}-${hash.slice(0, HASH)}`);
  let again = 0;
  while (stale.has(`${control}-${again}`)) again++;
  return { log, control: `${control}-${again}` };
}

/** Removes files that processes left which were killed; nothing of ours is a day old. */
export function sweepSshDirectory(directory: SshDirectory): void {
  try {
    for (const entry of readdirSync(directory.path)) {
      const path = join(directory.path, entry);
      if (Date.now() - lstatSync(path).mtimeMs > DAY) rmSync(path, { force: true });
    }
  } catch {
    // Another process sweeps, too.
  }
}

/** Removes this process' files, and the directory when nobody else has any there. */
export function clearSshDirectory(path: string, prefix: string): void {
  try {
    for (const entry of readdirSync(path))
      if (entry.startsWith(`${prefix}-`)) rmSync(join(path, entry), { force: true });
    rmdirSync(path);
  } catch {
    // Others have files there; or it is gone.
  }
}

/** Hexadecimal digits that tell hosts apart. */
const HASH = 12;

/** Milliseconds. */
const DAY = 86_400_000;

/** Characters: macOS allows 103 for a socket; ssh appends 17 while it makes one (`mux.c`), and we a number. */
const LONGEST_CONTROL = 80;
