import assert from 'node:assert/strict';
import { DRIVER_LIMITS, type DriverLimits, type DriverOptions, drive } from '../../client/src/grid/driver.ts';
import type { FaultPoint } from '../../client/src/grid/fault-points.ts';
import type { Answer, Run } from '../../client/src/grid/model.ts';
import {
  enqueue,
  eventsOf,
  jobs,
  reportOf,
  requestCancel,
  type SiteStore,
  type StoredJob,
} from '../../client/src/grid/store.ts';
import type { Order } from './batch-system.ts';
import { allEnded, DriverRig, orderOf, request, testSite } from './driver-rig.ts';

/** What a schedule came to. */
export interface ChaosFigures {
  crashes: number;
  /** Process died at this point, so often. */
  readonly at: Map<FaultPoint, number>;
  jobs: number;
  readonly ends: Map<string, number>;
  lateArrivals: number;
  lostAnswers: number;
}

/** A process that may be killed at any fault point: then nothing of it happens any more. */
interface Process {
  readonly pid: number;
  dead: boolean;
}

const LIMITS: DriverLimits = {
  ...DRIVER_LIMITS,
  lease: 20_000,
  command: 30_000,
  backOffMin: 2_000,
  backOffMax: 60_000,
  pollMax: 30_000,
  gone: 10_000,
};

const MOST_CRASHES = 8;

const UNSURE: Answer = { kind: 'unsure', reason: 'the connection broke', lines: [] };

/**
 * One random schedule: some processes drive, die, stall and are replaced, the network loses and delays
 * commands and answers, people ask and cancel. Throws when a site had two jobs, a job came twice, or a
 * result was lost.
 */
export async function chaos(seed: number, figures: ChaosFigures): Promise<void> {
  const rig = new DriverRig(seed, true);
  try {
    const scene = new Scene(rig, figures);
    await scene.play();
    await scene.judge();
  } finally {
    await rig.remove();
  }
}

class Scene {
  readonly #rig: DriverRig;
  readonly #figures: ChaosFigures;
  readonly #living = new Set<Process>();
  readonly #forgotten = new Set<string>();
  #crashes = 0;
  #calm = false;
  #pids = 1000;
  #people: SiteStore | undefined;

  constructor(rig: DriverRig, figures: ChaosFigures) {
    this.#rig = rig;
    this.#figures = figures;
  }

