import assert from 'node:assert/strict';
import type { Caught, Need } from '../../../server/src/core/model.ts';
import { NeedsReceiver, NeedsSender } from '../../../server/src/io/threads/sent-needs.ts';

function caught(...lists: readonly (readonly Need[])[]): Caught {
  const dependencies = lists.map(anyOf => ({
    catcher: 'elf',
    neededBy: 'usr/bin/x',
    what: 'z',
    because: 'NEEDED z',
    anyOf,
    confidence: 'certain' as const,
  }));
  return { dependencies, faults: [], provides: ['smf:svc:/x'] };
}

suite('what was caught on its way between threads', () => {
  test('arrives as it was, message after message, equal lists as the same array', () => {
    const sender = new NeedsSender();
    const receiver = new NeedsReceiver();
    const carried = (all: readonly Caught[]) => {
      const sent = structuredClone({ caught: all.map(one => sender.sent(one)), fresh: sender.fresh() });
      receiver.take(sent.fresh);
      return { ...sent, all: sent.caught.map(one => receiver.received(one)) };
    };
    const first = [caught(['lib/z', 'usr/lib/z'], ['lib/a']), caught([])];
    const second = [caught(['usr/lib/z', 'lib/b']), caught(['lib/z', 'usr/lib/z'])];
    const one = carried(first);
    const two = carried(second);
    assert.deepEqual(one.all, first);
    assert.deepEqual(two.all, second);
    assert.equal(two.all[1]?.dependencies[0]?.anyOf, one.all[0]?.dependencies[0]?.anyOf);
    assert.deepEqual(two.fresh.needs, ['lib/b']);
  });
});
