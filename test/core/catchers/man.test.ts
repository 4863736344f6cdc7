import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { man } from '../../../server/src/core/catchers/man.ts';
import type { ImplicitDependency } from '../../../server/src/core/model.ts';
import { checks } from '../../support/check.ts';
import { caught, inspected, payload } from '../../support/payload.ts';

const PAGE = 'usr/share/man/man3/creat.3';

function dependencies(text: string | Uint8Array, path = PAGE): readonly ImplicitDependency[] {
  return caught(man, payload(text, { path, mode: 0o444 })).dependencies;
}

/** Candidates without those that are compressed. */
function needs(text: string | Uint8Array, path = PAGE): readonly string[] {
  return dependencies(text, path).map(({ anyOf }) =>
    anyOf.filter(one => !/\.(?:gz|bz2|xz|zst)$/.test(one)).join(' '),
  );
}

suite('man needs', () => {
  const cases: readonly [text: string, ...needs: string[]][] = [
    ['.so man2/open.2\n', 'usr/share/man/man2/open.2'],
    ['.so man2/open.2', 'usr/share/man/man2/open.2'],
    ["'so  man2/open.2\r\n", 'usr/share/man/man2/open.2'],
    ['. so "man2/open.2"\n', 'usr/share/man/man2/open.2'],
    ['.so ../man2/open.2 \n', 'usr/share/man/man2/open.2 usr/share/man2/open.2'],
    ['.so open.3\n', 'usr/share/man/man3/open.3 usr/share/man/open.3'],
    ['.so /usr/share/lib/tmac/an\n', 'usr/share/lib/tmac/an'],
    [
      '.\\" comment\n.so man1/a.1\n.so man1/b.1\n.so man1/a.1\n',
      'usr/share/man/man1/a.1',
      'usr/share/man/man1/b.1',
    ],
    ['text .so man1/a.1\n .so man1/a.1\n'],
    ['.source man1/a.1\n.so\n.so \n'],
    ['.so \\*[dir]/a.1\n'],
    ['.so man1/\\*d\n'],
    ['.so /\n'],
    [''],
  ];
  for (const [text, ...expected] of cases)
    test(JSON.stringify(text), () => assert.deepEqual(needs(text), expected));

  test('of a translated page may be met by the page in English', () =>
    assert.deepEqual(needs('.so man1/a.1\n', 'opt/x/share/man/de/man1/b.1'), [
      'opt/x/share/man/de/man1/a.1 opt/x/share/man/man1/a.1',
    ]));

  test('are met by a page that is compressed', () =>
    assert.deepEqual(dependencies('.so man1/a.1\n')[0]!.anyOf, [
      'usr/share/man/man1/a.1',
      'usr/share/man/man1/a.1.gz',
      'usr/share/man/man1/a.1.bz2',
      'usr/share/man/man1/a.1.xz',
      'usr/share/man/man1/a.1.zst',
    ]));

  test('are those of pages alone', () => {
    assert.deepEqual(needs('.so man1/a.1\n', 'usr/share/doc/man1/b.1'), []);
    assert.deepEqual(needs('.so man1/a.1\n', 'usr/share/man/whatis'), []);
    assert.deepEqual(needs('.so man1/a.1\n', 'usr/share/man/man1/b.1.bz2'), []);
    assert.deepEqual(needs(Uint8Array.of(0x1f, 0x8b, 10, 0x2e, 0x73, 0x6f)), []);
  });

  test('are those of a page that is compressed with gzip, too', () => {
    const page = new TextEncoder().encode('.so man1/a.1\n');
    for (const name of ['b.1.gz', 'b.1'])
      assert.equal(needs(gzipSync(page), `usr/share/man/man1/${name}`).length, 1);
    const named = Uint8Array.from([
      0x1f,
      0x8b,
      8,
      0x1e,
      0,
      0,
      0,
      0,
      0,
      3,
      2,
      0,
      7,
      7,
      97,
      0,
      98,
      0,
      5,
      5,
      ...gzipSync(page).subarray(10),
    ]);
    assert.deepEqual(needs(named, 'usr/share/man/man1/b.1.gz'), ['usr/share/man/man1/a.1']);
    assert.equal(dependencies(named, 'usr/share/man/man1/b.1.gz')[0]?.at, undefined);
  });

  test('are not looked for in what is damaged, or would be larger than any page', () => {
    const large = gzipSync(Buffer.concat([Buffer.from('.so man1/a.1\n'), Buffer.alloc(300_000)]));
    for (const bytes of [large, large.subarray(0, 20), large.subarray(0, 9), gzipSync('').subarray(0, 3)])
      assert.deepEqual(needs(bytes, 'usr/share/man/man1/b.1.gz'), []);
    const header = Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, ...new Uint8Array(20).fill(7));
    assert.deepEqual(needs(header, 'usr/share/man/man1/b.1.gz'), []);
  });

  test('tell where they stand', () => {
    const [first] = dependencies('.\\" x\n.so  man1/a.1 \n');
    const { at, what, because, confidence } = first!;
    assert.deepEqual(at, { line: 1, column: 5, endLine: 1, endColumn: 13 });
    assert.deepEqual([what, because, confidence], ['man1/a.1', '.so  man1/a.1 ', 'likely']);
  });

  test('are looked for in the first 8 KiB, and the line that was cut is not believed', () => {
    const file = payload(`.so man1/a.1\n.\\"${'x'.repeat(8160)}\n.so man1/abcdefghijklmnopqrst.1\n`, {
      path: PAGE,
    });
    assert.equal(inspected(man, file).dependencies.length, 1);
    assert.deepEqual(file.reads, [{ offset: 0, length: 8192 }]);
  });

  test("a page that is another package's asks for that package", () =>
    checks(
      `
-- manifest --
file path=usr/share/man/man3/creat.3 mode=0444
#    ^^^^ undeclared: needs man2/open.2, which system/man delivers
-- proto/usr/share/man/man3/creat.3 --
.so man2/open.2
-- repo/system/man --
file path=usr/share/man/man2/open.2.gz
`,
      { severities: ['warning'] },
    ));
});
