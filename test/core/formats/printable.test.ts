import assert from 'node:assert/strict';
import { decode, isBinary, printable } from '../../../server/src/core/formats/printable.ts';

suite('printable', () => {
  const cases: readonly [text: string, shown: string][] = [
    ['#!/bin/sh -e', '#!/bin/sh -e'],
    ['bäsh 𝒳', 'bäsh 𝒳'],
    ['a\tb\r\n\0', 'a\\tb\\r\\n\\0'],
    ['\x1b[31m\x7f\x9b', '\\x1b[31m\\x7f\\x9b'],
    ['\u202ecod.exe\ufeff', '\\u202ecod.exe\\ufeff'],
    ['\ud800', '\\ud800'],
  ];
  for (const [text, shown] of cases) {
    test(JSON.stringify(text), () => assert.equal(printable(text), shown));
  }

  test('what is too long is cut', () => assert.equal(printable('abcdef', 3), 'abc…'));
});

suite('names in bytes', () => {
  test('control characters make a name binary, a tab does not', () => {
    assert.deepEqual(['a\x01', 'a\x7f', 'a\u0085', 'a\tb', 'ä 𝒳'].map(isBinary), [
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('UTF-8 is read as such, anything else as Latin-1', () => {
    assert.deepEqual(decode(Uint8Array.of(0x62, 0xc3, 0xa4)), { text: 'bä', utf8: true });
    assert.deepEqual(decode(Uint8Array.of(0x62, 0xe4)), { text: 'bä', utf8: false });
    assert.deepEqual(decode(new Uint8Array(0)), { text: '', utf8: true });
  });
});
