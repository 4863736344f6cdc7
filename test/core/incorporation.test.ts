import assert from 'node:assert/strict';
import { check } from '../../server/src/core/check.ts';
import type { PackageId } from '../../server/src/core/model.ts';
import { fixture } from '../support/fixture.ts';

const { signal } = new AbortController();

const WORLD = `
-- settings --
incorporation: INCORPORATION
unlocked: [unlocked/one]
-- manifest --
set name=pkg.fmri value=pkg:/app/one@1.0
file path=usr/bin/one owner=root group=bin mode=0555
depend type=require fmri=pkg:/library/two@2.0
-- proto/usr/bin/one --
#!/opt/three/bin/three
-- repo/entire@1.0 --
set name=pkg.fmri value=pkg:/entire@1.0
depend type=incorporate fmri=pkg:/library/two@1
depend type=require fmri=pkg:/consolidation/three-incorporation@1
-- repo/consolidation/three-incorporation@1 --
set name=pkg.fmri value=pkg:/consolidation/three-incorporation@1
depend type=incorporate fmri=pkg:/runtime/three@3
-- repo/library/two@1.5 --
set name=pkg.fmri value=pkg:/library/two@1.5
-- repo/library/two@2.0 --
set name=pkg.fmri value=pkg:/library/two@2.0
-- repo/runtime/three@3.0 --
set name=pkg.fmri value=pkg:/runtime/three@3.0
-- repo/runtime/three@4.0 --
set name=pkg.fmri value=pkg:/runtime/three@4.0
file path=opt/three/bin/three
`;

