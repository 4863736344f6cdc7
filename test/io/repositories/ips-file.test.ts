import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Disk } from '../../../server/src/io/disk.ts';
import type { ConfiguredRepository } from '../../../server/src/io/repositories/configured.ts';
import { openRepository } from '../../../server/src/io/repositories/index.ts';
import { ScratchTree } from '../../support/scratch-tree.ts';

const DATA = join(process.cwd(), 'test/data/ips-repository');
const MISSING = '/publisher/alpha.example/pkg/test%2Fmany/';
const signal = new AbortController().signal;

/** Rows of a table without its heading. */
function table(name: string): readonly (readonly string[])[] {
  const lines = readFileSync(join(DATA, name), 'utf8').trimEnd().split('\n');
  return lines.slice(1).map(line => line.split('\t'));
}

suite('IPS file repository', () => {
  let scratch: ScratchTree;
  let opened: ConfiguredRepository[];
  let read: number;
  let changes: boolean[];

  setup(() => {
    scratch = new ScratchTree();
    opened = [];
    changes = [];
  });
  teardown(() => {
    for (const repository of opened) repository.dispose();
    scratch.remove();
  });

  const cache = () => scratch.path('cache');

  async function open(root: string, cacheDirectory = cache()): Promise<ConfiguredRepository> {
    read = 0;
    const repository = openRepository({ uri: root }, '/', {
      disk: new Disk(),
      cacheDirectory,
      onChange: answers => changes.push(answers),
      onProgress: () => read++,
    });
    opened.push(repository);
    await repository.refresh(signal);
    return repository;
  }

  /** A copy that a test may break. */
  function copy(): string {
    const root = scratch.path('repository');
    cpSync(join(DATA, 'repository'), root, { recursive: true });
    return root;
  }

  const deliverersOf = async (repository: ConfiguredRepository, path: string) =>
    (await repository.deliveries(new Set([path]), signal)).map(
      one => `${one.package.name}@${one.package.version}`,
    );

  const said = (repository: ConfiguredRepository) =>
    repository
      .faults()
      .map(fault => `${fault.code} ${fault.path.slice(repository.root.length)}: ${fault.message}`);

  test('tells every path as the real tools do', async () => {
    const expected = table('expected-files.tsv').map(([path, type, ...rest]) => [
      type === 'dir' ? `dir:${path}` : path,
      type,
      ...rest,
    ]);
    const repository = await open(join(DATA, 'repository'));
    const found = await repository.deliveries(new Set(expected.map(([path = '']) => path)), signal);
    const row = (...parts: (string | undefined)[]) => parts.join(' ');
    assert.deepEqual(
      found
        .map(one => row(one.path, one.kind, one.package.publisher, one.package.name, one.package.version))
        .sort(),
      expected
        .map(([path, type, publisher, name, version]) => row(path, type, publisher, name, version))
        .sort(),
    );
    const [users] = (await repository.packages(new Set(['test/users']), signal)).get('test/users') ?? [];
    assert.equal(users?.delivers, 3 + expected.filter(([, , , name]) => name === 'test/users').length);
    assert.equal(repository.counts()?.paths, expected.filter(([, type]) => type !== 'dir').length);
  });

  test('tells of every directory who delivers something below it', async () => {
    const below = new Map<string, Set<string>>();
    for (const [path = '', , publisher, name, version] of table('expected-files.tsv')) {
      for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
        const directory = path.slice(0, at);
        const packages = below.get(directory) ?? new Set();
        below.set(directory, packages.add(`dir:${directory} ${publisher} ${name}@${version}`));
      }
    }
    const repository = await open(join(DATA, 'repository'));
    const found = (await repository.below?.(new Set(below.keys()), signal)) ?? [];
    assert.deepEqual(
      found
        .map(one => `${one.path} ${one.package.publisher} ${one.package.name}@${one.package.version}`)
        .sort(),
      [...below.values()].flatMap(packages => [...packages]).sort(),
    );
    assert.ok(found.every(one => one.implied && one.kind === 'dir'));
  });

  test('tells every version with its state as the real tools do, newest first', async () => {
    const expected = table('expected-packages.tsv').map(([fmri = '', state]) => `${fmri} ${state}`);
    const names = new Set(expected.map(line => /\/\/[^/]*\/(.*)@/.exec(line)?.[1] ?? ''));
    const repository = await open(join(DATA, 'repository'));
    const found = await repository.packages(names, signal);
    const lines = [...found.values()].flat().map(({ id, state }) => {
      return `pkg://${id.publisher}/${id.name}@${id.version} ${state === 'ordinary' ? '-' : state}`;
    });
    assert.deepEqual(lines.sort(), expected.sort());
    assert.deepEqual(
      found.get('test/versions')?.map(({ id }) => id.version?.replace(/:.*/, '')),
      [
        '1.10,5.11-1',
        '1.9,5.11-1',
        '1.0.0,5.11',
        '1.0,5.11-1.2',
        '1.0,5.10-1',
        '1.0,5.11-1',
        '1.0,5.11',
        '0.5.11,5.11-0.175.3.0.0.30.0',
      ],
    );
  });

  test('the default publisher comes before others that have a newer version', async () => {
    const repository = await open(join(DATA, 'repository'));
    const found = (await repository.packages(new Set(['app/editor']), signal)).get('app/editor') ?? [];
    assert.deepEqual(
      found.map(({ id }) => `${id.publisher} ${id.version?.replace(/,.*/, '')}`),
      ['alpha.example 3.0', 'alpha.example 1.5', 'alpha.example 1.0', 'beta-lab 9.0'],
    );
  });

  test('tells dependencies, variants and facets', async () => {
    const repository = await open(join(DATA, 'repository'));
    const [editor] =
      (await repository.packages(new Set(['app/editor']), signal)).get('app/editor')?.slice(1) ?? [];
    assert.deepEqual(
      editor?.dependencies.map(({ type, anyOf, predicate }) => [
        type,
        anyOf.map(one => one.name),
        predicate?.name,
      ]),
      [
        ['require', ['library/libtwo'], undefined],
        ['optional', ['system/base'], undefined],
        ['conditional', ['app/editor-plugin'], 'runtime/tool-20'],
        ['require-any', ['runtime/tool-10', 'runtime/tool-20'], undefined],
      ],
    );
    const tags = async (path: string) =>
      (await repository.deliveries(new Set([path]), signal)).map(({ variants, facets }) => [
        [...(variants ?? [])]
          .map(([name, values]) => `${name}=${[...values].sort().join(',')}`)
          .sort()
          .join(' '),
        [...(facets ?? [])].map(pair => pair.join('=')).join(' '),
      ]);
    assert.deepEqual(await tags('usr/bin/sparc-only'), [['arch=sparc', '']]);
    assert.deepEqual((await tags('usr/bin/arch-tool')).sort(), [
      ['arch=i386 debug.sample=false,true opensolaris.zone=global,nonglobal', ''],
      ['arch=sparc debug.sample=false,true opensolaris.zone=global,nonglobal', ''],
    ]);
    assert.deepEqual(await tags('usr/share/locale/de/LC_MESSAGES/x.mo'), [
      ['', 'doc.html=all locale.de=true'],
    ]);
  });

  test('a manifest that is missing is a fault, and its package is still known', async () => {
    const repository = await open(join(DATA, 'repository'));
    const [fault] = said(repository);
    assert.ok(fault?.includes(MISSING), fault);
    assert.match(fault ?? '', /is missing although the catalog lists it.*pkgrepo remove/);
    assert.equal((await repository.packages(new Set(['test/many']), signal)).get('test/many')?.length, 1);
  });

  test('a second opening reads no manifest and tells the same', async () => {
    const first = await open(copy());
    const before = await deliverersOf(first, 'etc/base.release');
    assert.equal(read, 69);
    const second = await open(first.root);
    assert.equal(read, 0);
    assert.deepEqual(await deliverersOf(second, 'etc/base.release'), before);
    assert.deepEqual(second.faults(), first.faults());
  });

  test('a repository that was copied with its old index tells what is in it now, reading only what is new', async () => {
    const repository = await open(copy());
    const base = join(repository.root, 'publisher/beta-lab/catalog/catalog.base.C');
    const catalog = JSON.parse(readFileSync(base, 'utf8'));
    delete catalog._SIGNATURE;
    delete catalog['beta-lab']['beta/tool'];
    catalog['beta-lab']['beta/new'] = [{ version: '1.0,5.11-1:20260102T000000Z' }];
    replace(base, JSON.stringify(catalog));
    const pkg = join(repository.root, 'publisher/beta-lab/pkg');
    mkdirSync(join(pkg, 'beta%2Fnew'));
    writeFileSync(
      join(pkg, 'beta%2Fnew/1.0%2C5.11-1%3A20260102T000000Z'),
      'file path=opt/new mode=0444 owner=root group=bin\n',
    );
    assert.deepEqual(await deliverersOf(repository, 'opt/new'), []);
    read = 0;
    assert.ok(repository.invalidate(base));
    await repository.refresh(signal);
    assert.equal(read, 1);
    assert.deepEqual(await deliverersOf(repository, 'opt/new'), ['beta/new@1.0,5.11-1:20260102T000000Z']);
    const packages = await repository.packages(new Set(['beta/tool', 'beta/lib']), signal);
    assert.deepEqual(
      [...packages.values()].map(versions => versions.length),
      [0, 4],
    );
    assert.ok(changes.includes(true));
  });

  test('what does not matter to the catalog is no reason to look again', async () => {
    const repository = await open(copy());
    assert.ok(!repository.invalidate(join(repository.root, 'publisher/beta-lab/trans/1')));
    assert.ok(!repository.invalidate(scratch.path('elsewhere')));
    assert.ok(repository.settled);
  });

  const broken: readonly [
    name: string,
    break_: (root: string) => void,
    fault: RegExp,
    deliverers: readonly string[],
  ][] = [
    [
      'a catalog that is no JSON',
      root => replace(base(root), '{"beta-lab":{'),
      /^malformed \/publisher\/beta-lab\/catalog\/catalog.base.C: is no valid JSON .*pkgrepo rebuild/,
      ['beta/tool@1.0,5.11-1:20260101T010300Z'],
    ],
    [
      'a catalog of another shape',
      root => replace(base(root), '{"beta-lab":[1]}'),
      /^malformed .*catalog.base.C: has no table of packages for beta-lab/,
      ['beta/tool@1.0,5.11-1:20260101T010300Z'],
    ],
    [
      'a catalog with an entry that leads elsewhere',
      root => edit(base(root), text => text.replace('"app/editor"', '"../../etc"')),
      /^malformed .*catalog.base.C: has 1 entry without a valid name, version or content \(first: "..\/..\/etc"\)/,
      ['beta/tool@1.0,5.11-1:20260101T010300Z'],
    ],
    [
      'a catalog that its signature does not fit',
      root => edit(base(root), text => text.replace(/[0-9a-f]{40}(?="\}\}\s*$)/, 'f'.repeat(40))),
      /^malformed .*catalog.base.C: does not agree with its own signature/,
      ['beta/tool@1.0,5.11-1:20260101T010300Z'],
    ],
    [
      'no catalog',
      root => rmSync(join(root, 'publisher/beta-lab/catalog'), { recursive: true }),
      /^malformed \/publisher\/beta-lab: has no catalog, so the manifests in pkg are used/,
      ['beta/tool@1.0,5.11-1:20260101T010300Z'],
    ],
    [
      'a missing dependency part',
      root => rmSync(join(root, 'publisher/beta-lab/catalog/catalog.dependency.C')),
      /^malformed .*catalog.dependency.C: is missing/,
      ['beta/tool@1.0,5.11-1:20260101T010300Z'],
    ],
    [
      'a manifest that was changed',
      root => replace(tool(root), `file path=${toolPath()}\n`),
      /^malformed .*beta%2Ftool\/.*: is not the manifest that the catalog lists \(its SHA-1 differs\)/,
      ['beta/tool@1.0,5.11-1:20260101T010300Z'],
    ],
    [
      'a directory in place of a manifest',
      root => {
        rmSync(tool(root));
        mkdirSync(tool(root));
      },
      /^unreadable .*beta%2Ftool\/.*: is not a regular file/,
      [],
    ],
    [
      'a catalog of another version',
      root => replace(join(root, 'publisher/beta-lab/catalog/catalog.attrs'), '{"version":2}'),
      /^malformed .*catalog.attrs: is of catalog version 2, and only 1 is known/,
      ['beta/tool@1.0,5.11-1:20260101T010300Z'],
    ],
  ];
  for (const [name, break_, fault, deliverers] of broken) {
    test(`${name} is a fault with its place, and what can be read is used`, async () => {
      const root = copy();
      break_(root);
      const repository = await open(root);
      const faults = said(repository).filter(one => !one.includes(MISSING));
      assert.equal(repository.state, 'ready');
      assert.equal(faults.length, 1, faults.join('\n'));
      assert.match(faults[0] ?? '', fault);
      assert.deepEqual(await deliverersOf(repository, toolPath()), deliverers);
      const again = await open(root);
      assert.equal(read, 0);
      assert.deepEqual(again.faults(), repository.faults());
    });
  }

  test('a manifest that was mended is read again', async () => {
    const root = copy();
    renameSync(tool(root), scratch.path('away'));
    assert.deepEqual(await deliverersOf(await open(root), toolPath()), []);
    renameSync(scratch.path('away'), tool(root));
    assert.equal((await deliverersOf(await open(root), toolPath())).length, 1);
  });

  const refused: readonly [name: string, prepare: () => string, fault: RegExp][] = [
    [
      'a directory that does not exist',
      () => scratch.path('gone'),
      /^unreachable : does not exist; correct the path/,
    ],
    [
      'a file',
      () => {
        scratch.write('archive.p5p', '');
        return scratch.path('archive.p5p');
      },
      /^unreachable : is no archive with packages: it ends without the mark of its end; .*pkgrecv/,
    ],
    [
      'a directory that is no repository',
      () => {
        mkdirSync(scratch.path('empty'));
        return scratch.path('empty');
      },
      /^unreachable : is no IPS repository or image \(no pkg5.repository or var\/pkg\/pkg5.image in it\)/,
    ],
    [
      'a repository of another version',
      () => {
        scratch.write('five/pkg5.repository', '[repository]\nversion = 5\n');
        return scratch.path('five');
      },
      /^unreachable : is of repository version 5, and only 4 and 3 are read; .*pkgrecv/,
    ],
  ];
  for (const [name, prepare, fault] of refused) {
    test(`${name} is refused with a remedy`, async () => {
      const repository = await open(prepare());
      assert.equal(repository.state, 'failed');
      assert.match(said(repository).join('\n'), fault);
      assert.deepEqual(await repository.deliveries(new Set(['x']), signal), []);
    });
  }

  test('a repository of version 3 is read', async () => {
    const root = scratch.path('three');
    cpSync(join(DATA, 'repository/publisher/beta-lab'), root, { recursive: true });
    writeFileSync(join(root, 'cfg_cache'), '[publisher]\nprefix = beta-lab\n\n[repository]\nversion = 3\n');
    assert.equal((await deliverersOf(await open(root), toolPath())).length, 1);
  });

  test('a publisher without packages is no fault', async () => {
    scratch.write('repo/pkg5.repository', '[repository]\nversion = 4\n');
    scratch.write('repo/publisher/new.example/catalog/catalog.attrs', '{"parts":{},"version":1}');
    const repository = await open(scratch.path('repo'));
    assert.deepEqual([repository.state, repository.faults()], ['ready', []]);
  });

  test('a repository that goes away while it is used says so and keeps its answers', async () => {
    const root = copy();
    const repository = await open(root);
    renameSync(root, scratch.path('elsewhere'));
    repository.invalidate(root);
    await repository.refresh(signal);
    assert.match(said(repository).join(), /does not exist/);
    assert.equal((await deliverersOf(repository, toolPath())).length, 1);
    renameSync(scratch.path('elsewhere'), root);
    repository.invalidate(root);
    await repository.refresh(signal);
    assert.deepEqual([repository.state, said(repository).length], ['ready', 1]);
  });

  const damages: readonly [name: string, damage: (file: string) => void][] = [
    ['garbage', file => writeFileSync(file, 'garbage '.repeat(5000))],
    ['cut off', file => truncateSync(file, 20_000)],
    ['empty', file => truncateSync(file, 0)],
    ['overwritten in the middle', file => writeFileSync(file, Buffer.alloc(60_000, 0x41), { flag: 'r+' })],
    ['gone', file => rmSync(file)],
  ];
  for (const [name, damage] of damages) {
    test(`an index that is ${name} is made again from scratch`, async () => {
      const root = copy();
      const before = await open(root);
      const expected = await deliverersOf(before, 'etc/base.release');
      before.dispose();
      damage(indexFile());
      const after = await open(root);
      assert.equal(read, 69);
      assert.deepEqual([after.state, after.note], ['ready', undefined]);
      assert.deepEqual(await deliverersOf(after, 'etc/base.release'), expected);
      assert.deepEqual(await deliverersOf(await open(root), 'etc/base.release'), expected);
      assert.equal(read, 0);
    });
  }

  test('an index that is damaged while it is in use is made again, and the question answered', async () => {
    const repository = await open(copy());
    writeFileSync(indexFile(), Buffer.alloc(200_000, 0x41), { flag: 'r+' });
    rmSync(`${indexFile()}-wal`, { force: true });
    assert.equal((await deliverersOf(repository, 'etc/base.release')).length, 3);
  });

  test('a cache directory that cannot be used means an index in memory and one note', async () => {
    scratch.write('file', '');
    const repository = await open(copy(), scratch.path('file/cache'));
    assert.equal((await deliverersOf(repository, 'etc/base.release')).length, 3);
    assert.match(
      repository.note ?? '',
      /^The cache directory .*file\/cache cannot be used \(ENOTDIR\): .*XDG_CACHE_HOME$/,
    );
    repository.invalidate(repository.root);
    await repository.refresh(signal);
    assert.equal((await deliverersOf(repository, 'etc/base.release')).length, 3);
  });

  test('who asks before the index is there waits for it, and may stop waiting', async () => {
    const repository = openRepository({ uri: copy() }, '/', {
      disk: new Disk(),
      cacheDirectory: cache(),
      onChange: () => {},
      onProgress: () => {},
    });
    opened.push(repository);
    const impatient = new AbortController();
    const aborted = repository.deliveries(new Set(['etc/base.release']), impatient.signal);
    const patient = repository.deliveries(new Set(['etc/base.release']), signal);
    impatient.abort();
    await assert.rejects(aborted, { name: 'AbortError' });
    assert.equal((await patient).length, 3);
  });

  test('who asks while the index is made for the first time waits for all of it', async () => {
    const asked: Promise<readonly object[]>[] = [];
    const repository = openRepository({ uri: copy() }, '/', {
      disk: new Disk(),
      cacheDirectory: cache(),
      onChange: () => {},
      onProgress: done => {
        if (done === 1) asked.push(repository.deliveries(new Set(['etc/base.release']), signal));
      },
    });
    opened.push(repository);
    await repository.refresh(signal);
    for (const answer of await Promise.all(asked)) assert.equal(answer.length, 3);
    assert.ok(asked.length > 0);
  });

  test('a repository that is closed while it is indexed leaves an index that the next one finishes', async () => {
    const root = copy();
    let stop: (() => void) | undefined;
    const first = openRepository({ uri: root }, '/', {
      disk: new Disk(),
      cacheDirectory: cache(),
      onChange: () => {},
      onProgress: () => stop?.(),
    });
    stop = () => first.dispose();
    await first.refresh(signal);
    assert.equal((await deliverersOf(await open(root), 'etc/base.release')).length, 3);
  });

  const base = (root: string) => join(root, 'publisher/beta-lab/catalog/catalog.base.C');
  const tool = (root: string) =>
    join(root, 'publisher/beta-lab/pkg/beta%2Ftool/1.0%2C5.11-1%3A20260101T010300Z');
  const toolPath = () =>
    table('expected-files.tsv').find(row => row[3] === 'beta/tool' && row[1] === 'file')?.[0] ?? '';
  const indexFile = () => join(cache(), readdirSync(cache()).find(name => name.endsWith('.sqlite')) ?? '');

  function replace(file: string, text: string): void {
    chmodSync(file, 0o644);
    writeFileSync(file, text);
  }

  function edit(file: string, change: (text: string) => string): void {
    replace(file, change(readFileSync(file, 'utf8')));
  }
});
