import assert from 'node:assert/strict';
import type { Caught, Need } from '../../../server/src/core/model.ts';
import { gridsOf, needsOf } from '../../../server/src/core/need-grid.ts';
import { NeedsReceiver, NeedsSender, type SentCaught } from '../../../server/src/io/threads/sent-needs.ts';

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
      const sent = JSON.parse(
        JSON.stringify({ caught: all.map(one => sender.sent(one)), fresh: sender.fresh() }),
      );
      receiver.take(sent.fresh);
      return { ...sent, all: sent.caught.map((one: SentCaught) => receiver.received(one)) };
    };
    const first = [caught(['lib/z', 'usr/lib/z'], ['lib/a']), caught([])];
    const second = [caught(['usr/lib/z', 'lib/b']), caught(['lib/z', 'usr/lib/z'])];
    const one = carried(first);
    const two = carried(second);
    assert.deepEqual(one.all, first);
    assert.deepEqual(two.all, second);
    assert.equal(two.all[1]?.dependencies[0]?.anyOf, one.all[0]?.dependencies[0]?.anyOf);
    assert.equal(two.fresh.lists.length, 1);
  });

  test('a list that directories and files make is sent as these, and its directories once', () => {
    const sender = new NeedsSender();
    const directories = ['usr/lib/python3.11', 'usr/lib/python3.11/vendor-packages', ''];
    const list = (name: string) => needsOf([{ directories, files: [`${name}.py`, `${name}.so`] }]);
    const all = [caught(list('a'), list('b'), list('a'))].map(one => sender.sent(one));
    const fresh = sender.fresh();
    assert.deepEqual(fresh.directories, [directories]);
    assert.deepEqual(fresh.lists, [
      [{ directories: 0, files: ['a.py', 'a.so'] }],
      [{ directories: 0, files: ['b.py', 'b.so'] }],
    ]);
    const receiver = new NeedsReceiver();
    receiver.take(fresh);
    const [received] = all.map(one => receiver.received(one));
    assert.deepEqual(received, caught(list('a'), list('b'), list('a')));
    assert.deepEqual(gridsOf(received!.dependencies[0]!.anyOf), gridsOf(list('a')));
  });
});
