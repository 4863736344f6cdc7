import assert from 'node:assert/strict';
import type { JobState } from '../../client/src/grid/model.ts';
import {
  ACTIVE_STATES,
  FINAL_STATES,
  isFinal,
  type JobEvent,
  QUEUED_STATES,
  transition,
} from '../../client/src/grid/status.ts';

/** Every event in every state, in the order of `EVENTS`; `-`: nothing. */
const TABLE = `
                    queued      maintenance submitting  waiting     running     unreachable collecting  done failed lost cancelled refused
hold                maintenance -           -           -           -           -           -           -    -      -    -         -
release             -           queued      -           -           -           -           -           -    -      -    -         -
submit              submitting  -           -           -           -           submitting  -           -    -      -    -         -
accepted            -           -           waiting     -           -           -           -           -    -      -    -         -
rejected            refused     -           refused     -           -           refused     -           -    -      -    -         -
unreached           unreachable -           unreachable unreachable unreachable unreachable -           -    -      -    -         -
absent              -           -           queued      -           -           queued      -           -    -      -    -         -
seen-waiting        -           -           -           waiting     waiting     waiting     -           -    -      -    -         -
seen-running        -           -           -           running     running     running     -           -    -      -    -         -
ended               -           -           -           collecting  collecting  collecting  -           -    -      -    -         -
gone                -           -           -           collecting  collecting  collecting  -           -    -      -    -         -
collected-ok        -           -           -           -           -           -           done        -    -      -    -         -
collected-failed    -           -           -           -           -           -           failed      -    -      -    -         -
collected-refused   -           -           -           -           -           -           refused     -    -      -    -         -
collected-cancelled -           -           -           -           -           -           cancelled   -    -      -    -         -
collected-nothing   -           -           -           -           -           -           lost        -    -      -    -         -
cancel              cancelled   cancelled   -           -           -           cancelled   -           -    -      -    -         -
`;

suite('what happens to a job', () => {
  const [head, ...rows] = TABLE.trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/));
  const states = head as JobState[];

  for (const [event, ...after] of rows)
    for (const [index, state] of states.entries()) {
      const expected = after[index] === '-' ? undefined : after[index];
      test(`${state}, ${event}: ${expected ?? 'nothing'}`, () =>
        assert.equal(transition(state, event as JobEvent), expected));
    }

  test('every state is queued, active or final', () => {
    assert.deepEqual([...QUEUED_STATES, ...ACTIVE_STATES, ...FINAL_STATES].sort(), [...states].sort());
  });

  test('final states, and no others, have no exits', () => {
    assert.deepEqual(states.filter(isFinal).sort(), [...FINAL_STATES].sort());
  });
});
