import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { check } from '../../server/src/core/check.ts';
import type { Tree } from '../../server/src/core/tree.ts';
import { openTree } from '../../server/src/io/world.ts';
import { ScratchTree } from '../support/scratch-tree.ts';

const signal = new AbortController().signal;
const NAMES = ['GREET_1.0', 'GREET_1.2'];

if (spawnSync('gcc', ['--version']).status === 0) {
  suite('symbol versions of what a compiler made', () => {
    let scratch: ScratchTree;
    let tree: Tree | undefined;

    suiteSetup(() => {
      scratch = new ScratchTree(SOURCES);
      for (const count of [1, 2]) library(count);
      run('gcc', '-shared', '-fPIC', '-nostdlib', '-o', 'run', 'run.c', '2/libgreet.so.1');
    });
    teardown(() => {
      tree?.dispose();
      tree = undefined;
    });
    suiteTeardown(() => scratch.remove());

    const run = (command: string, ...argv: readonly string[]) => {
      const { status, stderr } = spawnSync(command, argv, { cwd: scratch.root, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    };

    /** Links the library with the first one or two of the versions. */
    function library(count: number): void {
      const nodes = NAMES.slice(0, count).map((name, at) => `${name} { global: greet${at}; };\n`);
      mkdirSync(scratch.path(`${count}`));
      writeFileSync(scratch.path(`${count}/map`), nodes.join(''));
      const flags = [`-Wl,--version-script=${count}/map`, '-Wl,-soname,libgreet.so.1', '-nostdlib'];
      run('gcc', '-shared', '-fPIC', ...flags, '-o', `${count}/libgreet.so.1`, 'greet.c');
    }

    /** Puts a version of the package into the repository; each tag has the library with so many versions. */
    function publish(version: string, files: Readonly<Record<string, number>>): void {
      const root = scratch.path('repository/publisher/example');
      const actions = Object.entries(files).map(([tags, count]) => {
        const bytes = readFileSync(scratch.path(`${count}/libgreet.so.1`));
        const hash = createHash('sha1').update(bytes).digest('hex');
        write(join(root, 'file', hash.slice(0, 2), hash), gzipSync(bytes));
        return `file ${hash} path=usr/lib/64/libgreet.so.1 owner=root group=bin mode=0755 ${tags}`;
      });
      const full = `${version},5.11-1:20260101T000000Z`;
      const head = [
        `set name=pkg.fmri value=pkg://example/library/greet@${full}`,
        'set name=variant.arch value=i386 value=sparc',
      ];
      const text = [...head, ...actions, ''].join('\n');
      write(join(root, 'pkg/library%2Fgreet', encodeURIComponent(full)), text);
      write(
        scratch.path('repository/pkg5.repository'),
        '[publisher]\nprefix = example\n[repository]\nversion = 4\n',
      );
    }

    async function messages(depend: string, settings = ''): Promise<readonly string[]> {
      write(
        scratch.path('tree/packwright.yaml'),
        `proto: [proto]\ncatchers: { directory: off }\n${settings}`,
      );
      const head = 'set name=pkg.fmri value=pkg:/run@1\nset name=variant.arch value=i386\n';
      const text = `${head}file path=usr/lib/64/librun.so mode=0555 owner=root group=bin\ndepend type=require fmri=${depend}\n`;
      write(scratch.path('tree/run.p5m'), text);
      cpSync(scratch.path('run'), write(scratch.path('tree/proto/usr/lib/64/librun.so'), ''));
      tree = openTree(scratch.path('tree'), { buffers: new Map(), cachePath: scratch.path('cache') });
      await tree.prepare(signal);
      const manifest = await tree.manifest(scratch.path('tree/run.p5m'));
      assert.ok('text' in manifest);
      const findings = await check(manifest, tree.world(scratch.path('tree/run.p5m')), signal);
      return findings
        .filter(one => one.code === 'symbol-version')
        .map(one => `${one.severity}: ${one.message}`);
    }

    test('a repository in a directory knows which version of the package has them', async () => {
      const repositories = 'repositories: [{ uri: ../repository }]\n';
      publish('1.0', { '': 1 });
      assert.deepEqual(await messages('library/greet', repositories), [
        'error: needs GREET_1.2 of libgreet.so.1, which library/greet@1.0-1 does not define (it has up to GREET_1.0)',
      ]);
      tree?.dispose();
      publish('1.1', { 'variant.arch=sparc': 1, 'variant.arch=i386': 2 });
      publish('1.2', { '': 2 });
      assert.deepEqual(await messages('library/greet', repositories), []);
      tree?.dispose();
      assert.deepEqual(await messages('library/greet@1.0', repositories), [
        'hint: library/greet@1.0-1 satisfies this, and does not define GREET_1.2 of libgreet.so.1, which usr/lib/64/librun.so needs; library/greet@1.1-1 is the oldest that does',
      ]);
    });

    test('what another manifest of the tree takes from the proto area counts as it is now', async () => {
      const text =
        'set name=pkg.fmri value=pkg:/library/greet@2\nfile path=usr/lib/64/libgreet.so.1 mode=0555 owner=root group=bin\n';
      write(scratch.path('tree/greet.p5m'), text);
      const built = write(scratch.path('tree/proto/usr/lib/64/libgreet.so.1'), '');
      cpSync(scratch.path('1/libgreet.so.1'), built);
      assert.deepEqual(await messages('library/greet'), [
        'error: needs GREET_1.2 of libgreet.so.1, which library/greet@2 does not define (it has up to GREET_1.0)',
      ]);
      cpSync(scratch.path('2/libgreet.so.1'), built);
      await tree?.invalidate([built]);
      const manifest = await tree?.manifest(scratch.path('tree/run.p5m'));
      assert.ok(tree && manifest && 'text' in manifest);
      const after = await check(manifest, tree.world(scratch.path('tree/run.p5m')), signal);
      assert.deepEqual(
        after.filter(one => one.code === 'symbol-version'),
        [],
      );
    });
  });
} else {
  process.stdout.write('not run: symbol versions of what a compiler made: gcc is not installed\n');
}

const SOURCES = `
-- greet.c --
int greet0(void) { return 0; }
int greet1(void) { return 1; }
-- run.c --
int greet0(void);
int greet1(void);
int run(void) { return greet0() + greet1(); }
`;

/** Writes a file with the directories above it; answers its path. */
function write(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}
