import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DialectRules } from '../../../server/src/core/dialect.ts';
import { dialectOf, rulesOf } from '../../../server/src/core/dialects.ts';
import { applyEdits } from '../../../server/src/core/edits.ts';
import type { Manifest, NewDependency } from '../../../server/src/core/model.ts';

const ips: DialectRules = rulesOf('ips');
const REQUIRE = (name: string): NewDependency => ({ type: 'require', anyOf: [{ name }] });

suite('adding dependencies', () => {
  const cases: readonly [name: string, before: string, added: readonly NewDependency[], after: string][] = [
    [
      'at the end without any',
      'file path=a\n\n',
      [REQUIRE('x/y')],
      'file path=a\ndepend fmri=pkg:/x/y type=require\n\n',
    ],
    ['to nothing', '', [REQUIRE('x')], 'depend fmri=pkg:/x type=require\n'],
    [
      'behind the last one',
      'depend fmri=pkg:/z type=require\nfile path=a\n',
      [REQUIRE('x')],
      'depend fmri=pkg:/z type=require\ndepend fmri=pkg:/x type=require\nfile path=a\n',
    ],
    [
      'in order where there is one',
      'depend type=require fmri=a\ndepend type=require fmri=c\n',
      [REQUIRE('b')],
      'depend type=require fmri=a\ndepend type=require fmri=b\ndepend type=require fmri=c\n',
    ],
    [
      'before the first in order',
      'set a=b\ndepend type=require fmri=b\ndepend type=require fmri=c\n',
      [REQUIRE('a')],
      'set a=b\ndepend type=require fmri=a\ndepend type=require fmri=b\ndepend type=require fmri=c\n',
    ],
    [
      'not between a comment and its dependency',
      '# about b\ndepend type=require fmri=b\ndepend type=require fmri=c\n',
      [REQUIRE('a')],
      '# about b\ndepend type=require fmri=b\ndepend type=require fmri=a\ndepend type=require fmri=c\n',
    ],
    [
      'in several places at once',
      'depend fmri=b type=require\ndepend fmri=d type=require\n',
      [REQUIRE('e'), REQUIRE('c')],
      'depend fmri=b type=require\ndepend fmri=c type=require\ndepend fmri=d type=require\ndepend fmri=e type=require\n',
    ],
    [
      'with the prefix of the others',
      'depend fmri=/b type=require\n',
      [REQUIRE('c')],
      'depend fmri=/b type=require\ndepend fmri=/c type=require\n',
    ],
    [
      'never with their publisher',
      'depend fmri=pkg://p/b type=require\n',
      [REQUIRE('c')],
      'depend fmri=pkg://p/b type=require\ndepend fmri=pkg:/c type=require\n',
    ],
    ['with CR LF', 'file path=a\r\n', [REQUIRE('b')], 'file path=a\r\ndepend fmri=pkg:/b type=require\r\n'],
    [
      'without a final newline',
      'file path=a',
      [REQUIRE('b')],
      'file path=a\ndepend fmri=pkg:/b type=require\n',
    ],
    [
      'behind an open continuation',
      'depend fmri=pkg:/a \\\n  type=require \\\n',
      [REQUIRE('b')],
      'depend fmri=pkg:/a \\\n  type=require\ndepend fmri=pkg:/b type=require\n',
    ],
    [
      'behind a continuation into nothing',
      'depend fmri=pkg:/a type=require \\\n\nfile path=a\n',
      [REQUIRE('b')],
      'depend fmri=pkg:/a type=require\ndepend fmri=pkg:/b type=require\n\nfile path=a\n',
    ],
    ['behind an open comment', '# a \\', [REQUIRE('b')], '# a\ndepend fmri=pkg:/b type=require\n'],
    [
      'not twice',
      'depend type=require fmri=a\n',
      [REQUIRE('a'), REQUIRE('a')],
      'depend type=require fmri=a\n',
    ],
    [
      'alternatives, version and variants',
      '',
      [
        {
          type: 'require-any',
          anyOf: [{ name: 'a', version: '1.2' }, { name: 'b' }],
          variants: new Map([['arch', new Set(['sparc', 'i386'])]]),
        },
      ],
      'depend fmri=pkg:/a@1.2 fmri=pkg:/b type=require-any variant.arch=i386 variant.arch=sparc\n',
    ],
  ];
  for (const [name, before, added, after] of cases) {
    test(name, () =>
      assert.equal(
        edited(before, manifest => ips.addDependencies(manifest, added)),
        after,
      ),
    );
  }

  test('adds what was asked, keeps everything else, and does nothing the second time', () => {
    const lines = fc.constantFrom(
      ...[
        'depend type=require fmri=b',
        'depend fmri=pkg:/d@1 type=require',
        'file path=a',
        '# c',
        '',
        'set a=b \\',
        '  c=d',
        '\\',
      ],
      ...[
        'depend \\',
        '  type=require fmri=f \\',
        '$(X)depend fmri=z type=require',
        '<include x>',
        'file path="',
        '# \\',
      ],
    );
    const texts = fc.tuple(
      fc.array(lines, { maxLength: 12 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom('', '\n'),
    );
    const names = fc.array(fc.constantFrom('a', 'b', 'c/d', 'e', 'g'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(texts, names, ([parts, eol, end], wanted) => {
        const before = parts.join(eol) + end.replace('\n', eol);
        const change = (manifest: Manifest) => ips.addDependencies(manifest, wanted.map(REQUIRE));
        const after = edited(before, change);
        const declared = (text: string): string[] =>
          read(text).dependencies.map(one => `${one.type} ${one.anyOf[0]?.name}`);
        const expected = new Set([...declared(before), ...wanted.map(name => `require ${name}`)]);
        assert.deepEqual(new Set(declared(after)), expected);
        assert.equal(read(after).deliveries.length, read(before).deliveries.length);
        assert.equal(edited(after, change), after);
      }),
      { numRuns: 500 },
    );
  }).timeout(20_000);
});

suite('changing dependencies', () => {
  test('the whole logical line goes', () => {
    const before = 'set a=b\ndepend fmri=a \\\n  type=require\ndepend fmri=b type=require\n';
    assert.equal(
      edited(before, manifest => ips.removeDependency(manifest, 0)),
      'set a=b\ndepend fmri=b type=require\n',
    );
  });

  const cases: readonly [before: string, after: string][] = [
    ['fmri=pkg:/a@1', 'fmri=pkg:/n@2'],
    ['fmri="pkg:/a@1"', 'fmri="pkg:/n@2"'],
    ["fmri='a'", "fmri='n@2'"],
    ['fmri=/a', 'fmri=/n@2'],
    ['fmri=pkg://p/a', 'fmri=pkg:/n@2'],
  ];
  for (const [before, after] of cases) {
    test(`${before} becomes ${after}`, () => {
      const change = (manifest: Manifest) => ips.retarget(manifest, 0, 1, { name: 'n', version: '2' });
      assert.equal(
        edited(`depend fmri=x ${before} type=require-any\n`, change),
        `depend fmri=x ${after} type=require-any\n`,
      );
    });
  }
});

suite('bypassing paths', () => {
  const cases: readonly [name: string, before: string, after: string][] = [
    ['exactly', 'file path=a\n', 'file path=a pkg.depend.bypass-generate=usr/lib/c\\+\\+\\.so\n'],
    ['without final newline', 'file path=a', 'file path=a pkg.depend.bypass-generate=usr/lib/c\\+\\+\\.so'],
    [
      'beside others',
      'file path=a pkg.depend.bypass-generate=x b=c\n',
      'file path=a pkg.depend.bypass-generate=x b=c pkg.depend.bypass-generate=usr/lib/c\\+\\+\\.so\n',
    ],
    [
      'wrapped where the action is',
      'file path=a \\\n\tb=c\n',
      'file path=a \\\n\tb=c \\\n\tpkg.depend.bypass-generate=usr/lib/c\\+\\+\\.so\n',
    ],
    [
      'keeping what the manifest bypasses',
      "set name=pkg.depend.bypass-generate value='x y'\nfile path=a\n",
      'set name=pkg.depend.bypass-generate value=\'x y\'\nfile path=a pkg.depend.bypass-generate="x y" pkg.depend.bypass-generate=usr/lib/c\\+\\+\\.so\n',
    ],
    [
      'not again',
      'file path=a pkg.depend.bypass-generate=.*/c\\+\\+\\.so\n',
      'file path=a pkg.depend.bypass-generate=.*/c\\+\\+\\.so\n',
    ],
    [
      'before an open continuation',
      'file path=a \\\n',
      'file path=a pkg.depend.bypass-generate=usr/lib/c\\+\\+\\.so \\\n',
    ],
  ];
  for (const [name, before, after] of cases) {
    test(name, () => assert.equal(edited(before, bypassing(['usr/lib/c++.so'])), after));
  }

  test('covers every path afterwards, keeps what was covered, and does nothing the second time', () => {
    const path = fc.string({ unit: fc.constantFrom(...'ab/.+ "\'\\$('), minLength: 1, maxLength: 10 });
    const before = fc.constantFrom(
      'file path=a',
      'file path=a \\\n b=c\n',
      'set pkg.depend.bypass-generate=x\nfile p path=a\n',
    );
    fc.assert(
      fc.property(before, fc.array(path, { minLength: 1, maxLength: 3 }), (text, paths) => {
        const after = edited(text, bypassing(paths));
        const file = read(after).files[0];
        for (const covered of [...paths, ...(read(text).files[0]?.bypass ?? [])]) {
          assert.ok(
            file?.bypass.some(value => ips.bypasses(value, covered)),
            `${covered} in ${after}`,
          );
        }
        assert.equal(edited(after, bypassing(paths)), after);
      }),
    );
  }).timeout(20_000);
});

suite('dialects', () => {
  test('manifests and fragments are of IPS, other files of none', () => {
    assert.equal(dialectOf('/w/a.p5m')?.name, 'ips');
    assert.equal(dialectOf('/w/a.mog')?.name, 'ips');
    assert.equal(dialectOf('/w/Makefile'), undefined);
  });
});

function read(text: string): Manifest {
  return ips.read(text, { path: '/w/a.p5m', macros: {} });
}

function edited(
  text: string,
  change: (manifest: Manifest) => ReturnType<DialectRules['addDependencies']>,
): string {
  return applyEdits(text, [change(read(text))]);
}

function bypassing(paths: readonly string[]): Parameters<typeof edited>[1] {
  return manifest => {
    const [file] = manifest.files;
    assert.ok(file);
    return ips.bypass(manifest, file, paths);
  };
}
