import { checks } from '../../support/check.ts';

suite('symlink needs', () => {
  test('the target is a file, a directory with an action, or one that something lies in', () =>
    checks(
      `
-- manifest --
file path=usr/bin/x mode=0444
link path=usr/bin/a target=../tool/bin/a
# ^^^^ undeclared: needs /usr/tool/bin/a, /usr/tool/etc, /usr/tool/share, which tool delivers (and so do 2 more files)
link path=usr/bin/b target=/usr/tool/etc
link path=usr/bin/c target=../tool/share
-- proto/usr/bin/x --
-- repo/tool --
file path=usr/tool/bin/a
dir path=usr/tool/etc
file path=usr/tool/share/deep/file
-- repo/other --
dir path=usr
`,
      { severities: ['warning'] },
    ));

  test('a directory of the own package, of the closure, through links, and of every system needs nothing', () =>
    checks(`
-- manifest --
file path=opt/own/lib/x mode=0444
link path=opt/a target=own/lib
link path=opt/b target=./own
link path=opt/c target=../tool/share
link path=opt/d target=/tool/short/deep
link path=opt/e target=../usr/lib
link path=opt/f target=/
link path=opt/g target=a/x
link path=bin/h target=../bin/tool
depend type=require fmri=tool
-- proto/opt/own/lib/x --
-- repo/tool --
file path=tool/share/deep/file
link path=tool/short target=share
file path=usr/bin/tool
`));

  test('a file or directory under one variant only is a gap for the other, and no error', () =>
    checks(
      `
-- manifest --
set name=variant.arch value=i386 value=sparc
file path=opt/lib/amd64/x mode=0444 variant.arch=i386
link path=opt/a target=lib/amd64
# ^^^^ variant-gap: needs /opt/lib/amd64, /opt/lib/amd64/x for arch=sparc too, where other is not declared (and so does 1 more file)
link path=opt/b target=lib/amd64/x
-- settings --
closed: true
-- proto/opt/lib/amd64/x --
-- repo/other --
file path=opt/lib/amd64/x
`,
      { severities: ['warning'] },
    ));

  test('a link to an own link is followed to its end', () =>
    checks(`
-- manifest --
file path=usr/bin/x mode=0444
link path=usr/bin/a target=b
# ^^^^ undeclared: needs /usr/bin/b, /usr/tool/t, which tool delivers (and so does 1 more file)
link path=usr/bin/b target=../tool/t
-- proto/usr/bin/x --
-- repo/tool --
file path=usr/tool/t
`));

  test('of those who have something in a directory, the one that names it is asked for', () =>
    checks(`
-- manifest --
file path=usr/bin/x mode=0444
link path=usr/bin/a target=../tool
# ^^^^ undeclared: needs /usr/tool, which tool delivers
-- proto/usr/bin/x --
-- repo/tool --
dir path=usr/tool
-- repo/other --
file path=usr/tool/other
`));

  test('links that lead round in a circle are told as such', () =>
    checks(`
-- manifest --
file path=usr/bin/x mode=0444
link path=usr/bin/a target=a
# ^^^^ dangling: links to /usr/bin/a, which leads back to itself
link path=usr/bin/b target=../bin/c
# ^^^^ dangling: links to /usr/bin/c, which leads back to itself
link path=usr/bin/c target=b
# ^^^^ dangling: links to /usr/bin/b, which leads back to itself
link path=usr/bin/d target=e
# ^^^^ dangling: links to /usr/bin/e, which no known package delivers
-- proto/usr/bin/x --
-- repo/other --
file path=usr/other
`));

  test('what exists only at run time is no need; what a program makes is not missed', () =>
    checks(`
-- manifest --
file path=usr/bin/x mode=0444
link path=dev/a target=../devices/pseudo/a@0:ctl
link path=etc/b target=svc/volatile/b
link path=etc/c target=/proc/mounts
link path=etc/d target=../var/run/d
link path=etc/e target=../var/app/made
link path=etc/f target=../var/app/given
# ^^^^ undeclared: needs /var/app/given, which app delivers
-- proto/usr/bin/x --
-- repo/app --
file path=var/app/given
`));

  test('a directory that many packages share is nobody’s', () => {
    const packages = ['a', 'b', 'c', 'd', 'e'].map(
      one => `-- repo/${one} --\nfile path=usr/share/x/${one}\n`,
    );
    return checks(`
-- manifest --
file path=usr/bin/x mode=0444
link path=usr/bin/y target=../share/x
-- proto/usr/bin/x --
${packages.join('')}`);
  });

  test('a directory is no file, and a file no directory', () =>
    checks(`
-- manifest --
file path=usr/bin/run mode=0555
# ^^^^ undelivered: needs /opt/tool, which no known package delivers
-- proto/usr/bin/run --
#!/opt/tool
-- repo/tool --
dir path=opt/tool
file path=opt/tool/x
`));
});
