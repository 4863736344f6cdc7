import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandBackend, commandTicketIn } from '../../../client/src/grid/backends/command.ts';
import type { CommandLists, Job, Placed } from '../../../client/src/grid/model.ts';
import { eventually } from '../../support/processes.ts';
import { killedAt, SpoolHost, spoolJob } from '../../support/spool-host.ts';

/** A small batch system of shell scripts, whose state is in `$HOME/batch`. */
const BATCH = {
  // With the file `slow` whoever waits for its answer is killed.
  bsub: `#!/bin/sh
exec 2>>"$HOME/bsub.err"
[ ! -e "$HOME/refuse" ] || { echo "queue $2 is closed" && exit 4; }
mkdir -p "$HOME/batch"
n=1; until mkdir "$HOME/batch/$n" 2>/dev/null; do n=$((n + 1)); done
printf '%s\\n' "$@" >"$HOME/batch/$n/arguments"
echo "$3" >"$HOME/batch/$n/name"
cp "$6" "$HOME/batch/$n/script"
( cd / && echo R >"$HOME/batch/$n/state"
  PBS_JOBID=$n.fake setsid sh "$HOME/batch/$n/script" >"$4" 2>"$5"
  echo C >"$HOME/batch/$n/state" ) </dev/null >/dev/null 2>&1 &
[ ! -e "$HOME/slow" ] || kill -KILL $PPID
echo "Welcome to the farm"
echo "Job <$n.fake> is submitted"
`,
  bstat: `#!/bin/sh
[ ! -e "$HOME/down" ] || { echo "cannot reach the server" >&2 && exit 1; }
for d in "$HOME"/batch/*/; do n=$(basename "$d"); echo "$n.fake $(cat "$d/name") $(cat "$d/state")"; done
`,
  bfind: `#!/bin/sh
for d in "$HOME"/batch/*/; do [ "$(cat "$d/name")" = "$1" ] && echo "<$(basename "$d").fake>"; done
exit 0
`,
  bdel: `#!/bin/sh
touch "$HOME/deleted.$1"
`,
};

const LISTS: CommandLists = {
  submit: ['bsub', '-q', '{queue}', '{name}', '{output}', '{error}', '{script}', "a 'b' $c {id}", '{id}'],
  ticket: '<(\\S+)>',
  poll: ['bstat'],
  states: { Q: 'waiting', R: 'running', C: 'ended', E: 'failed' },
};

