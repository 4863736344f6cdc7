import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as esbuild from 'esbuild';
import { ScratchTree } from '../../support/scratch-tree.ts';

/** Opens the index of a repository, prints how many manifests it read, and what the index then knows. */
const OPENER = `
import { Disk } from './server/src/io/disk.ts';
import { IpsFileRepository } from './server/src/io/repositories/ips-file.ts';
const [root, cacheDirectory] = process.argv.slice(2);
let read = 0;
const around = { disk: new Disk(), cacheDirectory, onChange() {}, onProgress() { read++; } };
const repository = new IpsFileRepository('./repo', root, around);
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
  async function opener(root: string): Promise<{ go(): Promise<Record<string, unknown>>; kill(): void }> {
    const child = spawn(process.execPath, [program, root, scratch.path('cache')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await new Promise(resolve => child.stdout.once('data', resolve));
    const go = async () => {
      const output = text(child.stdout);
      child.stdin.write('go\n');
      return JSON.parse(await output);
    };
    return { go, kill: () => child.kill('SIGKILL') };
  }

  test('is built by one of two that start at once, and both have all of it', async () => {
    const root = join(process.cwd(), 'test/data/ips-repository/repository');
    const both = await Promise.all([opener(root), opener(root)]);
    const answers = await Promise.all(both.map(one => one.go()));
    assert.deepEqual(answers.map(({ read }) => read).sort(), [0, 69]);
    for (const { state, note, packages, paths } of answers) {
      assert.deepEqual(
        { state, note, packages, paths },
        { state: 'ready', note: undefined, packages: 41, paths: 123 },
      );
    }
  }).timeout(20_000);
});
