import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localBackend } from '../../../client/src/grid/backends/local.ts';
import { eventually } from '../../support/processes.ts';
import { type HostOptions, killedAt, lives, SpoolHost, spoolJob } from '../../support/spool-host.ts';

/** What hosts of other systems have and lack. */
const HOSTS: Readonly<Record<string, Partial<HostOptions>>> = {
  dash: { shell: 'dash' },
  bash: { shell: 'bash' },
  'busybox sh': { shell: 'busybox' },
  'dash, as on a system without setsid, timeout, flock and /proc': {
    shell: 'dash',
    without: ['setsid', 'timeout', 'flock'],
    noProc: true,
  },
  'bash, as on a system without setsid, timeout, flock and /proc': {
    shell: 'bash',
    without: ['setsid', 'timeout', 'flock'],
    noProc: true,
  },
};

for (const [name, options] of Object.entries(HOSTS)) {
  const shell = options.shell!;
  if (spawnSync('sh', ['-c', 'command -v "$1"', 'sh', shell]).status !== 0)
    console.log(`not run: the spool under ${name}: no ${shell}: install the package ${shell}`);
  else suite(`the spool under ${name}`, () => spoolTests(options));
}

function spoolTests(options: Partial<HostOptions>): void {
  let host: SpoolHost;
  setup(function () {
    this.timeout(60_000);
    host = new SpoolHost({ backend: localBackend, ...options });
  });
  teardown(() => host.dispose());

  test('a job runs once, is polled, fetched, and purged', async function () {
    this.timeout(60_000);
    const job = spoolJob(`until [ -e ../../go ]; do sleep 0.05; done; echo "out'$"; echo err >&2; exit 3\n`);
    const submission = await host.submit(job);
    assert.equal(submission.kind, 'accepted', JSON.stringify(submission));
    assert.equal((await host.poll(job))[0]?.state, 'running');
    assert.deepEqual(await host.submit(job), submission);
    writeFileSync(join(host.root, 'go'), '');
    assert.deepEqual((await host.until('ended', job)).end, { how: 'exited', exit: 3 });
    assert.deepEqual(await host.fetch(job), {
      end: { how: 'exited', exit: 3 },
      stdout: "out'$\n",
      stderr: 'err\n',
      truncated: false,
    });
    await host.purge(job);
    assert.equal((await host.poll(job))[0]?.state, 'gone');
  });

  test('a killed submission is given up and can be repeated', async function () {
    this.timeout(60_000);
    const job = spoolJob('echo ran >>../../ran\n');
    assert.equal((await host.submit(job, killedAt('sending'))).kind, 'unsure');
    assert.deepEqual(await host.find(job), { kind: 'absent' });
    assert.equal((await host.submit(job)).kind, 'accepted');
    await host.until('ended', job);
    assert.deepEqual(host.lines('ran'), ['ran']);
  });

  test('a cancelled job ends with its children', async function () {
    this.timeout(60_000);
    const job = spoolJob('sleep 600 & echo $! >../../pids; echo $$ >>../../pids; wait\n');
    await host.submit(job);
    await eventually('the job to start', () => host.lines('pids').length === 2);
    await host.cancel(job);
    assert.equal((await host.until('ended', job)).end?.how, 'cancelled');
    await eventually('its processes to be gone', () => !host.lines('pids').map(Number).some(lives));
  });
}
