import assert from 'node:assert/strict';
import { type Trust, turns } from '../../client/src/grid/driver-turns.ts';
import { testSite } from '../support/driver-rig.ts';

suite('turns', () => {
  /** Takes turns for tasks that never end unless ended; tells which ones have begun. */
  function scene(most: number, perHost: number) {
    const all = turns(most, perHost);
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const trusts = new Map<string, Trust>();
    const take = (name: string, host: string | undefined, trust: Trust) => {
      trusts.set(name, trust);
      const site = testSite(name, host === undefined ? {} : { host: { destination: host } });
      return all.take(
        site,
        () => trusts.get(name)!,
        () => {
          begun.push(name);
          return new Promise<void>(resolve => ends.set(name, resolve));
        },
      );
    };
    return { begun, take, trusts, end: (name: string) => ends.get(name)?.() };
  }

  test('no more at a time than there are, and no more at one host', () => {
    const { begun, take } = scene(4, 2);
    for (const [name, host] of ['aA', 'bA', 'cA', 'dB', 'eC', 'fD'].map(word => [...word]))
      void take(name!, host, 'answers');
    assert.deepEqual(begun, ['a', 'b', 'd', 'e']);
  });

  test('of this machine as many as there are', () => {
    const { begun, take } = scene(4, 1);
    for (const name of ['a', 'b', 'c']) void take(name, undefined, 'answers');
    assert.deepEqual(begun, ['a', 'b', 'c']);
  });

  test('hosts that may not answer leave room for those that do', () => {
    const { begun, take } = scene(8, 2);
    for (let n = 0; n < 9; n++) void take(`d${n}`, `dead${n}`, 'doubtful');
    for (let n = 0; n < 9; n++) void take(`u${n}`, `new${n}`, 'unknown');
    void take('a', 'good', 'answers');
    void take('b', 'good', 'answers');
    assert.deepEqual(begun, ['d0', 'd1', 'u0', 'u1', 'u2', 'u3', 'a', 'b']);
  });

  test('what waits for a host goes on when the host has answered', async () => {
    const { begun, take, trusts, end } = scene(8, 2);
    const first = take('a', 'new', 'unknown');
    for (const name of ['b', 'c']) void take(name, 'new', 'unknown');
    assert.deepEqual(begun, ['a']);
    for (const name of ['b', 'c']) trusts.set(name, 'answers');
    end('a');
    await first;
    await new Promise(setImmediate);
    assert.deepEqual(begun, ['a', 'b', 'c']);
  });

  test('a task that fails leaves its turn', async () => {
    const all = turns(1, 1);
    const site = testSite('a');
    await assert.rejects(
      all.take(
        site,
        () => 'answers',
        () => Promise.reject(new Error('no')),
      ),
      /no/,
    );
    assert.equal(
      await all.take(
        site,
        () => 'answers',
        async () => 'yes',
      ),
      'yes',
    );
  });
});
