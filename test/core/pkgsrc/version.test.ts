import assert from 'node:assert/strict';
import fc from 'fast-check';
import { splitPkgname } from '../../../server/src/core/pkgsrc/pkgname.ts';
import { compareVersions, readVersion } from '../../../server/src/core/pkgsrc/version.ts';
import { goldenRows } from '../../support/pkgsrc-golden.ts';

const pieces = [
  '1',
  '0',
  '20',
  '.',
  '_',
  'pl',
  'alpha',
  'beta',
  'rc',
  'pre',
  'nb3',
  'NB',
  'a',
  'z',
  '+',
  '007',
];
const version = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map(parts => parts.join(''));

suite('pkgsrc versions', () => {
  test('are in the order of the real tool', () => {
    const rows = goldenRows('version_order.tsv');
    const sign = { '<': -1, '=': 0, '>': 1 } as const;
    const wrong = rows.filter(
      ([a = '', relation, b = '']) =>
        Math.sign(compareVersions(a, b)) !== sign[relation as keyof typeof sign],
    );
    assert.ok(rows.length > 800);
    assert.deepEqual(wrong, []);
  });

  test('numbers, modifiers, letters and the last revision are what counts', () => {
    assert.deepEqual(readVersion('1.0beta2b_3pl4nb5nb6'), {
      numbers: [1, 0, 0, -2, 2, 0, 2, 0, 3, 0, 4],
      revision: 6,
    });
    assert.deepEqual(readVersion('1+~1'), { numbers: [1, 1], revision: 0 });
  });

  test('the order is total: equal to itself, and the same from both sides', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        assert.equal(compareVersions(a, a), 0);
        assert.equal(Math.sign(compareVersions(a, b)), 0 - Math.sign(compareVersions(b, a)));
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
      }),
    );
  });

  test('a package name ends at its last dash', () => {
    assert.deepEqual(splitPkgname('p5-Foo-Bar-1.0nb2'), { name: 'p5-Foo-Bar', version: '1.0nb2' });
    assert.deepEqual(splitPkgname('greet'), { name: 'greet', version: '' });
  });
});
