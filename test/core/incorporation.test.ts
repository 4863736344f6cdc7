import assert from 'node:assert/strict';
import { check } from '../../server/src/core/check.ts';
import { fixture } from '../support/fixture.ts';

const { signal } = new AbortController();

const WORLD = `
-- settings --
incorporation: INCORPORATION
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
});

async function messages(incorporation: string): Promise<readonly string[]> {
  const { manifest, world } = fixture(WORLD.replace('INCORPORATION', incorporation));
  const findings = await check(manifest, world, signal);
  return findings.filter(one => one.code !== 'unneeded').map(({ code, message }) => `${code}: ${message}`);
}
