import assert from 'node:assert/strict';
import { type CheckCredentials, createCredentialCheck } from '../../client/src/grid/credentials.ts';
import type { Answer, CredentialCheck, Site, SshHost } from '../../client/src/grid/model.ts';
import { createRunner } from '../../client/src/grid/runner.ts';
import { ScratchTree } from '../support/scratch-tree.ts';

const never = new AbortController().signal;
const ended: Answer = { kind: 'ended', lines: [], code: 0, stderr: '' };
const refused: Answer = { kind: 'denied', reason: 'north refused us: run ssh-add' };
const silent: Answer = { kind: 'unreached', reason: 'north was not reached' };
const lost: Answer = { kind: 'unsure', reason: 'north dropped the connection', lines: [] };
const north: SshHost = { destination: 'north' };

suite('grid: credentials', () => {
  test('a host is asked once for all its sites, also by those who ask at the same time', async () => {
    const { check, asked } = scripted([ended]);
    const both = await Promise.all([check(site(north), never), check(site(north), never)]);
    assert.deepEqual(both, [{ kind: 'good' }, { kind: 'good' }]);
    assert.deepEqual(await check(site(north), never), { kind: 'good' });
    assert.equal(asked(), 1);
  });

  test('a good answer is asked again when it is old', async () => {
    const { check, asked, clock } = scripted([ended, refused]);
    await check(site(north), never);
    clock.now += 11 * 60_000;
    assert.equal((await check(site(north), never)).kind, 'refused');
    assert.equal(asked(), 2);
  });

  test('a refusal says what mends it, and is soon asked again', async () => {
    const { check, clock } = scripted([refused, ended]);
    assert.deepEqual(await check(site(north), never), { ...refused, kind: 'refused' });
    assert.deepEqual(await check(site(north), never), { ...refused, kind: 'refused' });
    clock.now += 11_000;
    assert.equal((await check(site(north), never)).kind, 'good');
  });

  test('a host that could not be asked is asked again at once', async () => {
    const { check } = scripted([silent, lost, ended]);
    assert.deepEqual(await check(site(north), never), { ...silent, kind: 'unreachable' });
    assert.deepEqual(await check(site(north), never), { kind: 'unreachable', reason: lost.reason });
    assert.equal((await check(site(north), never)).kind, 'good');
  });

  test('who stops waiting stops the question only when nobody else waits', async () => {
    const { check, asked, answer } = held();
    const first = new AbortController();
    const leaving = check(site(north), first.signal);
    const staying = check(site(north), never);
    first.abort();
    assert.equal((await leaving).kind, 'unreachable');
    answer(ended);
    assert.equal((await staying).kind, 'good');
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.aborted, false);
  });

  test('a question that nobody waits for is stopped, and asked anew', async () => {
    const { check, asked, answer } = held();
    const first = new AbortController();
    const leaving = check(site(north), first.signal);
    first.abort();
    await leaving;
    assert.equal(asked[0]?.aborted, true);
    const next = check(site(north), never);
    answer(ended);
    assert.equal((await next).kind, 'good');
    assert.equal(asked.length, 2);
  });

  test('a site of this machine without credentials is good', async () => {
    const { check, asked } = scripted([]);
    assert.deepEqual(await check(site(), never), { kind: 'good' });
    assert.equal(asked(), 0);
  });

  test('a command that fails names the credential and the command that mends it', () =>
    withPrograms(async check => {
      const proxy = { name: 'proxy', check: ['sh', '-c', 'exit 3'], mend: 'voms-proxy-init -voms sci' };
      assert.deepEqual(await check(site(undefined, [proxy]), never), {
        kind: 'refused',
        reason: 'The credential proxy is not good (exit code 3): run voms-proxy-init -voms sci',
      });
    }));

  test('a command that is not installed is a credential that is not good', () =>
    withPrograms(async check => {
      const proxy = { name: 'proxy', check: ['no-such-program-here'], mend: 'apt install voms-clients' };
      assert.deepEqual(await check(site(undefined, [proxy]), never), {
        kind: 'refused',
        reason:
          'The credential proxy is not good (no-such-program-here cannot be started (ENOENT)): run apt install voms-clients',
      });
    }));

  test('arguments reach a command as they are, and no shell reads them', () =>
    withPrograms(async (check, tree) => {
      const text = `$(touch ${tree.path('touched')}); a b`;
      const same = ['sh', '-c', '[ "$1" = "$2" ]', 'sh', text, text];
      assert.deepEqual(await check(site(undefined, [{ name: 'x', check: same, mend: '' }]), never), {
        kind: 'good',
      });
      const seen = ['test', '!', '-e', tree.path('touched')];
      assert.deepEqual(await check(site(undefined, [{ name: 'y', check: seen, mend: '' }]), never), {
        kind: 'good',
      });
    }));

  test('escapes in a name or a remedy never reach a terminal', () =>
    withPrograms(async check => {
      const evil = { name: 'p\u001b[2J', check: ['false'], mend: 'run\u009b\r\nthis' };
      const state = await check(site(undefined, [evil]), never);
      assert.equal(
        'reason' in state && state.reason,
        'The credential p\\e[2J is not good (exit code 1): run run\\x9b this',
      );
    }));
});

function site(host?: SshHost, credentials: readonly CredentialCheck[] = []): Site {
  return {
    name: 'north',
    vo: 'sci',
    backend: 'local',
    ...(host && { host }),
    packages: [],
    maintenance: [],
    tags: [],
    credentials,
    wallMinutes: 60,
    minimumFreeMiB: 100,
    lockWaitSeconds: 60,
  };
}

/** A check whose commands are answered by these, one after the other. */
function scripted(answers: readonly Answer[]) {
  let next = 0;
  const clock = { now: 1_000_000 };
  const check = createCredentialCheck({
    run: async () => answers[next++]!,
    runProgram: async () => undefined,
    mark: () => 'MARK',
    now: () => clock.now,
  });
  return { check, clock, asked: () => next };
}

/** A check whose command is answered when the test says so. */
function held() {
  const asked: AbortSignal[] = [];
  let answer = (_answer: Answer): void => undefined;
  const check = createCredentialCheck({
    run: (_command, signal) => {
      asked.push(signal);
      return new Promise(resolve => {
        answer = resolve;
      });
    },
    runProgram: async () => undefined,
    mark: () => 'MARK',
    now: () => 0,
  });
  return { check, asked, answer: (given: Answer) => answer(given) };
}

async function withPrograms(
  body: (check: CheckCredentials, tree: ScratchTree) => Promise<void>,
): Promise<void> {
  const tree = new ScratchTree();
  const runner = createRunner({ env: process.env, directory: tree.path('ssh') });
  try {
    const { run, runProgram } = runner;
    await body(createCredentialCheck({ run, runProgram, mark: () => 'MARK', now: () => 0 }), tree);
  } finally {
    await runner.dispose();
    tree.remove();
  }
}
