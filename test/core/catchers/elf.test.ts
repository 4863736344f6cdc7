import assert from 'node:assert/strict';
import { elf } from '../../support/elf.ts';
import { faults, inspect, needs } from '../../support/elf-catches.ts';

suite('elf needs', () => {
  const cases: readonly [name: string, words: string, ...needs: string[]][] = [
    [
      '64-bit files look into the default directories',
      'needed=libc.so.1',
      'lib/64/libc.so.1 usr/lib/64/libc.so.1 (certain)',
    ],
    ['32-bit files have their own', 'needed=a class=32 machine=i386', 'lib/a usr/lib/a (certain)'],
    ['aarch64 has no other word size', 'needed=a machine=aarch64', 'lib/a usr/lib/a (certain)'],
    ['both byte orders are read', 'needed=a machine=sparcv9 endian=big', 'lib/64/a usr/lib/64/a (certain)'],
    ['32 bits big-endian is read', 'needed=a class=32 machine=sparc endian=big', 'lib/a usr/lib/a (certain)'],
    [
      'a run path comes first, in its order',
      'needed=a runpath=/opt/b:/opt/a',
      'opt/b/a opt/a/a lib/64/a usr/lib/64/a (certain)',
    ],
    ['RPATH counts without RUNPATH', 'needed=a rpath=/opt/r', 'opt/r/a lib/64/a usr/lib/64/a (certain)'],
    [
      'RUNPATH hides RPATH',
      'needed=a rpath=/opt/r runpath=/opt/n',
      'opt/n/a lib/64/a usr/lib/64/a (certain)',
    ],
    [
      'a default directory keeps its place in the run path',
      'needed=a runpath=/usr/lib/64:/x',
      'usr/lib/64/a x/a lib/64/a (certain)',
    ],
    ['empty entries are left out', 'needed=a runpath=:/x::', 'x/a lib/64/a usr/lib/64/a (certain)'],
    [
      'entries are normalised and counted once',
      'needed=a runpath=/x/:/y/../x:/../x/.',
      'x/a lib/64/a usr/lib/64/a (certain)',
    ],
    [
      '$ORIGIN is the directory of the file',
      'needed=a runpath=$ORIGIN/../lib',
      'usr/lib/a lib/64/a usr/lib/64/a (certain)',
    ],
    [
      '$ORIGIN ends where its name ends',
      'needed=a runpath=$ORIGINAL',
      'usr/binAL/a lib/64/a usr/lib/64/a (certain)',
    ],
    [
      '$OSNAME and $OSREL have one value on IPS systems',
      'needed=a runpath=/x/$OSNAME-$OSREL',
      'x/SunOS-5.11/a lib/64/a usr/lib/64/a (certain)',
    ],
    [
      'what only the machine knows is left out',
      'needed=a runpath=/x/$ISALIST:/y',
      'y/a lib/64/a usr/lib/64/a (likely)',
    ],
    [
      'braces mean nothing to the linker',
      'needed=a runpath=${ORIGIN}/../lib',
      'lib/64/a usr/lib/64/a (likely)',
    ],
    ['relative directories are left out', 'needed=a runpath=lib:./x', 'lib/64/a usr/lib/64/a (likely)'],
    ['without default directories the run path is all', 'needed=a runpath=/x flags1=0x800', 'x/a (certain)'],
    ['an absolute NEEDED is not searched', 'needed=/opt/lib/../a.so runpath=/x', 'opt/a.so (certain)'],
    ['a NEEDED may begin with $ORIGIN', 'needed=$ORIGIN/../a.so', 'usr/a.so (certain)'],
    ['a relative NEEDED with a slash is no need', 'needed=sub/a.so'],
    ['a library asked for twice is needed once', 'needed=a needed=a', 'lib/64/a usr/lib/64/a (certain)'],
    ['a deferred library may be absent', 'deferred=a', 'lib/64/a usr/lib/64/a (likely)'],
    [
      'a library that is also needed at once may not',
      'deferred=a needed=a',
      'lib/64/a usr/lib/64/a (certain)',
    ],
    ['a filtee is needed', 'filter=a', 'lib/64/a usr/lib/64/a (certain)'],
    ['a filtee of single symbols is needed', 'sunwFilter=/usr/lib/ld.so.1', 'usr/lib/ld.so.1 (certain)'],
    ['of several filtees any will do', 'filter=/x/a:/y/b', 'x/a y/b (certain)'],
    ['an auxiliary filtee may be absent', 'auxiliary=a'],
    [
      'programs need their run-time linker',
      'interp=/usr/lib/amd64/ld.so.1 type=exec',
      'usr/lib/amd64/ld.so.1 (certain)',
    ],
    [
      'a library that names one can be run, and need not',
      'interp=/lib/ld.so.1 soname=a',
      'lib/ld.so.1 (hint)',
    ],
    [
      'a position-independent program is a program',
      'interp=/lib/ld.so.1 soname=a flags1=0x8000000',
      'lib/ld.so.1 (certain)',
    ],
    [
      'section headers may be stripped',
      'needed=a runpath=/x sections=no',
      'x/a lib/64/a usr/lib/64/a (certain)',
    ],
    [
      'program headers may be absent',
      'needed=a runpath=/x programs=no',
      'x/a lib/64/a usr/lib/64/a (certain)',
    ],
    ['a static program needs nothing', 'dynamic=no type=exec'],
    ['a relocatable file needs nothing', 'needed=a type=rel'],
    ['a core file needs nothing', 'needed=a interp=/x type=core'],
  ];
  for (const [name, words, ...expected] of cases) {
    test(name, () => assert.deepEqual(needs(words), expected));
  }

  test('addresses above 2^53 are exact', () => {
    const kernel = elf({ needed: ['genunix'], type: 'exec', base: 0xffff_ffff_fb80_0000n });
    assert.deepEqual(needs(kernel), ['lib/64/genunix usr/lib/64/genunix (certain)']);
  });

  test('a proof names tag and run path', () => {
    const because = (words: string, place = {}) => inspect(words, place).dependencies[0]!.because;
    assert.equal(because('needed=libz.so.1'), 'NEEDED libz.so.1');
    assert.equal(
      because('needed=libz.so.1 runpath=/opt/lib:$ORIGIN/../lib'),
      'NEEDED libz.so.1, RUNPATH /opt/lib:$ORIGIN/../lib',
    );
    assert.equal(because('needed=a rpath=/x'), 'NEEDED a, RPATH /x');
    assert.equal(because('filter=a'), 'FILTER a');
    assert.equal(because('deferred=a'), 'deferred NEEDED a');
    assert.equal(because('interp=/lib/ld.so.1'), 'PT_INTERP /lib/ld.so.1');
    assert.equal(because('needed=a rpath=/x', { runPath: '/y' }), 'NEEDED a, pkg.depend.runpath /y');
  });
});

