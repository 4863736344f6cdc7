import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../../server/src/core/tree.ts';
import { defaultCachePath, findRoot, openTree, type Surroundings } from '../../server/src/io/world.ts';
import { ScratchTree } from '../support/scratch-tree.ts';

const signal = new AbortController().signal;
const REPOSITORY = join(process.cwd(), 'test/data/ips-repository/repository');

suite('a package tree', () => {
  let scratch: ScratchTree;
  let buffers: Map<string, { text: string; version: number }>;
  let opened: Tree[];

  setup(() => {
    buffers = new Map();
    opened = [];
  });
  teardown(() => {
    for (const tree of opened) tree.dispose();
    scratch.remove();
  });

  function open(source: string, around: Partial<Surroundings> = {}): Tree {
    scratch = new ScratchTree(source);
    const tree = openTree(scratch.path('tree'), { buffers, cachePath: scratch.path('cache'), ...around });
    opened.push(tree);
    return tree;
  }

  const path = (name: string) => scratch.path(`tree/${name}`);
  const below = (paths: readonly string[]) => paths.map(one => one.slice(scratch.path('tree').length + 1));

  const SMALL = `
-- tree/a.p5m --
set name=pkg.fmri value=pkg:/a@1.0
file path=usr/bin/a mode=0555 owner=root group=bin
-- tree/deep/b.p5m --
file payload/b path=usr/bin/b mode=0555 owner=root group=bin
`;

  test('without settings has every manifest below it', async () => {
    const tree = open(`${SMALL}
-- tree/node_modules/x/c.p5m --
-- tree/.git/d.p5m --
-- tree/e.mog --
-- elsewhere/f.p5m --
`);
    symlinkSync(scratch.path('elsewhere'), path('link'));
    symlinkSync('.', path('loop'));
    assert.deepEqual(below(await tree.manifests(signal)), ['a.p5m', 'deep/b.p5m']);
    for (const [name, has] of [
      ['new/x.p5m', true],
      ['x.mog', false],
      ['node_modules/x.p5m', false],
    ] as const)
      assert.equal(tree.hasManifest(path(name)), has, name);
    assert.deepEqual([tree.settingsText, tree.settingsFaults], [undefined, []]);
  });

  test('has the manifests that its settings name', async () => {
    const tree = open(`${SMALL}
-- tree/packwright.yaml --
manifests: ["./deep/*.p5m", "*.p5m", "!a.p5m"]
`);
    assert.deepEqual(below(await tree.manifests(signal)), ['deep/b.p5m']);
  });

  test('reads nothing beside its settings until it is asked', () => {
    const tree = open(SMALL);
    assert.ok(!tree.prepared);
    assert.deepEqual(tree.status().workspace, { read: 0, total: 0 });
  });

  test('knows the packages of its manifests once it is prepared', async () => {
    const tree = open(`${SMALL}
-- tree/nested/packwright.yaml --
-- tree/nested/c.p5m --
file path=usr/bin/c mode=0555 owner=root group=bin
`);
    await tree.prepare(signal);
    assert.ok(tree.prepared);
    const [workspace] = tree.world(path('a.p5m')).repositories;
    const paths = new Set(['usr/bin/a', 'usr/bin/b', 'usr/bin/c']);
    const found = await workspace?.deliveries(paths, signal);
    assert.deepEqual(
      found?.map(one => one.package.name),
      ['a', 'b'],
    );
  });

  test('gives a manifest its proto areas, and says which manifests a payload file belongs to', async () => {
    const tree = open(`${SMALL}
-- tree/packwright.yaml --
proto: ["{manifestDir}/proto", build]
-- tree/build/usr/bin/a --
in build
-- tree/deep/proto/payload/b --
in deep
`);
    assert.deepEqual(below(tree.world(path('deep/b.p5m')).payloads.areas), ['deep/proto', 'build']);
    const file = tree.world(path('deep/b.p5m')).payloads.find('payload/b');
    assert.ok(file && 'location' in file && file.location === path('deep/proto/payload/b'));
    await tree.prepare(signal);
    assert.deepEqual(below(tree.manifestsOfPayload(path('deep/proto/payload/b'))), ['deep/b.p5m']);
    assert.deepEqual(below(tree.manifestsOfPayload(path('build/usr/bin/a'))), ['a.p5m']);
    assert.deepEqual(tree.manifestsOfPayload(path('build/usr/bin/b')), []);
    assert.deepEqual(below(tree.payloadGlobs()), ['**/proto/**', 'build/**']);
    assert.deepEqual(tree.status().unbuilt, []);
  });

  test('says which proto areas are not built, and notices the first file of one', async () => {
    const tree = open(SMALL);
    const { payloads } = tree.world(path('a.p5m'));
    assert.equal(payloads.built, false);
    assert.deepEqual(tree.status().unbuilt, ['{manifestDir}/proto', path('proto')]);
    scratch.write('tree/proto/usr/bin/a', 'text');
    assert.ok(tree.watches(path('proto/usr/bin/a')));
    const { generation } = tree;
    await tree.invalidate([path('proto/usr/bin/a')]);
    assert.ok(payloads.built && tree.generation > generation);
    assert.deepEqual(tree.status().unbuilt, []);
  });

  test('takes over from a manifest what an edit did not change', async () => {
    const tree = open(SMALL);
    const lines = Array.from({ length: 40 }, (_, at) => `file path=usr/bin/${at}`);
    const files = async (version: number, text: string) => {
      buffers.set(path('a.p5m'), { text, version });
      const manifest = await tree.manifest(path('a.p5m'));
      return 'code' in manifest ? [] : manifest.files;
    };
    const before = await files(1, lines.join('\n'));
    const after = await files(2, lines.join('\n').replace('bin/20', 'bin/x'));
    assert.deepEqual([after.length, after[20]?.path], [40, 'usr/bin/x']);
    assert.equal(after[10], before[10]);
  });

  test('gives the same manifest while its text is the same, and another one after', async () => {
    const tree = open(SMALL);
    const first = await tree.manifest(path('a.p5m'));
    await tree.invalidate([path('a.p5m')]);
    assert.equal(await tree.manifest(path('a.p5m')), first);
    assert.ok(!('code' in first));
    buffers.set(path('a.p5m'), { text: first.text, version: 1 });
    assert.equal(await tree.manifest(path('a.p5m')), first);
    buffers.set(path('a.p5m'), { text: '# edited\n', version: 2 });
    const edited = await tree.manifest(path('a.p5m'));
    assert.ok(!('code' in edited) && edited.text === '# edited\n');
    buffers.clear();
    const again = await tree.manifest(path('a.p5m'));
    assert.ok(!('code' in again) && again.text === first.text);
  });

  const missing: readonly [name: string, prepare: () => void, message: RegExp][] = [
    ['x.p5m', () => {}, /does not exist/],
    ['x.p5m', () => mkdirSync(path('x.p5m')), /not a regular file/],
    ['x.p5m', () => symlinkSync('x.p5m', path('x.p5m')), /loop/],
  ];
  for (const [name, prepare, message] of missing) {
    test(`a manifest that cannot be read is a fault: ${message.source}`, async () => {
      const tree = open(SMALL);
      prepare();
      const manifest = await tree.manifest(path(name));
      assert.ok('code' in manifest);
      assert.match(manifest.message, message);
    });
  }

  const edits: readonly [name: string, text: string, grows: boolean][] = [
    ['an edit that others see', 'set name=pkg.fmri value=pkg:/a@2.0\n', true],
    ['an edit that nobody else sees', `# comment\n${SMALL.split('\n').slice(2, 4).join('\n')}\n`, false],
  ];
  for (const [name, text, grows] of edits) {
    test(`${name} ${grows ? 'makes' : 'does not make'} the generation grow`, async () => {
      const tree = open(SMALL);
      await tree.prepare(signal);
      let told = 0;
      tree.onChange(() => told++);
      const { generation } = tree;
      buffers.set(path('a.p5m'), { text, version: 1 });
      await tree.invalidate([path('a.p5m')]);
      assert.equal(tree.generation > generation, grows);
      assert.equal(told > 0, grows);
    });
  }

  test('manifests that come and go are noticed', async () => {
    const tree = open(SMALL);
    await tree.prepare(signal);
    scratch.write('tree/c.p5m', 'link path=usr/bin/c target=a\n');
    await tree.invalidate([path('c.p5m')]);
    assert.deepEqual(below(await tree.manifests(signal)), ['a.p5m', 'c.p5m', 'deep/b.p5m']);
    renameSync(path('deep'), scratch.path('away'));
    assert.ok(tree.watches(path('deep')));
    await tree.invalidate([path('deep')]);
    assert.deepEqual(below(await tree.manifests(signal)), ['a.p5m', 'c.p5m']);
    const [workspace] = tree.world(path('a.p5m')).repositories;
    const found = await workspace?.deliveries(new Set(['usr/bin/b', 'usr/bin/c']), signal);
    assert.deepEqual(
      found?.map(one => one.path),
      ['usr/bin/c'],
    );
  });

  test('settings that change count at once, the buffer before the disk', async () => {
    const tree = open(`${SMALL}
-- tree/packwright.yaml --
closed: true
`);
    await tree.prepare(signal);
    const { settings, generation } = tree;
    buffers.set(path('packwright.yaml'), { text: 'closed: true # still\n', version: 1 });
    await tree.invalidate([path('packwright.yaml')]);
    assert.equal(tree.settings, settings);
    assert.ok(tree.prepared && tree.generation > generation);
    buffers.set(path('packwright.yaml'), {
      text: 'manifests: [a.p5m]\ncatchers: { elf: off }\nx: 1\n',
      version: 2,
    });
    await tree.invalidate([path('packwright.yaml')]);
    assert.deepEqual(below(await tree.manifests(signal)), ['a.p5m']);
    const names = tree.world(path('a.p5m')).catchers.map(one => one.name);
    assert.ok(names.includes('script') && !names.includes('elf'));
    assert.deepEqual([tree.settings.closed, tree.settingsFaults.length, tree.prepared], [false, 1, false]);
  });

  test('a change of settings while it is prepared prepares what they say then', async () => {
    const tree = open(SMALL);
    const preparing = tree.prepare(signal);
    buffers.set(path('packwright.yaml'), { text: 'manifests: [deep/*]\n', version: 1 });
    await tree.invalidate([path('packwright.yaml')]);
    await preparing;
    assert.deepEqual([tree.prepared, tree.status().workspace], [true, { read: 1, total: 1 }]);
  });

  test('suppressions cover findings of their code below their path', () => {
    const tree = open(`
-- tree/packwright.yaml --
suppress:
  - { code: undelivered, path: "usr/lib/foo/*", reason: known }
  - { code: syntax, path: "/manifests/**", reason: known }
`);
    const { suppressedBy } = tree.world(path('a.p5m'));
    assert.deepEqual(
      [
        suppressedBy('undelivered', 'usr/lib/foo/x'),
        suppressedBy('undelivered', 'usr/lib/foo/x/y'),
        suppressedBy('undeclared', 'usr/lib/foo/x'),
        suppressedBy('syntax', 'manifests/deep/a.p5m'),
      ],
      [0, -1, -1, 1],
    );
    assert.equal(tree.suppressSpans.length, 2);
  });

  test('repositories answer after the workspace, and notice changes', async () => {
    const tree = open(`${SMALL}
-- tree/packwright.yaml --
repositories: [{ uri: ./repo }, { uri: ./gone }]
`);
    cpSync(REPOSITORY, path('repo'), { recursive: true });
    assert.deepEqual(
      tree.status().repositories.map(one => one.state),
      ['waiting', 'waiting'],
    );
    await tree.prepare(signal);
    const { repositories } = tree.world(path('a.p5m'));
    assert.deepEqual(
      repositories.map(one => one.name),
      ['workspace', './repo', './gone'],
    );
    const [ready, failed] = tree.status().repositories;
    assert.deepEqual([ready?.state, ready?.packages, failed?.state], ['ready', 41, 'failed']);
    assert.match(failed?.fault?.message ?? '', /does not exist/);
    const { generation } = tree;
    const catalog = path('repo/publisher/beta-lab/catalog');
    assert.ok(tree.watches(join(catalog, 'catalog.attrs')));
    rmSync(path('repo/publisher/beta-lab'), { recursive: true });
    await tree.invalidate([catalog]);
    assert.ok(!tree.prepared);
    await tree.prepare(signal);
    assert.ok(tree.generation > generation);
    assert.deepEqual(tree.status().repositories[0]?.packages, 38);
  });

  test('an untrusted tree touches nothing outside its root', async () => {
    const source = `${SMALL}
-- tree/packwright.yaml --
proto: [../outside, inside]
repositories: [{ uri: ../repo }, { uri: ./link }]
-- outside/usr/bin/a --
text
`;
    const tree = open(source, { trusted: false });
    cpSync(REPOSITORY, scratch.path('repo'), { recursive: true });
    symlinkSync(scratch.path('repo'), path('link'));
    const { payloads } = tree.world(path('a.p5m'));
    assert.deepEqual([payloads.built, payloads.find('usr/bin/a')], [false, undefined]);
    assert.deepEqual(below(tree.payloadGlobs()), ['inside/**']);
    await tree.prepare(signal);
    for (const { state, fault } of tree.status().repositories) {
      assert.equal(state, 'failed');
      assert.match(fault?.message ?? '', /outside the workspace, which is not trusted/);
    }
  });

  test('a repository address that is no directory is refused', async () => {
    const tree = open(SMALL, {
      overrides: { repositories: [{ uri: 'ftp://pkg.example/' }, { uri: 'file://host/x' }] },
    });
    await tree.prepare(signal);
    const messages = tree.status().repositories.map(one => one.fault?.message ?? '');
    assert.match(messages[0] ?? '', /^is no path and no file:\/\//);
    assert.match(messages[1] ?? '', /no address of a directory/);
  });

  test('a settings file that cannot be read is a fault', () => {
    const tree = open('-- tree/packwright.yaml/x --\n');
    assert.match(tree.settingsFaults[0]?.message ?? '', /^packwright.yaml is not a regular file/);
  });

  test('the root is the nearest directory upwards with settings', async () => {
    open(`
-- tree/packwright.yaml --
-- tree/a/b/c.p5m --
-- other/d.p5m --
`);
    assert.equal(await findRoot(path('a/b')), scratch.path('tree'));
    assert.equal(await findRoot(path('a/b'), path('a')), undefined);
    assert.equal(await findRoot(scratch.path('other'), scratch.path('other')), undefined);
  });

  test('indexes are kept where XDG says', () => {
    scratch = new ScratchTree();
    assert.equal(defaultCachePath({ XDG_CACHE_HOME: '/c' }), '/c/packwright');
    assert.match(defaultCachePath({ XDG_CACHE_HOME: 'relative' }), /\/\.cache\/packwright$/);
  });
});
