import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Disk } from '../../../server/src/io/disk.ts';
import type { ConfiguredRepository } from '../../../server/src/io/repositories/configured.ts';
import { openRepository } from '../../../server/src/io/repositories/index.ts';
import { ScratchTree } from '../../support/scratch-tree.ts';

const DATA = join(process.cwd(), 'test/data/ips-repository/image');
const signal = new AbortController().signal;
const LIBRARY = 'usr/lib/libone.so.1';

suite('an installed image', () => {
  let scratch: ScratchTree;
  let root: string;
  let state: string;
  let opened: ConfiguredRepository[];

  setup(() => {
    scratch = new ScratchTree();
    root = scratch.path('image');
    state = join(root, 'var/pkg/state');
    cpSync(DATA, root, { recursive: true });
    opened = [];
  });
  teardown(() => {
    for (const one of opened) one.dispose();
    chmodSync(state, 0o755);
    scratch.remove();
  });

  async function open(): Promise<ConfiguredRepository> {
    const repository = openRepository({ uri: './image' }, scratch.root, {
      disk: new Disk(),
      cacheDirectory: scratch.path('cache'),
      onChange: () => {},
      onProgress: () => {},
    });
    opened.push(repository);
    await repository.refresh(signal);
    return repository;
  }

  function change(sql: string): void {
    const database = new DatabaseSync(join(state, 'catalog.db'));
    database.exec(sql);
    database.close();
  }

  const deliverers = async (repository: ConfiguredRepository, path = LIBRARY) =>
    (await repository.deliveries(new Set([path]), signal)).map(
      ({ package: { name, version } }) => `${name}@${version?.replace(/,.*/, '')}`,
    );
  const said = (repository: ConfiguredRepository) => repository.faults().map(({ message }) => message);

  test('has what is installed, and notices what is installed later', async () => {
    const repository = await open();
    assert.deepEqual(await deliverers(repository), ['library/libone@1.2.4']);
    change(
      "UPDATE packages SET installed = version LIKE '2.0%' WHERE stem = 'library/libone' AND pub = 'alpha.example'",
    );
    assert.ok(repository.invalidate(join(state, 'catalog.db')));
    await repository.refresh(signal);
    assert.deepEqual(await deliverers(repository, 'usr/lib/libone.so.2'), ['library/libone@2.0']);
    assert.deepEqual(await deliverers(repository), []);
  });

  test('is left as it is, also when its database keeps a log and nothing may be written', async () => {
    change('PRAGMA journal_mode = WAL');
    const before = readdirSync(state).sort();
    assert.deepEqual(await deliverers(await open()), ['library/libone@1.2.4']);
    assert.deepEqual(readdirSync(state).sort(), before);
    chmodSync(state, 0o555);
    rmSync(scratch.path('cache'), { recursive: true });
    assert.deepEqual(await deliverers(await open()), ['library/libone@1.2.4']);
  });

  test('of format 4 and of a user is read', async () => {
    rmSync(join(state, 'catalog.db'));
    const catalog = join(DATA, '../repository/publisher/alpha.example/catalog/catalog.base.C');
    const all = JSON.parse(readFileSync(catalog, 'utf8'));
    mkdirSync(join(state, 'installed'));
    const [version] = all['alpha.example']['library/libone'].filter((one: { version: string }) =>
      one.version.startsWith('2.0'),
    );
    writeFileSync(
      join(state, 'installed/catalog.base.C'),
      JSON.stringify({ 'alpha.example': { 'library/libone': [version] } }),
    );
    cpSync(join(root, 'var/pkg'), join(root, '.org.opensolaris,pkg'), { recursive: true });
    rmSync(join(root, 'var'), { recursive: true });
    state = root;
    const repository = await open();
    assert.deepEqual(said(repository), []);
    assert.deepEqual(await deliverers(repository, 'usr/lib/libone.so.2'), ['library/libone@2.0']);
  });

  const broken: readonly [name: string, break_: () => void, fault: RegExp][] = [
    [
      'that is cut off',
      () => truncateSync(join(state, 'catalog.db'), 9000),
      /^cannot be read \(.*\); run pkg fix or/,
    ],
    [
      'that is garbage',
      () => writeFileSync(join(state, 'catalog.db'), 'garbage '.repeat(999)),
      /^cannot be read \(file is not a database\)/,
    ],
    ['that is empty', () => truncateSync(join(state, 'catalog.db'), 0), /^has no table of packages/],
    ['that is missing', () => rmSync(join(state, 'catalog.db')), /^is missing, and so is state\/catalog.db/],
    [
      'with a view that never ends',
      () =>
        change(`DROP TABLE packages; CREATE VIEW packages AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n)
          SELECT 'p' AS pub, 's' AS stem, '1' AS version, i AS installed, '' AS base FROM n WHERE i = 0`),
      /^has no table of packages/,
    ],
    [
      'with a column that is computed',
      () =>
        change('ALTER TABLE packages ADD COLUMN more TEXT GENERATED ALWAYS AS (hex(zeroblob(999999999)))'),
      /^has no table of packages/,
    ],
    [
      'whose settings are a directory',
      () => {
        rmSync(join(root, 'var/pkg/pkg5.image'));
        mkdirSync(join(root, 'var/pkg/pkg5.image'));
      },
      /^is no IPS repository or image/,
    ],
  ];
  for (const [name, break_, fault] of broken) {
    test(`a list of what is installed ${name} is a fault`, async () => {
      break_();
      const repository = await open();
      assert.equal(repository.state, 'failed');
      assert.match(said(repository).join('\n'), fault);
    });
  }

  test('names that lead elsewhere are left out and told', async () => {
    change(
      "UPDATE packages SET stem = '../../../etc' WHERE stem = 'app/editor'; UPDATE packages SET pub = '..' WHERE pub = 'beta-lab'",
    );
    const repository = await open();
    assert.equal(said(repository).length, 1);
    assert.match(
      said(repository)[0] ?? '',
      /^has 3 packages without a valid name, version or publisher \(first: "/,
    );
    assert.deepEqual(await deliverers(repository), ['library/libone@1.2.4']);
  });

  test('a database that another program writes is told, and read when that has ended', async () => {
    const script = `const { DatabaseSync } = require('node:sqlite');
      const database = new DatabaseSync(process.argv[1]);
      database.exec('BEGIN EXCLUSIVE');
      process.stdin.once('data', () => process.exit());
      console.log('locked');`;
    const writer = spawn(process.execPath, ['-e', script, join(state, 'catalog.db')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data');
    const repository = await open();
    assert.deepEqual(said(repository), [
      'is being changed by another program; it is read when that has ended',
    ]);
    writer.stdin.write('go\n');
    await once(writer, 'exit');
    repository.invalidate(join(state, 'catalog.db'));
    await repository.refresh(signal);
    assert.deepEqual(await deliverers(repository), ['library/libone@1.2.4']);
  }).timeout(20_000);

  test('a manifest that is missing or changed is a fault of its package', async () => {
    const manifests = join(root, 'var/pkg/publisher/alpha.example/pkg');
    rmSync(join(manifests, 'library%2Flibtwo'), { recursive: true });
    const [version = ''] = readdirSync(join(manifests, 'library%2Flibone'));
    writeFileSync(
      join(manifests, 'library%2Flibone', version),
      `file path=${LIBRARY} owner=root group=bin mode=0444\n`,
    );
    const faults = said(await open());
    assert.equal(faults.length, 2);
    assert.match(faults.join('\n'), /^is not the manifest that the catalog lists/m);
    assert.match(faults.join('\n'), /^is missing although the catalog lists it/m);
  });

  test('content is not read through links that lead out of the image', async () => {
    const repository = await open();
    const [file] = await repository.deliveries(new Set([LIBRARY]), signal);
    assert.ok(file);
    const content = async () => (await repository.content?.(file, signal))?.length;
    assert.equal(await content(), 34);
    scratch.write('secret', 'secret');
    rmSync(join(root, LIBRARY));
    symlinkSync(scratch.path('secret'), join(root, LIBRARY));
    assert.equal(await content(), undefined);
    rmSync(join(root, LIBRARY));
    writeFileSync(join(root, 'usr/lib/real'), 'real');
    symlinkSync('real', join(root, LIBRARY));
    assert.equal(await content(), 4);
    assert.equal(await repository.content?.({ ...file, path: '../secret' }, signal), undefined);
  });
});
