import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { told } from '../support/marked-script.ts';
import { freePort } from '../support/ports.ts';
import { eventually } from '../support/processes.ts';
import { reason, sharers, sshSuite } from '../support/ssh-suite.ts';

sshSuite('grid: connections through ssh', bench => {
  test('later commands share the connection of the first', async () => {
    const before = bench.north.logins;
    for (let times = 0; times < 5; times++) assert.equal((await bench.run('true')).kind, 'ended');
    assert.equal(bench.north.logins, before + 1);
    assert.equal(bench.runner.counts.byHost.get('north'), 5);
  });

  test('commands that wait for a dead host get its answer without trying', async () => {
    const closed = bench.lab.addHost('gone', [`Port ${await freePort()}`]);
    await bench.use({ limits: { commands: 4, commandsPerHost: 1 } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => bench.run('true', { host: closed })));
    assert.deepEqual(new Set(answers.map(answer => answer.kind)), new Set(['unreached']));
    assert.equal(bench.runner.counts.all, 1);
    await bench.run('true', { host: closed });
    assert.equal(bench.runner.counts.all, 2);
  });

  test('a script that takes too long may have run, and the next command connects anew', async () => {
    await bench.run('true');
    const before = bench.north.logins;
    const answer = await bench.run('echo begun; sleep 3', { seconds: 1 });
    assert.match(reason(answer, 'unsure'), /^north did not finish within 1 s/);
    assert.deepEqual(answer.kind === 'unsure' && answer.lines, ['begun']);
    assert.equal((await bench.run('true')).kind, 'ended');
    assert.equal(bench.north.logins, before + 1);
  });

  test('an sshd that is killed during a script leaves the answer open', async () => {
    for (const first of ['fresh', 'shared']) {
      const begun = join(bench.north.home, `begun-${first}`);
      const pending = bench.run(`touch ${begun}; echo begun; sleep 3`);
      await eventually('the script to begin', () => existsSync(begun));
      bench.north.cut();
      assert.match(reason(await pending, 'unsure'), /^north dropped the connection while the script ran/);
      assert.equal((await bench.run('true')).kind, 'ended');
    }
  });

  test('a host that went away behind a shared connection is not reached, and found again', async () => {
    await bench.run('true');
    await bench.north.stop();
    assert.match(reason(await bench.run('true'), 'unreached'), /refused/);
    await bench.north.start();
    assert.equal((await bench.run('true')).kind, 'ended');
  });

  test('a socket that nobody answers any more is no obstacle', async () => {
    await bench.run('true');
    for (const pid of sharers(bench.files)) process.kill(pid, 'SIGKILL');
    await eventually('the sharer to end', () => sharers(bench.files).length === 0);
    assert.equal(readdirSync(bench.files).length, 1);
    assert.equal((await bench.run('true')).kind, 'ended');
  });

  test('a connection that the user opened is used, where we alone would be refused', async () => {
    const host = bench.alias('coded', `ControlPath ${join(bench.lab.root, 'own-%r')}`);
    const control = (...words: string[]) =>
      spawnSync('ssh', ['-F', bench.lab.config, ...words, 'coded'], { stdio: 'ignore', timeout: 10_000 });
    control('-M', '-N', '-f');
    bench.north.acceptKeys(false);
    try {
      assert.deepEqual(told(await bench.run('echo in', { host })), ['ended', 0, 'in']);
      await bench.runner.dispose();
      assert.equal(control('-O', 'check').status, 0);
      control('-O', 'exit');
      await bench.use({});
      assert.equal((await bench.run('echo in', { host })).kind, 'denied');
    } finally {
      control('-O', 'exit');
      bench.north.acceptKeys(true);
    }
  });

  test('a sharer that hangs costs one command', async () => {
    await bench.run('true');
    const [sharer] = sharers(bench.files);
    process.kill(sharer!, 'SIGSTOP');
    try {
      assert.equal((await bench.run('true', { seconds: 1 })).kind, 'unsure');
      assert.equal((await bench.run('true')).kind, 'ended');
    } finally {
      process.kill(sharer!, 'SIGKILL');
    }
  });

  test('connections end with their runner, even when the configuration is broken by then', async () => {
    const config = join(bench.lab.root, 'broken_later');
    writeFileSync(config, readFileSync(bench.lab.config));
    assert.equal((await bench.run('true', { host: { destination: 'north', config } })).kind, 'ended');
    writeFileSync(config, 'Nonsense yes\n');
    await bench.runner.dispose();
    await eventually('the connection to end', () => sharers(bench.files).length === 0);
  });

  test('an aborted command ends at once', async () => {
    const stop = new AbortController();
    const begun = join(bench.north.home, 'begun-abort');
    const pending = bench.run(`touch ${begun}; sleep 3`, {}, stop.signal);
    await eventually('the script to begin', () => existsSync(begun));
    stop.abort();
    assert.match(reason(await pending, 'unsure'), /^north was no longer waited for/);
  });

  test('50 commands at two hosts obey the limit of each', async () => {
    await bench.use({ limits: { commands: 6, commandsPerHost: 3 } });
    const body = `d=${bench.lab.root}/at-$1; mkdir -p $d/$$; ls $d | wc -l; rmdir $d/$$`;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        bench.run(body.replace('$1', String(at % 2)), {
          host: at % 2 ? bench.north.host : bench.alias('second'),
        }),
      ),
    );
    const most = Math.max(...answers.map(answer => Number(told(answer)[2])));
    assert(most >= 1 && most <= 3, `${most} ran at the same time`);
  });

  test('a directory that others may enter is not used', async () => {
    await bench.use({ directory: bench.lab.root });
    assert.match(reason(await bench.run('true'), 'denied'), /no directory that only you may enter/);
  });

  test('in a directory whose path is too long for sockets each command connects', async () => {
    const long = join(bench.lab.root, 'x'.repeat(90));
    await bench.use({ directory: long });
    const before = bench.north.logins;
    for (let times = 0; times < 2; times++) assert.equal((await bench.run('true')).kind, 'ended');
    assert.equal(bench.north.logins, before + 2);
    await bench.runner.dispose();
    assert.equal(existsSync(long), false);
  });

  test('commands leave no open files behind', async () => {
    await bench.run('true');
    const before = readdirSync('/proc/self/fd').length;
    for (const body of ['true', 'exit 3', 'yes']) await bench.run(body, { maxBytes: 10_000 });
    await bench.run('sleep 3', { seconds: 0.5 });
    await eventually('files to be closed', () => readdirSync('/proc/self/fd').length <= before);
  });
});
