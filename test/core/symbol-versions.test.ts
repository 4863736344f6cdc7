import assert from 'node:assert/strict';
import { check } from '../../server/src/core/check.ts';
import type { Repository } from '../../server/src/core/model.ts';
import { checks } from '../support/check.ts';
import { fixture } from '../support/fixture.ts';

const LIBRARY = 'file path=usr/lib/64/libfoo.so.1';

suite('check: symbol versions', () => {
  test('a version that the library to be installed does not define is an error', () =>
    checks(
      `
-- manifest --
file path=usr/bin/run mode=0555
# ^^^^ symbol-version: needs FOO_1.10 of libfoo.so.1, which library/foo@1.0 does not define (it has up to FOO_1.9)
depend type=require fmri=library/foo
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_1.2,FOO_1.10) --
-- repo/library/foo@1.0 --
${LIBRARY}
-- content/library/foo@1.0/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1.2,FOO_1.9,FOO_1.1) --
`,
      { severities: ['error'] },
    ));

  test('what the library defines is no finding, nor is a library without versions or at hand', () =>
    checks(`
-- manifest --
file path=usr/bin/run mode=0555
file path=usr/bin/plain mode=0555
file path=usr/bin/unknown mode=0555
file path=usr/bin/broken mode=0555
depend type=require fmri=library/foo
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_1.2,FOO_1.3) --
-- proto/usr/bin/plain (elf needed=libplain.so.1 needs=libplain.so.1:PLAIN_1) --
-- proto/usr/bin/unknown (elf needed=libunknown.so.1 needs=libunknown.so.1:U_1) --
-- proto/usr/bin/broken (elf needed=libbroken.so.1 needs=libbroken.so.1:B_1) --
-- repo/library/foo@1.0 --
${LIBRARY}
file path=usr/lib/64/libplain.so.1
file path=usr/lib/64/libunknown.so.1
file path=usr/lib/64/libbroken.so.1
-- content/library/foo@1.0/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1.2,FOO_1.3) --
-- content/library/foo@1.0/usr/lib/64/libplain.so.1 (elf soname=libplain.so.1) --
-- content/library/foo@1.0/usr/lib/64/libbroken.so.1 --
no ELF file
`));

  test('where an incorporation holds the library back, the oldest version that has it is named, and let in', () =>
    checks(`
-- manifest --
file path=usr/bin/run mode=0555
# ^^^^ symbol-version: needs FOO_3 of libfoo.so.1, which library/foo@1.5 does not define (it has up to FOO_1); library/foo@3.1 is the oldest that does
depend type=require fmri=library/foo@1.0
depend type=incorporate fmri=library/foo@1
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_3) --
-- repo/library/foo@1.5 --
${LIBRARY}
-- repo/library/foo@2.0 --
${LIBRARY}
-- repo/library/foo@3.1 --
link path=usr/lib/64/libfoo.so.1 target=libfoo.so.1.9
file path=usr/lib/64/libfoo.so.1.9
-- repo/library/foo@4.0 --
${LIBRARY}
-- content/library/foo@1.5/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
-- content/library/foo@2.0/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1,FOO_2) --
-- content/library/foo@3.1/usr/lib/64/libfoo.so.1.9 (elf soname=libfoo.so.1 defines=FOO_1,FOO_2,FOO_3) --
-- content/library/foo@4.0/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1,FOO_2,FOO_3,FOO_4) --
`));

  test('a declared version that lets in a library that lacks something is a hint, whose fix is the floor', () =>
    checks(
      `
-- manifest --
file path=usr/bin/run mode=0555
file path=usr/bin/walk mode=0555
depend type=require fmri=pkg:/library/foo@1.0
# ^^^^ symbol-version: library/foo@1.5 satisfies this, and does not define FOO_3 of libfoo.so.1, which usr/bin/run needs; library/foo@3.1 is the oldest that does
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_3) --
-- proto/usr/bin/walk (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_1) --
-- repo/library/foo@0.9 --
${LIBRARY}
-- repo/library/foo@1.5 --
${LIBRARY}
-- repo/library/foo@3.1 --
${LIBRARY}
-- repo/library/foo@4.0 --
${LIBRARY}
-- content/library/foo@1.5/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
-- content/library/foo@3.1/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1,FOO_3) --
-- content/library/foo@4.0/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1,FOO_3) --
`,
      { severities: ['hint'] },
    ));

  test('a line without a version is left alone', () =>
    checks(`
-- manifest --
file path=usr/bin/run mode=0555
depend type=require fmri=pkg:/library/foo
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_3) --
-- repo/library/foo@1.5 --
${LIBRARY}
-- repo/library/foo@4.0 --
${LIBRARY}
-- content/library/foo@1.5/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
-- content/library/foo@4.0/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1,FOO_3) --
`));

  test('the library of the package itself counts, and that of the workspace before the repository', () =>
    checks(`
-- manifest --
file path=usr/bin/run mode=0555
# ^^^^ symbol-version: needs OWN_2 of libown.so.1, which this package itself does not define (it has only libown.so.1, OTHER_1)
# ^^^^ symbol-version: needs FOO_2 of libfoo.so.1, which library/foo@1.0 does not define (it has up to FOO_1)
file path=usr/lib/64/libown.so.1 mode=0555
depend type=require fmri=library/foo
-- proto/usr/bin/run (elf needed=libown.so.1 needed=libfoo.so.1 needs=libown.so.1:OWN_2 needs=libfoo.so.1:FOO_2) --
-- proto/usr/lib/64/libown.so.1 (elf soname=libown.so.1 defines=OTHER_1) --
-- workspace/library/foo@1.0 --
${LIBRARY}
-- repo/library/foo@2.0 --
${LIBRARY}
-- content/library/foo@1.0/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
-- content/library/foo@2.0/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1,FOO_2) --
`));

  test('of several packages that may be there, one that has it is enough', () =>
    checks(`
-- manifest --
file path=usr/bin/run mode=0555
depend type=require-any fmri=library/old fmri=library/new
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_2 runpath=/opt/old:/opt/new) --
-- repo/library/old@1 --
file path=opt/old/libfoo.so.1
-- repo/library/new@1 --
file path=opt/new/libfoo.so.1
-- content/library/old@1/opt/old/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
-- content/library/new@1/opt/new/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_2) --
`));

  test('when none of those that may be there has it, all are named', () =>
    checks(`
-- manifest --
file path=usr/bin/run mode=0555
# ^^^^ symbol-version: needs FOO_3 of libfoo.so.1, which none of library/old@1, library/new@1 defines
depend type=require-any fmri=library/old fmri=library/new
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_3 runpath=/opt/old:/opt/new) --
-- repo/library/old@1 --
file path=opt/old/libfoo.so.1
-- repo/library/new@1 --
file path=opt/new/libfoo.so.1
-- content/library/old@1/opt/old/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
-- content/library/new@1/opt/new/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_2) --
`));

  test('a package whose library lacks it is not proposed where another has it', () =>
    checks(`
-- manifest --
file path=usr/bin/run mode=0555
# ^^^^ undeclared: needs libfoo.so.1, which library/new delivers
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_2 runpath=/opt/old:/opt/new) --
-- repo/library/old@1 --
file path=opt/old/libfoo.so.1
-- repo/library/new@1 --
file path=opt/new/libfoo.so.1
-- content/library/old@1/opt/old/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
-- content/library/new@1/opt/new/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_2) --
`));

  test('a package that has it and that nothing declares is no help', () =>
    checks(`
-- manifest --
file path=usr/bin/run mode=0555
# ^^^^ symbol-version: needs FOO_2 of libfoo.so.1, which library/old@1 does not define (it has up to FOO_1)
depend type=require fmri=library/old
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_2 runpath=/opt/old:/opt/new) --
-- repo/library/old@1 --
file path=opt/old/libfoo.so.1
-- repo/library/new@1 --
file path=opt/new/libfoo.so.1
-- content/library/old@1/opt/old/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
-- content/library/new@1/opt/new/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_2) --
`));

  test('files with the same lack are one finding, also before the package is declared; suppressed ones are left out', () =>
    checks(`
-- settings --
suppress: [{ code: symbol-version, path: usr/bin/skip }]
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undeclared: needs libfoo.so.1, which library/foo delivers (and so do 2 more files)
# ^^^^ symbol-version: needs FOO_2, FOO_3 of libfoo.so.1, which library/foo@1 does not define (it has up to FOO_1) (and so does 1 more file)
file path=usr/bin/b mode=0555
file path=usr/bin/skip mode=0555
-- proto/usr/bin/a (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_2) --
-- proto/usr/bin/b (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_3) --
-- proto/usr/bin/skip (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_4) --
-- repo/library/foo@1 --
${LIBRARY}
-- content/library/foo@1/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
`));

  test('a need that is only likely is a warning', () =>
    checks(
      `
-- manifest --
file path=usr/bin/run mode=0555
# ^^^^ symbol-version: needs FOO_2 of libfoo.so.1, which library/foo@1 does not define (it has up to FOO_1)
depend type=require fmri=library/foo
-- proto/usr/bin/run (elf deferred=libfoo.so.1 needs=libfoo.so.1:FOO_2) --
-- repo/library/foo@1 --
${LIBRARY}
-- content/library/foo@1/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
`,
      { severities: ['warning'] },
    ));

  test('a library of a repository is read once, however often is checked', async () => {
    const { manifest, world } = fixture(`
-- manifest --
file path=usr/bin/run mode=0555
depend type=require fmri=library/foo
-- proto/usr/bin/run (elf needed=libfoo.so.1 needs=libfoo.so.1:FOO_1) --
-- repo/library/foo@1 --
${LIBRARY}
-- content/library/foo@1/usr/lib/64/libfoo.so.1 (elf soname=libfoo.so.1 defines=FOO_1) --
`);
    let asked = 0;
    const repositories = world.repositories.map((one): Repository => {
      const { content } = one;
      if (!content) return one;
      return {
        ...one,
        content: (delivery, signal) => {
          asked++;
          return content(delivery, signal);
        },
      };
    });
    const signal = new AbortController().signal;
    await check(manifest, { ...world, repositories }, signal);
    await check(manifest, { ...world, repositories }, signal);
    assert.equal(asked, 1);
  });
});
