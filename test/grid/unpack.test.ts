import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { unpack } from '../../client/src/grid/download/unpack.ts';

const never = new AbortController().signal;
const MIB = 1_048_576;
const parts = ['PKGNAME=greet-1.0\nCOMMENT=one\n\n', 'PKGNAME=greet-1.1\nCOMMENT=two\n\n'];
const whole = parts.join('');

/** Both parts packed one after the other, as `cat a.gz b.gz` makes it: what bzip2, xz and zstd wrote. */
const recorded = {
  bzip2:
    'QlpoOTFBWSZTWU9bOFUAAArfgAAQAANgAiqLxAACgZQAIAAxRoyBo0yNCho0AaepppyUWMzuEojkGyAsK2Vuq0GL4u5IpwoSCetnCqBCWmg5MUFZJlNZVJ9qkgAACt+AABAAAyACKovEAAKAlIAgADFA00MjJiFGQNBp6jJ2ZMVKIFssFGzAQXRvedzNvi7kinChIKk+1SQ=',
  xz: '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAeUEtHTkFNRT1ncmVldC0xLjAKQ09NTUVOVD1vbmUKCgAAZ9CHtfdT0rcAATcf6hiJPR+2830BAAAAAARZWv03elhaAAAE5ta0RgIAIQEWAAAAdC/lowEAHlBLR05BTUU9Z3JlZXQtMS4xCkNPTU1FTlQ9dHdvCgoAAMlpn7byRezzAAE3H+oYiT0ftvN9AQAAAAAEWVo=',
  zstd: 'KLUv/SQf+QAAUEtHTkFNRT1ncmVldC0xLjAKQ09NTUVOVD1vbmUKCnRKjXkotS/9JB/5AABQS0dOQU1FPWdyZWV0LTEuMQpDT01NRU5UPXR3bwoKQcKegA==',
};
const packed: Readonly<Record<string, Buffer>> = {
  gzip: Buffer.concat(parts.map(part => gzipSync(part))),
  ...Object.fromEntries(Object.entries(recorded).map(([name, text]) => [name, Buffer.from(text, 'base64')])),
};

suite('packed files', () => {
  for (const [name, bytes] of Object.entries(packed)) {
    test(`all of a ${name} file of two parts comes out`, async () => {
      const unpacked = await unpack(bytes, MIB, never);
      assert.equal(unpacked.kind === 'bytes' && unpacked.bytes.toString(), whole);
    });

    test(`a ${name} file that is cut off anywhere is a fault or its first part, never a piece`, async () => {
      for (let length = 6; length < bytes.length; length++) {
        const unpacked = await unpack(bytes.subarray(0, length), MIB, never);
        if (unpacked.kind === 'bytes') assert.equal(unpacked.bytes.toString(), parts[0]);
        else assert.match(unpacked.reason, /^is (?:cut off|damaged)/);
      }
    });

    test(`a ${name} file with a changed byte is never read as something else`, async () => {
      for (let at = 6; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        const unpacked = await unpack(changed, MIB, never);
        if (unpacked.kind === 'bytes')
          assert.ok([whole, parts[0]].includes(unpacked.bytes.toString()), `byte ${at}`);
      }
    });

    test(`a ${name} file that becomes too large is a fault, and the next one is read`, async () => {
      assert.deepEqual(await unpack(bytes, 40, never), {
        kind: 'fault',
        reason: 'is larger than 0 MiB when unpacked',
      });
      assert.equal((await unpack(bytes, MIB, never)).kind, 'bytes');
    });
  }

  test('bombs are noticed before they burst', async () => {
    const zeros = Buffer.alloc(64 * MIB);
    for (const bomb of [gzipSync(zeros), zstdCompressSync(zeros)]) {
      assert.ok(bomb.length < MIB);
      // Whoever reads to the end meets this first.
      bomb.fill(0xff, bomb.length - 8);
      assert.deepEqual(await unpack(bomb, MIB, never), {
        kind: 'fault',
        reason: 'is larger than 1 MiB when unpacked',
      });
    }
  });

  test('what is not packed stays as it is', async () => {
    const unpacked = await unpack(Buffer.from(whole), MIB, never);
    assert.equal(unpacked.kind === 'bytes' && unpacked.bytes.toString(), whole);
    assert.equal((await unpack(Buffer.from(whole), 10, never)).kind, 'fault');
  });
});
