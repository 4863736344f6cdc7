import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compareVersion,
  compareVersions,
  formatVersion,
  isIncorporated,
  isSuccessor,
  meets,
  parseVersion,
  type Version,
} from '../../../server/src/core/ips/version.ts';

const numbers = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 });
const version: fc.Arbitrary<Version> = fc
  .record(
    {
      release: numbers,
      build: numbers,
      branch: numbers,
      timestamp: fc.constantFrom('20260101T000000Z', '20261120T235959Z', '20240229T120000Z'),
    },
    { requiredKeys: ['release'] },
  )
  .map(parts => ({ ...parts }) as Version);

suite('IPS versions', () => {
  test('parts are release, build, branch and timestamp, in this order', () => {
    assert.deepEqual(parseVersion('1.2,5.11-0.151:20260101T000000Z'), {
      release: [1, 2],
      build: [5, 11],
      branch: [0, 151],
      timestamp: '20260101T000000Z',
    });
    assert.deepEqual(parseVersion('0'), { release: [0] });
  });

  for (const text of [
    ...[
      '',
      '01',
      '1.',
      '.1',
      '1..2',
      '1_2',
      ' 1',
      '-1',
      '1-',
      '1,',
      '1:',
      '1-2,3',
      '1:20260101T000000Z-2',
      'a',
    ],
    ...['1:20260101', '1:20261301T000000Z', '1:20260230T000000Z', '1:20260101T240000Z', '1:20260101T006000Z'],
  ]) {
    test(`"${text}" is no version`, () => assert.equal(parseVersion(text), undefined));
  }

  const ordered = ['1', '1-0', '1-0:20260101T000000Z', '1-0.1', '1.0', '1.2', '1.2-1', '1.2.0', '1.10', '2'];
  test('a longer list is newer than its beginning, a missing part older than any', () => {
    for (const [index, text] of ordered.entries()) {
      for (const [other, against] of ordered.entries()) {
        assert.equal(
          Math.sign(compareVersions(text, against)),
          Math.sign(index - other),
          `${text} ${against}`,
        );
      }
    }
  });

  test('the build takes no part', () => assert.equal(compareVersions('1,5.11-2', '1,5.12-2'), 0));

  test('a version that cannot be read is older than one that can, and newer than none', () => {
    assert.ok(compareVersions('$(V)', '1') < 0);
    assert.ok(compareVersions('1', '$(V)') > 0);
    assert.ok(compareVersions(undefined, '$(V)') < 0);
    assert.equal(compareVersions(undefined, undefined), 0);
  });

  test('the order is total', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        assert.equal(Math.sign(compareVersion(a, b)), -Math.sign(compareVersion(b, a)));
        if (compareVersion(a, b) <= 0 && compareVersion(b, c) <= 0) assert.ok(compareVersion(a, c) <= 0);
        assert.equal(compareVersion(a, a), 0);
      }),
    );
  }).timeout(20_000);

  test('what is written is read back', () => {
    fc.assert(fc.property(version, one => assert.deepEqual(parseVersion(formatVersion(one)), one)));
  }).timeout(20_000);

  test('extending release or branch is a successor, and stays incorporated', () => {
    fc.assert(
      fc.property(version, numbers, ({ release, branch }, more) => {
        const base: Version = branch ? { release, branch } : { release };
        const longer: Version = branch
          ? { release, branch: [...branch, ...more] }
          : { release: [...release, ...more] };
        assert.ok(isSuccessor(longer, base));
        assert.ok(isIncorporated(longer, base));
        assert.equal(isIncorporated(base, longer), false);
      }),
    );
  }).timeout(20_000);
});

suite('IPS dependency conditions', () => {
  const incorporate: readonly [
    constraint: string,
    allowed: readonly string[],
    forbidden: readonly string[],
  ][] = [
    [
      '5.11-0.151',
      ['5.11-0.151', '5.11-0.151.1', '5.11.1-0.151', '5.11,5.12-0.151', '5.11-0.151:20260101T000000Z'],
      ['5.11-0.1510', '5.11-0.150', '5.11', '5.12-0.151'],
    ],
    ['1.2', ['1.2', '1.2.3-7'], ['1.20', '1.3', '1']],
    ['1.2.0', ['1.2.0.5'], ['1.2']],
    ['1:20260101T000000Z', ['1:20260101T000000Z', '1-1:20260101T000000Z'], ['1', '1:20260102T000000Z']],
  ];
  for (const [constraint, allowed, forbidden] of incorporate) {
    test(`incorporate ${constraint} allows what begins with it`, () => {
      for (const one of allowed) assert.equal(meets(one, constraint, 'incorporate'), true, one);
      for (const one of forbidden) assert.equal(meets(one, constraint, 'incorporate'), false, one);
    });
  }

  const cases: readonly [Parameters<typeof meets>, boolean][] = [
    [['1.2', '1.2', 'require'], true],
    [['1.1', '1.2', 'require'], false],
    [['2', '1.2', 'require'], true],
    [['2', undefined, 'require'], true],
    [[undefined, '1', 'require'], true],
    [['$(V)', '1', 'require'], true],
    [['1', '2', 'group'], true],
    [['1', '2', 'optional'], false],
    [['1', '2', 'exclude'], true],
    [['2', '2', 'exclude'], false],
    [['2', undefined, 'exclude'], false],
  ];
  for (const [[candidate, condition, type], expected] of cases) {
    test(`${candidate} ${expected ? 'meets' : 'does not meet'} ${type} ${condition}`, () =>
      assert.equal(meets(candidate, condition, type), expected));
  }
});
