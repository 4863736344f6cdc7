import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host, Sink } from '../../client/src/cli/host.ts';
import { runCli } from '../../client/src/cli/program.ts';
import { inTree } from './package-tree.ts';

const REMARKS = Array.from({ length: 5000 }, (_, at) => `# remark ${at} of a long manifest`);
const TREE = `-- long.p5m --\n${REMARKS.join('\n')}\n-- out/.keep --\n\n`;
const NOWHERE: Sink = { write: () => {}, terminal: false, colours: false };

suite('what depend generate writes', () => {
  test('much of it waits for a reader that is slow', () =>
    inTree(TREE, async root => {
      const written: string[] = [];
      let waiting = false;
      const out: Sink = {
        ...NOWHERE,
        write: text => {
          assert.ok(!waiting, 'it writes on though nobody takes it');
          written.push(text);
          waiting = true;
        },
        drained: async () => {
          await new Promise(setImmediate);
          waiting = false;
        },
      };
      const host: Host = { cwd: root, env: {}, out, err: NOWHERE, signal: new AbortController().signal };
      assert.equal(await runCli(['depend', 'generate', '-m', '-d', '.', 'long.p5m'], host), 0);
      assert.ok(written.length > 1);
      assert.equal(written.join(''), `${REMARKS.join('\n')}\n`);
    }));

  test('much of it is whole in a file', () =>
    inTree(TREE, async root => {
      const host: Host = {
        cwd: root,
        env: {},
        out: NOWHERE,
        err: NOWHERE,
        signal: new AbortController().signal,
      };
      const argv = ['depend', 'generate', '-m', '-d', '.', '--output-dir', 'out', 'long.p5m'];
      assert.equal(await runCli(argv, host), 0);
      assert.equal(readFileSync(join(root, 'out/long.p5m'), 'utf8'), `${REMARKS.join('\n')}\n`);
    }));
});
