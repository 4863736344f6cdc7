import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { java } from '../../../server/src/core/catchers/java.ts';
import type { Caught } from '../../../server/src/core/model.ts';
import { classFile } from '../../support/java.ts';
import { inspected, payload } from '../../support/payload.ts';
import { type Claims, type Entry, zip } from '../../support/zip.ts';

function look(content: Uint8Array | string, path = 'opt/x/app.jar'): Caught {
  return inspected(java, payload(content, { path, mode: 0o444 }));
}

function messages(content: Uint8Array | string, path?: string): readonly string[] {
  return look(content, path).faults.map(({ message }) => message);
}

function classes(content: Uint8Array): readonly string[] {
  return [...look(content).provides!].filter(name => !name.includes('module:'));
}

const A: Entry = { name: 'A.class', data: classFile('A') };
const B: Entry = { name: 'B.class', data: classFile('B') };
const manifest = 'Manifest-Version: 1.0\n';

suite('java faults', () => {
  const cases: readonly [name: string, entries: readonly Entry[], claims: Claims, message: RegExp][] = [
    ['one part of several', [A], { disk: 1 }, /^Damaged archive: it is one part of an archive in several/],
    ['a directory elsewhere', [A], { directory: 1e9 }, /directory is said to lie beyond its end/],
    ['ten million members claimed', [A], { count: 1e7, zip64: true }, /claims to have 10000000 members/],
    ['more members claimed', [A], { count: 7 }, /its directory names 2 members, and the archive says 7/],
    ['a ZIP64 record elsewhere', [A], { zip64: true, directory: 2 ** 60 }, /said to lie beyond its end/],
    [
      'encrypted',
      [{ ...A, flags: 1 }],
      {},
      /^The member A.class is encrypted, so no class loader can read it; build the archive again$/,
    ],
    ['packed by bzip2', [{ ...A, method: 12 }], {}, /A.class is packed by method 12/],
    ['longer than it says', [{ ...A, size: 10 }], {}, /does not unpack to the size/],
    ['cut off', [{ ...A, packed: 1000 }], {}, /A.class is cut off/],
    ['stored with two sizes', [{ ...A, method: 0, size: 7 }], {}, /has two different sizes/],
    ['not where the directory says', [{ ...A, offset: 3 }], {}, /A.class is not where the directory says/],
    ['far beyond the end', [{ ...A, offset: 2 ** 52 }], { zip64: true }, /not where the directory says/],
    ['too large', [{ ...A, size: 2 ** 31 }], {}, /A.class is 2147483648 bytes long/],
    [
      'no class',
      [{ ...A, data: 'text, and more of it' }],
      {},
      /^Damaged class file A.class: it does not begin/,
    ],
    [
      'an archive that is none',
      [{ name: 'lib/x.jar', data: 'text' }],
      {},
      /^Damaged archive lib\/x.jar: it is too short/,
    ],
  ];
  for (const [name, entries, claims, message] of cases) {
    test(name, () => {
      const found = messages(zip([...entries, B], claims));
      assert.equal(found.length, 1);
      assert.match(found[0]!, message);
    });
  }

  test('the other members of a damaged archive are read all the same', () =>
    assert.deepEqual(classes(zip([{ ...A, flags: 1 }, B])), ['java:B']));

  test('members that would lie outside are left out', () => {
    const names = [
      '../../etc/x.class',
      '/A.class',
      'C:\\A.class',
      'a/../../b.class',
      '..\\x.class',
      'a\0.class',
    ];
    const jar = zip([...names.map(name => ({ ...A, name })), B]);
    assert.deepEqual(messages(jar), [
      'Damaged archive: its member "../../etc/x.class" and 5 more would lie outside of it, and was left out; build or copy it again',
    ]);
    assert.deepEqual(classes(jar), ['java:B']);
  });

  test('no archive at all', () => {
    assert.match(
      messages('x'.repeat(100))[0]!,
      /does not end as a ZIP archive does, so it is cut off or none/,
    );
    assert.match(messages('PK')[0]!, /too short/);
  });

  test('a damaged class file', () => {
    const whole = classFile('A', { refersTo: ['B'] });
    assert.match(
      messages(whole.subarray(0, 20), 'A.class')[0]!,
      /^Damaged class file: it ends within its constant pool; compile/,
    );
    assert.match(messages(whole.subarray(0, -14), 'A.class')[0]!, /ends within its fields or methods/);
    assert.match(messages(whole.with(10, 99), 'A.class')[0]!, /constant 1 is of the unknown kind 99/);
  });

  test('many faults are told as a few', () => {
    const jar = zip(Array.from({ length: 100 }, (_, at) => ({ ...A, name: `C${at}.class`, flags: 1 })));
    assert.equal(messages(jar).length, 9);
  });
});

