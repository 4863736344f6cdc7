import assert from 'node:assert/strict';
import { DRIVER_LIMITS, type DriverOptions, drive } from '../../client/src/grid/driver.ts';
import type { Answer, Run, Site } from '../../client/src/grid/model.ts';
import * as s from '../../client/src/grid/store.ts';
import { driverRow } from '../../client/src/grid/store-driver.ts';
import type { Order } from '../support/batch-system.ts';
import { allEnded, DriverRig, orderOf, request, testSite } from '../support/driver-rig.ts';

const north = testSite('north');
const south = testSite('south');
const HOUR = 3_600_000;
const UNREACHED: Answer = { kind: 'unreached', reason: 'No route to host' };
const UNSURE: Answer = { kind: 'unsure', reason: 'the connection broke', lines: [] };

suite('a driver', () => {
  let rig: DriverRig;
  let store: s.SiteStore;
  setup(async () => {
    rig = new DriverRig(1, true);
    store = await rig.store();
  });
  teardown(() => rig.remove());

  /** Ends every job so many milliseconds after it arrived. */
  function jobsTake(milliseconds: number): void {
    const begun = new Set<string>();
    const tick = () => {
      for (const { id } of rig.batch.jobs.values()) {
        if (begun.has(id)) continue;
        begun.add(id);
        rig.clock.after(milliseconds / 2, () => rig.batch.run(id));
        rig.clock.after(milliseconds, () => rig.batch.finish(id));
      }
      rig.clock.after(1_000, tick);
    };
    tick();
  }

  async function ask(site: Site, ...words: Parameters<typeof request>): Promise<string> {
    const [asked] = await rig.ask(store, [site, request(...words)]);
    return asked!.id;
  }

  function drives(more: Partial<DriverOptions> = {}, done = allEnded): Promise<void> {
    return rig.drive(rig.options(store, more), done);
  }

  /** Drives until the job is in this state, and tells it. */
  async function drivesUntil(
    id: string,
    state: string,
    more: Partial<DriverOptions> = {},
  ): Promise<s.StoredJob> {
    await drives(more, async () => (await s.job(store, id))?.state === state);
    return (await s.job(store, id))!;
  }

  async function states(id: string): Promise<readonly string[]> {
    const events = await s.eventsOf(store, id);
    return events.map(event => event.to).filter((state, index, all) => state !== all[index - 1]);
  }

  /** Answers as `answer` says, and obeys where it says nothing. */
  function runs(answer: (order: Order) => Answer | undefined): Run {
    return async (command, signal) => answer(orderOf(command)) ?? rig.run(command, signal);
  }

  test('brings a job from its queue to its report', async () => {
    const id = await ask(north, 'probe');
    jobsTake(60_000);
    await drives();
    assert.deepEqual(await states(id), ['queued', 'submitting', 'waiting', 'running', 'collecting', 'done']);
    const job = await s.job(store, id);
    assert.deepEqual([job?.ticket, job?.ended, job?.endedAt], ['1', true, job?.since]);
    assert.equal((await s.reportOf(store, id))?.report.outcome, 'ok');
    assert.equal(await driverRow(store), undefined);
  });

  test('sends the jobs of a site one after the other, in order', async () => {
    const ids = [
      await ask(north, 'install', 'a'),
      await ask(north, 'install', 'b'),
      await ask(north, 'probe'),
    ];
    jobsTake(5_000);
    await drives();
    const sent = rig.batch.orders.filter(order => order.op === 'submit').map(order => order.id);
    assert.deepEqual(sent, ids);
    assert.deepEqual(rig.batch.crowded, []);
  });

  test('asks after all jobs of a batch system with one command', async () => {
    const host = { destination: 'gate' };
    for (let n = 0; n < 50; n++) await ask(testSite(`s${n}`, { host }), 'probe');
    await drives({}, open => [...open.values()].every(job => job.state === 'waiting'));
    const before = rig.batch.count('poll');
    rig.clock.after(600_000, () => {
      for (const id of rig.batch.jobs.keys()) rig.batch.finish(id);
    });
    await drives();
    const polls = rig.batch.orders.filter(order => order.op === 'poll').slice(before);
    assert.equal(polls[1]?.ids.length, 50);
    assert.ok(polls.length < 30, `${polls.length} polls`);
  });

  test('polls more and more rarely while nothing changes', async () => {
    const id = await ask(north, 'probe');
    const times: number[] = [];
    const run = runs(order => {
      if (order.op === 'poll') times.push(rig.clock.time);
      return undefined;
    });
    rig.clock.after(HOUR, () => rig.batch.finish(id));
    await drives({ run });
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    assert.ok(gaps[0]! < 5_000 && gaps.at(-1)! > 200_000 && gaps.at(-1)! < 370_000, gaps.join(' '));
    assert.ok(times.length < 35, `${times.length} polls`);
  });

  test('of two that compete one does the work', async () => {
    const other = await rig.store();
    for (let n = 0; n < 10; n++) await ask(testSite(`s${n}`), 'probe');
    jobsTake(30_000);
    const by: number[] = [];
    const counting = (base: DriverOptions) => ({
      ...base,
      run: runs(() => {
        by.push(base.me.pid);
        return undefined;
      }),
    });
    const signal = new AbortController().signal;
    const both = [store, other].map(each => drive(counting(rig.options(each)), allEnded, signal));
    await rig.clock.until(Promise.all(both));
    assert.equal(new Set(by).size, 1);
    assert.equal(rig.batch.count('submit'), 10);
  });

  suite('that dies', () => {
    /** A driver whose process stops for ever as soon as `order` is given; its pid. */
    async function dies(op: Order['op'], arrives: boolean): Promise<number> {
      let stopped = (): void => undefined;
      const until = new Promise<void>(resolve => {
        stopped = resolve;
      });
      let dead = false;
      const run: Run = async (command, signal) => {
        const order = orderOf(command);
        if (order.op !== op) return rig.run(command, signal);
        if (arrives) rig.batch.obey(order);
        dead = true;
        stopped();
        return new Promise<Answer>(() => undefined);
      };
      const pause: DriverOptions['pause'] = (milliseconds, signal) =>
        dead ? new Promise(() => undefined) : rig.clock.pause(milliseconds, signal);
      const options = rig.options(await rig.store(), { run, pause });
      const beat = { ...options, limits: { ...DRIVER_LIMITS, lease: 60_000 } };
      drive(beat, () => dead, new AbortController().signal).catch(() => undefined);
      await rig.clock.until(until);
      return options.me.pid;
    }

    test('is replaced, and what it submitted is found, not sent again', async () => {
      const id = await ask(north, 'install', 'a');
      rig.dead.add(await dies('submit', true));
      jobsTake(5_000);
      await drives();
      assert.equal((await s.job(store, id))?.state, 'done');
      assert.deepEqual([rig.batch.count('submit'), rig.batch.count('find')], [1, 1]);
    });

    test('is replaced, and what did not arrive is sent again under the same id', async () => {
      const id = await ask(north, 'install', 'a');
      rig.dead.add(await dies('submit', false));
      jobsTake(5_000);
      await drives();
      assert.equal((await s.job(store, id))?.state, 'done');
      assert.deepEqual(
        rig.batch.orders.filter(order => order.op === 'submit' || order.op === 'find').map(order => order.op),
        ['find', 'submit'],
      );
    });

    test('and may yet live keeps what it is sending until its lease and the command are over', async () => {
      const id = await ask(north, 'install', 'a');
      await dies('submit', true);
      const began = rig.clock.time;
      jobsTake(5_000);
      await drives();
      const found = (await s.eventsOf(store, id)).find(event => event.to === 'waiting');
      assert.ok(found!.at - began >= DRIVER_LIMITS.lease + DRIVER_LIMITS.command);
      assert.equal(rig.batch.count('submit'), 1);
    });

    test('while it fetched a report loses nothing', async () => {
      const id = await ask(north, 'probe');
      jobsTake(5_000);
      rig.dead.add(await dies('fetch', true));
      await drives();
      assert.equal((await s.reportOf(store, id))?.report.complete, true);
    });
  });

  suite('an ambiguous submission', () => {
    test('that arrived is found again', async () => {
      const id = await ask(north, 'install', 'a');
      let first = true;
      const run = runs(order => {
        if (order.op !== 'submit' || !first) return undefined;
        first = false;
        rig.batch.obey(order);
        return UNSURE;
      });
      jobsTake(5_000);
      await drives({ run });
      assert.equal((await s.job(store, id))?.state, 'done');
      assert.equal(rig.batch.count('submit'), 1);
    });

    test('that did not arrive is sent again under the same id', async () => {
      const id = await ask(north, 'install', 'a');
      let lost = 2;
      const run = runs(order => (order.op === 'submit' && lost-- > 0 ? UNSURE : undefined));
      jobsTake(5_000);
      await drives({ run });
      assert.deepEqual([...rig.batch.jobs.keys()], [id]);
      assert.equal((await s.job(store, id))?.state, 'done');
    });

    test('whose job is cancelled ends only when nothing can arrive any more', async () => {
      const id = await ask(north, 'install', 'a');
      const late: Order[] = [];
      const run = runs(order => {
        if (order.op !== 'submit') return undefined;
        late.push(order);
        rig.clock.after(60_000, () => rig.batch.obey(late[0]!));
        return UNSURE;
      });
      await drivesUntil(id, 'submitting', { run });
      await s.requestCancel(store, id, 'anna');
      await drives({ run });
      assert.equal((await s.job(store, id))?.state, 'cancelled');
      assert.deepEqual(rig.batch.live('north'), []);
      assert.equal(rig.batch.jobs.size, 1, 'it arrived late, was found and cancelled');
    });
  });

  suite('what cannot be sent', () => {
    test('is refused with the words of the batch system', async () => {
      rig.batch.refusing = 'Invalid partition';
      const id = await ask(north, 'probe');
      await drives();
      const job = await s.job(store, id);
      assert.deepEqual([job?.state, job?.reason], ['refused', 'Invalid partition']);
    });

    test('is refused when the credentials are, before anything is sent', async () => {
      const id = await ask(north, 'probe');
      await drives({ checkCredentials: async () => ({ kind: 'refused', reason: 'No key: run ssh-add' }) });
      assert.equal((await s.job(store, id))?.reason, 'No key: run ssh-add');
      assert.deepEqual(rig.batch.orders, []);
    });

    test('is refused when it cannot be prepared, and the next job goes on', async () => {
      const [id, next] = [await ask(north, 'install', 'a'), await ask(north, 'probe')];
      jobsTake(5_000);
      const prepare: DriverOptions['prepare'] = async (job, ended, signal) =>
        job.id === id
          ? { kind: 'refused', reason: 'No package matches a' }
          : rig.options(store).prepare(job, ended, signal);
      await drives({ prepare });
      assert.deepEqual(await states(id), ['queued', 'refused']);
      assert.equal((await s.job(store, next))?.state, 'done');
    });

    test('is refused when its script cannot be written', async () => {
      const id = await ask(north, 'install', 'a');
      await drives({ compose: () => ({ reason: 'The area holds a control character' }) });
      const job = await s.job(store, id);
      assert.deepEqual([job?.state, job?.reason], ['refused', 'The area holds a control character']);
    });

    test('is refused when preparing it takes for ever', async () => {
      const id = await ask(north, 'install', 'a');
      await drives({ prepare: () => new Promise(() => undefined) });
      assert.match((await s.job(store, id))!.reason, /within 5 minutes/);
    });

    test('is refused when the host key has changed', async () => {
      const id = await ask(north, 'probe');
      await drives({ run: runs(() => ({ kind: 'denied', reason: 'Host key verification failed' })) });
      assert.deepEqual(await states(id), ['queued', 'submitting', 'refused']);
    });
  });

  suite('cancelling', () => {
    for (const state of ['waiting', 'running'])
      test(`a job that is ${state} ends it at its site`, async () => {
        const id = await ask(north, 'probe');
        rig.clock.after(20_000, () => state === 'running' && rig.batch.run(id));
        await drivesUntil(id, state);
        await s.requestCancel(store, id, 'anna');
        await drives();
        assert.equal((await s.job(store, id))?.state, 'cancelled');
        assert.equal(rig.batch.jobs.get(id)?.end?.how, 'cancelled');
      });

    test('a job that said its last word first leaves it done', async () => {
      const id = await ask(north, 'probe');
      await drivesUntil(id, 'waiting');
      rig.batch.finish(id);
      await s.requestCancel(store, id, 'anna');
      await drives();
      assert.equal((await s.job(store, id))?.state, 'done');
    });

    test('a job while its driver is at it is seen soon', async () => {
      const id = await ask(north, 'probe');
      const other = await rig.store();
      rig.clock.after(10 * 60_000, () => void s.requestCancel(other, id, 'anna'));
      const began = rig.clock.time;
      await drives();
      assert.equal((await s.job(store, id))?.state, 'cancelled');
      assert.ok(rig.clock.time - began < 11 * 60_000);
    });
  });

  suite('a site that is not reached', () => {
    test('before anything was sent is tried again, more and more rarely', async () => {
      const id = await ask(north, 'probe');
      const times: number[] = [];
      const until = rig.clock.time + HOUR;
      const limits = { ...DRIVER_LIMITS, backOffMax: 600_000 };
      const run = runs(order => {
        if (order.op === 'submit') times.push(rig.clock.time);
        return rig.clock.time < until ? UNREACHED : undefined;
      });
      const job = await drivesUntil(id, 'unreachable', { run, limits });
      assert.match(job.reason, /No route to host/);
      jobsTake(5_000);
      await drives({ run, limits });
      assert.equal((await s.job(store, id))?.state, 'done');
      const gaps = times.slice(1).map((time, index) => time - times[index]!);
      assert.ok(gaps[0]! < 15_000 && gaps.at(-1)! > 400_000 && Math.max(...gaps) <= 602_000, gaps.join(' '));
      assert.ok(times.length < 15, `${times.length} tries`);
    });

    test('does not lose a job that was sent, and says since when', async () => {
      const id = await ask(north, 'probe');
      jobsTake(60_000);
      let [from, to] = [rig.clock.time + 10_000, rig.clock.time + HOUR];
      const run = runs(() => (rig.clock.time > from && rig.clock.time < to ? UNREACHED : undefined));
      const job = await drivesUntil(id, 'unreachable', { run });
      assert.equal(job.ticket, '1');
      const trouble = [...(await s.troubles(store)).values()][0]!;
      assert.ok(trouble.since >= from && trouble.since < from + 30_000);
      await drives({ run });
      [from, to] = [0, 0];
      assert.equal((await s.job(store, id))?.state, 'done');
      assert.equal((await s.troubles(store)).size, 0);
      assert.equal(rig.batch.count('submit'), 1);
    });

    test('because its batch system does not answer is told in its words', async () => {
      const id = await ask(north, 'probe');
      jobsTake(60_000);
      let down = false;
      const reason = 'no controller';
      const lines = [JSON.stringify([id, { state: 'unknown', silent: true, reason }])];
      const answer: Answer = { kind: 'ended', code: 0, lines, stderr: '' };
      const run = runs(order => (order.op === 'poll' && down ? answer : undefined));
      await drivesUntil(id, 'running', { run });
      down = true;
      const job = await drivesUntil(id, 'unreachable', { run });
      assert.match(job.reason, /batch system does not answer \(no controller\)/);
      down = false;
      await drives({ run });
      assert.equal((await s.job(store, id))?.state, 'done');
    });

    test('once is not called unreachable: one bad poll proves nothing', async () => {
      const id = await ask(north, 'probe');
      jobsTake(60_000);
      let bad = 1;
      await drives({ run: runs(order => (order.op === 'poll' && bad-- > 0 ? UNREACHED : undefined)) });
      assert.ok(!(await states(id)).includes('unreachable'));
    });

    test('slows no other, even when its commands hang', async () => {
      for (let n = 0; n < 30; n++)
        await ask(testSite(`dead${n}`, { host: { destination: `dead${n % 7}` } }), 'probe');
      const ids: string[] = [];
      for (let n = 0; n < 30; n++)
        ids.push(await ask(testSite(`s${n}`, { host: { destination: 'good' } }), 'probe'));
      jobsTake(5_000);
      const run: Run = async (command, signal) => {
        if (command.host?.destination === 'good') return rig.run(command, signal);
        await rig.clock.pause(120_000, signal);
        return UNREACHED;
      };
      const began = rig.clock.time;
      await drives({ run }, open => !ids.some(id => open.has(id)));
      assert.ok(rig.clock.time - began < 100_000, `${rig.clock.time - began} ms`);
    });

    test('does not lose a report that is to be fetched, not even of a job that is to be cancelled', async () => {
      const id = await ask(north, 'probe');
      jobsTake(5_000);
      rig.clock.after(10_000, () => void s.requestCancel(store, id, 'anna'));
      let bad = 6;
      await drives({ run: runs(order => (order.op === 'fetch' && bad-- > 0 ? UNREACHED : undefined)) });
      assert.equal((await s.job(store, id))?.state, 'done');
    });
  });

  suite('a job that its batch system forgot', () => {
    test('is done when its output is there', async () => {
      const id = await ask(north, 'probe');
      await drivesUntil(id, 'waiting');
      rig.batch.finish(id);
      rig.batch.forget(id, true);
      await drives();
      assert.equal((await s.job(store, id))?.state, 'done');
    });

    test('is lost when its output could not be had, some time after it was first missed', async () => {
      const id = await ask(north, 'probe');
      await drivesUntil(id, 'waiting');
      rig.batch.forget(id, false);
      const began = rig.clock.time;
      await drives();
      const job = await s.job(store, id);
      assert.deepEqual([job?.state, job?.ended], ['lost', false]);
      assert.ok(rig.batch.count('fetch') >= DRIVER_LIMITS.collects);
      assert.ok(rig.clock.time - began >= DRIVER_LIMITS.gone);
    });

    test('for a moment goes on', async () => {
      const id = await ask(north, 'probe');
      await drivesUntil(id, 'waiting');
      const forgotten = rig.batch.jobs.get(id)!;
      rig.batch.forget(id, false);
      rig.clock.after(10_000, () => {
        forgotten.state = 'running';
      });
      rig.clock.after(60_000, () => rig.batch.finish(id));
      await drives();
      assert.equal((await s.job(store, id))?.state, 'done');
    });
  });

  test('a job that was killed is failed, and what it said is kept', async () => {
    const id = await ask(north, 'probe');
    await drivesUntil(id, 'waiting');
    rig.batch.finish(id, { how: 'timeout' }, false);
    await drives();
    const job = await s.job(store, id);
    assert.equal(job?.state, 'failed');
    assert.match(job!.reason, /^Its time was over before/);
    assert.equal((await s.outputOf(store, id))?.stdout, 'cut');
  });

  test('a site under maintenance is left alone until its end', async () => {
    const id = await ask(north, 'probe');
    const until = rig.clock.time + HOUR;
    const maintenanceAt: DriverOptions['maintenanceAt'] = (_site, time) =>
      time < until ? { until, reason: 'New disks' } : undefined;
    jobsTake(5_000);
    const job = await drivesUntil(id, 'maintenance', { maintenanceAt });
    assert.equal(job.reason, 'New disks');
    await drives({ maintenanceAt });
    assert.deepEqual((await states(id)).slice(0, 4), ['queued', 'maintenance', 'queued', 'submitting']);
    assert.ok((await s.job(store, id))!.submittedAt! >= until);
  });

  test('a bug with one job does not stop the others, and is said', async () => {
    const id = await ask(north, 'probe');
    const other = await ask(south, 'probe');
    jobsTake(5_000);
    const compose: DriverOptions['compose'] = job => {
      if (job.id === id) throw new Error('no such column');
      return rig.options(store).compose(job, undefined as never);
    };
    await drives({ compose }, open => !open.has(other));
    assert.match((await s.job(store, id))!.reason, /no such column/);
  });

  test('the jobs that ended are told to the next one', async () => {
    const first = await ask(north, 'probe');
    jobsTake(5_000);
    await drives();
    const told: (readonly string[])[] = [];
    await ask(north, 'probe');
    const { prepare } = rig.options(store);
    await drives({
      prepare: (job, ended, signal) => {
        told.push(ended);
        return prepare(job, ended, signal);
      },
    });
    assert.deepEqual(told, [[first]]);
  });

  test('what is left at the submit hosts is removed a day later', async () => {
    const first = await ask(north, 'probe');
    jobsTake(5_000);
    await drives();
    rig.clock.time += 25 * HOUR;
    await ask(north, 'probe');
    await drives();
    await drives();
    assert.deepEqual(rig.batch.purged, [first]);
  });

  test('when the store fails, the driver says so and a later one goes on', async () => {
    const id = await ask(north, 'probe');
    jobsTake(5_000);
    let full = false;
    const failing = await rig.store(point => {
      if (point === 'store:before-commit' && full)
        throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
    });
    const run = runs(order => {
      if (order.op === 'submit') full = true;
      return undefined;
    });
    await assert.rejects(
      rig.drive(rig.options(failing, { run }), allEnded),
      (error: unknown) => error instanceof s.StoreError && error.fault.code === 'full',
    );
    rig.dead.add(101);
    await drives();
    assert.equal((await s.job(store, id))?.state, 'done');
    assert.equal(rig.batch.count('submit'), 1);
  });

  test('an aborted one stops and leaves its place', async () => {
    await ask(north, 'probe');
    const stop = new AbortController();
    rig.clock.after(100_000, () => stop.abort());
    await rig.clock.until(drive(rig.options(store), allEnded, stop.signal));
    assert.equal(await driverRow(store), undefined);
  });
});
