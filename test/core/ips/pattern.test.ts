import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bypasses, bypassPattern, exactPattern } from '../../../server/src/core/ips/pattern.ts';
import { PatternError } from '../../../server/src/core/ips/pattern-parser.ts';
import { cpuTime } from '../../support/cpu-time.ts';

suite('bypass patterns', () => {
  const cases: readonly [value: string, covered: readonly string[], others: readonly string[]][] = [
    [
      'libGL.so.1',
      ['usr/lib/libGL.so.1', 'a/b/libGLxsoy1', 'libGL.so.1'],
      ['usr/lib/libGL.so.12', 'usr/lib/xlibGL.so.1'],
    ],
    ['usr/lib/libz.so', ['usr/lib/libz.so'], ['opt/usr/lib/libz.so', 'usr/lib/libz.so.1']],
    ['.*six.*', ['a/six/b', 'six'], ['a/seven']],
    ['opt/.*', ['opt/a/b'], ['usr/opt/a']],
    ['^usr/.*$', ['usr/a'], ['a/usr/b']],
    ['.*(?:Checks|onbld|Ws).*', ['a/onbld', 'Ws'], ['a/onbl']],
    ['.*/(a|b|c)d', ['x/bd', 'x/cd'], ['x/d']],
    ['.*[cC]onfig[pP]arser.*', ['x/configParser.py'], ['x/CONFIGPARSER']],
    ['.*/[^a-c]{2,3}', ['x/de', 'x/def'], ['x/d', 'x/abc', 'x/defg']],
    ['.*/a{2}b?c+', ['x/aac', 'x/aabccc'], ['x/ac', 'x/aabb']],
    ['.*/a{,2}', ['x/', 'x/aa'], ['x/aaa']],
    ['.*/\\d+\\.\\w*', ['x/12.ab_'], ['x/a.b']],
    ['.*/[]x]', ['x/]', 'x/x'], ['x/y']],
    ['(?P<name>a)/?b*', ['a/bb', 'a'], ['b']],
    ['.*?b', ['ab'], ['a']],
    ['c++', ['x/c', 'x/ccc'], ['x/c+', 'c']],
    ['usr/lib/(?!python).*', ['usr/lib/perl', 'usr/lib/x/python'], ['usr/lib/python3', 'usr/bin/a']],
    ['.*/(?=lib)[a-z]*', ['x/liba', 'x/lib'], ['x/alib']],
    ['.*(?<!64)/liba.*', ['lib/liba', 'x64/y/liba'], ['lib/64/liba', 'liba']],
    ['.*(?<=64/)liba', ['lib/64/liba'], ['lib/liba']],
    ['.*/a(?#not b*)c', ['x/ac'], ['x/abc']],
    ['.*/\\x61\\u00e4', ['x/aä'], ['x/a']],
  ];
  for (const [value, covered, others] of cases) {
    test(`${value}`, () => {
      for (const path of covered) assert.equal(bypasses(value, path), true, path);
      for (const path of others) assert.equal(bypasses(value, path), false, path);
    });
  }

  const invalid = ['*.so', '.*(a', '.*a)', '[a*', '.*[b-a]', 'a**', '/\\q', '.*a{3,2}', '^*x'];
  for (const value of invalid) {
    test(`${value} is no pattern and covers only itself`, () => {
      const compiled = bypassPattern(value);
      assert.ok(compiled instanceof PatternError && !compiled.valid);
      assert.equal(bypasses(value, value), true);
      assert.equal(bypasses(value, 'a/b.so'), false);
    });
  }

  for (const value of ['(?=(?!a)b).*', '(?i)a*', '.*(a)\\1', '.*a\\b', '.*(a{900}){900}']) {
    test(`${value} is a pattern that is not understood`, () => {
      const compiled = bypassPattern(value);
      assert.ok(compiled instanceof PatternError && compiled.valid);
    });
  }

  test('an exact pattern covers its path and no other', () => {
    const paths = fc.string({
      unit: fc.constantFrom(...'abc/.+*?()[]{}|\\^$-'),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(paths, paths, (path, other) => {
        const value = exactPattern(path);
        assert.equal(bypasses(value, path), true);
        if (other !== path && other !== value) assert.equal(bypasses(value, other), false);
      }),
    );
  }).timeout(20_000);

  test('no pattern takes long', () => {
    const path = 'a'.repeat(2000);
    const time = cpuTime(() => {
      for (const value of [
        '(a*)*b',
        '(a|a)*b',
        '(.*)*x',
        '(a+)+$',
        '.*.*.*.*.*.*.*.*.*.*z',
        '(.*(?=a*b))*',
        '(a*(?<=b*c))*',
      ]) {
        assert.equal(bypasses(value, path), false);
      }
    });
    assert.ok(time < 1000);
  }).timeout(20_000);

  test('any text compiles or says why not', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'ab/.+*?()[]{}|\\^$-,12:P<>'), maxLength: 20 });
    fc.assert(fc.property(texts, value => typeof bypasses(value, 'a/b') === 'boolean'));
  }).timeout(20_000);
});
