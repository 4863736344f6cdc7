import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, unlinkSync } from 'node:fs';
import type { InputFault, PayloadFile } from '../../server/src/core/model.ts';
import { Disk, type FileStatus } from '../../server/src/io/disk.ts';
import { ProtoAreas } from '../../server/src/io/proto-area.ts';
import { ScratchTree } from '../support/scratch-tree.ts';

type Buffers = Map<string, { text: string; version: number }>;

/** A disk that counts what it is asked. */
class CountingDisk extends Disk {
  calls = 0;
  override linkStatus(path: string): FileStatus | InputFault | undefined {
    this.calls++;
    return super.linkStatus(path);
  }
  override realPath(path: string): string | InputFault | undefined {
    this.calls++;
    return super.realPath(path);
  }
  override reopen(...parameters: Parameters<Disk['reopen']>): ReturnType<Disk['reopen']> {
    this.calls++;
    return super.reopen(...parameters);
  }
  bytesRead = 0;
  override read(...parameters: Parameters<Disk['read']>): ReturnType<Disk['read']> {
    const read = super.read(...parameters);
    if (typeof read === 'number') this.bytesRead += read;
    return read;
  }
}

suite('proto areas', () => {
  let tree: ScratchTree;
  let disk: CountingDisk;
  let buffers: Buffers;

  setup(() => {
    tree = new ScratchTree();
    disk = new CountingDisk();
    buffers = new Map();
  });
  teardown(() => tree.remove());

  const areas = (...names: string[]) =>
    new ProtoAreas(
      disk,
      buffers,
      names.map(name => tree.path(name)),
    );

  /** Where a name is found and what it says, or why not. */
  function found(source: ProtoAreas, name: string): string | undefined {
    const file = source.find(name);
    if (!file) return undefined;
    if ('code' in file) return `${file.path.slice(tree.root.length + 1)} ${file.message}`;
    return `${file.location.slice(tree.root.length + 1)}: ${textOf(file)}`;
  }

  test('the first area that has the file wins, and leading slashes do not count', () => {
    tree.write('a/usr/bin/x', 'from a');
    tree.write('b/usr/bin/x', 'from b');
    tree.write('b/usr/bin/y', 'only b');
    const source = areas('a', 'b');
    assert.equal(found(source, 'usr/bin/x'), 'a/usr/bin/x: from a');
    assert.equal(found(source, '/usr/bin/y'), 'b/usr/bin/y: only b');
    assert.equal(found(source, 'usr/bin/z'), undefined);
  });

  test('what was found, and what was not, is found again without a system call', () => {
    tree.write('a/usr/bin/x', 'text');
    const source = areas('none', 'a');
    for (const name of ['usr/bin/x', 'usr/bin/y', 'no/such/directory/z']) source.find(name);
    const before = disk.calls;
    for (const name of ['usr/bin/x', 'usr/bin/y', 'no/such/directory/z']) source.find(name);
    assert.equal(disk.calls, before);
  });

  test('every place that was looked at is watched, missing ones and those above them too', () => {
    areas('a', 'b').find('usr/bin/x');
    for (const name of ['a', 'b', 'a/usr', 'a/usr/bin/x', 'b/usr/bin/x'])
      assert.ok(disk.wasAsked(tree.path(name)), name);
    assert.ok(!disk.wasAsked(tree.path('a/usr/bin/y')));
  });

  const refused: readonly [name: string, prepare: () => void, word: string, answer: RegExp | undefined][] = [
    [
      'a name with ..',
      () => tree.write('x', ''),
      'usr/../../x',
      /leads out of its proto area through a name with "\.\."/,
    ],
    [
      'a link that leads out',
      () => symlinkSync('../../outside', tree.path('a/usr/x')),
      'usr/x',
      /^a\/usr\/x leads out of its proto area through a symbolic link/,
    ],
    [
      'a directory that leads out',
      () => symlinkSync('../outside-directory', tree.path('a/opt')),
      'opt/x',
      /^a\/opt\/x leads out of its proto area/,
    ],
    [
      'a link to nothing',
      () => symlinkSync('gone', tree.path('a/usr/x')),
      'usr/x',
      /symbolic link to nothing/,
    ],
    ['a loop of links', () => symlinkSync('x', tree.path('a/usr/x')), 'usr/x', /loop/],
    ['a directory', () => mkdirSync(tree.path('a/usr/x')), 'usr/x', /not a regular file/],
    ['a FIFO', () => spawnSync('mkfifo', [tree.path('a/usr/x')]), 'usr/x', /not a regular file/],
    ['a name that is too long', () => {}, `usr/${'x'.repeat(300)}`, /longer than the system allows/],
    ['a name with NUL', () => {}, 'usr/x\0y', /does not allow/],
    ['a file in place of a directory', () => tree.write('a/usr/x', ''), 'usr/x/y', undefined],
    ['an empty name', () => {}, '/', undefined],
  ];
  for (const [name, prepare, word, answer] of refused) {
    test(`${name} is no payload`, () => {
      tree.write('outside', 'secret');
      tree.write('outside-directory/x', 'secret');
      mkdirSync(tree.path('a/usr'), { recursive: true });
      prepare();
      const said = found(areas('a'), word);
      if (answer) assert.match(said ?? '', answer);
      else assert.equal(said, undefined);
    });
  }

  test('links that stay inside are followed', () => {
    tree.write('a/usr/lib/amd64/libx.so', 'text');
    symlinkSync('amd64', tree.path('a/usr/lib/64'));
    symlinkSync('libx.so', tree.path('a/usr/lib/amd64/libx.so.1'));
    assert.equal(found(areas('a'), 'usr/lib/64/libx.so.1'), 'a/usr/lib/64/libx.so.1: text');
  });

  test('a file that cannot be opened says so once it is read, and names the remedy', () => {
    tree.write('a/x', 'text');
    const file = areas('a').find('x');
    assert.ok(file && 'read' in file);
    unlinkSync(tree.path('a/x'));
    assert.equal(file.read(0, 4).length, 0);
    assert.deepEqual(file.close(), {
      code: 'unreadable',
      path: tree.path('a/x'),
      message: 'does not exist; create it, or correct the path',
    });
    assert.equal(file.close(), undefined);
  });

  test('a buffer counts before the disk, with the mode of the file', () => {
    tree.write('a/x', 'disk');
    chmodSync(tree.path('a/x'), 0o755);
    const source = areas('a');
    const before = source.find('x') as PayloadFile;
    buffers.set(tree.path('a/x'), { text: 'büffer', version: 1 });
    const after = source.find('x') as PayloadFile;
    assert.equal(textOf(after), 'büffer');
    assert.deepEqual([after.mode, after.size], [0o755, 7]);
    assert.notEqual(after.stamp, before.stamp);
    buffers.set(tree.path('a/x'), { text: 'again', version: 1 });
    assert.notEqual((source.find('x') as PayloadFile).stamp, after.stamp);
    buffers.clear();
    assert.equal((source.find('x') as PayloadFile).stamp, before.stamp);
  });

  test('an area is built once something is in it', () => {
    const source = areas('a', 'b');
    assert.equal(source.built, false);
    tree.write('b/.gitignore', '*');
    source.invalidate(tree.path('b/.gitignore'));
    assert.equal(source.built, false);
    tree.write('b/usr/bin/x', 'text');
    assert.equal(source.built, false);
    source.invalidate(tree.path('b/usr/bin/x'));
    assert.equal(source.built, true);
    rmSync(tree.path('b'), { recursive: true });
    source.invalidate(tree.path('b'));
    assert.equal(source.built, false);
  });

  const changes: readonly [name: string, change: () => void, invalid: string][] = [
    ['a file that came', () => tree.write('a/usr/bin/x', 'new'), 'a/usr/bin/x'],
    ['a directory that came', () => tree.write('a/usr/bin/x', 'new'), 'a/usr'],
    ['an area that came', () => tree.write('a/usr/bin/x', 'new'), 'a'],
  ];
  for (const [name, change, invalid] of changes) {
    test(`${name} is found after invalidation, and not before`, () => {
      const source = areas('a', 'b');
      tree.write('b/usr/bin/x', 'old');
      assert.equal(found(source, 'usr/bin/x'), 'b/usr/bin/x: old');
      change();
      assert.equal(found(source, 'usr/bin/x'), 'b/usr/bin/x: old');
      source.invalidate(tree.path(invalid));
      assert.equal(found(source, 'usr/bin/x'), 'a/usr/bin/x: new');
    });
  }

  test('a change of what a link leads to is a change of the link', () => {
    tree.write('a/real', 'one');
    symlinkSync('real', tree.path('a/link'));
    const source = areas('a');
    const { stamp } = source.find('link') as PayloadFile;
    tree.write('a/real', 'other');
    assert.ok(source.concerns(tree.path('a/real')));
    source.invalidate(tree.path('a/real'));
    assert.notEqual((source.find('link') as PayloadFile).stamp, stamp);
  });

  test('of a payload of 1 GB only the window is read', () => {
    tree.write('a/big', 'head');
    truncateSync(tree.path('a/big'), 2 ** 30);
    const file = areas('a').find('big') as PayloadFile;
    assert.equal(file.size, 2 ** 30);
    assert.equal(Buffer.from(file.read(0, 4)).toString(), 'head');
    assert.equal(disk.bytesRead, 8192);
    assert.equal(file.read(2 ** 30 - 10, 64).length, 10);
    assert.equal(file.read(2 ** 30 - 4096, 64).length, 64);
    assert.equal(disk.bytesRead, 2 * 8192);
    assert.equal(file.read(2 ** 29, 64).length, 64);
    assert.equal(disk.bytesRead, 3 * 8192);
    assert.equal(file.close(), undefined);
  });

  test('a small payload is read once, wherever one looks', () => {
    tree.write('a/small', `${'x'.repeat(30_000)}end`);
    const file = areas('a').find('small') as PayloadFile;
    assert.equal(Buffer.from(file.read(29_999, 10)).toString(), 'xend');
    assert.equal(Buffer.from(file.read(0, 2)).toString(), 'xx');
    assert.equal(file.read(0, 30_003).length, 30_003);
    assert.equal(disk.bytesRead, 30_003);
    assert.equal(file.close(), undefined);
  });

  test('files that are read in turn do not see each other’s bytes', () => {
    tree.write('a/x', 'xxxx');
    tree.write('a/y', 'yyyy');
    const source = areas('a');
    const [x, y] = [source.find('x') as PayloadFile, source.find('y') as PayloadFile];
    assert.deepEqual([x, y, x].map(textOf), ['xxxx', 'yyyy', 'xxxx']);
    x.close();
    assert.deepEqual([y, x].map(textOf), ['yyyy', 'xxxx']);
    x.close();
    y.close();
  });

  test('nothing outside the root is touched for a tree that is not trusted', () => {
    tree.write('root/inside/x', 'text');
    tree.write('outside-area/x', 'text');
    symlinkSync(tree.path('outside-area'), tree.path('root/link'));
    const within = tree.path('root');
    for (const [area, built] of [
      ['root/inside', true],
      ['outside-area', false],
      ['root/link', false],
    ] as const) {
      const source = new ProtoAreas(disk, buffers, [tree.path(area)], within);
      assert.equal(source.built, built, area);
      assert.equal(source.find('x') !== undefined, built, area);
    }
  });
});

function textOf(file: PayloadFile): string {
  return Buffer.from(file.read(0, file.size)).toString();
}
