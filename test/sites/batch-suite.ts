import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { greet, libgreet } from '../grid/job/recipes.ts';
import { eventually, signalAll } from '../support/processes.ts';
import type { Lab } from './lab.ts';
import { gateOf, packagesAt, slowPackage, type Vo } from './vo.ts';
import { voTest } from './vo-test.ts';
import { everyWay, siteAt } from './ways.ts';

/** What batch systems do to jobs, and what is seen of it. */
export function batchSuite(lab: Lab): void {
  suite('jobs and batch systems', () => {
    voTest(lab, 'a job that waits in the batch system is cancelled there', async vo => {
      siteAt(vo, lab, 'south');
      await closed(lab, async () => {
        const sent = await vo.run('probe');
        assert.equal(sent.code, 0);
        assert.match(sent.out, /^south +probe +waiting +[0-9]+ +[0-9a-f]{8}/m);
        assert.match(
          sent.err,
          /^note: the jobs go on by themselves; packwright sites status collects them$/m,
        );
        const [, ticket = '', id = ''] =
          /^south +probe +waiting +([0-9]+) +([0-9a-f]{8})/m.exec(sent.out) ?? [];
        const waits = await vo.run('probe', '--wait=2s');
        assert.equal(waits.code, 1);
        assert.match(waits.out, /^south +waiting .*Partition/m);
        const cancelled = await vo.run('cancel', id);
        assert.deepEqual(cancelled, { code: 0, out: cancelled.out, err: '' });
        assert.match(cancelled.out, /^south {2}probe {2}[0-9a-f]{8} {2}cancelled/);
        assert.match(lab.south.ask('scontrol', 'show', 'job', ticket), /JobState=CANCELLED/);
      });
      assert.match((await vo.run('cancel', '--site', 'south')).err, /no job is under way there/);
    });

    voTest(
      lab,
      'jobs that run are cancelled at every kind of site, and the next one mends what they left',
      async vo => {
        const places = everyWay(vo, lab);
        const gates = places.map(place => {
          const gate = gateOf(vo, `gate-${place.name}`);
          place.offer(libgreet, greet, slowPackage(gate.path));
          return gate;
        });
        assert.equal((await vo.run('install', 'slow')).code, 0);
        await Promise.all(gates.map(gate => gate.reached()));
        assert.ok(lab.workersOf(vo).length >= places.length);
        const cancelled = await vo.run('cancel', ...places.flatMap(({ name }) => ['--site', name]));
        assert.equal(cancelled.code, 0, cancelled.out);
        for (const { name } of places)
          assert.match(cancelled.out, new RegExp(`^${name} {2}install {2}[0-9a-f]{8} {2}cancelled`, 'm'));
        await eventually('nothing of the jobs runs any more', () => lab.workersOf(vo).length === 0);
        const status = await vo.run('status', '--cached');
        assert.match(status.out, /5 cancelled/);
        assert.equal(status.code, 1);

        // What mends a package that was cut off may install it anew.
        for (const gate of gates) gate.open();
        const mended = await vo.report('install', 'greet', '--wait');
        assert.equal(mended.code, 0, JSON.stringify(mended, undefined, 1));
        for (const site of mended.sites) {
          assert.deepEqual(
            packagesAt(site)?.filter(name => name !== 'slow-1.0'),
            ['greet-1.0', 'libgreet-1.0 automatic'],
          );
          assert.deepEqual(site.problems, []);
        }
        for (const { area } of places) assert.deepEqual(readdirSync(area), ['pkg']);
      },
    );

    voTest(lab, 'a job whose node dies has failed; what it had finished counts', async vo => {
      const dying = siteAt(vo, lab, 'south', {}, 'dying');
      const finished = siteAt(vo, lab, 'south', {}, 'finished');
      const [gate, other] = [gateOf(vo, 'gate-dying'), gateOf(vo, 'gate-finished')];
      dying.offer(slowPackage(gate.path));
      finished.offer(slowPackage(other.path));
      assert.equal((await vo.run('install', 'slow')).code, 0);
      await Promise.all([gate.reached(), other.reached()]);
      await killNode(lab, async () => {
        other.open();
        await eventually('a result', () => ends(vo) === 1, 30_000);
      });
      const status = await vo.report('status', '--wait=1s');
      const [dead, done] = status.sites;
      const log = (await vo.run('log')).out;
      assert.match(log, /dying +\S+ +install slow +failed +Its node failed before it said its last word/);
      assert.match(log, /finished +\S+ +install slow +done/);
      assert.ok(dead && done);
      await reviveNode(lab);
    });

    voTest(
      lab,
      'a batch system that is stopped while a job runs is unreachable, and the job is collected later',
      async vo => {
        const north = siteAt(vo, lab, 'north');
        const gate = gateOf(vo);
        north.offer(slowPackage(gate.path));
        siteAt(vo, lab, 'here');
        assert.equal((await vo.run('install', 'slow', '--site', 'north')).code, 0);
        await gate.reached();
        const meanwhile = await without(lab, () => vo.run('status'));
        assert.equal(meanwhile.code, 1);
        assert.match(
          meanwhile.out,
          /^north +unreachable .*batch system does not answer \(.*Unable to contact slurm controller/m,
        );
        assert.match(meanwhile.out, /^here +absent/m);
        gate.open();
        const after = await vo.run('status', '--site', 'north');
        assert.match(after.out, /^north +ok/m);
        assert.equal(after.code, 0);
        assert.match((await vo.run('log', 'north')).out, /install slow +done/);
      },
    );
  });
}

/** Does something while a cluster starts no jobs. */
async function closed(lab: Lab, work: () => Promise<void>): Promise<void> {
  lab.south.ask('scontrol', 'update', 'PartitionName=main', 'State=DOWN');
  try {
    await work();
  } finally {
    lab.south.ask('scontrol', 'update', 'PartitionName=main', 'State=UP');
  }
}

/** Does something while the controller of `north` is down; one that is killed forgets what it did not save yet. */
async function without<T>({ north }: Lab, work: () => Promise<T>): Promise<T> {
  await north.stopDaemon('slurmctld', 'SIGTERM');
  try {
    return await work();
  } finally {
    await north.startDaemon('slurmctld');
    await north.ready();
  }
}

/** Kills the node of `south` as a power cut does; `between` happens after nobody tells its controller any more. */
async function killNode({ south }: Lab, between: () => Promise<void>): Promise<void> {
  await south.stopDaemon('slurmd', 'SIGKILL');
  signalAll(south.stepDaemons(), 'SIGKILL');
  await between();
  south.ask('scontrol', 'update', 'NodeName=southn1', 'State=DOWN', 'Reason=power');
}

async function reviveNode({ south }: Lab): Promise<void> {
  await south.startDaemon('slurmd');
  await south.resume('southn1');
}

/** Jobs of a VO that left their result in its spool. */
function ends(vo: Vo): number {
  return readdirSync(vo.path('spool')).filter(id => existsSync(join(vo.path('spool'), id, 'end'))).length;
}