suite('a batch system of the sites file', function () {
  this.timeout(60_000);
  let host: SpoolHost;
  const start = (lists: CommandLists = LISTS) => {
    host = new SpoolHost({
      backend: commandBackend('farm', lists),
      site: { queue: "lo'ng $(touch evil)", commands: lists },
      programs: BATCH,
    });
  };
  teardown(() => host.dispose());

  test('a job runs, ends, and is fetched; arguments arrive whole, and nothing in them is run', async () => {
    start();
    const job = named(HOLD);
    const placed = await accepted(job);
    assert.equal(placed.ticket, '1.fake');
    assert.deepEqual(await host.submit(job), { kind: 'accepted', ticket: '1.fake' });
    await host.until('running', placed);
    writeFileSync(join(host.root, 'go'), '');
    assert.deepEqual((await host.until('ended', placed)).end, { how: 'exited', exit: 3 });
    assert.equal((await host.fetch(placed))?.stdout, 'held\n');
    assert.deepEqual(host.lines('batch/1/arguments'), [
      '-q',
      "lo'ng $(touch evil)",
      job.name,
      host.file(job.id, 'batch.out'),
      host.file(job.id, 'batch.err'),
      host.file(job.id, 'runner'),
      "a 'b' $c {id}",
      job.id,
    ]);
  });

  test('a refusal is rejected with the words of the batch system', async () => {
    start();
    writeFileSync(join(host.root, 'refuse'), '');
    const job = named('');
    const refused = { kind: 'rejected', reason: "queue lo'ng $(touch evil) is closed" };
    assert.deepEqual(await host.submit(job), refused);
    assert.deepEqual(await host.find(job), refused);
  });

  test('a submission that was cut off is found by name', async () => {
    start({ ...LISTS, find: ['bfind', '{name}'] });
    writeFileSync(join(host.root, 'slow'), '');
    const job = named(HOLD);
    assert.equal((await host.submit(job)).kind, 'unsure');
    rmSync(join(host.root, 'slow'));
    rmSync(host.file(job.id, 'run'), { force: true });
    assert.deepEqual(await host.find(job), { kind: 'accepted', ticket: '1.fake' });
  });

  test('a submission that was cut off is found by what its runner wrote', async () => {
    start();
    const job = named(HOLD);
    await host.submit(job, killedAt('sent'));
    await eventually('the runner', () => host.has(job.id, 'run'));
    assert.deepEqual(await host.find(job), { kind: 'accepted', ticket: '1.fake' });
  });

  test('a submission that was cut off and cannot be looked for is not repeated', async () => {
    start();
    const job = named('');
    await host.submit(job, killedAt('written'));
    const found = await host.find(job);
    assert.match(
      found.kind === 'rejected' ? found.reason : found.kind,
      /not known whether job .* was submitted/,
    );
    assert.deepEqual(await host.submit(job), found);
    assert.deepEqual(host.lines('batch/1/arguments'), []);
  });

  test('without a shared spool the runner brings its own script, and its output comes back', async () => {
    start();
    const job = named('echo "alone $(basename "$PWD")"; exit 3\n');
    const elsewhere = (script: string) => script.replace("dir='%s'", "dir='%s/not/shared'");
    const placed = await accepted(job, elsewhere);
    await eventually(
      'the output',
      () => host.has(job.id, 'batch.out') && host.text(job.id, 'batch.out') !== '',
    );
    assert.deepEqual((await host.until('ended', placed)).end, { how: 'exited' });
    assert.match((await host.fetch(placed))?.stdout ?? '', /^alone packwright-shared\.\d+\n$/);
  });

  test('a batch system that does not answer proves nothing', async () => {
    start();
    const placed = await accepted(named(HOLD));
    writeFileSync(join(host.root, 'down'), '');
    assert.deepEqual(await host.poll(placed), [
      { state: 'unknown', silent: true, reason: 'cannot reach the server' },
    ]);
  });

  test('jobs are polled one by one where the list says so', async () => {
    start({ ...LISTS, poll: ['bstat', '{ticket}'], states: { ...LISTS.states, 'none.fake': 'waiting' } });
    const placed = await accepted(named(HOLD));
    assert.equal((await host.poll(placed))[0]?.state, 'running');
  });

  test('cancelling asks the batch system, and the runner too', async () => {
    start({ ...LISTS, cancel: ['bdel', '{ticket}'] });
    const placed = await accepted(named(HOLD));
    await eventually('the job to start', () => host.has(placed.id, 'job'));
    assert.equal((await host.cancel(placed)).kind, 'ended');
    assert.equal((await host.until('ended', placed)).end?.how, 'cancelled');
    assert.deepEqual(host.has('..', 'deleted.1.fake'), true);
  });

  test('a batch system that kills a cancelled job and its runner leaves it cancelled', async () => {
    start({ ...LISTS, cancel: ['bdel', '{ticket}'] });
    const placed = await accepted(named(HOLD));
    await eventually('the job to start', () => host.has(placed.id, 'job'));
    for (const part of ['run', 'job'])
      process.kill(
        -Number(host.lines(`${host.file(placed.id, part).slice(host.root.length + 1)}`)[0]?.split(' ')[1]),
        'SIGKILL',
      );
    await host.cancel(placed);
    writeFileSync(join(host.root, 'batch/1/state'), 'C\n');
    assert.deepEqual((await host.poll(placed))[0]?.end, { how: 'cancelled' });
  });

  test('a cancelled job whose runner has not written its end yet is cancelled, with its exit code', async () => {
    start({ ...LISTS, cancel: ['bdel', '{ticket}'] });
    const placed = await accepted(named(HOLD));
    await eventually('the job to start', () => host.has(placed.id, 'job'));
    const runner = Number(host.text(placed.id, 'run').split(' ')[1]);
    process.kill(runner, 'SIGSTOP');
    try {
      await host.cancel(placed);
      process.kill(-Number(host.text(placed.id, 'job').split(' ')[1]), 'SIGTERM');
      await eventually('the exit code', () => host.has(placed.id, 'rc'));
      writeFileSync(join(host.root, 'batch/1/state'), 'C\n');
      assert.deepEqual((await host.poll(placed))[0]?.end, { how: 'cancelled', exit: 143 });
    } finally {
      process.kill(runner, 'SIGCONT');
    }
    await eventually('the end', () => host.has(placed.id, 'end'));
    assert.deepEqual((await host.poll(placed))[0]?.end, { how: 'cancelled', exit: 143 });
  });

  async function accepted(job: Job, change?: (script: string) => string): Promise<Placed> {
    const submission = await host.submit(job, change);
    assert.equal(submission.kind, 'accepted', JSON.stringify(submission));
    return { id: job.id, ticket: submission.kind === 'accepted' ? submission.ticket : '' };
  }
});

suite('the ticket of a batch system of the sites file', () => {
  const cases: readonly [name: string, stdout: string, ticket: string | undefined, expression?: string][] = [
    ['OpenPBS qsub', '1234.server\n', '1234.server'],
    ['Grid Engine qsub -terse', '17\n', '17'],
    ['Grid Engine qsub', 'Your job 2 ("sci-probe") has been submitted\n', '2', 'job (\\d+)'],
    ['HTCondor condor_submit -terse', '12.0 - 12.0\n', '12.0', '^(\\d+\\.\\d+)'],
    ['DIRAC', 'JobID = 88\n', '88', 'JobID = (\\d+)'],
    ['blank lines at the end', 'hello\n42\n\n \n', '42'],
    ['nothing', '\n', undefined],
    ['a line of several words', 'try again later\n', undefined],
    ['an option', '--help\n', undefined],
    ['a pattern of the shell', '*\n', undefined],
    ['an expression that is none', '42\n', undefined, '('],
  ];
  for (const [name, stdout, ticket, expression] of cases) {
    test(name, () =>
      assert.equal(
        commandTicketIn(stdout, { ...LISTS, ticket: undefined!, ...(expression && { ticket: expression }) }),
        ticket,
      ),
    );
  }
});

/** A job with a name of its own. */
function named(script: string): Job {
  const job = spoolJob(script);
  return { ...job, name: `packwright-${job.id}` };
}

const HOLD = 'until [ -e "$HOME/go" ]; do sleep 0.05; done; echo held; exit 3\n';
