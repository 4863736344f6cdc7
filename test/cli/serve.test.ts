import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/processes.ts';
import { builtPackwright, packwright, program } from './command-line.ts';

/** The built program while it serves. */
interface Serving {
  readonly child: ChildProcess;
  out: string;
  err: string;
  /** Exit code or signal, once it has ended. */
  readonly ended: Promise<number | string | null>;
}

suite('packwright sites serve', function () {
  this.timeout(60_000);
  let directory: string;
  const running: Serving[] = [];

  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'packwright-serve-'));
    const area = join(directory, 'area');
    mkdirSync(area);
    chmodSync(area, 0o2775);
    writeFileSync(
      join(directory, 'sites.yaml'),
      `vo: test\nlimits: {pollFirst: 1s}\ndefaults: {backend: local, spool: ${join(directory, 'spool')}}\nsites:\n  - {name: here, area: ${area}}\n`,
    );
  });
  teardown(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(directory, { recursive: true, force: true });
  });

  const argv = (...more: readonly string[]) => ['sites', 'serve', '--state', 'state', ...more];

  async function serve(...more: readonly string[]): Promise<Serving & { readonly url: string }> {
    const child = spawn(process.execPath, [program, ...argv('--listen', '0', ...more)], {
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: directory },
    });
    const ended = new Promise<number | string | null>(resolve =>
      child.once('close', (code, signal) => resolve(code ?? signal)),
    );
    const serving = { child, out: '', err: '', ended };
    child.stdout.on('data', part => (serving.out += part));
    child.stderr.on('data', part => (serving.err += part));
    running.push(serving);
    await eventually('the address', () => serving.out.includes('\n') || child.exitCode !== null, 30_000);
    return Object.assign(serving, { url: serving.out.trim() });
  }

  test('says where it listens and each run in a line; told to end, it does, and the jobs go on', async () => {
    const serving = await serve('--once-at-start');
    assert.match(serving.out, /^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    await eventually('the run', () => serving.err.includes('took'), 30_000);
    assert.match(serving.err, /^run of \S+Z: 1 site, 1 bad; took \d+ s\n$/);
    assert.match(await (await fetch(serving.url)).text(), /<h1>test: 1 of 1 site needs attention<\/h1>/);
    serving.child.kill('SIGTERM');
    assert.equal(await serving.ended, 0);
    const said = builtPackwright(['sites', 'log', '--state', 'state'], directory, { HOME: directory });
    assert.match(said.out, /here +\S+ +probe +done/);
  });

  test('told to end in the middle of a run it ends at once, and the next one finishes it', async () => {
    const serving = await serve('--once-at-start');
    serving.child.kill('SIGINT');
    assert.equal(await serving.ended, 0);
    assert.equal(serving.err, '');
    const next = await serve('--once-at-start');
    await eventually('the run', () => next.err.includes('took'), 30_000);
  });

  test('reports of runs by cron are among its runs', async () => {
    builtPackwright(['sites', 'status', '--state', 'state'], directory, { HOME: directory });
    const { url } = await serve();
    const { runs } = (await (await fetch(`${url}runs.json`)).json()) as {
      runs: readonly { counts: unknown }[];
    };
    assert.deepEqual(
      runs.map(({ counts }) => counts),
      [{ absent: 1 }],
    );
  });

  test('who can read the reports is said when it listens to others', async () => {
    const serving = await serve('--listen', '0.0.0.0:0');
    await eventually('the note', () => serving.err !== '');
    assert.match(serving.err, /^note: whoever reaches 0\.0\.0\.0:\d+ can read the reports/);
  });

  test('a port that is taken cannot be worked with', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const { code, err, out } = await packwright(argv('--listen', String(port)), directory);
    await new Promise(resolve => other.close(resolve));
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.equal(
      err,
      `packwright: cannot listen at 127.0.0.1:${port}: another program does; choose another port with --listen\n`,
    );
  });

  test('a state that cannot be used is said, and nothing listens', () => {
    writeFileSync(join(directory, 'state'), '');
    const { code, err, out } = builtPackwright(argv('--listen', '0'), directory, { HOME: directory });
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, /^packwright: .*state/);
    assert.doesNotMatch(err, /\n {4}at /);
  });

  const wrong: readonly [name: string, argv: readonly string[], said: RegExp][] = [
    ['a cron expression that is none', ['--cron', 'daily'], /no cron expression; write five fields/],
    ['a time that never comes', ['--cron', '0 0 30 2 *'], /never comes/],
    ['a port that is none', ['--listen', '70000'], /Write a port such as 8017/],
    ['an address that is none', ['--listen', 'a b:1'], /Write a port such as 8017/],
    [
      'an address of another machine',
      ['--listen', '192.0.2.1:0'],
      /no network of this machine has this address/,
    ],
    ['no sites file', ['--sites', 'nowhere.yaml'], /nowhere\.yaml does not exist/],
  ];
  for (const [name, more, said] of wrong)
    test(`${name} cannot be worked with`, async () => {
      const { code, err } = await packwright(argv(...more), directory);
      assert.equal(code, 2);
      assert.match(err, said);
    });
});
