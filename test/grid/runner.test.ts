import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import {
  createRunner,
  RUNNER_FAULT_POINTS,
  type Runner,
  type RunnerOptions,
} from '../../client/src/grid/runner.ts';
import { MARK, marked, told } from '../support/marked-script.ts';
import { commandLine, descendants, eventually } from '../support/processes.ts';
import { ScratchTree } from '../support/scratch-tree.ts';

const never = new AbortController().signal;

suite('grid: runner, on this machine', function () {
  this.timeout(30_000);

  test('what stands between the marks is the answer, with the exit code of the end mark', () =>
    withRunner(async ({ run }) => {
      const answer = await run(marked('echo one; echo two; echo note >&2; exit 3'), never);
      assert.deepEqual(answer, { kind: 'ended', lines: ['one', 'two'], code: 3, stderr: 'note\n' });
    }));

  test('noise before and after the marks does not count, nor do the marks of others', () =>
    withRunner(async ({ run }) => {
      const { script, ...command } = marked('echo "ffff end 7"; echo x MARK end 8; exit 2');
      const noisy = `echo Welcome; echo ffff begin; printf 'no line end'\n${script}\necho "${MARK} end 9"; echo bye`;
      assert.deepEqual(told(await run({ ...command, script: noisy }, never)), [
        'ended',
        2,
        'ffff end 7',
        'x MARK end 8',
      ]);
    }));

  test('half a script does nothing', () =>
    withRunner(async ({ run }, tree) => {
      const script = `touch ${tree.path('touched')}\nif true; then`;
      assert.equal((await run({ ...marked('true'), script }, never)).kind, 'unsure');
      assert.deepEqual(readdirSync(tree.root), []);
    }));

  test('a command of the script does not read the rest of it', () =>
    withRunner(async ({ run }) => {
      const { script, ...command } = marked('echo after');
      const long = `cat >/dev/null\n: ${'x'.repeat(200_000)}\n${script}`;
      assert.deepEqual(told(await run({ ...command, script: long }, never)), ['ended', 0, 'after']);
    }));

  test('a script that is larger than what a pipe holds arrives whole', () =>
    withRunner(async ({ run }) => {
      const text = 'x'.repeat(60);
      const body = `cat <<'E' | wc -l\n${`${text}\n`.repeat(20_000)}E`;
      assert.deepEqual(told(await run(marked(body), never)).slice(0, 2), ['ended', 0]);
    }));

  test('a script that ends before its input is read is no failure of ours', () =>
    withRunner(async ({ run }) => {
      const { script, ...command } = marked('echo in');
      const answer = await run({ ...command, script: `${script}\nexit\n: ${'x'.repeat(1_000_000)}` }, never);
      assert.deepEqual(told(answer), ['ended', 0, 'in']);
    }));

  test('a script that does not say its end may have run', () =>
    withRunner(async ({ run }) => {
      const answer = await run(marked('echo begun; kill -9 $$; sleep 1'), never);
      assert.equal(answer.kind, 'unsure');
      assert.deepEqual(answer.kind === 'unsure' && answer.lines.filter(Boolean), ['begun']);
    }));

  test('what is invalid UTF-8 becomes marks of replacement, and bytes that are cut in two stay whole', () =>
    withRunner(async ({ run }) => {
      const body = "printf '\\303'; sleep 0.1; printf '\\251\\n\\377\\376x\\n\\033[31mred\\n'";
      assert.deepEqual(told(await run(marked(body), never)), [
        'ended',
        0,
        'é',
        '\ufffd\ufffdx',
        '\u001b[31mred',
      ]);
    }));

  test('megabytes in one line and in many arrive', () =>
    withRunner(async ({ run }) => {
      const body = 'head -c 3000000 /dev/zero | tr "\\0" x; echo; yes line | head -n 100000';
      const answer = await run(marked(body, { maxBytes: 10_000_000 }), never);
      assert(answer.kind === 'ended');
      assert.equal(answer.lines.length, 100_001);
      assert.equal(answer.lines[0]?.length, 3_000_000);
    }));

  test('more output than is allowed ends the command, on either output', () =>
    withRunner(async ({ run }) => {
      for (const body of ['echo first; yes', 'echo first; yes >&2']) {
        const answer = await run(marked(body, { maxBytes: 100_000 }), never);
        assert(answer.kind === 'unsure');
        assert.match(answer.reason, /^The script on this machine printed more than 100000 bytes/);
        assert.equal(answer.lines[0], 'first');
      }
    }));

  test('at the end of its time the whole process group is ended, also what ignores TERM', () =>
    withRunner(async ({ run }) => {
      const body = 'trap "" TERM; sleep 300 & echo $!; sleep 300';
      const answer = await run(marked(body, { seconds: 0.3 }), never);
      assert(answer.kind === 'unsure');
      assert.equal(answer.reason, 'The script on this machine did not finish within 0.3 s.');
      const background = Number(answer.lines[0]);
      await eventually('what ran in the background to end', () => !isSleep(background));
    }));

  test('an aborted command is ended, and one that waits for its turn does not begin', () =>
    withRunner(
      async (runner, tree) => {
        const stop = new AbortController();
        const first = runner.run(marked(`touch ${tree.path('begun')}; sleep 300`), stop.signal);
        const second = runner.run(marked(`touch ${tree.path('second')}`), stop.signal);
        await eventually('the first to begin', () => readdirSync(tree.root).includes('begun'));
        stop.abort();
        assert.equal((await second).kind, 'unreached');
        assert.equal((await first).kind, 'unsure');
        assert.deepEqual(readdirSync(tree.root), ['begun']);
        assert.equal(runner.counts.all, 1);
        await nothingLeft();
      },
      { limits: { commands: 1, commandsPerHost: 1 } },
    ));

  test('a background process that holds the output open does not hold the answer', () =>
    withRunner(async ({ run }) => {
      const stop = new AbortController();
      const answer = await run(marked('sleep 300 & echo $!'), stop.signal);
      assert(answer.kind === 'ended');
      process.kill(Number(answer.lines[0]));
    }));

  test('a script that has said its end and does not end is not waited for', () =>
    withRunner(async ({ run }) => {
      const { script, ...command } = marked('echo said');
      const answer = await run({ ...command, script: `${script}\nsleep 300` }, never);
      assert.deepEqual(told(answer), ['ended', 0, 'said']);
      await nothingLeft();
    }));

  test('a machine without sh says so', () =>
    withRunner(
      async ({ run }) => {
        assert.deepEqual(await run(marked('true'), never), {
          kind: 'denied',
          reason:
            'sh cannot be run on this machine (ENOENT): install a POSIX shell and see to it that PATH finds it.',
        });
      },
      { env: { PATH: '/nonexistent' } },
    ));

  test('200 commands at once obey the limits, and every one is answered', () =>
    withRunner(
      async (runner, tree) => {
        const body = `d=${tree.root}; mkdir $d/$$; ls $d | wc -l; rmdir $d/$$`;
        const answers = await Promise.all(Array.from({ length: 200 }, () => runner.run(marked(body), never)));
        const most = Math.max(...answers.map(answer => Number(answer.kind === 'ended' && answer.lines[0])));
        assert.deepEqual(new Set(answers.map(answer => answer.kind)), new Set(['ended']));
        assert(most <= 3, `${most} ran at the same time`);
        assert.equal(runner.counts.all, 200);
        assert.equal(runner.counts.byHost.get(''), 200);
      },
      { limits: { commands: 8, commandsPerHost: 3 } },
    ));

  test('commands leave neither processes nor open files behind', () =>
    withRunner(async ({ run }) => {
      await run(marked('true'), never);
      const before = openFiles();
      for (const body of ['true', 'exit 3', 'yes', 'kill -9 $$', 'sleep 300'])
        await run(marked(body, { seconds: 0.5, maxBytes: 10_000 }), never);
      await nothingLeft();
      await eventually('files to be closed', () => openFiles() <= before);
    }));

  test('a runner that is disposed of ends what runs', () =>
    withRunner(async (runner, tree) => {
      const pending = runner.run(marked(`touch ${tree.path('begun')}; sleep 300`), never);
      await eventually('the command to begin', () => readdirSync(tree.root).includes('begun'));
      await runner.dispose();
      assert.equal((await pending).kind, 'unsure');
      assert.equal((await runner.run(marked('true'), never)).kind, 'unreached');
      await nothingLeft();
    }));

  test('every fault point is passed, in order', async () => {
    const passed: string[] = [];
    await withRunner(({ run }) => run(marked('true'), never), { fault: point => passed.push(point) });
    assert.deepEqual(passed, RUNNER_FAULT_POINTS);
  });
});

async function withRunner(
  body: (runner: Runner, tree: ScratchTree) => Promise<unknown>,
  options: Partial<RunnerOptions> = {},
): Promise<void> {
  const tree = new ScratchTree();
  const runner = createRunner({ env: process.env, directory: `${tree.root}-ssh`, ...options });
  try {
    await body(runner, tree);
  } finally {
    await runner.dispose();
    tree.remove();
  }
}

function nothingLeft(): Promise<void> {
  return eventually('every process to end', () => descendants(process.pid).every(pid => !isSleep(pid)));
}

function isSleep(pid: number): boolean {
  return commandLine(pid)[0] === 'sleep';
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}
