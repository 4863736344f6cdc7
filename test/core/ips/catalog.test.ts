import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  isPublishedVersion,
  isStem,
  quote,
  readAttributes,
  readBase,
  readDependency,
  signedText,
  unquote,
} from '../../../server/src/core/ips/catalog.ts';

const BASE =
  '{"pub":{"library/zlib":[{"signature-sha-1":"ab","version":"1.2,5.11-1:20260101T000000Z"},{"version":"1.3"}]}}';

suite('IPS catalog', () => {
  test('names every version with its signature', () => {
    assert.deepEqual(readBase(BASE, 'pub'), {
      value: [
        { name: 'library/zlib', version: '1.2,5.11-1:20260101T000000Z', signature: 'ab' },
        { name: 'library/zlib', version: '1.3' },
      ],
      faults: [],
    });
    assert.deepEqual(readBase(BASE, 'other'), { value: [], faults: [] });
  });

  test('names the actions of versions that have any', () => {
    const text = '{"pub":{"a":[{"version":"1","actions":["depend fmri=b type=require"]}]}}';
    assert.deepEqual([...readDependency(text, 'pub').value], [['a@1', ['depend fmri=b type=require']]]);
  });

  const broken: readonly [text: string, fault: RegExp][] = [
    ['', /^is no valid JSON/],
    ['[]', /^is no JSON object/],
    ['null', /^is no JSON object/],
    ['{"pub":7}', /^has no table of packages for pub/],
    [
      '{"pub":{"../x":[{"version":"1"}]}}',
      /^has 1 entry without a valid name, version or content \(first: "..\/x"\)/,
    ],
    ['{"pub":{"x":[{"version":".."}, 7, {}]}}', /^has 3 entries/],
    ['{"pub":{"x":{}}}', /^has 1 entry/],
    ['{"pub":{"__proto__":[{"version":"1"}]}}', /^has 1 entry/],
  ];
  for (const [text, fault] of broken) {
    test(`${text || 'an empty text'} is a fault`, () => {
      const { value, faults } = readBase(text, 'pub');
      assert.deepEqual([value.length, faults.length], [0, 1]);
      assert.match(faults[0] ?? '', fault);
    });
  }

  test('attributes name the parts, and another version is not read', () => {
    assert.deepEqual(readAttributes('{"version":1,"parts":{"catalog.base.C":{}}}').value, ['catalog.base.C']);
    assert.deepEqual(readAttributes('{"version":2}').value, undefined);
  });

  test('the signature covers the text without it', () => {
    const signature = createHash('sha1').update(`${BASE}\n`).digest('hex');
    const signed = signedText(`${BASE.slice(0, -1)},"_SIGNATURE":{"sha-1":"${signature}"}}\n`);
    assert.deepEqual(signed, { text: `${BASE}\n`, signature });
    assert.equal(signedText(BASE), undefined);
  });

  test('every beginning and every changed character of a catalog is read without an exception', () => {
    for (let at = 0; at <= BASE.length; at++) {
      readBase(BASE.slice(0, at), 'pub');
      readBase(`${BASE.slice(0, at)}"${BASE.slice(at + 1)}`, 'pub');
      readDependency(BASE.slice(0, at), 'pub');
    }
  });

  for (const [plain, quoted] of [
    ['library/zlib', 'library%2Fzlib'],
    ['1.0,5.11-1:20260101T000000Z', '1.0%2C5.11-1%3A20260101T000000Z'],
    ['c++_x.y-z~', 'c%2B%2B_x.y-z~'],
    ["it's(*)!", 'it%27s%28%2A%29%21'],
  ] as const) {
    test(`${plain} is ${quoted} on disk`, () => {
      assert.equal(quote(plain), quoted);
      assert.equal(unquote(quoted), plain);
    });
  }

  test('a text that is made of nothing but brackets is not read: it would take many times its size', () => {
    const { value, faults } = readBase(`{"p":[${'[],'.repeat(4_000_000)}0]}`, 'p');
    assert.deepEqual([value, faults], [[], ['has more entries than any catalog']]);
  });

  test('no more versions are read than any repository has', () => {
    const version = '{"version":"1"}';
    const { value, faults } = readBase(`{"p":{"a":[${`${version},`.repeat(500_000)}${version}]}}`, 'p');
    assert.equal(value.length, 500_000);
    assert.deepEqual(faults, ['lists more than 500000 versions, and the others are left out']);
  });

  test('what is no name on disk is none', () => {
    for (const text of ['%', '%2', '%zz', '%00', '\u00fc']) assert.equal(unquote(text), undefined, text);
    for (const name of ['', '.', '..', 'a//b', '/a', 'a/', 'a/../b', '-a', 'a b'])
      assert.ok(!isStem(name), name);
    for (const name of ['a', 'a/b-c_d.e+f', '9p']) assert.ok(isStem(name), name);
    for (const version of ['', '..', '1/2', 'a', '1:now']) assert.ok(!isPublishedVersion(version), version);
  });
});
