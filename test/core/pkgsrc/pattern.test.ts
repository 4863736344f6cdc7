import assert from 'node:assert/strict';
import { expand, matchOutcome, patternFault } from '../../../server/src/core/pkgsrc/pattern.ts';
import { goldenRows } from '../../support/pkgsrc-golden.ts';

suite('pkgsrc patterns', () => {
  for (const table of ['pmatch.tsv', 'pmatch-random.tsv'])
    test(`agree with the real tool in every row of ${table}`, () => {
      const rows = goldenRows(table);
      const ours = rows.map(([pattern = '', pkgname = '']) => matchOutcome(pattern, pkgname));
      const wrong = rows
        .map(([pattern, pkgname, expected], at) => ({ pattern, pkgname, expected, ours: ours[at] }))
        .filter(row => row.expected !== row.ours);
      assert.ok(rows.length > 150);
      assert.deepEqual(wrong, []);
    });

  test('braces that do not close are an error only where the beginning could match', () => {
    assert.equal(matchOutcome('foo-{1,2', 'foo-1'), 'error');
    assert.equal(matchOutcome('foo-{1,2', 'bar-1'), 'nomatch');
    assert.equal(matchOutcome('{foo-1,foo-{2', 'foo-1'), 'error');
    assert.equal(matchOutcome('{foo,ba{r}-1', 'foo-1'), 'error');
  });

  test('no wildcard matches a period that begins a name', () => {
    for (const pattern of ['*', '?foo-1', '[.]foo-1', '[!a]foo-1', '**'])
      assert.equal(matchOutcome(pattern, '.foo-1'), 'nomatch', pattern);
    assert.equal(matchOutcome('.f*', '.foo-1'), 'match');
    assert.equal(matchOutcome('f*', 'f.oo-1'), 'match');
  });

  test('a thousand groups of braces are an error, soon', () => {
    assert.equal(matchOutcome('{a,a}'.repeat(200), 'aa-1'), 'error');
    assert.equal(expand('{a,b}'.repeat(100)), undefined);
    assert.equal(matchOutcome(`${'*a'.repeat(500)}b`, 'a'.repeat(255)), 'nomatch');
  });

  test('alternatives come out in their order', () => {
    assert.deepEqual(expand('{foo,{bar,baz}}-{1,2}'), ['foo-1', 'foo-2', 'bar-1', 'bar-2', 'baz-1', 'baz-2']);
    assert.deepEqual(expand('mysql{,55}>=5'), ['mysql>=5', 'mysql55>=5']);
    assert.deepEqual(expand('{}'), ['']);
  });

  const faults: readonly (readonly [pattern: string, fault: RegExp | undefined])[] = [
    ['greet', undefined],
    ['{mysql,mariadb}-client>=5.1<5.6', undefined],
    ['p5-[0-9]*', undefined],
    ['', /empty/],
    ['foo-{1,2', /braces/],
    ['foo}', /braces/],
    ['foo >=1', /white space/],
    ['foo\n', /control/],
    ['-x', /begins with -/],
    ['f'.repeat(2000), /longer than/],
    ['{a,b}'.repeat(20), /alternatives/],
  ];
  for (const [pattern, fault] of faults)
    test(`"${pattern.slice(0, 40).replace('\n', '\\n')}" is ${fault ? `refused: ${fault.source}` : 'sound'}`, () =>
      fault
        ? assert.match(patternFault(pattern) ?? '', fault)
        : assert.equal(patternFault(pattern), undefined));
});
