import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localBackend } from '../../../client/src/grid/backends/local.ts';
import { SpoolHost, spoolJob } from '../../support/spool-host.ts';
import { SshLab, sshdMissing } from '../../support/sshd.ts';

const missing = sshdMissing();
if (missing) console.log(`not run: local jobs through ssh: ${missing}`);
else
  suite('local jobs at an ssh host', function () {
    this.timeout(60_000);
    let lab: SshLab;
    let host: SpoolHost;
    setup(async () => {
      lab = await SshLab.start(['north']);
      host = new SpoolHost({ backend: localBackend, site: { host: lab.site('north').host } });
    });
    teardown(async () => {
      await host.dispose();
      await lab.dispose();
    });

    test('a job outlives its session and the sshd, and is found again', async () => {
      const job = spoolJob('until [ -e ../../go ]; do sleep 0.05; done; echo "$XYZ"é; exit 3\n');
      const submission = await host.submit(job);
      assert.equal(submission.kind, 'accepted', JSON.stringify(submission));
      assert.equal((await host.poll(job))[0]?.state, 'running');
      await lab.site('north').restart();
      assert.deepEqual(await host.find(job), submission);
      writeFileSync(join(host.root, 'go'), '');
      assert.deepEqual((await host.until('ended', job)).end, { how: 'exited', exit: 3 });
      assert.equal((await host.fetch(job))?.stdout, 'é\n');
    });
  });