suite('java archives of every kind', () => {
  const cases: readonly [name: string, content: Uint8Array][] = [
    ['with a comment', zip([A], { comment: 'a comment with PK\x05\x06 in it' })],
    ['with 64-bit records', zip([A], { zip64: true })],
    [
      'with a start script in front',
      new Uint8Array([...Buffer.from('#!/bin/sh\nexec java -jar "$0"\n'), ...zip([A])]),
    ],
    ['with both', new Uint8Array([...Buffer.from('#!/bin/sh\n'), ...zip([A], { zip64: true })])],
    ['stored', zip([{ ...A, method: 0 }])],
  ];
  for (const [name, content] of cases) {
    test(name, () => {
      assert.deepEqual(messages(content), []);
      assert.deepEqual(classes(content), ['java:A']);
    });
  }
});

suite('java bombs', () => {
  test('a member that unpacks to a thousand times its size is not unpacked', () => {
    const bomb = zip([{ name: 'x.jar', data: new Uint8Array(50_000_000) }, B]);
    assert.match(
      messages(bomb)[0]!,
      /^The member x.jar claims to unpack to \d+ times its size, and is not unpacked/,
    );
    assert.deepEqual(classes(bomb), ['java:B']);
  });

  test('nor one that lies about it', () => {
    const bomb = zip([{ name: 'x.jar', data: new Uint8Array(50_000_000), size: 60_000 }, B]);
    assert.match(messages(bomb)[0]!, /does not unpack to the size that the archive says/);
  });

  test('archives ten deep are opened four deep', () => {
    let nested = zip([{ ...A, name: 'deep/A.class' }]);
    for (let level = 0; level < 10; level++) nested = zip([{ name: `l${level}.jar`, data: nested }, B]);
    assert.deepEqual(messages(nested), [
      'Damaged archive l9.jar!/l8.jar!/l7.jar!/l6.jar: archives in it are not read: they lie more than 4 archives deep; build or copy it again',
    ]);
  });

  test('two hundred members that are one archive of two hundred such, four deep, end', () => {
    let nested = zip([{ ...B, method: 0 }]);
    for (let level = 0; level < 4; level++) {
      const { length } = nested;
      const same = { data: '', method: 0, offset: 0, packed: length, size: length };
      const others = Array.from({ length: 200 }, (_, at) => ({ name: `x${at}.jar`, ...same }));
      nested = zip([{ name: 'x.jar', data: nested, method: 0 }, ...others]);
    }
    const started = process.cpuUsage();
    const found = messages(nested);
    const { user } = process.cpuUsage(started);
    assert.match(found[0]!, /is not read: the archive unpacks to more than is looked at/);
    assert.ok(found.length <= 9);
    assert.ok(user < 10_000_000, `${user} µs`);
  });

  test('a hundred thousand references are read once', () => {
    const long = `L${'x'.repeat(900)};`.repeat(70);
    const content = classFile('A', { descriptors: Array.from({ length: 9 }, () => `(${long})V`) });
    assert.equal(look(content, 'A.class').dependencies.length, 2);
  });
});

suite('java reading', () => {
  test('a jar is read in few reads, from its beginning to its end', () => {
    const entries = Array.from({ length: 2000 }, (_, at) => ({
      name: `C${at}.class`,
      data: classFile(`C${at}`),
    }));
    const file = payload(zip([{ name: 'META-INF/MANIFEST.MF', data: manifest }, ...entries]), {
      path: 'x.jar',
    });
    inspected(java, file);
    assert.ok(file.reads.length < 10, `${file.reads.length} reads`);
  });

  test('a file that became unreadable needs nothing', () => {
    const gone = { ...payload(zip([A]), { path: 'x/A.class' }), read: () => new Uint8Array(0) };
    assert.deepEqual(inspected(java, gone).dependencies, []);
  });

  for (const [name, path] of [
    ['texts.jar', 'x.jar'],
    ['Main.class', 'x.class'],
    ['texts.jmod', 'x.jmod'],
  ] as const) {
    test(`every prefix and every flipped byte of ${name} gives an answer`, () => {
      const sample = new Uint8Array(readFileSync(`test/data/java/${name}`));
      for (let at = 0; at < sample.length; at++) {
        look(sample.subarray(0, at), path);
        for (const value of [0xff, sample[at]! ^ 1]) look(sample.with(at, value), path);
      }
    });
  }
});
