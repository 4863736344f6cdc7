import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import { inflate } from '../../server/src/io/inflate.ts';

suite('inflate', () => {
  const data = new Uint8Array(300_000).map((_, at) => at % 251);
  const packed = new Uint8Array(deflateRawSync(data));

  test('unpacks what has the size that it should have', () =>
    assert.deepEqual(new Uint8Array(inflate(packed, data.length)!), data));

  test('what follows the data is ignored', () =>
    assert.equal(inflate(new Uint8Array([...packed, 1, 2, 3]), data.length)?.length, data.length));

  test('nothing can be packed too', () =>
    assert.equal(inflate(new Uint8Array(deflateRawSync(new Uint8Array(0))), 0)?.length, 0));

  const wrong: readonly [name: string, bytes: Uint8Array, size: number][] = [
    ['what is longer than it should be', packed, data.length - 1],
    ['much that should be nothing', packed, 0],
    ['what is cut off', packed.subarray(0, -10), data.length],
    ['what is damaged', Uint8Array.of(7, 7, 7, 7), 100],
    ['nothing at all', new Uint8Array(0), 100],
    ['a size that is none', packed, Number.NaN],
  ];
  for (const [name, bytes, size] of wrong)
    test(`not ${name}`, () => assert.equal(inflate(bytes, size), undefined));
});
