import assert from 'node:assert/strict';
import { FAULT_POINTS } from '../../client/src/grid/fault-points.ts';
import { RUNNER_FAULT_POINTS } from '../../client/src/grid/runner.ts';
import { randomOf } from '../support/random.ts';
import { Farm } from './farm.ts';
import { type Ended, start } from './process.ts';

/** Rounds of two competing processes; each of them is killed once in a round. */
const ROUNDS = Number(process.env.PACKWRIGHT_KILL_ROUNDS ?? 40);

/** Times that each point is passed before the process dies there. */
const PASSES = [1, 2];

interface LoggedJob {
  readonly job: { readonly id: string; readonly state: string; readonly site: { readonly name: string } };
  readonly report?: { readonly report: { readonly complete: boolean } };
}

/** `kill -9` of our process, anywhere: every job comes back exactly once, and no two are at a site together. */
export function killSuite(): void {
  suite('killed at every step', () => {
    const points = [...FAULT_POINTS, ...RUNNER_FAULT_POINTS];
    let deaths = 0;
    let farm: Farm;
    suiteSetup(() => {
      farm = new Farm();
    });
    suiteTeardown(() => {
      console.log(`      ${deaths} deaths at ${points.length} points, ${farm.submitted.length} submissions`);
      farm.dispose();
    });

    for (const point of points) {
      test(`at ${point}`, async () => {
        for (const pass of PASSES) deaths += await diedAt(farm, point, pass);
      });
    }

    test('nothing was sent twice, nothing was lost, and never were two jobs at work', async () => {
      assert.ok(deaths > points.length, `${deaths} deaths`);
      await whole(farm);
    });
  });

  suite('killed at random', function () {
    this.timeout(ROUNDS * 10_000 + 120_000);
    const seed = Number(process.env.PACKWRIGHT_KILL_SEED ?? Date.now() % 1_000_000);
    let farm: Farm;
    suiteSetup(() => {
      farm = new Farm();
    });
    suiteTeardown(() => farm.dispose());

    test(`two processes compete for the sites; seed ${seed}`, async () => {
      const random = randomOf(seed);
      let deaths = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const ends = await Promise.all(
          ['probe', 'audit'].map(verb => killedLater(farm, verb, 100 + random() * 1900)),
        );
        deaths += ends.filter(end => end.signal === 'SIGKILL').length;
      }
      // What is left in the queues: an audit, a probe, or both.
      await start(farm.root, ['audit', '--wait=60s']).ended;
      await recovered(farm);
      const jobs = await whole(farm);
      console.log(
        `      ${ROUNDS} rounds, ${deaths} deaths, ${jobs} jobs, ${farm.submitted.length} submissions`,
      );
      assert.ok(deaths >= ROUNDS, `${deaths} deaths`);
    });
  });
}

/** Dies at a point and recovers; answers how often it died. */
async function diedAt(farm: Farm, point: string, pass: number): Promise<number> {
  // Only a job whose submission was cut off is looked for.
  const before = point.endsWith('-find') ? ['driver:after-submit'] : [];
  let deaths = 0;
  for (const fault of [...before, `${point}:${pass}`]) {
    const { signal } = await start(farm.root, ['probe', '--wait=20s'], fault).ended;
    if (signal === 'SIGKILL') deaths++;
  }
  await recovered(farm);
  return deaths;
}

/** The next run finds everything that was left, and brings it to its end. */
async function recovered({ root }: Farm): Promise<void> {
  const { out, err, code } = await start(root, ['status', '--wait=60s', '--format', 'json']).ended;
  assert.equal(err, '');
  assert.equal(code, 1, 'pkgsrc is absent there');
  const states = JSON.parse(out).sites.map((site: { state: string }) => site.state);
  assert.deepEqual(states, ['absent', 'absent'], out);
}

/** Looks at the whole history; answers how many jobs there were. */
async function whole(farm: Farm): Promise<number> {
  const { out } = await start(farm.root, ['log', '--format', 'json']).ended;
  const jobs: readonly LoggedJob[] = JSON.parse(out).jobs;
  const bad = jobs.filter(({ job, report }) => job.state !== 'done' || !report?.report.complete);
  assert.deepEqual(bad, [], 'every job came back whole');
  const sent = jobs.filter(({ job }) => job.site.name === 'farm').map(({ job }) => job.id);
  assert.deepEqual([...farm.submitted].sort(), sent.sort(), 'every job was submitted exactly once');
  assert.deepEqual(farm.overlaps, []);
  return jobs.length;
}

async function killedLater({ root }: Farm, verb: string, milliseconds: number): Promise<Ended> {
  const running = start(root, [verb, '--wait=60s']);
  const timer = setTimeout(running.kill, milliseconds);
  const end = await running.ended;
  clearTimeout(timer);
  return end;
}
