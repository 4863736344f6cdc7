import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JobOutput, Site, SiteReport } from '../../client/src/grid/model.ts';
import type { JobEvent } from '../../client/src/grid/status.ts';
import * as s from '../../client/src/grid/store.ts';
import { changeJobs, claimJob } from '../../client/src/grid/store-changes.ts';
import { driverRow, elect, leads, renew, resign } from '../../client/src/grid/store-driver.ts';
import { sharedFileSystem } from '../../client/src/grid/store-place.ts';
import { request, testSite } from '../support/driver-rig.ts';

const signal = new AbortController().signal;
const north = testSite('north');
const south = testSite('south');
const WALK: readonly JobEvent[] = ['submit', 'accepted', 'seen-running', 'ended', 'collected-ok'];

suite('the store of jobs', () => {
  let directory: string;
  let time: number;
  let ids: number;
  let opened: s.SiteStore[];

  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'packwright-store-'));
    time = 1_000_000;
    ids = 0;
    opened = [];
  });
  teardown(async () => {
    for (const store of opened) await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const random = () => (++ids).toString(16).padStart(32, '0');
  const now = () => time;

  async function opening(more: Partial<s.StoreSource> = {}, at = directory): Promise<s.StoreOpening> {
    const result = await s.openStore(at, { now, random, ...more }, signal);
    if (result.kind === 'open') opened.push(result.store);
    return result;
  }

  async function open(more: Partial<s.StoreSource> = {}): Promise<s.SiteStore> {
    const result = await opening(more);
    assert.ok(result.kind === 'open', result.kind === 'fault' ? result.fault.message : '');
    return result.store;
  }

  async function fault(at = directory): Promise<s.StoreFault> {
    const result = await opening({}, at);
    assert.ok(result.kind === 'fault');
    return result.fault;
  }

  async function ask(store: s.SiteStore, site: Site, ...words: Parameters<typeof request>) {
    const [asked] = await s.enqueue(store, [{ site, request: request(...words) }], 'anna');
    return asked!;
  }

  /** Applies events one after the other; the last state, or `undefined` where one was not taken. */
  async function walk(
    store: s.SiteStore,
    id: string,
    events: readonly JobEvent[],
    last: Partial<s.JobChange> = {},
  ) {
    let state: string | undefined;
    for (const [index, event] of events.entries()) {
      const from = (await s.job(store, id))!.state;
      const more = index === events.length - 1 ? last : {};
      state = (await changeJobs(store, [{ id, from, event, ...more }], 'test'))[0]?.state;
    }
    return state;
  }

  /** A job that ended with a report. */
  async function ended(store: s.SiteStore, site: Site, complete = true): Promise<string> {
    const { job } = await ask(store, site, 'probe', `p${++ids}`);
    await walk(store, job.id, WALK, { report: { report: report(job.id, complete), output: OUTPUT } });
    return job.id;
  }

  test('its file and directory are for the account alone', async () => {
    const inner = join(directory, 'a/b');
    const result = await opening({}, inner);
    assert.equal(result.kind, 'open');
    assert.equal(statSync(inner).mode & 0o777, 0o700);
    assert.equal(statSync(join(inner, 'sites.sqlite')).mode & 0o777, 0o600);
  });

  test('a job is kept as it was asked for', async () => {
    const { job, joined } = await ask(await open(), north, 'install', 'greet>=1', 'base');
    assert.equal(joined, false);
    const again = await s.job(await open(), job.id);
    assert.deepEqual(again, job);
    assert.deepEqual(again?.request.packages, ['base', 'greet>=1']);
    assert.deepEqual(again?.site, north);
    assert.equal(again?.state, 'queued');
    assert.match(job.nonce, /^[0-9a-f]{32}$/);
    assert.notEqual(job.nonce, job.id);
  });

  test('a job is found by the first digits of its id, when they mean one job only', async () => {
    const source = ['abcdef00', 'abcdef11', 'ffffff22'].flatMap(start => [
      start.padEnd(32, '0'),
      '0'.repeat(32),
    ]);
    const store = await open({ random: () => source.shift()! });
    for (const name of ['a', 'b', 'c']) await ask(store, testSite(name), 'probe');
    assert.equal((await s.job(store, 'ffffff'))?.site.name, 'c');
    assert.equal(await s.job(store, 'abcdef'), undefined);
    assert.equal((await s.job(store, 'abcdef11'))?.site.name, 'b');
  });

  suite('one active job per site', () => {
    test('a second one is not sent while the first is anywhere at its site', async () => {
      const [one, two] = [await open(), await open()];
      const first = (await ask(one, north, 'install', 'a')).job.id;
      const second = (await ask(two, north, 'install', 'b')).job.id;
      for (const event of WALK.slice(0, -1)) {
        assert.ok(await walk(one, first, [event]));
        assert.equal(await walk(two, second, ['submit']), undefined, `after ${event}`);
      }
      assert.equal(await walk(one, first, ['collected-ok']), 'done');
      assert.equal(await walk(two, second, ['submit']), 'submitting');
    });

    test('it is a constraint of the database, not a convention', async () => {
      const store = await open();
      const first = (await ask(store, north, 'install', 'a')).job.id;
      const second = (await ask(store, north, 'install', 'b')).job.id;
      await walk(store, first, ['submit']);
      const file = new DatabaseSync(store.file);
      const sql = "UPDATE job SET state = 'running' WHERE id = ?";
      assert.throws(() => file.prepare(sql).run(second), /UNIQUE constraint failed: job.vo, job.site/);
      file.close();
    });

    test('sites of the same name of two VOs are two sites', async () => {
      const store = await open();
      const other = { ...north, vo: 'astro' };
      for (const site of [north, other])
        assert.equal(await walk(store, (await ask(store, site, 'probe')).job.id, ['submit']), 'submitting');
    });
  });

  suite('a change', () => {
    test('of two who make the same one only one does', async () => {
      const [one, two] = [await open(), await open()];
      const { id } = (await ask(one, north, 'probe')).job;
      const changes = [{ id, from: 'queued', event: 'submit' }] as const;
      const [mine, other] = await Promise.all([changeJobs(one, changes, 'a'), changeJobs(two, changes, 'b')]);
      assert.deepEqual([mine[0]?.state, other[0]?.state].sort(), ['submitting', undefined]);
    });

    test('is recorded with time, reason and who made it', async () => {
      const store = await open();
      const { id } = (await ask(store, north, 'probe')).job;
      time += 5;
      await changeJobs(
        store,
        [{ id, from: 'queued', event: 'rejected', reason: 'no\u001b[2J key' }],
        'host 7',
      );
      assert.deepEqual(await s.eventsOf(store, id), [
        { at: 1_000_000, to: 'queued', reason: '', who: 'anna' },
        { at: 1_000_005, from: 'queued', to: 'refused', reason: 'no\\e[2J key', who: 'host 7' },
      ]);
    });

    test('that is no transition does nothing', async () => {
      const store = await open();
      const { id } = (await ask(store, north, 'probe')).job;
      assert.equal(await walk(store, id, ['ended']), undefined);
      assert.equal((await s.eventsOf(store, id)).length, 1);
    });

    test('by a driver that does not hold the job does nothing', async () => {
      const store = await open();
      const { id } = (await ask(store, north, 'probe')).job;
      await changeJobs(store, [{ id, from: 'queued', event: 'submit', sender: sender('mine', 1) }], 'x');
      const accepted = { id, from: 'submitting', event: 'accepted', ticket: '1' } as const;
      assert.deepEqual(await changeJobs(store, [{ ...accepted, heldBy: 'other' }], 'x'), [undefined]);
      assert.equal((await changeJobs(store, [{ ...accepted, heldBy: 'mine' }], 'x'))[0]?.ticket, '1');
    });

    test('that fails by a bug takes no other with it', async () => {
      const store = await open();
      const bug = store.write(() => {
        throw new Error('bug');
      });
      const good = ask(store, north, 'probe');
      await assert.rejects(bug, /bug/);
      assert.equal((await good).job.state, 'queued');
    });
  });

  suite('a request', () => {
    test('joins an equal one that was not sent, whatever the order of its packages', async () => {
      const store = await open();
      const first = await ask(store, north, 'install', 'a', 'b');
      const second = await ask(await open(), { ...north, area: '/new' }, 'install', 'b', 'a');
      assert.equal(second.joined, true);
      assert.equal(second.job.id, first.job.id);
      assert.equal((await s.job(store, first.job.id))?.site.area, '/new');
    });

    const apart: readonly (readonly [name: string, Site, ...Parameters<typeof request>])[] = [
      ['another site', south, 'install', 'a'],
      ['other packages', north, 'install', 'b'],
      ['another verb', north, 'remove', 'a'],
    ];
    for (const [name, site, ...words] of apart)
      test(`does not join one for ${name}`, async () => {
        const store = await open();
        await ask(store, north, 'install', 'a');
        assert.equal((await ask(store, site, ...words)).joined, false);
      });

    test('does not join one that was sent, but for a probe', async () => {
      const store = await open();
      await walk(store, (await ask(store, north, 'install', 'a')).job.id, ['submit', 'accepted']);
      assert.equal((await ask(store, north, 'install', 'a')).joined, false);
      await walk(store, (await ask(store, south, 'probe')).job.id, ['submit', 'accepted', 'seen-running']);
      assert.equal((await ask(store, south, 'probe')).joined, true);
    });

    test('does not join one that a change of the site stands behind', async () => {
      const store = await open();
      await ask(store, north, 'install', 'a');
      await ask(store, north, 'probe');
      assert.equal((await ask(store, north, 'probe')).joined, true);
      await ask(store, north, 'remove', 'a');
      assert.equal((await ask(store, north, 'probe')).joined, false);
      assert.equal((await ask(store, north, 'install', 'a')).joined, false);
    });

    test('does not join one that is to be cancelled or has ended', async () => {
      const store = await open();
      const first = await ask(store, north, 'probe');
      await walk(store, first.job.id, ['submit']);
      await s.requestCancel(store, first.job.id, 'anna');
      assert.equal((await ask(store, north, 'probe')).joined, false);
      await ended(store, south);
      assert.equal((await ask(store, south, 'probe')).joined, false);
    });

    test('joins one that could not be sent because the site was not reached', async () => {
      const store = await open();
      const first = await ask(store, north, 'install', 'a');
      await walk(store, first.job.id, ['submit', 'unreached']);
      assert.equal((await ask(store, north, 'install', 'a')).job.id, first.job.id);
    });
  });

  suite('cancelling', () => {
    const cases: readonly (readonly [
      name: string,
      events: readonly JobEvent[],
      state: string,
      asked: boolean,
    ])[] = [
      ['queued', [], 'cancelled', true],
      ['under maintenance', ['hold'], 'cancelled', true],
      ['not reached before it was sent', ['submit', 'unreached'], 'cancelled', true],
      ['being sent', ['submit'], 'submitting', true],
      ['waiting at its site', ['submit', 'accepted'], 'waiting', true],
      ['running', ['submit', 'accepted', 'seen-running'], 'running', true],
      ['being collected', WALK.slice(0, -1), 'collecting', true],
      ['done', WALK, 'done', false],
    ];
    for (const [name, events, state, asked] of cases)
      test(`a job that is ${name}`, async () => {
        const store = await open();
        const { id } = (await ask(store, north, 'probe')).job;
        await walk(store, id, events);
        const job = await s.requestCancel(store, id, 'ben');
        assert.deepEqual([job?.state, job?.cancelRequested], [state, asked]);
        if (asked) assert.equal((await s.eventsOf(store, id)).at(-1)?.who, 'ben');
      });

    test('a job that was sent and is not reached waits for its site', async () => {
      const store = await open();
      const { id } = (await ask(store, north, 'probe')).job;
      await walk(store, id, ['submit', 'accepted'], { ticket: '7' });
      await walk(store, id, ['unreached']);
      assert.equal((await s.requestCancel(store, id, 'ben'))?.state, 'unreachable');
    });

    test('a job that may be on its way does not end before that is certain', async () => {
      const store = await open();
      const { id } = (await ask(store, north, 'probe')).job;
      await walk(store, id, ['submit', 'absent'], { doubtUntil: time + 10 });
      time += 1000;
      assert.equal((await s.requestCancel(store, id, 'ben'))?.state, 'queued');
    });

    test('a job that nobody knows', async () => {
      assert.equal(await s.requestCancel(await open(), 'f'.repeat(32), 'ben'), undefined);
    });
  });

  suite('reports', () => {
    test('are kept with the end of their job', async () => {
      const store = await open();
      const id = await ended(store, north);
      assert.deepEqual((await s.reportOf(store, id))?.report, report(id, true));
      assert.equal((await s.outputOf(store, id))?.stdout, OUTPUT.stdout);
    });

    test('the latest complete one of each site is told', async () => {
      const store = await open();
      const [first, other] = [await ended(store, north), await ended(store, south)];
      const cut = await ended(store, north, false);
      const latest = await s.latestReports(store, 'bio');
      assert.deepEqual([latest.get('north')?.job, latest.get('south')?.job], [first, other]);
      assert.deepEqual(
        (await s.reportsOf(store, 'bio', 'north', 9)).map(each => each.job),
        [cut, first],
      );
      assert.equal((await s.lastJobs(store, 'bio')).get('north')?.id, cut);
    });

    test('of megabytes the end is kept, and that it was cut', async () => {
      const store = await open();
      const { id } = (await ask(store, north, 'probe')).job;
      const output = { ...OUTPUT, stdout: `${'x'.repeat(3_000_000)}end` };
      await walk(store, id, WALK, { report: { report: report(id, true), output } });
      const kept = await s.outputOf(store, id);
      assert.ok(kept!.stdout.endsWith('xend') && kept!.stdout.length < 600_000 && kept!.truncated);
    });
  });

  suite('history', () => {
    test('forgets old jobs and those beyond the number, but never the last of a site or one that is open', async () => {
      const store = await open();
      const old = await ended(store, north);
      const complete = await ended(store, north);
      const cut = await ended(store, north, false);
      const waiting = (await ask(store, north, 'probe')).job.id;
      const lonely = await ended(store, south);
      time += 100 * 86_400_000;
      assert.equal(await s.prune(store, { days: 90, jobsPerSite: 10 }), 2);
      const left = (await s.jobs(store, {})).map(each => each.id);
      assert.deepEqual(left, [complete, waiting, lonely]);
      assert.deepEqual([await s.reportOf(store, old), await s.outputOf(store, cut)], [undefined, undefined]);
      assert.deepEqual(await s.eventsOf(store, old), []);
      for (let n = 0; n < 5; n++) await ended(store, south);
      assert.equal(await s.prune(store, { days: 90, jobsPerSite: 3 }), 3);
    });

    test('is exported as JSON without what could forge a report', async () => {
      const store = await open();
      let text = '';
      for await (const piece of s.historyJson(store, 'bio')) text += piece;
      assert.deepEqual(JSON.parse(text), []);
      const id = await ended(store, north);
      const { nonce } = (await s.job(store, id))!;
      text = '';
      for await (const piece of s.historyJson(store, 'bio')) text += piece;
      assert.deepEqual(
        JSON.parse(text).map((each: s.HistoryEntry) => [each.job.id, each.events.length, each.report?.job]),
        [[id, 6, id]],
      );
      assert.ok(!text.includes(nonce));
    });
  });

  test('jobs are told by site, state and number', async () => {
    const store = await open();
    const done = await ended(store, north);
    const open1 = (await ask(store, north, 'probe')).job.id;
    const open2 = (await ask(store, south, 'probe')).job.id;
    const of = async (filter: s.JobFilter) => (await s.jobs(store, filter)).map(each => each.id);
    assert.deepEqual(await of({ sites: ['north'] }), [done, open1]);
    assert.deepEqual(await of({ states: ['queued'] }), [open1, open2]);
    assert.deepEqual(await of({ open: true, limit: 1 }), [open2]);
    assert.deepEqual(await of({ vo: 'astro' }), []);
    assert.deepEqual(await of({ ids: [done] }), [done]);
  });

  test('jobs that certainly ended are told, others are not', async () => {
    const store = await open();
    const { id } = (await ask(store, north, 'probe')).job;
    await walk(store, id, WALK.slice(0, 4), { ended: true });
    await walk(store, id, ['collected-ok']);
    const lost = (await ask(store, north, 'probe')).job.id;
    await walk(store, lost, ['submit', 'accepted', 'gone', 'collected-nothing']);
    assert.deepEqual(await s.endedJobs(store, 'bio', 'north'), [id]);
  });

  suite('the driver', () => {
    const alive = () => false;

    test('is one, until its lease runs out', async () => {
      const [one, two] = [await open(), await open()];
      assert.equal((await elect(one, sender('a', 1), 100, alive)).token, 'a');
      assert.equal((await elect(two, sender('b', 2), 100, alive)).token, 'a');
      time += 60;
      assert.equal(await renew(one, 'a', 100), true);
      time += 60;
      assert.equal((await elect(two, sender('b', 2), 100, alive)).token, 'a');
      time += 60;
      assert.equal((await elect(two, sender('b', 2), 100, alive)).token, 'b');
      assert.equal(await renew(one, 'a', 100), false);
      assert.deepEqual([await leads(one, 'a'), await leads(two, 'b')], [false, true]);
    });

    test('whose lease has run out does not get it back', async () => {
      const store = await open();
      await elect(store, sender('a', 1), 100, alive);
      time += 100;
      assert.equal(await renew(store, 'a', 100), false);
    });

    test('is replaced at once when it is dead', async () => {
      const store = await open();
      await elect(store, sender('a', 1), 100, alive);
      assert.equal((await elect(store, sender('b', 2), 100, other => other.pid === 1)).token, 'b');
    });

    test('that resigns leaves nothing', async () => {
      const store = await open();
      await elect(store, sender('a', 1), 100, alive);
      const { id } = (await ask(store, north, 'probe')).job;
      await claimJob(store, { id, from: 'queued', event: 'submit' }, sender('a', 1));
      await resign(store, 'a');
      assert.equal(await driverRow(store), undefined);
      assert.equal((await s.job(store, id))?.sender, undefined);
    });

    test('that lost its place claims nothing', async () => {
      const store = await open();
      await elect(store, sender('a', 1), 100, alive);
      const { id } = (await ask(store, north, 'probe')).job;
      time += 100;
      assert.equal(await claimJob(store, { id, from: 'queued', event: 'submit' }, sender('a', 1)), undefined);
      assert.equal((await s.job(store, id))?.state, 'queued');
    });
  });

  test('a run is there once, as long as its process lives', async () => {
    const store = await open();
    const me = sender('', 5).process;
    const first = await s.beginRun(store, 'status', me, () => false);
    assert.equal(first.kind, 'begun');
    assert.equal((await s.beginRun(store, 'status', me, () => false)).kind, 'other');
    assert.equal((await s.beginRun(store, 'audit', me, () => false)).kind, 'begun');
    const second = await s.beginRun(store, 'status', me, () => true);
    assert.equal(second.kind, 'begun');
    await s.endRun(store, second.run.id);
    assert.equal((await s.beginRun(store, 'status', me, () => false)).kind, 'begun');
  });

  suite('when something goes wrong', () => {
    test('a damaged file is set aside under a name that the fault tells, and the next one begins anew', async () => {
      const store = await open();
      await ended(store, north);
      await store.close();
      writeFileSync(store.file, Buffer.alloc(8192, 'x'));
      const { code, path, message } = await fault();
      assert.equal(code, 'damaged');
      assert.equal(readFileSync(path, 'latin1').slice(0, 3), 'xxx');
      assert.ok(message.includes(path) && message.includes('.recover'));
      const again = await opening();
      assert.ok(again.kind === 'open');
      assert.deepEqual(again.setAside, [path]);
      assert.deepEqual(await s.jobs(again.store, {}), []);
    });

    test('a file that is damaged while it is open is set aside, and every later call says so', async () => {
      const store = await open();
      for (let n = 0; n < 20; n++) await ask(store, testSite(`s${n}`), 'probe');
      await store.write(sql => sql('SELECT 1').get());
      await store.close();
      const again = await open();
      const size = statSync(again.file).size;
      const bytes = readFileSync(again.file);
      bytes.fill(0x5a, 4096, size);
      writeFileSync(again.file, bytes);
      const damaged = (error: s.StoreError) =>
        error.fault.code === 'damaged' && error.message.includes('kept as');
      await assert.rejects(s.jobs(again, {}), damaged);
      await assert.rejects(ask(again, north, 'probe'), damaged);
      assert.throws(() => again.changes(), damaged);
      assert.deepEqual(await s.jobs(await open(), {}), []);
    });

    test('a file whose tables were cut off is set aside', async () => {
      const store = await open();
      await store.close();
      truncateSync(store.file, 4096);
      assert.equal((await fault()).code, 'damaged');
      assert.equal(readdirSync(directory).filter(name => name.includes('.damaged-')).length >= 1, true);
    });

    test('a file of a later version stays as it is', async () => {
      const store = await open();
      await store.close();
      const file = new DatabaseSync(store.file);
      file.exec('PRAGMA user_version = 99');
      file.close();
      assert.equal((await fault()).code, 'newer');
      assert.equal((await fault()).code, 'newer');
    });

    test('file systems that other machines write too are known', () => {
      assert.deepEqual([0x6969, 0x0bd00bd0, 0xef53].map(sharedFileSystem), ['NFS', 'Lustre', undefined]);
    });

    test('a directory that is a file is refused, and the remedy named', async () => {
      const path = join(directory, 'file');
      writeFileSync(path, '');
      assert.match((await fault(path)).message, /--state DIR/);
      mkdirSync(join(directory, 'sites.sqlite'));
      assert.match((await fault()).message, /--state DIR/);
    });

    test('a full disk keeps nothing of the step, all of what was before, and is said', async () => {
      const store = await open();
      const { job } = await ask(store, north, 'probe');
      await store.read(sql => sql('PRAGMA max_page_count = 1').get());
      const big = { ...south, area: `/${'x'.repeat(1_000_000)}` };
      await assert.rejects(ask(store, big, 'probe'), (error: s.StoreError) => error.fault.code === 'full');
      assert.deepEqual(
        (await s.jobs(await open(), {})).map(each => each.id),
        [job.id],
      );
      await store.read(sql => sql('PRAGMA max_page_count = 100000').get());
      assert.equal((await ask(store, big, 'probe')).joined, false);
    });

    test('a process that is killed in the middle of a transaction leaves what was before it', async () => {
      const store = await open();
      const { id } = (await ask(store, north, 'probe')).job;
      const script = `
        const { DatabaseSync } = require('node:sqlite');
        const file = new DatabaseSync(process.argv[1]);
        file.exec("BEGIN IMMEDIATE; UPDATE job SET state = 'done', ended_at = 1; DELETE FROM event");
        console.log('within');
        setInterval(() => {}, 1000);`;
      const child = spawn(process.execPath, ['-e', script, store.file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      const waits = walk(store, id, ['submit']);
      child.kill('SIGKILL');
      await once(child, 'close');
      assert.equal(await waits, 'submitting');
      assert.equal((await s.eventsOf(store, id)).length, 2);
    });
  });
});

const OUTPUT: JobOutput = { stdout: 'printed \u{1f600}\n', stderr: '', truncated: false };

function sender(token: string, pid: number) {
  return { token, process: { host: 'here', pid } };
}

function report(job: string, complete: boolean): SiteReport {
  const outcome = complete ? 'ok' : 'cut-off';
  const nothing = { actions: [], repairs: [], problems: [], log: [], faults: [] };
  return { job, verb: 'probe', dryRun: false, complete, outcome, ...nothing };
}