suite('elf needs of kernel modules', () => {
  const cases: readonly [name: string, path: string, words: string, ...needs: string[]][] = [
    [
      'the platform comes first',
      'kernel/drv/amd64/a',
      'needed=misc/b',
      'platform/i86pc/kernel/misc/amd64/b platform/i86xpv/kernel/misc/amd64/b kernel/misc/amd64/b usr/kernel/misc/amd64/b (certain)',
    ],
    [
      'a module of one platform has only that',
      'platform/i86xpv/kernel/drv/amd64/a',
      'needed=b',
      'platform/i86xpv/kernel/amd64/b kernel/amd64/b usr/kernel/amd64/b (certain)',
    ],
    [
      'sparcv9 has its own sub-directory',
      'usr/kernel/drv/sparcv9/a',
      'needed=fs/b machine=sparcv9 endian=big',
      'platform/sun4v/kernel/fs/sparcv9/b platform/sun4u/kernel/fs/sparcv9/b kernel/fs/sparcv9/b usr/kernel/fs/sparcv9/b (certain)',
    ],
    [
      'aarch64 has its own sub-directory',
      'kernel/drv/aarch64/a',
      'needed=fs/b machine=aarch64',
      'kernel/fs/aarch64/b usr/kernel/fs/aarch64/b (certain)',
    ],
    [
      '32-bit modules have none',
      'kernel/drv/a',
      'needed=fs/b class=32 machine=sparc',
      'kernel/fs/b usr/kernel/fs/b (certain)',
    ],
    [
      'relocatable modules name theirs in sections',
      'kernel/drv/aarch64/a',
      'needed=fs/b machine=aarch64 type=rel programs=no',
      'kernel/fs/aarch64/b usr/kernel/fs/aarch64/b (certain)',
    ],
    ['/kernelx is no kernel directory', 'kernelx/a', 'needed=b', 'lib/64/b usr/lib/64/b (certain)'],
  ];
  for (const [name, path, words, ...expected] of cases) {
    test(name, () => assert.deepEqual(needs(words, { path }), expected));
  }

  test('a run path is a fault and does not count', () => {
    const place = { path: 'kernel/drv/aarch64/a' };
    const words = 'needed=b machine=aarch64 runpath=/opt/x';
    assert.deepEqual(needs(words, place), ['kernel/aarch64/b usr/kernel/aarch64/b (certain)']);
    assert.match(
      faults(words, place).join(),
      /^The kernel ignores the RUNPATH "\/opt\/x" of a kernel module; link it without -R$/,
    );
  });

  test('a kernel is started without an interpreter', () => {
    const kernel = inspect('interp=misc/krtld type=exec', { path: 'platform/i86pc/kernel/amd64/unix' });
    assert.deepEqual(kernel, { dependencies: [], faults: [] });
  });

  test('the one that gcc adds is tolerated', () => {
    assert.deepEqual(faults('needed=b runpath=/usr/gcc/14/lib', { path: 'kernel/drv/a' }), []);
    assert.equal(faults('needed=b runpath=/usr/gcc/14/lib:/x', { path: 'kernel/drv/a' }).length, 1);
  });
});

