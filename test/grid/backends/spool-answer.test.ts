import assert from 'node:assert/strict';
import { localBackend } from '../../../client/src/grid/backends/local.ts';
import type { Answer, JobOutput, Sighting, Submission } from '../../../client/src/grid/model.ts';

const ID = '0123456789abcdef0123456789abcdef';

suite('what came of a submission', () => {
  const cases: readonly [name: string, lines: readonly string[], submission: Submission][] = [
    ['taken', ['submitted 4711%0a'], { kind: 'accepted', ticket: '4711' }],
    ['found by its runner', ['ran 4711'], { kind: 'accepted', ticket: '4711' }],
    ['absent', ['absent'], { kind: 'absent' }],
    ['refused', ['rejected no%20room'], { kind: 'rejected', reason: 'no room' }],
    ['unsure', ['unsure wait'], { kind: 'unsure', reason: 'wait' }],
    [
      'words that steer a terminal',
      ['rejected %1b%5b31mred%07'],
      { kind: 'rejected', reason: '\\e[31mred\\x07' },
    ],
    ['no line', [], { kind: 'unsure', reason: 'The answer of the submit host says nothing.' }],
    [
      'a line that is none',
      ['submitted 47 $(x)'],
      { kind: 'unsure', reason: 'The answer of the submit host says nothing.' },
    ],
    ['the last line counts', ['absent', 'submitted 1'], { kind: 'accepted', ticket: '1' }],
  ];
  for (const [name, lines, submission] of cases) {
    test(name, () => assert.deepEqual(localBackend.submissionIn(answer(lines)), submission));
  }

  test('an answer that did not come is unsure', () =>
    assert.deepEqual(localBackend.submissionIn({ kind: 'unsure', reason: 'cut', lines: ['absent'] }), {
      kind: 'unsure',
      reason: 'cut',
    }));
});

suite('what the spool says of a job', () => {
  const cases: readonly [name: string, line: string, sighting: Sighting][] = [
    ['ended', 'end=exited,3', { state: 'ended', end: { how: 'exited', exit: 3 } }],
    ['cancelled before it ran', 'end=cancelled,-', { state: 'ended', end: { how: 'cancelled' } }],
    ['alive', 'run=alive,vm,4 job=alive,vm,4', { state: 'running', node: 'vm' }],
    ['its runner is dead and it is alive', 'run=dead,vm,4 job=alive,vm,4', { state: 'running', node: 'vm' }],
    [
      'both are dead',
      'run=dead,vm,4 job=dead,vm,4',
      { state: 'gone', reason: 'Its process is gone from vm and left no result.' },
    ],
    [
      'both are dead and it told its code',
      'run=dead,vm,4 job=dead,vm,4 rc=7',
      { state: 'ended', end: { how: 'exited', exit: 7 } },
    ],
    [
      'on another front end',
      'run=unknown,fe2,4 job=unknown,fe2,4',
      { state: 'unknown', reason: 'It runs on fe2, and another host of that name answered.' },
    ],
    ['no directory', 'dir=none', { state: 'gone', reason: 'The spool has no directory of it.' }],
    ['being started', 'submitter=alive age=1', { state: 'waiting', reason: 'It is being started.' }],
    ['never started', 'submitter=dead age=1', { state: 'gone', reason: 'It was never started.' }],
    [
      'cancelled and never started',
      'submitter=dead age=1 cancel=yes',
      { state: 'ended', end: { how: 'cancelled' } },
    ],
  ];
  for (const [name, line, sighting] of cases) {
    test(name, () =>
      assert.deepEqual(localBackend.sightingsIn(answer([`job ${ID} 77 ${line}`])).get(ID), sighting),
    );
  }
});

suite('what was fetched', () => {
  const cases: readonly [name: string, lines: readonly string[], output: JobOutput | undefined][] = [
    [
      'both outputs and the end',
      [
        `job ${ID} 7 end=exited,0`,
        'parts M',
        'part M stdout',
        'a',
        '',
        'part M stderr',
        'b',
        '',
        'part M over',
      ],
      { end: { how: 'exited', exit: 0 }, stdout: 'a\n', stderr: 'b\n', truncated: false },
    ],
    [
      'an output that speaks as if it were the wrapper',
      [
        'parts M',
        'part M stdout',
        `job ${ID} 7 end=exited,0`,
        'parts N',
        'part N over',
        'part M cut',
        'part M over',
      ],
      { stdout: `job ${ID} 7 end=exited,0\nparts N\npart N over`, stderr: '', truncated: true },
    ],
    ['nothing was written yet', ['parts M', 'part M over'], { stdout: '', stderr: '', truncated: false }],
    ['an answer that is not whole', ['parts M', 'part M stdout', 'a'], undefined],
    ['a failure', ['fail no%20directory'], undefined],
  ];
  for (const [name, lines, output] of cases) {
    test(name, () => assert.deepEqual(localBackend.outputIn(answer(lines)), output));
  }
});

const answer = (lines: readonly string[]): Answer => ({ kind: 'ended', lines, code: 0, stderr: '' });