  async play(): Promise<void> {
    const { clock } = this.#rig;
    this.#people = await this.#rig.store();
    const last = 300_000;
    for (let n = 0; n < 8; n++) clock.after(this.#below(last), () => void this.#ask());
    for (let n = 0; n < 3; n++) clock.after(this.#below(last), () => void this.#cancel());
    this.#batchGoesOn();
    const count = 1 + Math.floor(this.#below(3));
    for (let n = 0; n < count; n++) await this.#begin();
    const silence = clock.pause(last + 1, new AbortController().signal);
    await clock.until(silence);
    await clock.until(this.#allIsCalm());
  }

  /** Nothing fails any more, one process lives that did not before, and everything comes to its end. */
  async #allIsCalm(): Promise<void> {
    this.#calm = true;
    const signal = new AbortController().signal;
    const { clock } = this.#rig;
    await this.#begin(true);
    const late = LIMITS.lease + LIMITS.command;
    await clock.pause(late, signal);
    for (let open = 1; open > 0; ) {
      await clock.pause(5_000, signal);
      open = (await jobs(this.#people!, { open: true })).length;
    }
    await clock.pause(2 * late, signal);
  }

  async judge(): Promise<void> {
    const { batch } = this.#rig;
    assert.deepEqual(batch.crowded, [], 'a site had two jobs at a time');
    const kept = new Map((await jobs(this.#people!, {})).map(job => [job.id, job]));
    for (const job of batch.jobs.values()) {
      const known = kept.get(job.id);
      assert.ok(known, `${job.id} is at the site, and nobody knows it`);
      assert.ok(job.state === 'ended' || job.state === 'gone', `${job.id} still runs, and is ${known.state}`);
      await this.#judgeResult(known, job.output?.stdout);
    }
    for (const job of kept.values()) {
      this.#figures.jobs++;
      this.#figures.ends.set(job.state, (this.#figures.ends.get(job.state) ?? 0) + 1);
      const sent = batch.jobs.has(job.id);
      if (!sent) assert.equal(job.state, 'cancelled', `${job.id} never ran`);
      await this.#judgeEvents(job);
    }
  }

  async #judgeResult(job: StoredJob, stdout: string | undefined): Promise<void> {
    if (stdout === undefined) {
      // Its output was taken away, before or after it was fetched.
      assert.ok(this.#forgotten.has(job.id));
      const fetched = (await reportOf(this.#people!, job.id)) !== undefined;
      assert.ok(fetched || job.state === 'lost', `${job.id} is ${job.state}`);
      return;
    }
    const whole = stdout.startsWith('ok');
    const states = whole ? ['done'] : ['failed', 'cancelled', 'lost'];
    assert.ok(states.includes(job.state), `${job.id} said '${stdout}' and is ${job.state}`);
    const report = await reportOf(this.#people!, job.id);
    assert.equal(report?.report.complete, whole, `the report of ${job.id}`);
  }

  async #judgeEvents(job: StoredJob): Promise<void> {
    const events = await eventsOf(this.#people!, job.id);
    for (const [index, event] of events.entries())
      assert.equal(event.from, events[index - 1]?.to, `the history of ${job.id} has a gap`);
    assert.equal(events.at(-1)?.to, job.state);
  }

  async #ask(): Promise<void> {
    const name = this.#pick(['a1', 'a2', 'b1']);
    const site = testSite(name, { host: { destination: name.slice(0, 1) } });
    const wanted = this.#pick([request('probe'), request('install', 'x'), request('remove', 'x')]);
    await enqueue(this.#people!, [{ site, request: wanted }], 'anna');
  }

  async #cancel(): Promise<void> {
    const open = await jobs(this.#people!, { open: true });
    if (open.length > 0) await requestCancel(this.#people!, this.#pick(open).id, 'anna');
  }

  #batchGoesOn(): void {
    const { batch, clock } = this.#rig;
    for (const job of batch.jobs.values()) {
      const chance = this.#rig.random();
      if (job.state === 'waiting' && chance < 0.3) batch.run(job.id);
      else if (job.state === 'running' && chance < 0.15) batch.finish(job.id);
      else if (job.state === 'running' && chance < 0.18) batch.finish(job.id, { how: 'killed' }, false);
      else if (job.state === 'ended' && chance < 0.02) this.#forget(job.id);
    }
    clock.after(2_000, () => this.#batchGoesOn());
  }

  #forget(id: string): void {
    const kept = this.#chance(0.8);
    if (!kept && this.#rig.batch.jobs.get(id)?.output) this.#forgotten.add(id);
    this.#rig.batch.forget(id, kept);
  }

  async #begin(immortal = false): Promise<void> {
    const me: Process = { pid: ++this.#pids, dead: false };
    const fault = (point: FaultPoint) => this.#maybeDies(me, point, immortal);
    const store = await this.#rig.store(fault as (point: string) => void);
    const base = this.#rig.options(store);
    const options: DriverOptions = {
      ...base,
      limits: LIMITS,
      me: { ...base.me, pid: me.pid },
      fault,
      run: this.#network(me),
      pause: (milliseconds, signal) => this.#whileAlive(me, base.pause(milliseconds, signal)),
    };
    this.#living.add(me);
    const done = immortal || this.#chance(0.7) ? () => false : allEnded;
    const drives = drive(options, done, new AbortController().signal);
    drives.then(
      () => this.#living.delete(me),
      (error: unknown) => {
        if (!me.dead) this.#rig.clock.after(0, () => assert.fail(error as Error));
      },
    );
  }

  #maybeDies(me: Process, point: FaultPoint, immortal: boolean): void {
    if (!me.dead && !immortal && !this.#calm && this.#crashes < MOST_CRASHES && this.#chance(0.02)) {
      me.dead = true;
      this.#crashes++;
      this.#figures.crashes++;
      this.#figures.at.set(point, (this.#figures.at.get(point) ?? 0) + 1);
      this.#living.delete(me);
      // Now and then nobody can tell that it is dead, as when it ran on another machine.
      if (this.#chance(0.6)) this.#rig.dead.add(me.pid);
      this.#rig.clock.after(this.#below(20_000), () => void this.#begin());
    }
    if (me.dead) throw new Error('killed');
  }

  /** A dead process never hears of it; one that stalls hears of it late. */
  async #whileAlive<T>(me: Process, awaited: Promise<T>): Promise<T> {
    const value = await awaited;
    if (!me.dead && !this.#calm && this.#chance(0.002))
      await this.#rig.clock.pause(this.#below(100_000), new AbortController().signal);
    return me.dead ? new Promise<never>(() => undefined) : value;
  }

  #network(me: Process): Run {
    return (command, signal) => this.#whileAlive(me, this.#carry(me, orderOf(command), signal));
  }

  async #carry(me: Process, order: Order, signal: AbortSignal): Promise<Answer> {
    const { batch, clock } = this.#rig;
    const chance = this.#calm ? 1 : this.#rig.random();
    if (chance < 0.05) return { kind: 'unreached', reason: 'No route to host' };
    if (chance < 0.1) return UNSURE;
    // On its way, whatever becomes of who sent it.
    if (chance < 0.15) {
      clock.after(this.#below(LIMITS.command), () => batch.obey(order));
      this.#figures.lateArrivals++;
    }
    await clock.pause(this.#below(1_500), signal);
    // Who dies takes the command along, or does not.
    if (chance < 0.15 || signal.aborted || (me.dead && this.#chance(0.5))) return UNSURE;
    const lines = batch.obey(order);
    await clock.pause(this.#below(1_500), signal);
    if (chance < 0.22) this.#figures.lostAnswers++;
    return chance < 0.22 || signal.aborted ? UNSURE : { kind: 'ended', lines, code: 0, stderr: '' };
  }

  #chance(probability: number): boolean {
    return this.#rig.random() < probability;
  }

  #below(most: number): number {
    return this.#rig.random() * most;
  }

  #pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#below(values.length))]!;
  }
}
