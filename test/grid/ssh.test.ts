import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { told } from '../support/marked-script.ts';
import { deadPort, freePort } from '../support/ports.ts';
import { reason, sshSuite } from '../support/ssh-suite.ts';
import { SshLab } from '../support/sshd.ts';

sshSuite('grid: scripts through ssh', bench => {
  test('a script runs at the host, and its exit code and errors come back', async () => {
    const answer = await bench.run('echo "$HOME"; echo note >&2; exit 3');
    assert.deepEqual(answer, { kind: 'ended', lines: [bench.north.home], code: 3, stderr: 'note\n' });
  });

  test('exit codes 255 and 127 of a script are its own', async () => {
    assert.deepEqual(told(await bench.run('exit 255')), ['ended', 255]);
    assert.deepEqual(told(await bench.run('no-such-command')), ['ended', 127]);
  });

  test('hostile output arrives as it is, and nothing of it is taken for a mark', async () => {
    const answer = await bench.run(
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
    const answer = await bench.run('echo first; yes', { maxBytes: 100_000 });
    assert(answer.kind === 'unsure');
    assert.match(answer.reason, /^north printed more than 100000 bytes/);
    assert.equal(answer.lines[0], 'first');
  });

  test('banners, profiles without a line end and farewells do not count', async () => {
    const banner = join(bench.lab.root, 'banner');
    writeFileSync(banner, 'Authorised users only\nPermission denied (publickey).\n');
    const noise = 'echo Welcome; echo oops >&2; printf "no line end"; eval "$SSH_ORIGINAL_COMMAND"; echo bye';
    await bench.north.restart([`Banner ${banner}`, `ForceCommand ${noise}`]);
    try {
      assert.deepEqual(told(await bench.run('echo one')), ['ended', 0, 'one']);
    } finally {
      await bench.north.restart();
    }
  });

  test('an account without a shell is refused, with its words made harmless', async () => {
    await bench.north.restart([
      `ForceCommand printf 'This account is currently \\033[5mnot available.\\n'; exit 1`,
    ]);
    try {
      assert.deepEqual(told(await bench.run('echo one')), [
        'denied',
        `north let us in but does not run sh (This account is currently \\e[5mnot available.). Ask the site to allow commands for this account, then try: ssh -F ${bench.lab.config} north true`,
      ]);
    } finally {
      await bench.north.restart();
    }
  });

  test('a host that lets us in and says nothing may have run the script', async () => {
    await bench.north.restart(['ForceCommand exit 0']);
    try {
      const answer = await bench.run('echo one');
      assert(answer.kind === 'unsure');
      assert.match(answer.reason, /^north ended the script before its end, with exit code 0/);
    } finally {
      await bench.north.restart();
    }
  });

  test('a refused key is denied, and the reason names ssh-add', async () => {
    bench.north.acceptKeys(false);
    try {
      assert.match(
        reason(await bench.run('true'), 'denied'),
        /^north refused us \(\S+: Permission denied .*ssh-add/,
      );
    } finally {
      bench.north.acceptKeys(true);
    }
  });

  test('a key file that is not there is named', async () => {
    bench.north.acceptKeys(false);
    try {
      const answer = await bench.run('true', {
        host: bench.alias('keyless', 'IdentityFile /nonexistent/key'),
      });
      assert.match(reason(answer, 'denied'), /the identity file \/nonexistent\/key does not exist/);
    } finally {
      bench.north.acceptKeys(true);
    }
  });

  test('too many keys are told apart from a wrong one', async () => {
    await bench.north.restart(['MaxAuthTries 1']);
    bench.north.acceptKeys(false);
    try {
      assert.match(reason(await bench.run('true'), 'denied'), /after too many keys: .*IdentitiesOnly/);
    } finally {
      bench.north.acceptKeys(true);
      await bench.north.restart();
    }
  });

  test('a changed host key is denied: the site is asked before the key is forgotten', async () => {
    const changed = await SshLab.start(['east']);
    try {
      const east = changed.site('east');
      east.changeHostKey();
      await east.restart();
      const remove = `ssh-keygen -f ${join(changed.root, 'known_hosts')} -R '[127.0.0.1]:${east.port}'`;
      assert.deepEqual(told(await bench.run('true', { host: east.host })), [
        'denied',
        `The host key of east has changed, and someone may be listening: ask the site first, and only if it changed the key run: ${remove}`,
      ]);
    } finally {
      await changed.dispose();
    }
  });

  test('an unknown host is denied, and the reason says how to accept its key', async () => {
    const answer = await bench.run('true', { host: bench.alias('unknown', 'UserKnownHostsFile /dev/null') });
    assert.match(
      reason(answer, 'denied'),
      new RegExp(`not a known host: .*accept it with: ssh -F ${bench.lab.config} unknown true$`),
    );
  });

  test('a configuration that ssh cannot read is denied, with the line at fault', async () => {
    const config = join(bench.lab.root, 'bad_config');
    writeFileSync(config, 'Host *\n  Nonsense yes\n');
    const answer = await bench.run('true', { host: { destination: 'north', config } });
    assert.match(reason(answer, 'denied'), /bad_config: line 2: Bad configuration option: nonsense/);
    const absent = await bench.run('true', { host: { destination: 'north', config: '/nonexistent/config' } });
    assert.match(reason(absent, 'denied'), /Can't open user config file/);
  });

  test('a port where nobody listens, and a name that nobody knows, are not reached', async () => {
    const closed = bench.lab.addHost('closed', [`Port ${await freePort()}`]);
    assert.match(
      reason(await bench.run('true', { host: closed }), 'unreached'),
      /^closed was not reached: .*refused/,
    );
    const nameless = bench.lab.addHost('nameless', ['HostName no-such-host.invalid']);
    assert.match(
      reason(await bench.run('true', { host: nameless }), 'unreached'),
      /Could not resolve hostname/,
    );
  });

  test('a port that never says a word is not reached, within the time of the command', async () => {
    const dead = await deadPort();
    try {
      const answer = await bench.run('true', {
        host: bench.lab.addHost('dead', [`Port ${dead.port}`]),
        seconds: 2,
      });
      assert.match(reason(answer, 'unreached'), /^dead (did not let us in within 2 s|was not reached)/);
    } finally {
      await dead.close();
    }
  });

  test('a host that hangs before it lets us in has run nothing', async () => {
    bench.north.freeze();
    try {
      assert.match(reason(await bench.run('true', { seconds: 2 }), 'unreached'), /^north /);
    } finally {
      bench.north.thaw();
    }
  });

  test('a host that cannot be reached through another one is not reached', async () => {
    const closed = await freePort();
    const jump = bench.lab.addHost('jump', [`Port ${closed}`]);
    const behind = bench.alias('behind', `ProxyJump ${jump.destination}`);
    assert.match(
      reason(await bench.run('true', { host: behind }), 'unreached'),
      /^behind was not reached through/,
    );
  });

  test('a destination that is an option is refused, and nothing is run', async () => {
    const proof = join(bench.lab.root, 'proof');
    for (const destination of [
      `-oProxyCommand=touch ${proof}`,
      `-oProxyCommand=touch%${proof}`,
      '',
      'a b',
      'a\nb',
      'a;b',
      '$(id)',
    ])
      assert.equal((await bench.run('true', { host: { destination } })).kind, 'denied', destination);
    assert.equal(existsSync(proof), false);
    assert.equal(bench.runner.counts.all, 0);
  });

  test('a machine without ssh says what to install', async () => {
    await bench.use({ env: { PATH: '/nonexistent' } });
    assert.match(
      reason(await bench.run('true'), 'denied'),
      /^ssh cannot be run .*apt install openssh-client/,
    );
  });
});
