import assert from 'node:assert/strict';
import { formatFmri, parseFmri, splitFmri } from '../../../server/src/core/ips/fmri.ts';

suite('IPS FMRIs', () => {
  const valid: readonly [text: string, full: string][] = [
    ['n', 'pkg:/n'],
    ['/n', 'pkg:/n'],
    ['pkg:/a/b-c_d.e+f@1.2,5.11-3:20260101T000000Z', 'pkg:/a/b-c_d.e+f@1.2,5.11-3:20260101T000000Z'],
    ['pkg://pub.org/n@1', 'pkg://pub.org/n@1'],
    ['//pub/n', 'pkg://pub/n'],
    ['pkg:///n', 'pkg:/n'],
    ['9base/x', 'pkg:/9base/x'],
  ];
  for (const [text, full] of valid) {
    test(`${text} is ${full}`, () => {
      const read = parseFmri(text);
      assert.ok(typeof read !== 'string', String(read));
      assert.equal(formatFmri(read), full);
    });
  }

  const invalid: readonly [text: string, why: RegExp][] = [
    ['pkg:n', /must follow "pkg:"/],
    ['', /no package name/],
    ['pkg:/', /no package name/],
    ['//pub', /no package name/],
    ['@1', /no package name/],
    ['a//b', /no package name \(components/],
    ['a/', /no package name \(components/],
    ['_a', /no package name \(components/],
    ['a b', /no package name \(components/],
    ['//-pub/a', /no publisher name/],
    ['a@', /no version/],
    ['a@01', /no version/],
    ['a@1@x', /no package name \(components/],
  ];
  for (const [text, why] of invalid) {
    test(`"${text}" is none`, () => assert.match(String(parseFmri(text)), why));
  }

  test('parts are taken apart without judging, at the last @', () => {
    assert.deepEqual(splitFmri('pkg:/a-$(V)@$(X),5.11'), {
      scheme: 'pkg:/',
      publisher: undefined,
      name: 'a-$(V)',
      version: '$(X),5.11',
    });
  });
});
