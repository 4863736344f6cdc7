import { type ChaosFigures, chaos } from '../support/driver-chaos.ts';

/** More than the suite has time for: SCHEDULES=5000 SEED=1 */
const SCHEDULES = Number(process.env.SCHEDULES ?? 150);
const SEED = Number(process.env.SEED ?? 1);

suite('drivers that are killed at any step', () => {
  test('never give a site two jobs, send nothing twice, and lose no result', async () => {
    const figures: ChaosFigures = {
      crashes: 0,
      at: new Map(),
      jobs: 0,
      ends: new Map(),
      lateArrivals: 0,
      lostAnswers: 0,
    };
    for (let seed = SEED; seed < SEED + SCHEDULES; seed++)
      try {
        await chaos(seed, figures);
      } catch (error) {
        throw new Error(`with seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    const { crashes, jobs, ends, lateArrivals, lostAnswers, at } = figures;
    const words = [...ends].map(([state, count]) => `${count} ${state}`).join(', ');
    console.log(
      `      ${SCHEDULES} schedules, ${jobs} jobs (${words}), ${crashes} kills at ${at.size} points, ` +
        `${lateArrivals} late arrivals, ${lostAnswers} lost answers`,
    );
  }).timeout(600_000);
});
