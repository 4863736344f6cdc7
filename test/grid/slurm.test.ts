import assert from 'node:assert/strict';
import { slurmBackend } from '../../client/src/grid/backends/slurm.ts';
import { SlurmCluster, slurmMissing } from '../support/slurm.ts';
import { SpoolHost, spoolJob } from '../support/spool-host.ts';

const missing = slurmMissing();
if (missing) console.log(`not run: slurm: ${missing}`);
else
  suite('a real Slurm', function () {
    this.timeout(60_000);
    let cluster: SlurmCluster;
    let host: SpoolHost;
    suiteSetup(async () => {
      cluster = await SlurmCluster.start('north');
    });
    suiteTeardown(() => cluster?.dispose());
    setup(() => {
      host = new SpoolHost({
        backend: slurmBackend,
        site: { queue: 'main', slurm: { conf: cluster.conf, options: ['--nice=0'] } },
      });
    });
    teardown(() => host.dispose());

    test('a job waits, runs, ends and is fetched', async () => {
      const job = spoolJob('echo out; echo err >&2; exit 3\n');
      const submission = await host.submit(job);
      assert.equal(submission.kind, 'accepted', JSON.stringify(submission));
      const placed = { id: job.id, ticket: submission.kind === 'accepted' ? submission.ticket : '' };
      const sighting = await host.until('ended', placed);
      assert.deepEqual(sighting.end, { how: 'exited', exit: 3 });
      assert.deepEqual(await host.fetch(job), {
        end: { how: 'exited', exit: 3 },
        stdout: 'out\n',
        stderr: 'err\n',
        truncated: false,
      });
    });
  });
