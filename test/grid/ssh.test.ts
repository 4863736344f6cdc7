import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, SshHost } from '../../client/src/grid/model.ts';
import { createRunner, type Runner, type RunnerOptions } from '../../client/src/grid/runner.ts';
import { marked, told } from '../support/marked-script.ts';
import { deadPort, eventually, freePort, SshLab, type SshSite, sshdMissing } from '../support/sshd.ts';

const never = new AbortController().signal;

const why = sshdMissing();
if (why) process.stdout.write(`not run: sites through ssh: ${why}\n`);
else
  suite('grid: runner, through ssh', function () {
    this.timeout(60_000);
    let lab: SshLab;
    let north: SshSite;
    let runner: Runner;
    let files: string;

    suiteSetup(async () => {
      lab = await SshLab.start(['north']);
      north = lab.site('north');
      files = join(lab.root, 'ours');
    });
    suiteTeardown(() => lab.dispose());
    setup(() => use({}));
    teardown(async () => {
      await runner.dispose();
      assert.deepEqual(existsSync(files) ? readdirSync(files) : [], []);
      await eventually('every shared connection to end', () => sharers(files).length === 0);
    });

    function use(options: Partial<RunnerOptions>): void {
      runner = createRunner({ env: process.env, directory: files, ...options });
    }

    /** Runs a script at a host, `north` if none is given. */
    const run = (body: string, options: Partial<Parameters<typeof marked>[1]> = {}, signal = never) =>
      runner.run(marked(body, { host: north.host, ...options }), signal);

    /** Another way to `north`, with further words of ssh_config(5). */
    const alias = (name: string, ...lines: readonly string[]): SshHost =>
      lab.addHost(name, [`Port ${north.port}`, ...lines]);

    test('a script runs at the host, and its exit code and errors come back', async () => {
      const answer = await run('echo "$HOME"; echo note >&2; exit 3');
      assert.deepEqual(answer, { kind: 'ended', lines: [north.home], code: 3, stderr: 'note\n' });
    });

    test('exit codes 255 and 127 of a script are its own', async () => {
      assert.deepEqual(told(await run('exit 255')), ['ended', 255]);
      assert.deepEqual(told(await run('no-such-command')), ['ended', 127]);
    });

    test('later commands share the connection of the first', async () => {
      const before = north.logins;
      for (let times = 0; times < 5; times++) assert.equal((await run('true')).kind, 'ended');
      assert.equal(north.logins, before + 1);
      assert.equal(runner.counts.byHost.get('north'), 5);
    });

    test('hostile output arrives as it is, and nothing of it is taken for a mark', async () => {
      const answer = await run(
        `printf '\\033]0;title\\007\\n\\377\\376\\nMARK end 9\\n../../etc\\n'; yes x | head -c 2000000`,
        { maxBytes: 5_000_000 },
      );
      assert(answer.kind === 'ended');
      assert.deepEqual(answer.lines.slice(0, 4), [
        '\u001b]0;title\u0007',
        '\ufffd\ufffd',
        'MARK end 9',
        '../../etc',
      ]);
      assert.equal(answer.lines.length, 1_000_004);
    });

    test('more output than is allowed is cut off', async () => {
      const answer = await run('echo first; yes', { maxBytes: 100_000 });
      assert(answer.kind === 'unsure');
      assert.match(answer.reason, /^north printed more than 100000 bytes/);
      assert.equal(answer.lines[0], 'first');
    });

    test('banners, profiles without a line end and farewells do not count', async () => {
      const banner = join(lab.root, 'banner');
      writeFileSync(banner, 'Authorised users only\nPermission denied (publickey).\n');
      const noise =
        'echo Welcome; echo oops >&2; printf "no line end"; eval "$SSH_ORIGINAL_COMMAND"; echo bye';
      await north.restart([`Banner ${banner}`, `ForceCommand ${noise}`]);
      try {
        assert.deepEqual(told(await run('echo one')), ['ended', 0, 'one']);
      } finally {
        await north.restart();
      }
    });

    test('an account without a shell is refused, with its words made harmless', async () => {
      await north.restart([
        `ForceCommand printf 'This account is currently \\033[5mnot available.\\n'; exit 1`,
      ]);
      try {
        assert.deepEqual(told(await run('echo one')), [
          'denied',
          `north let us in but does not run sh (This account is currently \\x1b[5mnot available.). Ask the site to allow commands for this account, then try: ssh -F ${lab.config} north true`,
        ]);
      } finally {
        await north.restart();
      }
    });

    test('a host that lets us in and says nothing may have run the script', async () => {
      await north.restart(['ForceCommand exit 0']);
      try {
        const answer = await run('echo one');
        assert(answer.kind === 'unsure');
        assert.match(answer.reason, /^north ended the script before its end, with exit code 0/);
      } finally {
        await north.restart();
      }
    });

    test('a refused key is denied, and the reason names ssh-add', async () => {
      north.acceptKeys(false);
      try {
        assert.match(
          reason(await run('true'), 'denied'),
          /^north refused us \(\S+: Permission denied .*ssh-add/,
        );
      } finally {
        north.acceptKeys(true);
      }
    });

    test('a key file that is not there is named', async () => {
      north.acceptKeys(false);
      try {
        const answer = await run('true', { host: alias('keyless', 'IdentityFile /nonexistent/key') });
        assert.match(reason(answer, 'denied'), /the identity file \/nonexistent\/key does not exist/);
      } finally {
        north.acceptKeys(true);
      }
    });

    test('too many keys are told apart from a wrong one', async () => {
      await north.restart(['MaxAuthTries 1']);
      north.acceptKeys(false);
      try {
        assert.match(reason(await run('true'), 'denied'), /after too many keys: .*IdentitiesOnly/);
      } finally {
        north.acceptKeys(true);
        await north.restart();
      }
    });

    test('a changed host key is denied: the site is asked before the key is forgotten', async () => {
      const changed = await SshLab.start(['east']);
      try {
        const east = changed.site('east');
        east.changeHostKey();
        await east.restart();
        const remove = `ssh-keygen -f ${join(changed.root, 'known_hosts')} -R '[127.0.0.1]:${east.port}'`;
        assert.deepEqual(told(await run('true', { host: east.host })), [
          'denied',
          `The host key of east has changed, and someone may be listening: ask the site first, and only if it changed the key run: ${remove}`,
        ]);
      } finally {
        await changed.dispose();
      }
    });

    test('an unknown host is denied, and the reason says how to accept its key', async () => {
      const answer = await run('true', { host: alias('unknown', 'UserKnownHostsFile /dev/null') });
      assert.match(
        reason(answer, 'denied'),
        new RegExp(`not a known host: .*accept it with: ssh -F ${lab.config} unknown true$`),
      );
    });

    test('a configuration that ssh cannot read is denied, with the line at fault', async () => {
      const config = join(lab.root, 'bad_config');
      writeFileSync(config, 'Host *\n  Nonsense yes\n');
      const answer = await run('true', { host: { destination: 'north', config } });
      assert.match(reason(answer, 'denied'), /bad_config: line 2: Bad configuration option: nonsense/);
      const absent = await run('true', { host: { destination: 'north', config: '/nonexistent/config' } });
      assert.match(reason(absent, 'denied'), /Can't open user config file/);
    });

    test('a port where nobody listens, and a name that nobody knows, are not reached', async () => {
      const closed = lab.addHost('closed', [`Port ${await freePort()}`]);
      assert.match(
        reason(await run('true', { host: closed }), 'unreached'),
        /^closed was not reached: .*refused/,
      );
      const nameless = lab.addHost('nameless', ['HostName no-such-host.invalid']);
      assert.match(reason(await run('true', { host: nameless }), 'unreached'), /Could not resolve hostname/);
    });

    test('a port that never says a word is not reached, within the time of the command', async () => {
      const dead = await deadPort();
      try {
        const answer = await run('true', { host: lab.addHost('dead', [`Port ${dead.port}`]), seconds: 2 });
        assert.match(reason(answer, 'unreached'), /^dead (did not let us in within 2 s|was not reached)/);
      } finally {
        await dead.close();
      }
    });

    test('a host that hangs before it lets us in has run nothing', async () => {
      north.freeze();
      try {
        assert.match(reason(await run('true', { seconds: 2 }), 'unreached'), /^north /);
      } finally {
        north.thaw();
      }
    });

    test('a host that cannot be reached through another one is not reached', async () => {
      const closed = await freePort();
      const jump = lab.addHost('jump', [`Port ${closed}`]);
      const behind = alias('behind', `ProxyJump ${jump.destination}`);
      assert.match(
        reason(await run('true', { host: behind }), 'unreached'),
        /^behind was not reached through/,
      );
    });

    test('commands that wait for a dead host get its answer without trying', async () => {
      const closed = lab.addHost('gone', [`Port ${await freePort()}`]);
      await runner.dispose();
      use({ limits: { commands: 4, commandsPerHost: 1 } });
      const answers = await Promise.all(Array.from({ length: 20 }, () => run('true', { host: closed })));
      assert.deepEqual(new Set(answers.map(answer => answer.kind)), new Set(['unreached']));
      assert.equal(runner.counts.all, 1);
      await run('true', { host: closed });
      assert.equal(runner.counts.all, 2);
    });

    test('a script that takes too long may have run, and the next command connects anew', async () => {
      await run('true');
      const before = north.logins;
      const answer = await run('echo begun; sleep 3', { seconds: 1 });
      assert.match(reason(answer, 'unsure'), /^north did not finish within 1 s/);
      assert.deepEqual(answer.kind === 'unsure' && answer.lines, ['begun']);
      assert.equal((await run('true')).kind, 'ended');
      assert.equal(north.logins, before + 1);
    });

    test('an sshd that is killed during a script leaves the answer open', async () => {
      for (const first of ['fresh', 'shared']) {
        const begun = join(north.home, `begun-${first}`);
        const pending = run(`touch ${begun}; echo begun; sleep 3`);
        await eventually('the script to begin', () => existsSync(begun));
        north.cut();
        assert.match(reason(await pending, 'unsure'), /^north dropped the connection while the script ran/);
        assert.equal((await run('true')).kind, 'ended');
      }
    });

    test('a host that went away behind a shared connection is not reached, and found again', async () => {
      await run('true');
      await north.stop();
      assert.match(reason(await run('true'), 'unreached'), /refused/);
      await north.start();
      assert.equal((await run('true')).kind, 'ended');
    });

    test('a socket that nobody answers any more is no obstacle', async () => {
      await run('true');
      for (const pid of sharers(files)) process.kill(pid, 'SIGKILL');
      await eventually('the sharer to end', () => sharers(files).length === 0);
      assert.equal(readdirSync(files).length, 1);
      assert.equal((await run('true')).kind, 'ended');
    });

    test('a sharer that hangs costs one command', async () => {
      await run('true');
      const [sharer] = sharers(files);
      process.kill(sharer!, 'SIGSTOP');
      assert.equal((await run('true', { seconds: 1 })).kind, 'unsure');
      assert.equal((await run('true')).kind, 'ended');
      process.kill(sharer!, 'SIGKILL');
    });

    test('an aborted command ends at once', async () => {
      const stop = new AbortController();
      const begun = join(north.home, 'begun-abort');
      const pending = run(`touch ${begun}; sleep 3`, {}, stop.signal);
      await eventually('the script to begin', () => existsSync(begun));
      stop.abort();
      assert.match(reason(await pending, 'unsure'), /^north was no longer waited for/);
    });

    test('50 commands at two hosts obey the limit of each', async () => {
      await runner.dispose();
      use({ limits: { commands: 6, commandsPerHost: 3 } });
      const body = `d=${lab.root}/at-$1; mkdir -p $d/$$; ls $d | wc -l; rmdir $d/$$`;
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          run(body.replace('$1', String(at % 2)), { host: at % 2 ? north.host : alias('second') }),
        ),
      );
      const most = Math.max(...answers.map(answer => Number(told(answer)[2])));
      assert(most <= 3, answers.map(told).join('\n'));
    });

    test('a destination that is an option is refused, and nothing is run', async () => {
      const proof = join(lab.root, 'proof');
      for (const destination of [
        `-oProxyCommand=touch ${proof}`,
        `-oProxyCommand=touch%${proof}`,
        '',
        'a b',
        'a\nb',
        'a;b',
        '$(id)',
      ])
        assert.equal((await run('true', { host: { destination } })).kind, 'denied', destination);
      assert.equal(existsSync(proof), false);
      assert.equal(runner.counts.all, 0);
    });

    test('a directory that others may enter is not used', async () => {
      await runner.dispose();
      use({ directory: lab.root });
      assert.match(reason(await run('true'), 'denied'), /no directory that only you may enter/);
    });

    test('in a directory whose path is too long for sockets each command connects', async () => {
      await runner.dispose();
      const long = join(lab.root, 'x'.repeat(90));
      use({ directory: long });
      const before = north.logins;
      for (let times = 0; times < 2; times++) assert.equal((await run('true')).kind, 'ended');
      assert.equal(north.logins, before + 2);
      await runner.dispose();
      assert.equal(existsSync(long), false);
    });

    test('a machine without ssh says what to install', async () => {
      await runner.dispose();
      use({ env: { PATH: '/nonexistent' } });
      assert.match(reason(await run('true'), 'denied'), /^ssh cannot be run .*apt install openssh-client/);
    });

    test('commands leave no open files behind', async () => {
      await run('true');
      const before = readdirSync('/proc/self/fd').length;
      for (const body of ['true', 'exit 3', 'yes']) await run(body, { maxBytes: 10_000 });
      await run('sleep 3', { seconds: 0.5 });
      await eventually('files to be closed', () => readdirSync('/proc/self/fd').length <= before);
    });
  });

/** The reason of an answer that must be of this kind. */
function reason(answer: Answer, kind: Answer['kind']): string {
  assert.equal(answer.kind, kind, told(answer).join('\n'));
  return 'reason' in answer ? answer.reason : '';
}

/** Processes that hold shared connections below a directory. */
function sharers(directory: string): readonly number[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .filter(entry => commandLine(entry).includes(`${directory}/`) && commandLine(entry).includes('[mux]'))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
