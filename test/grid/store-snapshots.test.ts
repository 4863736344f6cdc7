import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as s from '../../client/src/grid/store.ts';

const HOUR = 3_600_000;

suite('snapshots of runs', () => {
  let directory: string;
  let store: s.SiteStore;
  let time: number;

  setup(async () => {
    directory = mkdtempSync(join(tmpdir(), 'packwright-snapshots-'));
    time = Date.UTC(2026, 0, 1);
    store = await opened();
  });
  teardown(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function opened(): Promise<s.SiteStore> {
    const source = { now: () => time, random: () => '0'.repeat(32) };
    const opening = await s.openStore(directory, source, new AbortController().signal);
    assert.ok(opening.kind === 'open');
    return opening.store;
  }

  function keep(vo: string, report: string): Promise<number> {
    time += HOUR;
    return s.keepSnapshot(store, vo, { beganAt: time - 60_000, counts: { ok: 2 }, report, beside: '{}' });
  }

  test('a report comes back as it was kept, after the store was closed too', async () => {
    const report = JSON.stringify({ text: `ü\u0000${randomBytes(5000).toString('hex')}` });
    const at = await keep('atlas', report);
    await store.close();
    store = await opened();
    const kept = await s.snapshot(store, 'atlas', at);
    assert.deepEqual(kept, { at, beganAt: at - 60_000, counts: { ok: 2 }, report, beside: '{}' });
    assert.equal(await s.snapshot(store, 'cms', at), undefined);
    assert.equal(await s.snapshot(store, 'atlas', at + 1), undefined);
  });

  test('the list is of one VO, the newest first', async () => {
    const first = await keep('atlas', 'a');
    await keep('cms', 'b');
    const last = await keep('atlas', 'c');
    assert.deepEqual(
      (await s.snapshots(store, 'atlas', 10)).map(({ at }) => at),
      [last, first],
    );
    assert.equal((await s.snapshots(store, 'atlas', 1)).length, 1);
  });

  test('what is too old or too many goes, and the newest of each VO stays', async () => {
    await keep('atlas', 'a');
    await keep('atlas', 'b');
    const kept = [await keep('atlas', 'c'), await keep('atlas', 'd')];
    await s.prune(store, { days: 10, jobsPerSite: 2 });
    const times = async () => (await s.snapshots(store, 'atlas', 10)).map(({ at }) => at);
    assert.deepEqual(await times(), kept.toReversed());
    time += 20 * 24 * HOUR;
    await s.prune(store, { days: 10, jobsPerSite: 2 });
    assert.deepEqual(await times(), [kept[1]]);
  });

  test('who looks for changes hears of it in the process that kept it', async () => {
    const before = store.changes();
    await keep('atlas', 'a');
    assert.notEqual(store.changes(), before);
  });
});
