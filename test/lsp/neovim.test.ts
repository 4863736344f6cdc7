import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ScratchTree } from '../support/scratch-tree.ts';
import { greetings } from './running.ts';

const root = resolve(__dirname, '../..');

/** Why Neovim cannot be run here; `undefined` when it can. */
function missing(): string | undefined {
  const { error, status } = spawnSync('nvim', ['--version']);
  if (error) return 'nvim is not installed (apt-get install neovim)';
  return status === 0 ? undefined : `nvim --version ends with ${status}`;
}

const why = missing();
if (why) process.stdout.write(`not run: neovim: ${why}\n`);
else {
  suite('lsp: headless Neovim', () => {
    test('opens a manifest, sees the diagnostic, takes the fix and writes it to disk', () => {
      const tree = new ScratchTree(greetings);
      try {
        const script = resolve(root, 'test/lsp/neovim.lua');
        const { status, stderr } = spawnSync('nvim', ['--headless', '--clean', '-S', script], {
          timeout: 60_000,
          encoding: 'utf8',
          env: {
            ...process.env,
            MANIFEST: tree.path('greet.p5m'),
            ROOT: tree.root,
            NODE: process.execPath,
            SERVER: resolve(root, 'out/server.cjs'),
            RESULT: tree.path('result.json'),
            XDG_STATE_HOME: tree.path('state'),
            XDG_CACHE_HOME: tree.path('cache'),
          },
        });
        assert.equal(status, 0, stderr);
        const { failure, diagnostic, hover } = JSON.parse(readFileSync(tree.path('result.json'), 'utf8'));
        assert.equal(failure, undefined, stderr);
        assert.match(diagnostic.message, /perl/);
        delete diagnostic.message;
        assert.deepEqual(diagnostic, {
          line: 1,
          column: 10,
          severity: 1,
          source: 'packwright',
          code: 'undeclared',
        });
        assert.match(hover, /usr\/bin\/greet needs \/usr\/bin\/perl/);
        assert.match(
          readFileSync(tree.path('greet.p5m'), 'utf8'),
          /^depend fmri=.*runtime\/perl.* type=require$/m,
        );
      } finally {
        tree.remove();
      }
    }).timeout(60_000);
  });
}
