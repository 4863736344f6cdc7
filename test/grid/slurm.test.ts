import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandBackend } from '../../client/src/grid/backends/command.ts';
import { slurmBackend } from '../../client/src/grid/backends/slurm.ts';
import type { CommandLists, Job, Placed, Site } from '../../client/src/grid/model.ts';
import { eventually } from '../support/processes.ts';
import { SlurmCluster, slurmMissing } from '../support/slurm.ts';
import { killedAt, lives, SpoolHost, spoolJob } from '../support/spool-host.ts';

const missing = slurmMissing();
if (missing) console.log(`not run: slurm: ${missing}`);
else suite('real Slurm clusters', slurmTests);

function slurmTests(this: Mocha.Suite): void {
  this.timeout(60_000);
  let north: SlurmCluster;
  let south: SlurmCluster;
  let host: SpoolHost;

  suiteSetup(async () => {
    [north, south] = await Promise.all([
      SlurmCluster.start('north'),
      SlurmCluster.start('south', { minJobAge: 2 }),
    ]);
  });
  suiteTeardown(async () => {
    await north?.dispose();
    await south?.dispose();
  });
  setup(() => {
    host = at(north);
  });
  teardown(() => host.dispose());

  test('a job waits, runs, ends and is fetched', async () => {
    const job = named('echo out; echo err >&2; exit 3\n');
    const placed = await accepted(job);
    const sighting = await host.until('ended', placed);
    assert.deepEqual(sighting.end, { how: 'exited', exit: 3 });
    assert.deepEqual(await host.fetch(placed), {
      end: { how: 'exited', exit: 3 },
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    });
  });

  test('submissions of one id at the same instant are one job with one number', async () => {
    const job = named(`echo ran >>${shellPath('ran')}\n`);
    const together = `echo >>${shellPath('arrived')}; until [ -e ${shellPath('go')} ]; do sleep 0.02; done\n`;
    const submissions = [1, 2, 3].map(() =>
      host.submit(job, script => script.replaceAll(': step claiming\n', () => together)),
    );
    await eventually('all of them', () => host.text('..', 'arrived') === '\n\n\n');
    writeFileSync(join(host.root, 'go'), '');
    const answers = await Promise.all(submissions);
    assert.equal(new Set(answers.map(each => JSON.stringify(each))).size, 1);
    assert.equal(answers[0]?.kind, 'accepted', JSON.stringify(answers[0]));
    assert.equal(numbersOf(job).length, 1);
  });

  test('a submission that was cut off is found in the queue', async () => {
    const first = named(HOLD);
    await accepted(first);
    const job = { ...named('exit 0\n'), name: first.name };
    await host.submit(job, killedAt('sent'));
    const found = await host.find(job);
    assert.equal(found.kind, 'accepted', JSON.stringify(found));
    assert.ok(found.kind === 'accepted' && numbersOf(job).includes(found.ticket));
    writeFileSync(join(host.root, 'go'), '');
    await host.until('ended', { id: job.id, ticket: found.ticket });
  });

  for (const step of ['claimed', 'written', 'sending', 'sent', 'recorded']) {
    test(`a submission killed when it was ${step} is one job in the end`, async () => {
      const job = named(`echo ran >>${shellPath('ran')}\n`);
      assert.equal((await host.submit(job, killedAt(step))).kind, 'unsure');
      let found = await host.find(job);
      await eventually('an answer that is certain', async () => {
        found = await host.find(job);
        return found.kind !== 'unsure';
      });
      if (found.kind === 'absent') found = await host.submit(job);
      const ticket = found.kind === 'accepted' ? found.ticket : '';
      assert.deepEqual((await host.until('ended', { id: job.id, ticket })).end, { how: 'exited', exit: 0 });
      assert.deepEqual(host.lines('ran'), ['ran']);
    });
  }

  test('jobs of one name run one after the other, and the one that waits says why', async () => {
    const [first, second] = [named(HOLD), named('exit 0\n')];
    const one = await accepted(first);
    await host.until('running', one);
    const two = await accepted({ ...second, name: first.name });
    await eventually('the reason', async () => (await host.poll(two))[0]?.reason === 'Dependency');
    const [running, waiting] = await host.poll(one, two);
    assert.deepEqual([running?.state, running?.node, waiting?.state], ['running', 'northn1', 'waiting']);
    writeFileSync(join(host.root, 'go'), '');
    await host.until('ended', two);
    assert.equal((await host.poll(one))[0]?.state, 'ended');
  });

  test('a job that is cancelled while it waits never runs', async () => {
    const first = named(HOLD);
    const one = await accepted(first);
    const two = await accepted({ ...named(`echo ran >>${shellPath('ran')}\n`), name: first.name });
    await host.cancel(two);
    assert.deepEqual((await host.until('ended', two)).end, { how: 'cancelled' });
    writeFileSync(join(host.root, 'go'), '');
    await host.until('ended', one);
    assert.deepEqual(host.lines('ran'), []);
  });

  test('a job that is cancelled while it runs cleans up and ends', async () => {
    const placed = await accepted(named(`trap 'echo cleaned; exit 5' TERM\n${HOLD}`));
    await eventually('the job to start', () => host.has(placed.id, 'job'));
    await host.cancel(placed);
    assert.equal((await host.until('ended', placed)).end?.how, 'cancelled');
    assert.equal((await host.fetch(placed))?.stdout, 'cleaned\n');
  });

  test('a job that was cancelled by somebody else is cancelled', async () => {
    const placed = await accepted(named(HOLD));
    await eventually('the job to start', () => host.has(placed.id, 'job'));
    north.ask('scancel', placed.ticket!);
    assert.equal((await host.until('ended', placed)).end?.how, 'cancelled');
  });

  test('a job that runs too long is a time-out', async () => {
    const placed = await accepted(named(HOLD, { wallMinutes: 1 / 60 }));
    assert.equal((await host.until('ended', placed)).end?.how, 'timeout');
  });

  test('what sbatch refuses is rejected with its words', async () => {
    const refused = async (site: Partial<Site>) => {
      const other = at(north, site);
      try {
        const job = named('exit 0\n');
        const submission = await other.submit(job);
        assert.deepEqual(await other.find(job), submission);
        return submission.kind === 'rejected' ? submission.reason : submission.kind;
      } finally {
        await other.dispose();
      }
    };
    assert.match(await refused({ queue: "no'such" }), /invalid partition specified: no'such/i);
    assert.match(
      await refused({ slurm: { conf: north.conf, options: ['--nonsense'] } }),
      /unrecognized option '--nonsense'/,
    );
    assert.match(
      await refused({ slurm: { conf: '/nonexistent/slurm.conf', options: [] } }),
      /SLURM_CONF is \/nonexistent\/slurm\.conf, which cannot be read/,
    );
  });

  test('a job that asks for more than the partition gives waits, with the reason', async () => {
    const placed = await accepted(named('exit 0\n', { wallMinutes: 6000 }));
    await eventually('a reason', async () => {
      const [sighting] = await host.poll(placed);
      return sighting?.state === 'waiting' && /^Partition/.test(sighting.reason ?? '');
    });
    await host.cancel(placed);
    await host.until('ended', placed);
  });

  test('a controller that is down makes nothing lost: jobs are unknown, end by their own word, and go on', async () => {
    const [one, two] = [await accepted(named(HOLD)), await accepted(named(HOLD.replaceAll('go', 'later')))];
    await eventually('both to start', () => [one, two].every(({ id }) => host.has(id, 'job')));
    await north.stopDaemon('slurmctld', 'SIGTERM');
    writeFileSync(join(host.root, 'go'), '');
    await eventually('the end of the first', () => host.has(one.id, 'end'));
    const [ended, unknown] = await host.poll(one, two);
    assert.deepEqual([ended?.state, unknown?.state], ['ended', 'unknown']);
    assert.match(unknown?.reason ?? '', /could not be asked: .*Unable to contact slurm controller/);
    const three = named('exit 0\n');
    assert.equal((await host.submit(three)).kind, 'unsure');
    await north.startDaemon('slurmctld');
    await host.until('running', two);
    assert.deepEqual(await host.find(three), { kind: 'absent' });
    assert.deepEqual((await host.until('ended', await accepted(three))).end, { how: 'exited', exit: 0 });
    writeFileSync(join(host.root, 'later'), '');
    assert.deepEqual((await host.until('ended', two)).end, { how: 'exited', exit: 0 });
  });

  test('a node that dies fails its jobs, but not one that had finished', async () => {
    const [one, two] = [await accepted(named(HOLD)), await accepted(named(HOLD))];
    await eventually('both to start', () => [one, two].every(({ id }) => host.has(id, 'job')));
    await north.stopDaemon('slurmd', 'SIGKILL');
    for (const pid of north.stepDaemons()) process.kill(pid, 'SIGKILL');
    for (const file of ['run', 'job']) process.kill(processIn(two, file), 'SIGKILL');
    rmSync(host.file(two.id, 'rc'), { force: true });
    writeFileSync(join(host.root, 'go'), '');
    await eventually('the end of the first', () => host.has(one.id, 'end'));
    north.ask('scontrol', 'update', 'NodeName=northn1', 'State=DOWN', 'Reason=gone');
    await eventually('both', () => !lives(processIn(two, 'job')));
    rmSync(host.file(two.id, 'rc'), { force: true });
    const [finished, failed] = await host.poll(one, two);
    assert.deepEqual(finished?.end, { how: 'exited', exit: 0 });
    assert.deepEqual(failed?.end, { how: 'node-failed' });
    assert.match(failed?.reason ?? '', /NODE_FAIL NodeDown/);
    await north.startDaemon('slurmd');
    await north.resume('northn1');
  });

  test('a job that Slurm has forgotten ended by its own word, or is gone', async () => {
    const other = at(south);
    try {
      const [job, lost] = [named('exit 4\n'), named('exit 4\n')];
      const [one, two] = [await accepted(job, other), await accepted(lost, other)];
      await other.until('ended', one);
      await other.until('ended', two);
      for (const file of ['end', 'rc']) rmSync(other.file(lost.id, file), { force: true });
      assert.match((await other.until('gone', two, 30)).reason ?? '', /does not know it any more/);
      assert.deepEqual((await other.poll(one))[0]?.end, { how: 'exited', exit: 4 });
      assert.deepEqual(await other.find(job), { kind: 'accepted', ticket: one.ticket });
    } finally {
      await other.dispose();
    }
  });

  test('the commands of PBS, in a sites file, submit, poll and cancel', async () => {
    const commands: CommandLists = {
      submit: ['qsub', '-N', '{name}', '-o', '{output}', '-e', '{error}', '{script}'],
      poll: ['qstat'],
      states: { Q: 'waiting', H: 'waiting', R: 'running', E: 'running', C: 'ended' },
      cancel: ['qdel', '{ticket}'],
    };
    const backend = commandBackend('pbs', commands);
    // The double of qsub gives paths to a shell as they are.
    const other = new SpoolHost({
      backend,
      spool: 'spool',
      site: { commands },
      env: { SLURM_CONF: north.conf },
    });
    try {
      const one = await accepted(named(HOLD), other);
      const two = await accepted(named('exit 3\n'), other);
      await other.until('running', one);
      assert.deepEqual((await other.until('ended', two)).end, { how: 'exited', exit: 3 });
      await other.cancel(one);
      assert.equal((await other.until('ended', one)).end?.how, 'cancelled');
    } finally {
      await other.dispose();
    }
  });

  const at = (cluster: SlurmCluster, site: Partial<Site> = {}) =>
    new SpoolHost({
      backend: slurmBackend,
      site: { queue: 'main', slurm: { conf: cluster.conf, options: ['--nice=0'] }, ...site },
      // What an account may have set changes nothing.
      env: { SQUEUE_FORMAT: '%u', SBATCH_PARTITION: 'nosuch', SQUEUE_STATES: 'SUSPENDED' },
    });

  async function accepted(job: Job, where = host): Promise<Placed> {
    const submission = await where.submit(job);
    assert.equal(submission.kind, 'accepted', JSON.stringify(submission));
    return { id: job.id, ticket: submission.kind === 'accepted' ? submission.ticket : '' };
  }

  const numbersOf = (job: Job) =>
    north.ask('squeue', '-h', '-t', 'all', '-n', job.name, '-o', '%i').trim().split('\n');
  const shellPath = (name: string) => `'${join(host.root, name)}'`;
  const processIn = (job: Placed, file: string) => Number(host.text(job.id, file).split(' ')[1]);
}

/** A job with a name of its own, so that Slurm runs it beside the others. */
function named(script: string, more: Partial<Job> = {}): Job {
  const job = spoolJob(script, more);
  return { ...job, name: `packwright-${job.id}` };
}

/** Runs until the file `go` is beside the spool. */
const HOLD = 'until [ -e ../../go ]; do sleep 0.05; done\n';
