import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../client/src/cli/replace-file.ts';
import { inTree } from './package-tree.ts';

suite('replace file', () => {
  const source = '\n-- dir/m.p5m (mode=0640) --\nold\n';

  test('the text is new, the permissions stay, nothing else is left', () =>
    inTree(source, async root => {
      assert.equal(await replaceFile(join(root, 'dir/m.p5m'), 'old\n', 'new\n'), undefined);
      assert.equal(readFileSync(join(root, 'dir/m.p5m'), 'utf8'), 'new\n');
      assert.equal(statSync(join(root, 'dir/m.p5m')).mode & 0o7777, 0o640);
      assert.deepEqual(readdirSync(join(root, 'dir')), ['m.p5m']);
    }));

  test('a symbolic link stays one', () =>
    inTree(source, async root => {
      symlinkSync('dir/m.p5m', join(root, 'link.p5m'));
      assert.equal(await replaceFile(join(root, 'link.p5m'), 'old\n', 'new\n'), undefined);
      assert.ok(lstatSync(join(root, 'link.p5m')).isSymbolicLink());
      assert.equal(readFileSync(join(root, 'dir/m.p5m'), 'utf8'), 'new\n');
    }));

  const refusals: readonly [name: string, spoil: (path: string) => void, message: RegExp][] = [
    [
      'a file that changed meanwhile is left alone',
      path => writeFileSync(path, 'other\n'),
      /changed meanwhile/,
    ],
    ['a read-only file is left alone', path => chmodSync(path, 0o444), /read-only/],
    [
      'a text that is not UTF-8 is left alone',
      path => writeFileSync(path, Buffer.from('old\xff\n', 'latin1')),
      /UTF-8/,
    ],
  ];
  for (const [name, spoil, message] of refusals) {
    test(name, () =>
      inTree(source, async root => {
        const path = join(root, 'dir/m.p5m');
        spoil(path);
        const before = readFileSync(path);
        const old = before.toString('utf8') === 'other\n' ? 'old\n' : before.toString('utf8');
        assert.match((await replaceFile(path, old, 'new\n')) ?? '', message);
        assert.deepEqual(readFileSync(path), before);
        assert.deepEqual(readdirSync(join(root, 'dir')), ['m.p5m']);
      }),
    );
  }

  test('a file that is gone is a message', () =>
    inTree(source, async root => {
      assert.match((await replaceFile(join(root, 'absent.p5m'), '', 'new\n')) ?? '', /ENOENT/);
    }));
});
