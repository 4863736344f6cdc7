import assert from 'node:assert/strict';
import { backOff, nextPace } from '../../client/src/grid/backoff.ts';

suite('waiting longer and longer', () => {
  test('each failure doubles the wait, up to the most', () => {
    const waits = [1, 2, 3, 4, 9, 1000].map(failures => backOff(failures, 10, 100, 0));
    assert.deepEqual(waits, [10, 20, 40, 80, 100, 100]);
  });

  test('chance takes up to a quarter away, so that not all come back at once', () => {
    assert.equal(backOff(1, 1000, 9000, 0), 1000);
    assert.equal(backOff(1, 1000, 9000, 0.999), 750);
  });

  test('polls grow rarer while nothing changes, and come soon again after a change', () => {
    const bounds = { least: 100, most: 400 };
    let pace = nextPace(undefined, false, bounds, 0, 0.5);
    const intervals = [pace.interval];
    for (const changed of [false, false, false, false, false, true]) {
      pace = nextPace(pace, changed, bounds, 0, 0.5);
      intervals.push(pace.interval);
    }
    assert.deepEqual(intervals, [100, 150, 225, 337.5, 400, 400, 100]);
    assert.deepEqual(nextPace(undefined, false, bounds, 1000, 0.5), { interval: 100, next: 1100 });
  });
});
