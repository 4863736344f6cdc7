import assert from 'node:assert/strict';
import { pkgConfig } from '../../../server/src/core/catchers/pkg-config.ts';
import type { ImplicitDependency } from '../../../server/src/core/model.ts';
import { checks } from '../../support/check.ts';
import { caught, inspected, payload } from '../../support/payload.ts';

const FILE = 'usr/lib/pkgconfig/x.pc';

function dependencies(text: string | Uint8Array, path = FILE): readonly ImplicitDependency[] {
  return caught(pkgConfig, payload(text, { path, mode: 0o444 })).dependencies;
}

/** `NAME (confidence)` of everything required. */
function needs(text: string | Uint8Array, path = FILE): readonly string[] {
  return dependencies(text, path).map(({ what, confidence }) => `${what} (${confidence})`);
}

suite('pkg-config needs', () => {
  const cases: readonly [text: string, ...needs: string[]][] = [
    ['Requires: a\n', 'a (likely)'],
    ['Requires: a b,c , d\n', 'a (likely)', 'b (likely)', 'c (likely)', 'd (likely)'],
    [
      'Requires: gtk+-3.0 >= 3.0, b = 1 c<2 d!= 3 e\n',
      'gtk+-3.0 (likely)',
      'b (likely)',
      'c (likely)',
      'd (likely)',
      'e (likely)',
    ],
    ['Requires: a >=1 b\n', 'a (likely)', 'b (likely)'],
    ['Requires.private: a\nRequires.internal: b\n', 'a (hint)', 'b (hint)'],
    ['Requires.private: a b\nRequires: b\n', 'a (hint)', 'b (likely)'],
    ['Requires: a a\nRequires.private: a\n', 'a (likely)'],
    ['v=1.0\nmore=b >= ${v}, c\nRequires: a >= ${v} ${more}\n', 'a (likely)', 'b (likely)', 'c (likely)'],
    ['n=${m}\nm=1\nRequires: a-${n} b\n', 'b (likely)'],
    ['n=${n}${n}\nRequires: ${n} b-${n}\n'],
    ['Requires: @DEPS@ a-@V@ $$x\n'],
    ['# Requires: a\nRequires: b # c\n', 'b (likely)'],
    ['Requires: a \\\n  b\\\n,c\nLibs: d\n', 'a (likely)', 'b (likely)', 'c (likely)'],
    ['  Requires : a\r\nRequires.private: b\r\n', 'a (likely)', 'b (hint)'],
    ['requires: a\nConflicts: b\nRequires=c\nLibs: -ld\n'],
    ['Requires:\nRequires: \nRequires'],
    ['Requires: /usr/lib/y.pc ../z\n'],
  ];
  for (const [text, ...expected] of cases)
    test(JSON.stringify(text), () => assert.deepEqual(needs(text), expected));

  const places: readonly [path: string, ...directories: string[]][] = [
    [FILE, 'usr/lib/pkgconfig', 'usr/share/pkgconfig'],
    [
      'usr/lib/amd64/pkgconfig/x.pc',
      'usr/lib/amd64/pkgconfig',
      'usr/lib/sparcv9/pkgconfig',
      'usr/lib/aarch64/pkgconfig',
      'usr/lib/64/pkgconfig',
      'usr/lib/pkgconfig',
      'usr/share/pkgconfig',
    ],
    [
      'opt/ooce/lib/pkgconfig/x.pc',
      'opt/ooce/lib/pkgconfig',
      'opt/ooce/share/pkgconfig',
      'usr/lib/pkgconfig',
      'usr/share/pkgconfig',
    ],
    [
      'usr/share/pkgconfig/x.pc',
      'usr/share/pkgconfig',
      'usr/lib/amd64/pkgconfig',
      'usr/lib/sparcv9/pkgconfig',
      'usr/lib/aarch64/pkgconfig',
      'usr/lib/64/pkgconfig',
      'usr/lib/pkgconfig',
    ],
  ];
  for (const [path, ...directories] of places) {
    test(`of ${path} are looked for in its directory first`, () =>
      assert.deepEqual(
        dependencies('Requires: a\n', path)[0]!.anyOf,
        directories.map(each => `${each}/a.pc`),
      ));
  }

  test('are those of .pc files in a pkgconfig directory', () => {
    assert.deepEqual(needs('Requires: a\n', 'usr/lib/x.pc'), []);
    assert.deepEqual(needs('Requires: a\n', 'usr/lib/pkgconfig/x.txt'), []);
    assert.deepEqual(needs(Uint8Array.of(0, 1, 2, 10, ...new TextEncoder().encode('Requires: a\n'))), []);
  });

  test('tell where they stand', () => {
    const text = 'm=c\nRequires: a >= 1 \\\n  b ${m} a\n';
    const shown = dependencies(text).map(({ at, because }) => {
      const line = text.split('\n')[at!.line]!;
      return [line.slice(at!.column, at!.endColumn), because];
    });
    const line = 'Requires: a >= 1 b ${m} a';
    assert.deepEqual(shown, [
      ['a', line],
      ['b', line],
      ['${m}', line],
    ]);
  });

  test('variables that grow without end take no time', () => {
    const bomb = Array.from({ length: 60 }, (_, at) => `v${at + 1}=\${v${at}}\${v${at}}\n`).join('');
    assert.deepEqual(needs(`v0=aaaa\n${bomb}Requires: \${v60} b\n`), ['b (likely)']);
  });

  test('at most 64 KiB are read', () => {
    const file = payload(`Requires: a\n${' '.repeat(200_000)}`, { path: FILE });
    inspected(pkgConfig, file);
    assert.deepEqual(file.reads, [{ offset: 0, length: 65536 }]);
  });

  test('every prefix and every flipped byte gives an answer', () => {
    const sample = new TextEncoder().encode('a=${b}\\\n#x\nb=$$ ä\nRequires: a >= 1, ${b}\n');
    for (let at = 0; at < sample.length; at++) {
      inspected(pkgConfig, payload(sample.subarray(0, at), { path: FILE }));
      for (let value = 0; value < 256; value++)
        inspected(pkgConfig, payload(sample.with(at, value), { path: FILE }));
    }
  });

  test('a module of another package asks for that package', () =>
    checks(
      `
-- manifest --
file path=usr/lib/amd64/pkgconfig/x.pc mode=0444
#    ^^^^ undeclared: needs glib-2.0, which library/glib2 delivers
-- proto/usr/lib/amd64/pkgconfig/x.pc --
Requires: glib-2.0 >= 2.50
-- repo/library/glib2 --
file path=usr/lib/64/pkgconfig/glib-2.0.pc
`,
      { severities: ['warning'] },
    ));
});
