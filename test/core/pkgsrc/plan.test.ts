import assert from 'node:assert/strict';
import { newestInOrder } from '../../../server/src/core/pkgsrc/newest.ts';
import { planFor } from '../../../server/src/core/pkgsrc/plan.ts';
import { readSummary } from '../../../server/src/core/pkgsrc/summary.ts';
import { indexSummary } from '../../../server/src/core/pkgsrc/summary-index.ts';
import { golden } from '../../support/pkgsrc-golden.ts';

/** `a-1: b>=1 !c-[0-9]*`: a package, its dependencies, and with `!` its conflicts. */
function repository(source: string) {
  const blocks = source
    .trim()
    .split('\n')
    .map(line => {
      const [pkgname = '', rest = ''] = line.trim().split(/: ?/);
      const words = rest.split(' ').filter(word => word !== '');
      const lines = words.map(word =>
        word.startsWith('!') ? `CONFLICTS=${word.slice(1)}` : `DEPENDS=${word}`,
      );
      return [`PKGNAME=${pkgname}`, ...lines].join('\n');
    });
  return indexSummary(readSummary(blocks.join('\n\n')));
}

/** `name-version`, with `*` when it was asked for, and the patterns when there are several; or the faults. */
function planned(patterns: readonly string[], index: ReturnType<typeof repository>): readonly string[] {
  const { packages, faults } = planFor(patterns, index);
  if (faults.length > 0) return faults.map(fault => `${fault.code}: ${fault.message}`);
  return packages.map(each => `${each.package.pkgname}${each.wanted ? '*' : ''} ${each.patterns.join(' ')}`);
}

const vo = indexSummary(readSummary(golden('pkg_summary-vo.txt')));

const cases: readonly (readonly [
  name: string,
  patterns: readonly string[],
  repository: string,
  expected: readonly string[],
])[] = [
  ['the newest version is taken', ['a'], 'a-1.9\na-1.10\na-1.10rc1', ['a-1.10* a']],
  [
    'dependencies come before dependents, each once',
    ['a', 'b'],
    'a-1: b>=1 c-[0-9]*\nb-1: c>=2\nc-1\nc-2\nc-3',
    ['c-3 c-[0-9]* c>=2', 'b-1* b b>=1', 'a-1* a'],
  ],
  [
    'one version satisfies all who ask',
    ['a', 'b'],
    'a-1: lib>=1\nb-1: lib<2\nlib-1.5\nlib-2',
    ['lib-1.5 lib>=1 lib<2', 'a-1* a', 'b-1* b'],
  ],
  [
    'an older version is taken where the newest one cannot be',
    ['a', 'b-1'],
    'a-2: lib>=2\na-1: lib>=1\nb-1: lib<2\nlib-1\nlib-2',
    ['lib-1 lib>=1 lib<2', 'a-1* a', 'b-1* b-1'],
  ],
  [
    'an alternative is taken when the first cannot be',
    ['old', 'a'],
    'old-1: my<5\na-1: {my,maria}>=5\nmy-4\nmy-6\nmaria-5',
    ['my-4 my<5', 'old-1* old', 'maria-5 {my,maria}>=5', 'a-1* a'],
  ],
  ['a cycle is no trap', ['a'], 'a-1: b\nb-1: c\nc-1: a', ['c-1 c', 'b-1 b', 'a-1* a']],
  ['a package may need itself', ['a'], 'a-1: a>=1', ['a-1* a a>=1']],
  [
    'a pattern that nothing matches is told with what is alike',
    ['grete', 'numpy', 'lib>=9', 'xyzzy'],
    'greet-1\npy39-numpy-2\npy312-numpy-2\nlib-1\nlib-2',
    [
      'no-match: no package of the repository matches "grete": did you mean greet?',
      'no-match: no package of the repository matches "numpy": did you mean py39-numpy or py312-numpy?',
      'no-match: no package of the repository matches "lib>=9": of lib it has 2, 1',
      'no-match: no package of the repository matches "xyzzy"',
    ],
  ],
  [
    'a dependency that nothing matches is told with who needs it',
    ['a'],
    'a-1: b\nb-1: lib>=3\nlib-2',
    ['no-dependency: b-1 needs lib>=3, and no package of the repository matches it'],
  ],
  [
    'requests that contradict each other are named',
    ['a-1', 'a-2'],
    'a-1\na-2',
    ['contradiction: a-2 is asked for, but a-1 is asked for: no version of a satisfies both'],
  ],
  [
    'dependencies that contradict each other are named',
    ['a', 'b'],
    'a-1: lib>=2\nb-1: lib<2\nlib-1\nlib-2',
    ['contradiction: b-1 needs lib<2, but a-1 needs lib>=2: no version of lib satisfies both'],
  ],
  [
    'chosen packages that conflict are named',
    ['a', 'b'],
    'a-1: !b-[0-9]* !a-[0-9]*\nb-1',
    ['conflict: a-1 cannot be installed beside b-1: it conflicts with b-[0-9]*'],
  ],
  [
    'a malformed pattern is refused before anything is looked up',
    ['a-{1,2'],
    'a-1',
    ['malformed: "a-{1,2" is no package pattern: its braces do not close'],
  ],
];

suite('plans of packages', () => {
  for (const [name, patterns, source, expected] of cases)
    test(name, () => assert.deepEqual(planned(patterns, repository(source)), expected));

  test('a malformed dependency is told with who has it', () => {
    const index = indexSummary(readSummary('PKGNAME=a-1\nDEPENDS=b>= 1\n\nPKGNAME=b-1\n'));
    assert.deepEqual(planned(['a'], index), [
      'malformed: a-1 needs "b>= 1", which is no package pattern: it holds white space, a control character or a letter that is not ASCII',
    ]);
  });

  test('the real repository is planned as its packages declare', () => {
    assert.deepEqual(planned(['greet', 'libgreet'], vo), [
      'libgreet-1.1* libgreet libgreet>=1.1',
      'greet-1.1* greet',
    ]);
    assert.deepEqual(planned(['greet<1.1', 'libgreet-1.0'], vo), [
      'libgreet-1.0* libgreet-1.0 libgreet>=1.0',
      'greet-1.0* greet<1.1',
    ]);
    assert.match(
      planned(['greet', 'ungreet'], vo)[0] ?? '',
      /^conflict: ungreet-1\.0 cannot be .* greet-1\.1/,
    );
  });

  test('a long chain and a wide choice end soon', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => `p${at}-1: p${at + 1}>=1`);
    assert.equal(planFor(['p0'], repository([...chain, 'p20000-1'].join('\n'))).packages.length, 20_001);
    const wide = Array.from({ length: 40 }, (_, at) => `q${at}-1\nq${at}-2\nr${at}-1: q${at}>=1`);
    const all = Array.from({ length: 40 }, (_, at) => `r${at}`);
    const index = repository([...wide, 'last-1: q0>=9'].join('\n'));
    assert.deepEqual(planned([...all, 'last'], index), [
      'no-dependency: last-1 needs q0>=9, and no package of the repository matches it',
    ]);
  });

  test('the newest of everything comes in the order in which it can be installed', () => {
    const index = repository('a-1: b>=2\na-2: b>=2\nb-1\nb-2: c\nc-1: a');
    assert.deepEqual(
      newestInOrder(index).map(each => each.pkgname),
      ['c-1', 'b-2', 'a-2'],
    );
    assert.deepEqual(
      newestInOrder(vo)
        .map(each => each.pkgname)
        .filter(pkgname => /greet-1/.test(pkgname)),
      ['libgreet-1.1', 'greet-1.1', 'ungreet-1.0'],
    );
  });
});
