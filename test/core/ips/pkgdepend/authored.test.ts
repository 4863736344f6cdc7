import assert from 'node:assert/strict';
import { readAuthored } from '../../../../server/src/core/ips/pkgdepend/authored.ts';

/** What is said of a manifest's lines. */
function said(text: string): readonly string[] {
  return readAuthored(`${text}\n`).complaints.map(one => one.message);
}

/*
 * Each answer is what pkgdepend gives for the same line: such actions are told and left out.
 */
suite('actions that pkgdepend refuses', () => {
  const refused: readonly (readonly [line: string, why: RegExp])[] = [
    [
      'depend type=require fmri=pkg:/a@$(VERSION)',
      /fmri=pkg:\/a@\$\(VERSION\) holds a macro .* run pkgmogrify first/,
    ],
    ['depend type=optional fmri=pkg:/a@1.01', /is no FMRI/],
    ['depend type=require-any fmri=pkg:/a fmri=b$(X)', /fmri=b\$\(X\) holds a macro/],
    ['depend type=conditional fmri=a predicate=_b', /predicate=_b is no FMRI/],
    ['depend type=require fmri=a root-image=true', /root-image= is for origin dependencies only/],
    ['set name=pkg.summary value=a value=b', /pkg\.summary may have one value only/],
    ['set name=pkg.depend.explicit-install value=true value=true', /may have one value only/],
    ['set name=pkg.additional-update-on-uninstall value=x@y', /is no FMRI/],
    ['signature x algorithm=sha256 version=0', /lacks value=/],
    ['license x license=y must-accept=true must-accept=true', /must-accept may be given once only/],
    ['user username=u group=g uid=1 uid=2', /uid may be given once only/],
  ];
  for (const [line, why] of refused)
    test(line, () => {
      const [only, ...more] = said(line);
      assert.match(only ?? '', why);
      assert.deepEqual(more, []);
    });

  test('of many lines with one fault the first are told, and how many more there are', () => {
    const told = said(
      Array.from({ length: 30 }, (_, n) => `file path=f${n} owner=root mode=0444`).join('\n'),
    );
    assert.equal(told.length, 6);
    assert.match(told[4] ?? '', /^"file path=f4 .* it lacks group=/);
    assert.match(told[5] ?? '', /^25 more lines like that: it lacks group=.* run pkgmogrify first/);
  });

  test('all else counts', () => {
    const lines = [
      'depend type=require fmri=__TBD pkg.debug.depend.file=a',
      'depend type=origin fmri=pkg:/a@1 root-image=true',
      'depend type=parent fmri=feature/package/dependency/self',
      'depend type=require fmri=pkg://pub/a/b@1.2,5.11-3.0:20200101T000000Z',
      'set name=info.keyword value=a value=b',
    ];
    assert.deepEqual(said(lines.join('\n')), []);
  });
});
