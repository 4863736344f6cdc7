import assert from 'node:assert/strict';
import { elf as catcher } from '../../../server/src/core/catchers/elf.ts';
import type { Caught } from '../../../server/src/core/model.ts';
import { elf, elfFromWords } from '../../support/elf.ts';
import { caught, payload } from '../../support/payload.ts';

interface Place {
  readonly path?: string;
  readonly runPath?: string;
}

function inspect(content: string | Uint8Array, place: Place = {}): Caught {
  return caught(catcher, payload(typeof content === 'string' ? elfFromWords(content) : content, place));
}

/** `candidates (confidence)` of everything that the file needs. */
function needs(content: string | Uint8Array, place: Place = {}): readonly string[] {
  return inspect(content, place).dependencies.map(
    ({ anyOf, confidence }) => `${anyOf.join(' ')} (${confidence})`,
  );
}

function faults(content: string | Uint8Array, place: Place = {}): readonly string[] {
  return inspect(content, place).faults.map(({ message }) => message);
}

/** Offset of the section headers of a little-endian 64-bit file below 64 KiB. */
function sectionsAt(file: Uint8Array): number {
  return file[40]! + file[41]! * 256;
}

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
    const because = (words: string, place: Place = {}) => inspect(words, place).dependencies[0]!.because;
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

suite('elf faults', () => {
  const cases: readonly [name: string, content: string | Uint8Array, message: RegExp][] = [
    [
      'a token that the machine decides',
      'needed=a runpath=/p/$PLATFORM/lib',
      /^Directory "\/p\/\$PLATFORM\/lib" of the run path is not searched, because the value of \$PLATFORM is only known.*pkg\.depend\.runpath$/,
    ],
    [
      'a token in braces',
      'needed=a runpath=${ORIGIN}',
      /\$\{ORIGIN\} means nothing to the run-time linker \(it knows \$ORIGIN\)/,
    ],
    [
      'a token of another system',
      'needed=a runpath=/usr/$LIB',
      /\$LIB means nothing to the run-time linker; name/,
    ],
    ['a token in a name', 'needed=/x/$PLATFORM/a', /NEEDED "\/x\/\$PLATFORM\/a" depends on \$PLATFORM/],
    ['a relative directory', 'needed=a runpath=../lib', /"..\/lib" of the run path is relative/],
    ['a relative name', 'needed=sub/a', /NEEDED "sub\/a" holds a relative path/],
    ['no directory at all', 'needed=a flags1=0x800', /NEEDED "a" can be found nowhere/],
    ['a relative run-time linker', 'interp=ld.so', /PT_INTERP "ld.so" is no absolute path/],
    [
      'the magic number alone',
      Uint8Array.of(0x7f, 0x45, 0x4c, 0x46),
      /ends within the ELF header, after 4 bytes/,
    ],
    ['half a header', elf().subarray(0, 40), /ends within the ELF header, after 40 bytes/],
    ['an unknown class', elf().with(4, 7), /class is 7, neither 1/],
    ['an unknown byte order', elf().with(5, 0), /byte order is 0, neither 1/],
    [
      'too many program headers',
      elf({ needed: ['a'] }).with(57, 0x7f),
      /claims to have 32514 program headers/,
    ],
    [
      'odd program headers',
      elf({ needed: ['a'] }).with(54, 1),
      /program headers are said to be 1 bytes long/,
    ],
    [
      'program headers beyond the end',
      elf({ needed: ['a'] }).with(34, 1),
      /program headers \(112 bytes at offset 65600\) lie beyond/,
    ],
    [
      'a dynamic section beyond the end',
      elf({ needed: ['a'], sections: false }).subarray(0, -8),
      /dynamic section .* lies beyond the end/,
    ],
  ];
  for (const [name, content, message] of cases) {
    test(name, () => {
      const found = faults(content);
      assert.match(found.join('\n'), message);
      assert.equal(found.length, 1);
    });
  }

  test('names that are no names', () => {
    assert.match(faults(elf({ needed: ['a\x01b'] })).join(), /its NEEDED entry "a\\x01b" is no text/);
    assert.match(faults(elf({ needed: ['/'] })).join(), /a NEEDED entry names no file/);
    assert.match(faults(elf({ needed: [''] })).join(), /a NEEDED entry names no file/);
    assert.match(
      faults(elf({ needed: ['x'.repeat(2000)] })).join(),
      /its NEEDED entry has no end within 1024 bytes/,
    );
  });

  test('a run path may be long, within reason', () => {
    const of = (directories: number) =>
      inspect(elf({ needed: ['a'], runpath: '/0123456/0123456'.repeat(directories) }));
    assert.deepEqual(of(1000).faults, []);
    assert.match(of(2000).faults[0]!.message, /its RUNPATH entry has no end within 16384 bytes/);
  });

  test('strings outside of every segment', () => {
    const address = 64 + 16;
    const found = inspect(elf({ needed: ['a'] }).with(address + 1, 0x10));
    assert.match(found.faults[0]!.message, /its string table is in no loaded segment/);
  });

  test('strings of a module that its section headers do not lead to', () => {
    const place = { path: 'kernel/drv/amd64/a' };
    const module = elf({ needed: ['a'], programs: false });
    const [dynstr, dynamic] = [1, 2].map(index => sectionsAt(module) + 64 * index);
    assert.match(
      faults(module.with(dynamic! + 40, 77), place).join(),
      /names section 77 as its string table, of 4/,
    );
    assert.match(faults(module.with(dynstr! + 26, 1), place).join(), /string table .* lies beyond the end/);
  });

  test('what follows the end of the dynamic section does not count', () => {
    const file = elf({ needed: ['a', 'b'], sections: false });
    const entry = (number: number) => file.subarray(file.length - 16 * (5 - number)).subarray(0, 16);
    const moved = [0, 2, 3, 4, 1].flatMap(number => [...entry(number)]);
    const ended = Uint8Array.of(...file.subarray(0, -80), ...moved);
    assert.deepEqual(needs(ended), ['lib/64/a usr/lib/64/a (certain)']);
  });

  test('what is wrong is said once however many libraries suffer', () => {
    assert.equal(faults('needed=a needed=b needed=c runpath=/x/$ISALIST').length, 1);
  });

  test('a run path that nothing is looked up in has no faults', () => {
    assert.deepEqual(faults('runpath=/x/$ISALIST interp=/lib/ld.so.1'), []);
  });

  test('damage says what to do', () => {
    assert.match(faults(elf().subarray(0, 40))[0]!, /^Damaged ELF file: .*; build or copy it again$/);
  });
});

