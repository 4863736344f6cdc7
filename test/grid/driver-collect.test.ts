import assert from 'node:assert/strict';
import { verdict } from '../../client/src/grid/driver-collect.ts';
import type { JobEnd, SiteReport } from '../../client/src/grid/model.ts';

const report: SiteReport = {
  job: 'j',
  verb: 'install',
  dryRun: false,
  complete: true,
  outcome: 'ok',
  actions: [],
  repairs: [],
  problems: [],
  log: [],
  faults: [],
};
const stopped: SiteReport = { ...report, outcome: 'failed', code: 'interrupted', text: 'Stopped by TERM.' };
const cut: SiteReport = { ...report, complete: false, outcome: 'cut-off' };

suite("a job's end", () => {
  const cases: readonly [
    name: string,
    cancel: boolean,
    said: SiteReport,
    end: JobEnd['how'],
    event: string,
  ][] = [
    ['is done when it said so', false, report, 'exited', 'collected-ok'],
    ['is done when it said so before it was cancelled', true, report, 'exited', 'collected-ok'],
    [
      'is cancelled when it says that a signal stopped it, and somebody asked',
      true,
      stopped,
      'exited',
      'collected-cancelled',
    ],
    ['is cancelled when the batch system says so', false, stopped, 'cancelled', 'collected-cancelled'],
    [
      'is a failure when a signal stopped it that nobody asked for',
      false,
      stopped,
      'exited',
      'collected-failed',
    ],
    [
      'is a failure when its time was over before it was cancelled',
      true,
      stopped,
      'timeout',
      'collected-failed',
    ],
    ['is cancelled when it was cut off, and somebody asked', true, cut, 'killed', 'collected-cancelled'],
    ['is a failure when it was cut off', false, cut, 'killed', 'collected-failed'],
  ];
  test('says that the time was over, which the job that was stopped does not know', () =>
    assert.match(
      verdict({ cancelRequested: false }, stopped, { how: 'timeout' }).reason,
      /^Its time was over\. /,
    ));

  for (const [name, cancelRequested, said, how, event] of cases)
    test(name, () => assert.equal(verdict({ cancelRequested }, said, { how }).event, event));
});
