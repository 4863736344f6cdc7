import assert from 'node:assert/strict';
import { check } from '../../../server/src/core/check.ts';
import { checks } from '../../support/check.ts';
import { fixture } from '../../support/fixture.ts';

suite('user-group needs', () => {
  test('owner and group of files and directories come with the package that delivers them', () =>
    checks(
      `
-- manifest --
file path=var/a owner=webservd group=webservd mode=0444
# ^^^^ undeclared: needs user webservd, group webservd, which service/web delivers (and so does 1 more file)
file path=var/b owner=webservd group=sys mode=0444
dir path=var/c owner=root group=db mode=0755
# ^^^^ undeclared: needs group db, which database delivers
-- proto/var/a --
-- proto/var/b --
-- repo/service/web --
user username=webservd group=webservd
group groupname=webservd
-- repo/database --
group groupname=db
`,
      { severities: ['error', 'error'] },
    ));

  test('nothing is needed of what every system has, the settings name, the package delivers or the closure brings', () =>
    checks(`
-- manifest --
file path=var/a owner=root group=bin mode=0444
file path=var/b owner=oracle group=dba mode=0444
file path=var/c owner=mine group=$(GROUP) mode=0444
dir path=var/d owner=theirs group=sys mode=0755
user username=mine group=sys
depend type=require fmri=app
-- settings --
base: { users: [oracle], groups: [dba] }
-- proto/var/a --
-- proto/var/b --
-- proto/var/c --
-- repo/app --
depend type=require fmri=app/user
user username=theirs group=sys
-- repo/app/user --
user username=other group=sys
`));

  test('what some distributions have without a package is only warned of', () =>
    checks(
      `
-- manifest --
file path=var/a owner=webservd group=sys mode=0444
# ^^^^ unowned: needs user webservd, which no known package delivers
file path=var/b owner=root group=lost mode=0444
# ^^^^ unowned: needs group lost, which no known package delivers
-- proto/var/a --
-- proto/var/b --
-- repo/other --
file path=x
`,
      { severities: ['warning', 'error'] },
    ));

  test('the finding stands at the owner, and its proof names the user', async () => {
    const { manifest, world } = fixture(`
-- manifest --
file path=opt/a owner=80 group=sys mode=0444
-- proto/opt/a --
-- repo/other --
file path=x
`);
    const [finding] = await check(manifest, world, new AbortController().signal);
    assert.equal(finding?.code, 'unowned');
    assert.equal(manifest.text.slice(finding.span.start, finding.span.end), '80');
    assert.deepEqual(
      finding.proof.map(({ text }) => text),
      ['opt/a: owner=80', 'looked for user 80', 'no known package delivers it'],
    );
  });
});
