import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRoot, openTree } from '../server/src/io/world.ts';
import { Session } from '../server/src/session.ts';

suite('session', () => {
  test('a closed tree without payload and repositories is judged by its own packages', async () => {
    const root = mkdtempSync(join(tmpdir(), 'packwright-session-'));
    writeFileSync(join(root, 'packwright.yaml'), 'closed: true\n');
    writeFileSync(join(root, 'a.p5m'), 'set name=pkg.fmri value=a@1\ndepend type=require fmri=gone\n');
    const session = new Session({ findRoot, openTree: (path, buffers) => openTree(path, { buffers }) });
    session.setFolders([root]);
    const checked = await session.check(join(root, 'a.p5m'), new AbortController().signal);
    session.dispose();
    rmSync(root, { recursive: true });
    assert.ok('findings' in checked);
    assert.deepEqual(
      checked.findings.map(one => `${one.severity} ${one.code}`),
      ['error unresolvable'],
    );
  });
});
