import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localBackend } from '../../../client/src/grid/backends/local.ts';
import { eventually } from '../../support/processes.ts';
import { killedAt, lives, SpoolHost, spoolJob } from '../../support/spool-host.ts';

suite('local jobs', function () {
  this.timeout(60_000);
  let host: SpoolHost;
  setup(() => {
    host = new SpoolHost({ backend: localBackend });
  });
  teardown(() => host.dispose());

  test('a job runs, ends, and is fetched', async () => {
    const job = spoolJob('echo out; echo err >&2; cat; exit 3\n');
    const submission = await host.submit(job);
    assert.equal(submission.kind, 'accepted', JSON.stringify(submission));
    const sighting = await host.until('ended', job);
    assert.deepEqual(sighting.end, { how: 'exited', exit: 3 });
    assert.deepEqual(await host.fetch(job), {
      end: { how: 'exited', exit: 3 },
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    });
  });

  test('a job of the same id, sent again in every state, is the same job', async () => {
    const job = spoolJob(
      `echo ran >>${shellPath('ran')}; until [ -e ${shellPath('go')} ]; do sleep 0.05; done\n`,
    );
    const first = await host.submit(job);
    assert.equal(first.kind, 'accepted');
    assert.deepEqual(await host.submit(job), first);
    assert.deepEqual(await host.find(job), first);
    writeFileSync(join(host.root, 'go'), '');
    await host.until('ended', job);
    assert.deepEqual(await host.submit(job), first);
    assert.equal(ran(), 1);
  });

  test('eight submissions of one id at once are one job', async () => {
    const job = spoolJob(`echo ran >>${shellPath('ran')}\n`);
    const submissions = await Promise.all(Array.from({ length: 8 }, () => host.submit(job)));
    assert.deepEqual(new Set(submissions.map(({ kind }) => kind)), new Set(['accepted']));
    assert.equal(new Set(submissions.map(each => JSON.stringify(each))).size, 1);
    await host.until('ended', job);
    assert.equal(ran(), 1);
  });

  for (const step of ['entered', 'claimed', 'written', 'sending', 'started', 'sent', 'recorded']) {
    test(`a submission killed when it was ${step} is found, or is certainly absent and can be repeated`, async () => {
      const job = spoolJob(`echo ran >>${shellPath('ran')}\n`);
      assert.equal((await host.submit(job, killedAt(step))).kind, 'unsure');
      let found = await host.find(job);
      if (found.kind === 'absent') found = await host.submit(job);
      assert.equal(found.kind, 'accepted', JSON.stringify(found));
      await host.until('ended', job);
      assert.deepEqual(await host.submit(job), found);
      assert.equal(ran(), 1);
    });
  }

  test('submissions killed at any time, with two that look and repeat at once, are each one job', async function () {
    const cycles = Number(process.env.PACKWRIGHT_KILL_CYCLES ?? 12);
    this.timeout(60_000 + cycles * 3000);
    const jobs = Array.from({ length: cycles }, () => spoolJob('echo "$PWD" >>../../ran\n'));
    for (const [cycle, job] of jobs.entries()) {
      // Past all steps of a submission, whatever the machine's speed, and spread evenly.
      const seconds = ((cycle * 0.618) % 1) * 0.25;
      await host.submit(job, script => `(sleep ${seconds}; kill -KILL 0) &\n${script}`);
      const repeat = async () => {
        let found = await host.find(job);
        await eventually('certainty', async () => {
          if (found.kind === 'absent') found = await host.submit(job);
          else if (found.kind === 'unsure') found = await host.find(job);
          return found.kind === 'accepted';
        });
        return found;
      };
      const [one, two] = await Promise.all([repeat(), repeat()]);
      assert.deepEqual(one, two);
    }
    for (const job of jobs) await host.until('ended', job);
    assert.equal(new Set(host.lines('ran')).size, cycles);
    assert.equal(host.lines('ran').length, cycles);
  });

  test('a runner that comes late, after its submission was given up, does nothing', async () => {
    const job = spoolJob(`echo ran >>${shellPath('ran')}\n`);
    await host.submit(job, killedAt('sending'));
    assert.deepEqual(await host.find(job), { kind: 'absent' });
    execFileSync('sh', [host.file(job.id, 'runner')]);
    assert.equal(host.has(job.id, 'run'), false);
    assert.equal(ran(), 0);
    assert.equal((await host.submit(job)).kind, 'accepted');
    await host.until('ended', job);
    assert.equal(ran(), 1);
  });

  test('a text that was cut off anywhere in transfer runs nothing', async () => {
    const job = spoolJob(`echo ran >>${shellPath('ran')}\n`);
    const whole = localBackend.submit(job, host.site, host.mark()).script.trimEnd().length;
    for (let cut = whole - 130; cut < whole; cut += 7) await host.submit(job, script => script.slice(0, cut));
    assert.deepEqual(await host.find(job), { kind: 'absent' });
    assert.equal(ran(), 0);
  });

  test('one command polls a hundred jobs', async () => {
    const jobs = Array.from({ length: 100 }, () => spoolJob('exit 1\n'));
    for (const job of jobs.slice(0, 3)) await host.submit(job);
    for (const job of jobs.slice(0, 3)) await host.until('ended', job);
    const states = (await host.poll(...jobs)).map(sighting => sighting?.state);
    assert.deepEqual(states.slice(0, 4), ['ended', 'ended', 'ended', 'gone']);
    assert.equal(states.length, 100);
  });

  test('a job that runs too long is ended with all that it started', async () => {
    const job = spoolJob(TREE, { wallMinutes: 1 / 60 });
    await host.submit(job);
    const { end } = await host.until('ended', job);
    assert.equal(end?.how, 'timeout');
    await allGone();
  });

  test('a cancelled job is ended with all that it started, after it could clean up', async () => {
    const job = spoolJob(`trap 'echo cleaned; exit 5' TERM\n${TREE}`);
    await host.submit(job);
    await eventually('the tree to stand', () => pids().length === 3);
    assert.equal((await host.cancel(job)).kind, 'ended');
    assert.deepEqual((await host.until('ended', job)).end, { how: 'cancelled', exit: 5 });
    assert.equal((await host.fetch(job))?.stdout, 'cleaned\n');
    await allGone();
  });

  for (const [wish, how] of [
    ['cancel', 'cancelled'],
    ['SIGTERM', 'killed'],
  ] as const)
    test(`a job that is gone before its runner saw ${wish} was ${how}`, async () => {
      const job = spoolJob('exec sleep 60\n');
      await host.submit(job);
      await eventually('the job to start', () => host.has(job.id, 'job'));
      const [runner, script] = ['run', 'job'].map(part => Number(host.text(job.id, part).split(' ')[1]));
      process.kill(runner!, 'SIGSTOP');
      if (wish === 'SIGTERM') process.kill(runner!, wish);
      else writeFileSync(host.file(job.id, wish), '');
      process.kill(script!, 'SIGTERM');
      await eventually('the exit code', () => host.has(job.id, 'rc'));
      process.kill(runner!, 'SIGCONT');
      assert.deepEqual((await host.until('ended', job)).end, { how, exit: 143 });
    });

  test('a job that was cancelled before it started does not start', async () => {
    const job = spoolJob(`echo ran >>${shellPath('ran')}\n`);
    await host.submit(job, killedAt('sending'));
    await host.cancel(job);
    await host.submit(job);
    assert.deepEqual((await host.until('ended', job)).end, { how: 'cancelled' });
    assert.equal(ran(), 0);
  });

  test('a job whose runner was killed goes on, can be cancelled, and keeps its exit code', async () => {
    const waits = `until [ -e ${shellPath('go')} ]; do sleep 0.05; done; exit 7\n`;
    const [one, two] = [spoolJob(waits), spoolJob(waits)];
    for (const job of [one, two]) {
      await host.submit(job);
      await eventually('the job to start', () => host.has(job.id, 'job'));
      process.kill(Number(host.text(job.id, 'run').split(' ')[1]), 'SIGKILL');
    }
    assert.equal((await host.poll(one))[0]?.state, 'running');
    await host.cancel(one);
    assert.equal((await host.until('ended', one)).end?.how, 'cancelled');
    writeFileSync(join(host.root, 'go'), '');
    assert.deepEqual((await host.until('ended', two)).end, { how: 'exited', exit: 7 });
  });

  test('a job whose processes were all killed is gone', async () => {
    const job = spoolJob('sleep 600\n');
    await host.submit(job);
    await eventually('the job to start', () => host.has(job.id, 'job'));
    await host.killAll();
    const sighting = await host.until('gone', job);
    assert.match(sighting.reason ?? '', /left no result/);
  });

  test('much output is cut, its last lines are kept, and every byte is safe', async () => {
    const job = spoolJob(
      `printf 'part %s over\\n' x; printf '\\001\\377\\000%s\\n' '@@'; awk 'BEGIN { for (i = 0; i < 250000; i++) print "0123456789012345678901234567890123456789 " i }'; echo last\n`,
    );
    await host.submit(job);
    await host.until('ended', job);
    const output = await host.fetch(job);
    assert.equal(output?.truncated, true);
    assert.ok(output.stdout.startsWith('part x over\n\u0001\ufffd\u0000@@\n'));
    assert.ok(output.stdout.endsWith('\nlast\n'));
    assert.ok(output.stdout.length < 8.2 * 1024 * 1024, String(output.stdout.length));
  });

  test('a process that the job leaves behind does not hold its end up', async () => {
    const job = spoolJob(`(trap '' TERM; sleep 600) & echo $! >>${shellPath('pids')}; echo said\n`);
    await host.submit(job);
    assert.deepEqual((await host.until('ended', job)).end, { how: 'exited', exit: 0 });
    assert.equal((await host.fetch(job))?.stdout, 'said\n');
    await allGone();
  });

  test('output can be fetched while the job runs', async () => {
    const job = spoolJob('echo early; sleep 600\n');
    await host.submit(job);
    await eventually('its output', () => host.has(job.id, 'stdout') && host.text(job.id, 'stdout') !== '');
    assert.deepEqual(await host.fetch(job), { stdout: 'early\n', stderr: '', truncated: false });
  });

  test('only ended jobs are purged, and no link is followed', async () => {
    const [ended, running, link] = [spoolJob('exit 0\n'), spoolJob('sleep 600\n'), spoolJob('')];
    await host.submit(ended);
    await host.submit(running);
    await host.until('ended', ended);
    const precious = join(host.root, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, 'end'), 'exited 0 1\n');
    symlinkSync(precious, join(host.site.spool!, link.id));
    symlinkSync(precious, host.file(ended.id, 'elsewhere'));
    await host.purge(ended, running, link);
    assert.deepEqual(
      [host.has(ended.id, '.'), host.has(running.id, 'run'), host.has(link.id, 'end')],
      [false, true, true],
    );
    assert.equal((await host.fetch(link)) === undefined, true);
  });

  test('a spool that cannot be made is a refusal with its reason', async () => {
    writeFileSync(join(host.root, 'file'), '');
    const other = new SpoolHost({ backend: localBackend, site: { spool: join(host.root, 'file', 'x') } });
    try {
      const submission = await other.submit(spoolJob('exit 0\n'));
      assert.equal(submission.kind, 'rejected');
      assert.match(submission.kind === 'rejected' ? submission.reason : '', /spool .* cannot be made/);
      assert.equal((await other.find(spoolJob(''))).kind, 'unsure');
    } finally {
      await other.dispose();
    }
  });

  test("a file system without hard links, or with others' hands in it, is a refusal", async () => {
    const other = new SpoolHost({ backend: localBackend, programs: { ln: '#!/bin/sh\nexit 1\n' } });
    try {
      const job = spoolJob('exit 0\n');
      const reasonOf = async () => {
        const submission = await other.submit(job);
        return submission.kind === 'rejected' ? submission.reason : submission.kind;
      };
      assert.match(await reasonOf(), /is full, or knows no hard links/);
      chmodSync(other.site.spool!, 0o770);
      assert.match(await reasonOf(), /is not yours alone/);
    } finally {
      await other.dispose();
    }
  });

  const shellPath = (name: string) => `'${join(host.root, name)}'`;
  const numbers = (name: string) => host.lines(name).map(Number);
  const ran = () => host.lines('ran').length;
  const pids = () => numbers('pids');
  const allGone = () =>
    eventually('all processes to be gone', () => pids().length > 0 && !pids().some(lives));
  const TREE = [
    'cd "$HOME"',
    'echo $$ >>pids',
    "(trap '' TERM; sleep 600 & echo $! >>pids; wait; wait) &",
    'echo $! >>pids',
    'until [ -e never ]; do sleep 0.05; done',
    '',
  ].join('\n');
});
