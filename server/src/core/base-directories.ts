/**
 * Whether every system has a directory, whatever is installed: those of `filesystem(7)` and the reference manual's.
 * `path` is an installed path; the root is the empty string.
 */
export function isBaseDirectory(path: string): boolean {
  return path === '' || BASE.has(path) || MANUAL.test(path);
}

/** Sections of the reference manual, also in other languages. */
const MANUAL = /^usr\/share\/man(\/|$)/;

const BASE: ReadonlySet<string> = new Set(
  [
    'bin boot dev devices home media mnt net proc root sbin system tmp',
    'etc etc/cron.d etc/default etc/dev etc/fs etc/inet etc/init.d etc/logadm.d etc/mail etc/net etc/opt etc/rc0.d',
    'etc/rc1.d etc/rc2.d etc/rc3.d etc/rcS.d etc/rpc.d etc/saf etc/security etc/security/auth_attr.d',
    'etc/security/exec_attr.d etc/security/lib etc/security/prof_attr.d etc/skel etc/sma etc/svc etc/svc/profile',
    'etc/svc/profile/site etc/svc/volatile etc/user_attr.d etc/X11',
    'export export/home opt',
    'kernel kernel/amd64 kernel/crypto kernel/drv kernel/drv/amd64 kernel/exec kernel/fs kernel/misc kernel/strmod',
    'kernel/sys lib lib/64 lib/amd64 lib/sparcv9 lib/inet lib/secure lib/svc lib/svc/bin lib/svc/manifest',
    'lib/svc/manifest/application lib/svc/manifest/device lib/svc/manifest/milestone lib/svc/manifest/network',
    'lib/svc/manifest/platform lib/svc/manifest/site lib/svc/manifest/system lib/svc/method lib/svc/monitor',
    'lib/svc/seed lib/svc/share platform platform/i86pc',
    'usr usr/bin usr/bin/amd64 usr/bin/sparcv9 usr/ccs usr/ccs/bin usr/games usr/gnu usr/gnu/bin usr/gnu/lib usr/gnu/share',
    'usr/gnu/share/man usr/include usr/include/sys usr/kernel usr/kernel/drv usr/kernel/drv/amd64 usr/lib usr/lib/64',
    'usr/lib/amd64 usr/lib/sparcv9 usr/lib/devfsadm usr/lib/fs usr/lib/inet usr/lib/locale usr/lib/pkgconfig',
    'usr/lib/amd64/pkgconfig usr/lib/sparcv9/pkgconfig usr/lib/64/pkgconfig usr/lib/security usr/lib/security/amd64',
    'usr/libexec usr/local usr/net usr/old usr/platform usr/sadm usr/sbin usr/sbin/amd64 usr/share usr/share/applications',
    'usr/share/doc usr/share/icons usr/share/info usr/share/lib usr/share/lib/terminfo usr/share/lib/xml',
    'usr/share/lib/zoneinfo usr/share/locale usr/share/pixmaps usr/share/src usr/src usr/xpg4 usr/xpg4/bin usr/xpg4/lib',
    'usr/xpg6 usr/xpg6/bin',
    'var var/adm var/cache var/cores var/crash var/cron var/db var/empty var/games var/inet var/ld var/lib var/lock',
    'var/log var/mail var/news var/opt var/preserve var/run var/sadm var/saf var/spool var/spool/cron var/svc var/svc/log',
    'var/svc/manifest var/svc/manifest/application var/svc/manifest/device var/svc/manifest/milestone',
    'var/svc/manifest/network var/svc/manifest/site var/svc/manifest/system var/svc/profile var/tmp var/yp',
  ].flatMap(line => line.split(' ')),
);
