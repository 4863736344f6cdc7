import assert from 'node:assert/strict';
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { catcherOptions } from '../../../server/src/core/catcher-options.ts';
import { compression } from '../../../server/src/core/catchers/compression.ts';
import type { CompressedPlace, ImplicitDependency } from '../../../server/src/core/model.ts';
import { inflate } from '../../../server/src/io/inflate.ts';
import { checks } from '../../support/check.ts';
import { payload } from '../../support/payload.ts';
import { zip } from '../../support/zip.ts';

function needs(
  content: Uint8Array,
  path: string,
  compressed: readonly CompressedPlace[] = [],
): readonly ImplicitDependency[] {
  const file = payload(content, { path, mode: 0o444 });
  if (!compression.claims({ path, mode: 0o444, bytes: file.read(0, 64) })) return [];
  const options = catcherOptions({ users: [], groups: [], compressed, inflate });
  const { dependencies, faults } = compression.inspect(file, options);
  assert.deepEqual(faults, []);
  return dependencies;
}

/** Names of the programs in `usr/bin` that would do, in order. */
function tools(
  content: Uint8Array,
  path = 'usr/share/doc/x/README',
  compressed?: readonly CompressedPlace[],
): string {
  const [need] = needs(content, path, compressed);
  const all = need?.anyOf.filter(one => one.startsWith('usr/bin/')) ?? [];
  return all.map(one => one.slice('usr/bin/'.length)).join(' ');
}

/** The first bytes that xz, bzip2, lz4, ... write, as in their specifications, and something behind. */
const bytes = (...start: readonly number[]): Uint8Array => Uint8Array.from([...start, ...Array(40).fill(7)]);
const text = new TextEncoder().encode('text, and more of it');
const gzip = new Uint8Array(gzipSync(text));

suite('compression formats', () => {
  const cases: readonly [name: string, content: Uint8Array, tools: string][] = [
    ['gzip', gzip, 'gzip gunzip gzcat'],
    ['bzip2', bytes(0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59), 'bzip2 bunzip2 bzcat'],
    ['an empty bzip2 file', bytes(0x42, 0x5a, 0x68, 0x39, 0x17, 0x72), 'bzip2 bunzip2 bzcat'],
    ['xz', bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4), 'xz unxz xzcat'],
    [
      'LZMA',
      bytes(0x5d, 0, 0, 0x80, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      'xz unlzma lzcat lzma',
    ],
    ['zstd', new Uint8Array(zstdCompressSync(text)), 'zstd unzstd zstdcat'],
    ['lz4', bytes(0x04, 0x22, 0x4d, 0x18, 0x64), 'lz4 unlz4 lz4cat'],
    ['old lz4', bytes(0x02, 0x21, 0x4c, 0x18), 'lz4 unlz4 lz4cat'],
    ['lzip', bytes(0x4c, 0x5a, 0x49, 0x50, 1, 0x0c), 'lzip lunzip'],
    ['compress', bytes(0x1f, 0x9d, 0x90), 'uncompress compress zcat gzip gunzip'],
    ['pack', bytes(0x1f, 0x1e), 'unpack pcat gzip gunzip'],
    ['ZIP', zip([{ name: 'a', data: 'text' }]), 'unzip 7z 7za'],
  ];
  for (const [name, content, expected] of cases) test(name, () => assert.equal(tools(content), expected));

  const others: readonly [name: string, content: Uint8Array][] = [
    ['text', text],
    ['text that begins like bzip2', new TextEncoder().encode('BZh9 is the magic of bzip2')],
    ['gzip with flags of the future', gzip.with(3, 0xe0)],
    ['bare DEFLATE', new Uint8Array(deflateRawSync(text))],
    ['nothing', new Uint8Array(0)],
    ['one byte', Uint8Array.of(0x1f)],
    ['zeros behind a 5d', bytes(0x5d, 0, 0)],
  ];
  for (const [name, content] of others) test(`not ${name}`, () => assert.equal(tools(content), ''));
});

suite('compression places', () => {
  const cases: readonly [path: string, tools: string][] = [
    ['usr/share/man/man1/lobase.1.gz', 'gzcat gzip gunzip'],
    ['usr/share/man/de/man1/x.1.gz', 'gzcat gzip gunzip'],
    ['opt/ooce/share/man/man8/x.8', 'gzcat gzip gunzip'],
    ['usr/share/info/slib.info.gz', 'gzip gunzip gzcat'],
    ['usr/share/doc/x/changelog.Debian.gz', 'gzip gunzip gzcat'],
    ['usr/share/fonts/X11/terminus/ter-x12b.pcf.gz', ''],
    ['usr/share/fonts/x/sources.tar.gz', 'gzip gunzip gzcat'],
    ['kernel/drv/amd64/e1000g.gz', 'gzip gunzip gzcat'],
    ['platform/i86pc/kernel/drv/x', 'gzip gunzip gzcat'],
    ['usr/share/doc/x/api.jar', ''],
    ['usr/lib/python3.9/test/x.gz', ''],
    ['usr/bin/x', ''],
  ];
  for (const [path, expected] of cases) test(path, () => assert.equal(tools(gzip, path), expected));

  test('settings come after, and of them the last', () => {
    const compressed: readonly CompressedPlace[] = [
      { path: '/usr/share/doc/**', unpack: 'off' },
      { path: 'usr/share/d*/**', unpack: 'tool' },
      { path: 'usr/share/doc/x/**', unpack: 'off' },
    ];
    assert.equal(tools(gzip, 'usr/share/doc/x/a.gz', compressed), '');
    assert.equal(tools(gzip, 'usr/share/doc/y/a.gz', compressed), 'gzip gunzip gzcat');
    assert.equal(tools(gzip, 'usr/share/dict/.words.gz', compressed), 'gzip gunzip gzcat');
    assert.equal(tools(gzip, 'usr/share/man/man1/a.1.gz', compressed), 'gzcat gzip gunzip');
  });

  test('it is a hint, and nothing where nobody has such a program', () => {
    const [need] = needs(gzip, 'usr/share/man/man1/a.1.gz');
    assert.equal(need?.confidence, 'hint');
    assert.equal(need?.unmet, 'nothing');
    assert.equal(need?.because, 'compressed with gzip, and to be unpacked by a program');
  });
});

suite('check: compression', () => {
  const page = `
-- manifest --
file path=usr/share/man/man1/x.1 mode=0444
MARK-- proto/usr/share/man/man1/x.1 (from=test/data/java/greeter.jar mode=0444) --
-- settings --
catchers: { directory: off, user-group: off }
`;

  test('the package with the program is proposed', () =>
    checks(
      `${page.replace('MARK', '# ^^^^ undeclared: needs zip, which compress/unzip delivers\n')}
-- repo/compress/unzip --
file path=usr/bin/unzip
`,
      { severities: ['hint'] },
    ));

  test('where nobody has it, nothing is said', () =>
    checks(`${page.replace('MARK', '')}
-- repo/compress/gzip --
file path=usr/bin/gzip
`));
});
