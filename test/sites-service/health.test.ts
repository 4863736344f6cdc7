import assert from 'node:assert/strict';
import { type HealthFacts, healthOf } from '../../client/src/sites/service/health.ts';

const NOW = Date.UTC(2026, 10, 20, 16);
const HOUR = 3_600_000;

function health(more: Partial<HealthFacts> = {}) {
  return healthOf({
    now: NOW,
    startedAt: NOW - 48 * HOUR,
    due: NOW - 4 * HOUR,
    next: NOW + 2 * HOUR,
    newest: { at: NOW - 3.9 * HOUR, beganAt: NOW - 4 * HOUR + 5, counts: { ok: 3, failed: 1, running: 1 } },
    driver: null,
    allowance: 1.25 * HOUR,
    ...more,
  });
}

suite('the health of a service', () => {
  test('is good after its last run, however the sites are', () => {
    assert.deepEqual(health(), {
      status: 'ok',
      reason: null,
      lastRun: {
        beganAt: '2026-11-20T12:00:00.005Z',
        endedAt: '2026-11-20T12:06:00.000Z',
        ageSeconds: 14_040,
        sites: 5,
        bad: 1,
      },
      runningSince: null,
      nextRun: '2026-11-20T18:00:00.000Z',
      driver: null,
      sitesFile: null,
    });
  });

  const old = { at: NOW - 10 * HOUR, beganAt: NOW - 10 * HOUR, counts: {} };
  const cases: readonly [name: string, facts: Partial<HealthFacts>, reason: RegExp | undefined][] = [
    ['a run that failed', { failedAt: NOW - HOUR }, /^The run of 2026-11-20T15:00:00.000Z failed/],
    ['a run that succeeded after one failed', { failedAt: NOW - 5 * HOUR }, undefined],
    ['a run that is late', { newest: old }, /due at 2026-11-20T12:00:00.000Z is overdue$/],
    ['a run that may still be going on', { newest: old, due: NOW - HOUR }, undefined],
    [
      'a service that has only begun to make up for what was missed',
      { newest: old, startedAt: NOW - HOUR },
      undefined,
    ],
    ['a service that never had anything to do', {}, undefined],
  ];
  for (const [name, facts, reason] of cases)
    test(`of ${name} is ${reason ? 'bad' : 'good'}`, () => {
      const { status, reason: said } = health(facts);
      assert.equal(status, reason ? 'failing' : 'ok');
      assert.match(said ?? '', reason ?? /^$/);
    });

  test('is told before the first run, too', () => {
    const first = healthOf({ now: NOW, startedAt: NOW, next: NOW + HOUR, driver: null, allowance: HOUR });
    assert.equal(first.status, 'ok');
    assert.equal(first.lastRun, null);
  });
});
