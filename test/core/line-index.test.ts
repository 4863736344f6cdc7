import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineIndex } from '../../server/src/core/line-index.ts';

suite('line index', () => {
  const text = 'ab\ncd\r\n\re';
  const cases: readonly [offset: number, line: number, column: number][] = [
    [0, 0, 0],
    [2, 0, 2],
    [3, 1, 0],
    [5, 1, 2],
    [7, 2, 0],
    [8, 3, 0],
    [9, 3, 1],
  ];
  for (const [offset, line, column] of cases) {
    test(`offset ${offset} is line ${line}, column ${column}, and back`, () => {
      const index = new LineIndex(text);
      assert.deepEqual(index.positionAt(offset), { line, column });
      assert.equal(index.offsetAt({ line, column }), offset);
    });
  }

  test('lines end in LF, CR LF or CR', () => assert.equal(new LineIndex(text).lines, 4));

  test('places outside the text are moved inside', () => {
    const index = new LineIndex(text);
    assert.deepEqual(index.positionAt(-5), { line: 0, column: 0 });
    assert.deepEqual(index.positionAt(99), { line: 3, column: 1 });
    assert.equal(index.offsetAt({ line: 0, column: 99 }), 2);
    assert.equal(index.offsetAt({ line: 1, column: 99 }), 5);
    assert.equal(index.offsetAt({ line: 9, column: 0 }), text.length);
    assert.equal(index.offsetAt({ line: -1, column: 3 }), 0);
  });

  test('a range covers a span', () => {
    const range = { line: 0, column: 1, endLine: 1, endColumn: 1 };
    assert.deepEqual(new LineIndex(text).rangeOf({ start: 1, end: 4 }), range);
  });

  test('every offset comes back, except between CR and LF', () => {
    const lines = fc.array(fc.constantFrom('a', '\n', '\r', '\r\n', '😀'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, parts => {
        const any = parts.join('');
        const index = new LineIndex(any);
        for (let offset = 0; offset <= any.length; offset++) {
          if (any[offset - 1] === '\r' && any[offset] === '\n') continue;
          assert.equal(index.offsetAt(index.positionAt(offset)), offset);
        }
      }),
    );
  }).timeout(20_000);
});
