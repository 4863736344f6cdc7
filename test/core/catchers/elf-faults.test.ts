import assert from 'node:assert/strict';
import { elf as catcher } from '../../../server/src/core/catchers/elf.ts';
import { elf, elfFromWords } from '../../support/elf.ts';
import { faults, inspect, needs } from '../../support/elf-catches.ts';
import { inspected, payload } from '../../support/payload.ts';

/** Offset of the section headers of a little-endian 64-bit file below 64 KiB. */
function sectionsAt(file: Uint8Array): number {
  return file[40]! + file[41]! * 256;
}

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
  test('a small file is read at its beginning', () => {
    const file = payload(elf({ needed: ['a', 'b'], runpath: '/x', interp: '/lib/ld.so.1' }));
    inspected(catcher, file);
    assert.ok(file.reads.every(({ offset, length }) => offset + length <= 4096));
  });

  test('a big file is read at three places', () => {
    const needed = Array.from({ length: 40 }, (_, number) => `lib${number}.so.1`);
    const small = elf({ needed, runpath: '/x', padding: 100_000 });
    const file = payload(small);
    inspected(catcher, file);
    const places = new Set(file.reads.map(({ offset }) => Math.floor(offset / 4096)));
    assert.ok(places.size <= 3, `${places.size} places`);
    assert.ok(file.reads.every(({ length }) => length <= 4096));
  });

  test('a file that becomes unreadable is not called damaged', () => {
    const file = payload(elf({ needed: ['a'], interp: '/lib/ld.so.1', padding: 100_000 }));
    for (const readable of [0, 1, 2, 3, 4]) {
      let reads = 0;
      const read = (offset: number, length: number) =>
        reads++ < readable ? file.read(offset, length) : new Uint8Array(0);
      assert.deepEqual(inspected(catcher, { ...file, read }).faults, []);
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
        inspected(catcher, payload(sample.subarray(0, at), { path }));
        for (const flip of [0x01, 0x80, 0xff]) {
          const { dependencies } = inspected(catcher, payload(sample.with(at, sample[at]! ^ flip), { path }));
          assert.ok(dependencies.every(({ anyOf }) => anyOf.length > 0 && !anyOf.includes('')));
        }
      }
    });
  }
});
