import assert from 'node:assert/strict';
import { SharedWork } from '../server/src/shared-work.ts';

suite('SharedWork', () => {
  /** Work that ends when it is told to, and notes that it was aborted. */
  function started(): { work: SharedWork<string>; end: (result: string) => void; aborted: () => boolean } {
    let end: (result: string) => void = () => {};
    let seen: AbortSignal | undefined;
    const work = new SharedWork<string>(signal => {
      seen = signal;
      return new Promise(resolve => {
        end = resolve;
      });
    });
    return { work, end, aborted: () => seen?.aborted === true };
  }

  test('who aborts is let go at once, and the others get the result', async () => {
    const { work, end, aborted } = started();
    const hasty = new AbortController();
    const [gone, stays] = [work.join(hasty.signal), work.join(new AbortController().signal)];
    hasty.abort('enough');
    await assert.rejects(gone, error => error === 'enough');
    assert.deepEqual([aborted(), work.alive], [false, true]);
    end('done');
    assert.equal(await stays, 'done');
  });

  test('is aborted when everybody left', async () => {
    const { work, aborted } = started();
    const both = new AbortController();
    const waiting = [work.join(both.signal), work.join(both.signal)];
    both.abort('enough');
    for (const one of waiting) await assert.rejects(one, error => error === 'enough');
    assert.deepEqual([aborted(), work.alive], [true, false]);
  });

  test('who was aborted before gets nothing', async () => {
    const { work } = started();
    await assert.rejects(work.join(AbortSignal.abort('enough')), error => error === 'enough');
  });
});
