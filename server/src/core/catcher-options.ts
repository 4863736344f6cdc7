import type { CatcherOptions, CompressedPlace, Inflate } from './model.ts';

/** Users that every illumos and Solaris system has: those that the package with `/etc/passwd` delivers. */
const BASE_USERS = [
  'root',
  'daemon',
  'bin',
  'sys',
  'adm',
  'lp',
  'uucp',
  'nuucp',
  'dladm',
  'netadm',
  'netcfg',
  'dhcpserv',
  'smmsp',
  'listen',
  'pkg5srv',
  'nobody',
  'noaccess',
  'nobody4',
];

/** Groups likewise, of `/etc/group`. */
const BASE_GROUPS = [
  'root',
  'other',
  'bin',
  'sys',
  'adm',
  'uucp',
  'mail',
  'tty',
  'lp',
  'nuucp',
  'staff',
  'daemon',
  'sysadmin',
  'smmsp',
  'games',
  'netadm',
  'pkg5srv',
  'nobody',
  'noaccess',
  'nogroup',
];

/**
 * Users and groups that `/etc/passwd` and `/etc/group` of some distributions have, and that packages deliver in others:
 * that nobody delivers them may be right.
 */
const SOMETIMES_BASE: ReadonlySet<string> = new Set([
  'ftp',
  'gdm',
  'mysql',
  'openldap',
  'postgres',
  'slocate',
  'sshd',
  'svctag',
  'unknown',
  'upnp',
  'webservd',
  'xvm',
  'zfssnap',
]);

/** Whether some systems have a user or group of this name without a package. */
export function isSometimesBase(name: string): boolean {
  return SOMETIMES_BASE.has(name);
}

/** What catchers are told where the settings say nothing, with what the settings say beside. */
export function catcherOptions(more: {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly compressed: readonly CompressedPlace[];
  readonly inflate: Inflate;
}): CatcherOptions {
  return {
    baseUsers: new Set([...BASE_USERS, ...more.users]),
    baseGroups: new Set([...BASE_GROUPS, ...more.groups]),
    compressed: more.compressed,
    inflate: more.inflate,
  };
}
