import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Disk } from '../../../server/src/io/disk.ts';
import type { ConfiguredRepository } from '../../../server/src/io/repositories/configured.ts';
import { openRepository } from '../../../server/src/io/repositories/index.ts';
import { ScratchTree } from '../../support/scratch-tree.ts';

const DATA = join(process.cwd(), 'test/data/ips-repository');
const signal = new AbortController().signal;

suite('a p5i file stands for the repositories that it names', () => {
  let scratch: ScratchTree;
  let opened: ConfiguredRepository[];
  let changes: boolean[];

  setup(() => {
    scratch = new ScratchTree();
    opened = [];
    changes = [];
  });
  teardown(() => {
    for (const one of opened) one.dispose();
    scratch.remove();
  });

  async function open(text: string | undefined): Promise<ConfiguredRepository> {
    if (text !== undefined) scratch.write('site.p5i', text);
    const repository = openRepository({ uri: './site.p5i' }, scratch.root, {
      disk: new Disk(),
      cacheDirectory: scratch.path('cache'),
      onChange: answers => changes.push(answers),
      onProgress: () => {},
    });
    opened.push(repository);
    await repository.refresh(signal);
    return repository;
  }

  const address = (place: string) => pathToFileURL(join(DATA, place)).href;
  const publisher = (name: string, ...origins: string[]) => ({
    name,
    alias: null,
    packages: [],
    repositories: [{ origins, mirrors: [] }],
  });
  const document = (...publishers: object[]) => JSON.stringify({ packages: [], publishers, version: 1 });
  const versionsOf = async (repository: ConfiguredRepository, name: string) =>
    ((await repository.packages(new Set([name]), signal)).get(name) ?? []).map(
      ({ id }) => `${id.publisher} ${id.version?.replace(/,.*/, '')}`,
    );

  test('its publishers in its order, each from its own origins', async () => {
    const all = address('repository');
    const repository = await open(document(publisher('beta-lab', all), publisher('alpha.example', all)));
    const directories = new Set(['usr/bin', 'usr/nowhere']);
    assert.deepEqual(await repository.occupied?.(directories, signal), new Set(['usr/bin']));
    assert.deepEqual(await versionsOf(repository, 'app/editor'), [
      'beta-lab 9.0',
      'alpha.example 3.0',
      'alpha.example 1.5',
      'alpha.example 1.0',
    ]);
    const one = await open(document(publisher('beta-lab', all)));
    assert.deepEqual(await versionsOf(one, 'app/editor'), ['beta-lab 9.0']);
    const delivered = await one.deliveries(new Set(['usr/bin/ed1t']), signal);
    assert.deepEqual([...new Set(delivered.map(({ package: id }) => id.publisher))], ['beta-lab']);
  });

  test('a publisher that its origins do not have is told', async () => {
    const all = address('repository');
    const none = { name: 'elsewhere', repositories: [] };
    const repository = await open(document(publisher('beta', all), publisher('beta-lab', all), none));
    const told = repository.faults().filter(({ path }) => path.endsWith('.p5i'));
    assert.deepEqual(
      told.map(({ message }) => message.replace(/;.*/, '')),
      ['names the publisher beta, which none of its origins has'],
    );
  });

  test('what two origins of a publisher have is there once', async () => {
    const repository = await open(
      document(publisher('alpha.example', address('archive.p5p'), address('repository'))),
    );
    assert.deepEqual(await versionsOf(repository, 'app/editor'), [
      'alpha.example 3.0',
      'alpha.example 1.5',
      'alpha.example 1.0',
    ]);
    const delivered = await repository.deliveries(new Set(['usr/lib/libone.so.2']), signal);
    assert.equal(delivered.length, 1);
    const [file] = await repository.deliveries(new Set(['usr/lib/libone.so.1']), signal);
    assert.match(
      Buffer.from((file && (await repository.content?.(file, signal))) ?? []).toString(),
      /^library one/,
    );
  });

  test('several documents one after another count as one', async () => {
    const all = address('repository');
    const repository = await open(
      `${document(publisher('beta-lab', all))}\n${document(publisher('alpha.example', all))}\n`,
    );
    assert.deepEqual((await versionsOf(repository, 'app/editor')).slice(0, 2), [
      'beta-lab 9.0',
      'alpha.example 3.0',
    ]);
    assert.ok(repository.faults().every(({ path }) => path.includes('test%2Fmany')));
  });

  test('a file that changes, and a repository behind it that changes, are noticed', async () => {
    cpSync(join(DATA, 'repository'), scratch.path('copy'), { recursive: true });
    const repository = await open(document(publisher('beta-lab', pathToFileURL(scratch.path('copy')).href)));
    scratch.write('site.p5i', document(publisher('alpha.example', address('repository'))));
    assert.ok(repository.invalidate(scratch.path('site.p5i')));
    changes = [];
    await repository.refresh(signal);
    assert.deepEqual((await versionsOf(repository, 'app/editor'))[0], 'alpha.example 3.0');
    assert.ok(changes.includes(true));
    assert.ok(!repository.invalidate(scratch.path('copy/publisher/beta-lab/catalog/catalog.attrs')));
    assert.ok(repository.invalidate(join(DATA, 'repository/publisher/beta-lab/catalog/catalog.attrs')));
    rmSync(scratch.path('site.p5i'));
    repository.invalidate(scratch.path('site.p5i'));
    await repository.refresh(signal);
    assert.deepEqual(
      repository.faults().map(({ message }) => message),
      ['does not exist; correct the path in the settings'],
    );
  });

  const refused: readonly [name: string, text: string | undefined, fault: RegExp][] = [
    ['that is missing', undefined, /^does not exist/],
    ['of many megabytes', ' '.repeat(17 * 1024 * 1024), /^is larger than any p5i file/],
    [
      'that is no JSON',
      '{"publishers": [',
      /^is no valid JSON .*; name the address of the repository itself/,
    ],
    ['of another version', '{"version": 2}', /^is of version 2, and only 1 is known/],
    [
      'that names no origin',
      document({ name: 'beta-lab', repositories: [] }),
      /^names no origin of a repository/,
    ],
    [
      'that names itself',
      document(publisher('a', 'file:///x/site.p5i')),
      /^is no address of a repository, though/,
    ],
    [
      'that names no address',
      document(publisher('a', '../../etc')),
      /^is no address of a repository, though/,
    ],
    ['full of quotes', '\\"'.repeat(500_000), /^is no valid JSON/],
  ];
  for (const [name, text, fault] of refused) {
    test(`a file ${name} is refused with a remedy`, async () => {
      const repository = await open(text);
      assert.equal(repository.state, 'failed');
      assert.match(repository.faults()[0]?.message ?? '', fault);
      assert.deepEqual(await versionsOf(repository, 'app/editor'), []);
    });
  }
});
