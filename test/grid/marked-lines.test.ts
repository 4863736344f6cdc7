import assert from 'node:assert/strict';
import { MarkedLines } from '../../client/src/grid/marked-lines.ts';

suite('grid: lines between marks', () => {
  const cases: readonly [name: string, output: string, lines: readonly string[], code: number | undefined][] =
    [
      ['plain', 'M begin\na\nb\nM end 0\n', ['a', 'b'], 0],
      ['nothing between', 'M begin\nM end 255\n', [], 255],
      ['empty lines count', 'M begin\n\na\n\nM end 0\n', ['', 'a', ''], 0],
      ['noise around', 'Welcome\nx\nM begin\na\nM end 3\nbye', ['a'], 3],
      ['a second end, and a second begin', 'M begin\nM begin\nM end 1\nM end 2\n', ['M begin'], 1],
      ['an end before the begin', 'M end 4\nM begin\na\nM end 5\n', ['a'], 5],
      [
        'marks inside lines',
        'M begin\nx M end 0\nM end 0 x\nM end -1\nM end 0\n',
        ['x M end 0', 'M end 0 x', 'M end -1'],
        0,
      ],
      ['an end that may have more digits', 'M begin\na\nM end 1', ['a', 'M end 1'], undefined],
      ['cut in a line', 'M begin\na\nhal', ['a', 'hal'], undefined],
      ['cut in the end mark', 'M begin\na\nM end', ['a', 'M end'], undefined],
      ['an echo of the script is no mark', "printf '%s begin' M\nM begin \n", [], undefined],
      ['nothing', '', [], undefined],
    ];
  for (const [name, output, lines, code] of cases) {
    test(`${name}, however the output is cut`, () => {
      for (let first = 0; first <= output.length; first++) {
        for (const second of [first, Math.min(first + 1, output.length), output.length]) {
          const read = new MarkedLines('M');
          for (const piece of [output.slice(0, first), output.slice(first, second), output.slice(second)])
            read.push(piece);
          read.finish();
          assert.deepEqual([read.lines, read.code], [lines, code], `cut at ${first} and ${second}`);
        }
      }
    });
  }

  test('the last of a long noise is kept, for the reason of a refusal', () => {
    const read = new MarkedLines('M');
    for (let line = 0; line < 1000; line++) read.push(`Welcome ${line}\n${'x'.repeat(5000)}\n`);
    read.push('This account is currently not available.\n');
    assert.equal(read.begun, false);
    assert(read.noise.length <= 1000 && read.noise.endsWith('not available.\n'));
  });
});
