import assert from 'node:assert/strict';
import { followTimetable, timetable } from '../../client/src/sites/service/schedule.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Follows `17 *\/6 * * *` from 2026-01-01T00:00Z until so many runs were made; what was done and left out when. */
async function followed(
  count: number,
  more: {
    readonly doneUntil?: number;
    /** How long the run of this number takes. */
    readonly takes?: (run: number) => number;
    /** Called at the begin of each run. */
    readonly at?: (clock: VirtualClock, run: number) => void;
  } = {},
) {
  const clock = new VirtualClock();
  const closing = new AbortController();
  const made: { readonly begun: string; readonly due: string }[] = [];
  const skipped: string[] = [];
  const work = async (due: number) => {
    made.push({ begun: short(clock.time), due: short(due) });
    const takes = more.takes?.(made.length) ?? MINUTE;
    more.at?.(clock, made.length);
    if (made.length === count) closing.abort();
    else await clock.pause(takes, closing.signal);
  };
  const options = {
    clock,
    doneUntil: more.doneUntil ?? clock.time,
    skipped: (due: number) => void skipped.push(short(due)),
  };
  await clock.until(followTimetable(timetable('17 */6 * * *', 'UTC'), work, options, closing.signal));
  return { made, skipped };
}

function short(time: number): string {
  return new Date(time).toISOString().slice(8, 16);
}

suite('the schedule of a service', function () {
  this.timeout(20_000);

  test('each time of the expression is a run', async () => {
    const { made, skipped } = await followed(5);
    const times = ['01T00:17', '01T06:17', '01T12:17', '01T18:17', '02T00:17'];
    assert.deepEqual(
      made,
      times.map(time => ({ begun: time, due: time })),
    );
    assert.deepEqual(skipped, []);
  });

  test('a run that still goes on is not doubled: the times that it takes are left out, and that is said', async () => {
    const { made, skipped } = await followed(3, { takes: run => (run === 1 ? 13 * HOUR : MINUTE) });
    assert.deepEqual(
      made.map(each => each.begun),
      ['01T00:17', '01T18:17', '02T00:17'],
    );
    assert.deepEqual(skipped, ['01T06:17']);
  });

  test('what was missed while the machine slept happens once, with the last time it was due', async () => {
    const sleep = (clock: VirtualClock, run: number) => {
      if (run === 1) clock.after(2 * MINUTE, () => (clock.time += 40 * HOUR));
    };
    const { made, skipped } = await followed(3, { at: sleep });
    assert.equal(made[0]?.begun, '01T00:17');
    assert.equal(made[1]?.due, '02T12:17');
    assert.match(made[1]?.begun ?? '', /^02T16:(?:19|20)/);
    assert.equal(made[2]?.begun, '02T18:17');
    assert.deepEqual(skipped, []);
  });

  test('what was missed while no service was there happens once, at once', async () => {
    const { made } = await followed(2, { doneUntil: Date.UTC(2025, 11, 1) });
    assert.deepEqual(made, [
      { begun: '01T00:00', due: '31T18:17' },
      { begun: '01T00:17', due: '01T00:17' },
    ]);
  });

  test('a clock that was set back makes no run twice', async () => {
    const back = (clock: VirtualClock, run: number) => {
      if (run === 1) clock.after(MINUTE / 2, () => (clock.time -= 2 * HOUR));
    };
    const { made } = await followed(2, { at: back });
    assert.deepEqual(
      made.map(each => each.begun),
      ['01T00:17', '01T06:17'],
    );
  });

  test('the times are those of the zone, over a change of its clocks too', () => {
    const times = timetable('30 6 * * *', 'Europe/Stockholm');
    assert.equal(times.next(Date.UTC(2026, 2, 27, 12)), Date.UTC(2026, 2, 28, 5, 30));
    assert.equal(times.next(Date.UTC(2026, 2, 28, 12)), Date.UTC(2026, 2, 29, 4, 30));
    assert.equal(
      times.last(Date.UTC(2026, 2, 28, 5, 30)),
      Date.UTC(2026, 2, 28, 5, 30),
      'the time itself counts',
    );
    assert.equal(times.last(Date.UTC(2026, 2, 28, 5, 29)), Date.UTC(2026, 2, 27, 5, 30));
  });
});
