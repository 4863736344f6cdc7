import assert from 'node:assert/strict';
import { emptyArea, runJob, shells } from './area.ts';

suite('the keeper of a job', function () {
  this.timeout(30_000);

  for (const shell of shells)
    test(`${shell}: a job ends though its keeper was not ready for the signal to end`, async () => {
      using area = emptyArea();
      const { report } = await runJob(area, {
        shell,
        verb: 'install',
        site: { area: `${area.path}/nowhere` },
        change: script => {
          const slow = script.replace('\nkeep() {\n', "$&  trap '' TERM\n  sleep 1\n");
          assert.notEqual(slow, script);
          return slow;
        },
      });
      assert.equal(report.code, 'area-missing');
    });
});
