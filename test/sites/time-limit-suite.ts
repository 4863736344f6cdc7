import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { greet, libgreet } from '../grid/job/recipes.ts';
import type { Lab } from './lab.ts';
import { gateOf, type Said, slowPackage, type Vo } from './vo.ts';
import { siteAt } from './ways.ts';

/** Jobs that take longer than they may. */
export interface LateJobs {
  readonly vo: Vo;
  readonly areas: readonly string[];
  readonly sent: Promise<Said>;
  readonly open: () => void;
}

/** Sends jobs that take longer than a minute, the shortest time limit; other suites run meanwhile. */
export function sendLateJobs(lab: Lab): LateJobs {
  const vo = lab.vo();
  const gate = gateOf(vo);
  const places = (['alpha', 'south'] as const).map(way => siteAt(vo, lab, way, { wall: '1m' }));
  for (const place of places) place.offer(libgreet, greet, slowPackage(gate.path));
  return { vo, areas: places.map(({ area }) => area), sent: vo.run('install', 'slow'), open: gate.open };
}

/** What became of them, while nobody looked. */
export function timeLimitSuite({ vo, areas, sent, open }: LateJobs): void {
  suite('a job over its time limit', () => {
    test('is ended though no command runs, says so, and the next one mends what it left', async () => {
      assert.equal((await sent).code, 0);
      const status = await vo.run('status', '--wait=80s');
      const log = (await vo.run('log')).out;
      for (const name of ['alpha', 'south'])
        assert.match(log, new RegExp(`${name} +\\S+ +install slow +failed +Its time was over`), status.out);
      open();
      const mended = await vo.run('install', 'greet', '--wait');
      assert.equal(mended.code, 0, mended.out);
      for (const area of areas) assert.deepEqual(readdirSync(area), ['pkg']);
    });
  });
}