suite('incorporations of the settings', () => {
  test('a dependency on what one forbids is told with its name', async () => {
    const [, depend] = await messages('pkg:/entire');
    assert.equal(
      depend,
      'unresolvable: library/two@2.0 is asked for, and the newest that entire@1.0 allows is library/two@1.5',
    );
  });

  test('what only a forbidden version delivers is not delivered, and the required incorporation that says so is named', async () => {
    const [need] = await messages('pkg:/entire@1.0');
    assert.equal(
      need,
      'undelivered: needs /opt/three/bin/three, which no known package delivers: ' +
        'runtime/three@4.0 delivers opt/three/bin/three, and consolidation/three-incorporation@1 allows only runtime/three@3',
    );
  });

  test('without one the newest version counts', async () => {
    assert.deepEqual(await messages('[]'), [
      'undeclared: needs /opt/three/bin/three, which runtime/three delivers',
    ]);
  });

  test('what only an older version delivers is told with that version', async () => {
    const { manifest, world } = fixture(
      WORLD.replace('INCORPORATION', '[]')
        .replace('file path=opt/three/bin/three\n', '')
        .replace(
          'set name=pkg.fmri value=pkg:/runtime/three@3.0\n',
          'set name=pkg.fmri value=pkg:/runtime/three@3.0\nfile path=opt/three/bin/three\n',
        ),
    );
    const [need] = await check(manifest, world, signal);
    assert.equal(
      need?.message,
      'needs /opt/three/bin/three, which no known package delivers: runtime/three@3.0 delivers opt/three/bin/three, ' +
        'and runtime/three@4.0, which would be installed, does not',
    );
  });

  test('one that nobody has is told', async () => {
    const [first] = await messages('pkg:/whole');
    assert.match(
      first ?? '',
      /^settings: no known package is the incorporation pkg:\/whole, so it restricts nothing/,
    );
  });

  test('a renamed one is followed to what it is called now, and one of another publisher is another one', async () => {
    const renamed = `-- repo/whole@1.0 --
set name=pkg.fmri value=pkg:/whole@1.0
set name=pkg.renamed value=true
depend type=require fmri=pkg:/entire@1
`;
    const [, depend] = await messages('pkg:/whole', renamed);
    assert.match(depend ?? '', /the newest that entire@1\.0 allows is library\/two@1\.5/);
    const [other] = await messages('pkg://elsewhere/entire');
    assert.match(other ?? '', /^settings: no known package is the incorporation pkg:\/\/elsewhere\/entire/);
  });

  const NEXT = `-- repo/entire@2.0 --
set name=pkg.fmri value=pkg:/entire@2.0
depend type=incorporate fmri=pkg:/library/two@2
depend type=incorporate fmri=pkg:/consolidation/three-incorporation@2
`;

  test('where several are named, one that leaves a choice is what the others allow', async () => {
    const both = '[consolidation/three-incorporation, "entire@2"]';
    const two = `-- repo/consolidation/three-incorporation@2 --
set name=pkg.fmri value=pkg:/consolidation/three-incorporation@2
-- repo/consolidation/three-incorporation@3 --
set name=pkg.fmri value=pkg:/consolidation/three-incorporation@3
depend type=incorporate fmri=pkg:/library/two@1
`;
    assert.deepEqual(await messages(both, NEXT + two), [
      'undeclared: needs /opt/three/bin/three, which runtime/three delivers',
    ]);
  });

  test('those that exclude each other are told', async () => {
    const [first] = await messages('[consolidation/three-incorporation, entire@2]', NEXT);
    assert.match(
      first ?? '',
      /^settings: the incorporations consolidation\/three-incorporation@1 and entire@2\.0 of the settings exclude each other/,
    );
  });

  const lines = (...constraints: readonly string[]) =>
    `-- repo/lines@1 --
set name=pkg.fmri value=pkg:/lines@1
set name=variant.arch value=i386 value=sparc
${constraints.map(one => `depend type=incorporate fmri=pkg:/runtime/three@${one}\n`).join('')}`;

  for (const [what, constraints, allowed] of [
    ['one architecture', ['3 variant.arch=sparc'], true],
    ['each architecture', ['3 variant.arch=sparc', '5 variant.arch=i386'], false],
    ['each architecture, one of which allows it', ['3 variant.arch=sparc', '4 variant.arch=i386'], true],
    ['both architectures in one line', ['3 variant.arch=sparc variant.arch=i386'], false],
    ['whoever did not unlock it', ['3 facet.version-lock.runtime/three=true'], false],
    ['whoever unlocked nothing', ['3 facet.version-lock.unlocked/one=true'], true],
    ['whoever wants either of two', ['3 facet.version-lock.unlocked/one=true facet.devel=true'], false],
  ] as const) {
    test(`a line for ${what} forbids ${allowed ? 'nothing' : 'other versions'}`, async () => {
      const [need] = await messages('lines', lines(...constraints));
      assert.match(need ?? '', allowed ? /^undeclared: / : /^undelivered: .*lines@1 allows only/);
    });
  }

  test('a package for one architecture is under the lines for that one', async () => {
    const [need] = await messages(
      'lines',
      lines('3 variant.arch=sparc'),
      'set name=variant.arch value=sparc',
    );
    assert.match(need ?? '', /^undelivered: /);
  });

  for (const dependency of [
    'depend type=require fmri=pkg:/middle',
    'depend type=require-any fmri=pkg:/middle fmri=pkg:/bottom',
  ]) {
    test(`a version is not installed where nothing that would do can be: ${dependency}`, async () => {
      // The third way to it leads by what was looked at before.
      const { manifest, world } = fixture(DEEP.replace('DEPENDENCY', dependency));
      const [need] = await check(manifest, world, signal);
      assert.match(need?.message ?? '', /runtime\/three@4\.0, which would be installed, does not/);
    });
  }

  test('what an older version delivers is learned before it is asked for', async () => {
    const { manifest, world } = fixture(
      `${WORLD.replace('INCORPORATION', 'three')}-- repo/three@1 --\ndepend type=incorporate fmri=pkg:/runtime/three@3\n`
        .replace('file path=opt/three/bin/three\n', '')
        .replace('pkg:/runtime/three@3.0\n', '$&file path=opt/three/bin/three\n'),
    );
    const learned: string[] = [];
    const repositories = world.repositories.map(one => ({
      ...one,
      deliveries: async (paths: ReadonlySet<string>) =>
        learned.length > 0 ? one.deliveries(paths, signal) : [],
      learn: async (versions: readonly PackageId[]) => {
        learned.push(...versions.map(({ name, version }) => `${name}@${version}`));
        return true;
      },
    }));
    // Another check, for which it need not be known, may have asked the same.
    await world.candidates.ask([['opt/three/bin/three']], repositories, signal);
    const [need] = await check(manifest, { ...world, repositories }, signal);
    assert.equal(need?.message, 'needs /opt/three/bin/three, which runtime/three delivers');
    assert.deepEqual([...new Set(learned)], ['runtime/three@3.0']);
  });

  test('a chain of requirements may be long', async () => {
    const link = (at: number) => `-- repo/p${at}@1 --\ndepend type=require fmri=pkg:/p${at + 1}\n`;
    const chain = Array.from({ length: 3000 }, (_, at) => link(at)).join('');
    const text = DEEP.replace('mode=0555\n', '$&depend type=require fmri=pkg:/p0\n');
    const { manifest, world } = fixture(
      `${text.replace('DEPENDENCY', 'depend type=require fmri=pkg:/p3000')}${chain}-- repo/p3000@1 --\n`,
    );
    const [need] = await check(manifest, world, signal);
    assert.match(need?.message ?? '', /needs \/opt\/three\/bin\/three, which runtime\/three delivers/);
  });
});

const DEEP = `
-- settings --
incorporation: pins
-- manifest --
set name=pkg.fmri value=pkg:/app/one@1.0
file path=usr/bin/one owner=root group=bin mode=0555
-- proto/usr/bin/one --
#!/opt/three/bin/three
-- repo/pins@1 --
depend type=incorporate fmri=pkg:/library/two@1
-- repo/library/two@2 --
-- repo/runtime/three@4.0 --
-- repo/runtime/three@5.0 --
file path=opt/three/bin/three
DEPENDENCY
-- repo/middle@2 --
depend type=require fmri=pkg:/bottom
-- repo/middle@1 --
depend type=require fmri=pkg:/bottom
-- repo/bottom@1 --
depend type=require fmri=pkg:/library/two@2
`;

async function messages(incorporation: string, more = '', declared = ''): Promise<readonly string[]> {
  const text = WORLD.replace('INCORPORATION', incorporation).replace('pkg:/app/one@1.0\n', `$&${declared}\n`);
  const { manifest, world } = fixture(text + more);
  const findings = await check(manifest, world, signal);
  return findings.filter(one => one.code !== 'unneeded').map(({ code, message }) => `${code}: ${message}`);
}
