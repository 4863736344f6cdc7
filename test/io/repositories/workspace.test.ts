import assert from 'node:assert/strict';
import { parseP5m } from '../../../server/src/core/ips/p5m.ts';
import { WorkspaceRepository } from '../../../server/src/io/repositories/workspace.ts';

suite('workspace repository', () => {
  let workspace: WorkspaceRepository;
  setup(() => {
    workspace = new WorkspaceRepository();
  });

  /** Says what a manifest says now; answers whether others can see a difference. */
  const say = (file: string, text: string | undefined) =>
    workspace.update(file, text === undefined ? undefined : parseP5m(text, { path: file, macros: {} }));

  const deliverers = async (path: string) =>
    (await workspace.deliveries(new Set([path]), new AbortController().signal)).map(
      one => `${one.package.name} ${one.origin?.file}:${one.origin?.line}`,
    );

  const A = 'set name=pkg.fmri value=pkg:/a@1.0\nfile path=usr/bin/a mode=0555 owner=root group=bin\n';

  test('tells who delivers a path, and where that is written', async () => {
    say('/w/a.p5m', A);
    assert.deepEqual(await deliverers('usr/bin/a'), ['a /w/a.p5m:1']);
    assert.deepEqual(await deliverers('usr/bin'), []);
  });

  test('tells which directories anything lies in, as the manifests say now', async () => {
    const occupied = async () =>
      [...(await workspace.occupied(new Set(['usr', 'usr/bin', 'usr/bin/a', 'usr/lib', 'opt'])))].join(' ');
    say('/w/a.p5m', A);
    say('/w/b.p5m', A.replace('pkg:/a', 'pkg:/b'));
    assert.equal(await occupied(), 'usr usr/bin');
    say('/w/b.p5m', A.replace('pkg:/a', 'pkg:/b').replace('usr/bin/a', 'usr/lib/x/y'));
    assert.equal(await occupied(), 'usr usr/bin usr/lib');
    say('/w/a.p5m', A.replace('usr/bin/a', 'opt/a'));
    assert.equal(await occupied(), 'usr usr/lib opt');
    say('/w/b.p5m', undefined);
    assert.equal(await occupied(), 'opt');
  });

  test('tells who delivers something below a directory, as the manifests say now', async () => {
    const below = async (directory: string) =>
      (await workspace.below(new Set([directory]))).map(
        one => `${one.package.name} ${one.path} ${[...(one.variants?.get('arch') ?? [])]}`,
      );
    say('/w/a.p5m', A.replace('mode', 'variant.arch=i386 mode'));
    say('/w/b.p5m', A.replace('pkg:/a', 'pkg:/b'));
    assert.deepEqual(await below('usr'), ['a dir:usr i386', 'b dir:usr ']);
    assert.deepEqual(await below('usr/bin/a'), []);
    say('/w/b.p5m', undefined);
    say('/w/a.p5m', A.replace('usr/bin/a', 'opt/a'));
    assert.deepEqual(await below('usr'), []);
  });

  test('a manifest that changes or goes takes its paths with it', async () => {
    say('/w/a.p5m', A);
    say('/w/b.p5m', A.replace('pkg:/a', 'pkg:/b'));
    say('/w/a.p5m', A.replace('usr/bin/a', 'usr/bin/other'));
    assert.deepEqual(await deliverers('usr/bin/a'), ['b /w/b.p5m:1']);
    assert.deepEqual(await deliverers('usr/bin/other'), ['a /w/a.p5m:1']);
    say('/w/b.p5m', undefined);
    assert.deepEqual(await deliverers('usr/bin/a'), []);
    assert.deepEqual((await workspace.packages(new Set(['b']))).get('b'), []);
  });

  test('two manifests of one name are two versions, the newer first', async () => {
    say('/w/a.p5m', A);
    say('/w/a2.p5m', A.replace('@1.0', '@1.10'));
    const versions = (await workspace.packages(new Set(['a']))).get('a');
    assert.deepEqual(
      versions?.map(({ id }) => id.version),
      ['1.10', '1.0'],
    );
  });

  test('a manifest without a name is named after its file', async () => {
    say('/w/nameless.p5m', 'depend type=require fmri=a\n');
    const [only] = (await workspace.packages(new Set(['nameless']))).get('nameless') ?? [];
    assert.equal(only?.dependencies.length, 1);
  });

  test('a fragment is no package', async () => {
    assert.equal(say('/w/a.mog', A), false);
    assert.deepEqual(await deliverers('usr/bin/a'), []);
  });

  const edits: readonly [name: string, text: string | undefined, visible: boolean][] = [
    ['the same text', A, false],
    ['a comment, which moves all lines', `# new\n${A}`, false],
    ['a mode', A.replace('0555', '0444'), false],
    ['a directory', `${A}dir path=usr mode=0755 owner=root group=sys\n`, true],
    ['a user', `${A}user username=alice group=staff\n`, true],
    ['a path', A.replace('bin/a', 'bin/b'), true],
    ['another path', `${A}link path=usr/bin/l target=a\n`, true],
    ['a path less', A.slice(0, A.indexOf('file')), true],
    ['a variant', A.replace('mode', 'variant.arch=i386 mode'), true],
    ['a version', A.replace('1.0', '1.1'), true],
    ['a dependency', `${A}depend type=require fmri=b\n`, true],
    ['a state', `${A}set name=pkg.renamed value=true\n`, true],
    ['its end', undefined, true],
  ];
  for (const [name, text, visible] of edits) {
    test(`${name} is ${visible ? 'seen' : 'not seen'} by other manifests`, () => {
      assert.equal(say('/w/a.p5m', A), true);
      assert.equal(say('/w/a.p5m', text), visible);
    });
  }

  test('knows which manifests take a file from a proto area', () => {
    say('/w/a.p5m', A);
    say('/w/b.p5m', 'file build/a path=usr/bin/b mode=0555 owner=root group=bin\n');
    assert.deepEqual(workspace.takersOf('usr/bin/a'), ['/w/a.p5m']);
    assert.deepEqual(workspace.takersOf('build/a'), ['/w/b.p5m']);
    assert.deepEqual(workspace.takersOf('usr/bin/b'), []);
  });
});
