import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as esbuild from 'esbuild';
import { ScratchTree } from '../../support/scratch-tree.ts';

const REPOSITORY = join(process.cwd(), 'test/data/ips-repository/repository');

/** Opens the index of a repository, prints how many manifests it read, and what the index then knows. */
const OPENER = `
import { Disk } from './server/src/io/disk.ts';
import { openRepository } from './server/src/io/repositories/index.ts';
const [root, cacheDirectory, dieAt] = process.argv.slice(2);
let read = 0;
const around = { disk: new Disk(), cacheDirectory, onChange() {}, onProgress: progress };
function progress() { if (++read === Number(dieAt)) process.kill(process.pid, 'SIGKILL'); }
const repository = openRepository({ uri: root }, '/', around);
process.stdin.once('data', async () => {
  await repository.refresh(new AbortController().signal);
  console.log(JSON.stringify({ read, state: repository.state, note: repository.note, ...repository.counts() }));
  process.exit(0);
});
console.log('there');
`;

suite('an index that processes share', () => {
  const scratch = new ScratchTree();
  const program = scratch.path('opener.cjs');

  suiteSetup(() =>
    esbuild.build({
      stdin: { contents: OPENER, resolveDir: process.cwd(), loader: 'ts' },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'warning',
    }),
  );
  suiteTeardown(() => scratch.remove());

  /** Starts a process that opens the index as soon as `go` is called. */
  async function opener(dieAt?: number): Promise<{ go(): Promise<string> }> {
    const child = spawn(process.execPath, [program, REPOSITORY, scratch.path('cache'), `${dieAt}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await new Promise(resolve => child.stdout.once('data', resolve));
    const go = async () => {
      const output = text(child.stdout);
      child.stdin.write('go\n');
      return output;
    };
    return { go };
  }

  test('is built by one of two that start at once, and both have all of it', async () => {
    const both = await Promise.all([opener(), opener()]);
    const answers = (await Promise.all(both.map(one => one.go()))).map(output => JSON.parse(output));
    assert.deepEqual(answers.map(({ read }) => read).sort(), [0, 69]);
    for (const { read, ...rest } of answers)
      assert.deepEqual(rest, { state: 'ready', packages: 41, paths: 123 });
  }).timeout(20_000);

  test('is as it was when the one that builds it is killed, and the next one builds it', async () => {
    rmSync(scratch.path('cache'), { recursive: true });
    assert.equal(await (await opener(40)).go(), '');
    const next = await opener();
    assert.deepEqual(JSON.parse(await next.go()), { read: 69, state: 'ready', packages: 41, paths: 123 });
  }).timeout(20_000);
});