suite('pkg.depend.runpath', () => {
  const words = 'needed=a runpath=/own';
  const cases: readonly [name: string, runPath: string, needs: string, fault?: RegExp][] = [
    ['replaces the run path and the defaults', '/x:y', 'x/a y/a (certain)'],
    [
      'may hold the detected run path',
      '/x:$PKGDEPEND_RUNPATH:/y',
      'x/a own/a lib/64/a usr/lib/64/a y/a (certain)',
    ],
    ['may hold $ORIGIN', '$ORIGIN', 'usr/bin/a (certain)'],
    [
      'may hold the detected run path once',
      '$PKGDEPEND_RUNPATH:$PKGDEPEND_RUNPATH',
      'own/a lib/64/a usr/lib/64/a (certain)',
      /^pkg.depend.runpath holds \$PKGDEPEND_RUNPATH more than once; keep one/,
    ],
    [
      'may not be empty',
      '',
      'own/a lib/64/a usr/lib/64/a (certain)',
      /^pkg.depend.runpath is empty; name directories/,
    ],
    ['may not be made of colons', '::', 'own/a lib/64/a usr/lib/64/a (certain)', /is empty/],
    [
      'cannot know the machine either',
      '/x/$PLATFORM:/y',
      'y/a (likely)',
      /value of \$PLATFORM is only known/,
    ],
  ];
  for (const [name, runPath, need, fault] of cases) {
    test(name, () => {
      assert.deepEqual(needs(words, { runPath }), [need]);
      const found = faults(words, { runPath });
      assert.equal(found.length, fault === undefined ? 0 : 1);
      if (fault !== undefined) assert.match(found[0]!, fault);
    });
  }

  test('silences what is wrong with the run path of the file', () => {
    assert.deepEqual(faults('needed=a runpath=/x/$ISALIST:rel', { runPath: '/x' }), []);
  });

  test('counts for kernel modules too', () => {
    const place = { path: 'kernel/drv/amd64/a', runPath: '/platform/x/kernel' };
    assert.deepEqual(needs('needed=misc/b', place), ['platform/x/kernel/misc/amd64/b (certain)']);
  });
});
