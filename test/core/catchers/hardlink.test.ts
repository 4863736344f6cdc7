import { checks } from '../../support/check.ts';

suite('hardlink needs', () => {
  test('the target is needed, relative to the directory of the link, and no bypass hides it', () =>
    checks(
      `
-- manifest --
file path=usr/bin/x mode=0444
hardlink path=usr/bin/vi target=../../sbin/ed pkg.depend.bypass-generate=.*
# ^^^^ undeclared: needs /sbin/ed, which editor/ed delivers
-- proto/usr/bin/x --
-- repo/editor/ed --
file path=sbin/ed
`,
      { severities: ['error'] },
    ));

  test('an absolute target, an own one, and one in a directory', () =>
    checks(`
-- manifest --
file path=usr/bin/grep mode=0444
hardlink path=usr/bin/egrep target=grep
hardlink path=usr/bin/x target=/sbin
# ^^^^ undelivered: needs /sbin, which no known package delivers
-- proto/usr/bin/grep --
-- repo/other --
file path=sbin/ed
`));
});
