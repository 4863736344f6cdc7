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
