import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/core/check.ts';
import { checks } from '../../support/check.ts';
import { fixture } from '../../support/fixture.ts';

suite('directory needs', () => {
  test('the package with an action for the directory, once for each directory', () =>
    checks(
      `
-- manifest --
file path=opt/site/a mode=0444
# ^^^^ undeclared: needs directory opt/site, which site delivers
file path=opt/site/b mode=0444
file path=usr/bin/c mode=0444
file path=opt/own/d mode=0444
dir path=opt/own owner=root group=sys mode=0755
file path=opt/nobody/e mode=0444
-- proto/opt/site/a --
-- proto/opt/site/b --
-- proto/usr/bin/c --
-- proto/opt/own/d --
-- proto/opt/nobody/e --
-- repo/site --
dir path=opt/site
-- repo/base --
dir path=usr/bin
dir path=opt/own
-- repo/other --
file path=opt/nobody/x
`,
      { severities: ['hint'] },
    ));

  test('of a directory that nobody names there is nothing to tell', async () => {
    const { manifest, world } = fixture(`
-- manifest --
file path=opt/site/a mode=0444
file path=opt/nobody/b mode=0444
-- proto/opt/site/a --
-- proto/opt/nobody/b --
-- repo/site --
dir path=opt/site
`);
    const { verdicts } = await analyse(manifest, world, new AbortController().signal);
    assert.deepEqual(
      verdicts.map(({ need, outcome, by }) => `${need.what}: ${outcome} ${by}`),
      ['directory opt/site: missing site'],
    );
  });

  test('a directory that many packages deliver is everybody’s', () => {
    const packages = ['a', 'b', 'c', 'd', 'e'].map(one => `-- repo/${one} --\ndir path=opt/x\n`);
    return checks(`
-- manifest --
file path=opt/x/y mode=0444
-- proto/opt/x/y --
${packages.join('')}`);
  });
});