suite('elf reading', () => {
  test('a small file costs one read', () => {
    const file = payload(elf({ needed: ['a', 'b'], runpath: '/x', interp: '/lib/ld.so.1' }));
    catcher.inspect(file);
    assert.deepEqual(file.reads, [{ offset: 0, length: 4096 }]);
  });

  test('a big file costs three small ones', () => {
    const needed = Array.from({ length: 40 }, (_, number) => `lib${number}.so.1`);
    const small = elf({ needed, runpath: '/x', padding: 100_000 });
    const file = payload(small);
    catcher.inspect(file);
    assert.ok(file.reads.length <= 3, `${file.reads.length} reads`);
    assert.ok(file.reads.every(({ length }) => length <= 4096));
  });

  test('a file that becomes unreadable is not called damaged', () => {
    const file = payload(elf({ needed: ['a'], interp: '/lib/ld.so.1', padding: 100_000 }));
    for (const readable of [0, 1, 2]) {
      let reads = 0;
      const read = (offset: number, length: number) =>
        reads++ < readable ? file.read(offset, length) : new Uint8Array(0);
      assert.deepEqual(catcher.inspect({ ...file, read }).faults, []);
    }
  });

  test('other files are not claimed', () => {
    const claims = (bytes: Uint8Array) => catcher.claims({ path: 'x', mode: 0o755, bytes });
    assert.deepEqual(
      [claims(elf().subarray(0, 64)), claims(new Uint8Array(64)), claims(new Uint8Array(0))],
      [true, false, false],
    );
  });

  test('thousands of names and directories are not multiplied', () => {
    const needed = Array.from({ length: 2000 }, (_, number) => `lib${number}.so.1`);
    const runpath = Array.from({ length: 500 }, (_, number) => `/d${number}`).join(':');
    const { dependencies, faults: found } = inspect(elf({ needed, runpath }));
    assert.equal(dependencies.length, 512);
    assert.ok(dependencies.every(({ anyOf }) => anyOf.length === 128));
    assert.match(found[0]!.message, /claims to need 2000 libraries; only 512 are looked at/);
  });

  const samples: readonly [words: string, path: string][] = [
    [
      'needed=libz.so.1 needed=libc.so.1 runpath=/opt/lib:$ORIGIN/../lib interp=/usr/lib/ld.so.1 soname=x',
      'usr/bin/x',
    ],
    ['class=32 endian=big machine=sparc type=rel needed=a rpath=/x filter=b programs=no', 'kernel/drv/x'],
  ];
  for (const [words, path] of samples) {
    test(`every prefix and every flipped byte of "${words}" gives an answer`, () => {
      const sample = elfFromWords(words);
      for (let at = 0; at < sample.length; at++) {
        catcher.inspect(payload(sample.subarray(0, at), { path }));
        for (const flip of [0x01, 0x80, 0xff]) {
          const { dependencies } = catcher.inspect(payload(sample.with(at, sample[at]! ^ flip), { path }));
          assert.ok(dependencies.every(({ anyOf }) => anyOf.length > 0 && !anyOf.includes('')));
        }
      }
    });
  }
});
