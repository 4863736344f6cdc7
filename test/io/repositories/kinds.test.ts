import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Disk } from '../../../server/src/io/disk.ts';
import type { ConfiguredRepository } from '../../../server/src/io/repositories/configured.ts';
import { openRepository } from '../../../server/src/io/repositories/index.ts';
import { ScratchTree } from '../../support/scratch-tree.ts';

const DATA = join(process.cwd(), 'test/data/ips-repository');
const signal = new AbortController().signal;

/** Rows of a table without its heading. */
function table(name: string): readonly (readonly string[])[] {
  const lines = readFileSync(join(DATA, name), 'utf8').trimEnd().split('\n');
  return lines.slice(1).map(line => line.split('\t'));
}

/** `pkg://PUBLISHER/NAME@VERSION` as lists print it: the build release that every system has is left out. */
const short = (fmri: string) => fmri.replace(',5.11-', '-').replace(/,5\.11:/, ':');

/** What `pkgrepo list` and `pkg list` say of each kind: short FMRI and `o`, `r` or nothing. */
const listed = (name: string) =>
  readFileSync(join(DATA, name), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => /^(\S+)\s+(\S+)\s+([or])?\s+(\S+)$/.exec(line) ?? [])
    .map(([, publisher, name_, state, version]) => `pkg://${publisher}/${name_}@${version} ${state ?? '-'}`);

const STATES: Readonly<Record<string, string>> = { o: 'obsolete', r: 'renamed', '-': 'ordinary' };

interface Kind {
  readonly place: string;
  /** What must be known, `FMRI STATE`. */
  readonly packages: readonly string[];
}

const kinds: Readonly<Record<string, Kind>> = {
  'a repository of version 4': {
    place: 'repository',
    packages: table('expected-packages.tsv').map(([fmri = '', state]) => `${short(fmri)} ${state?.[0]}`),
  },
  'a repository of version 3': { place: 'repository-v3', packages: listed('v3-list.txt') },
  'an archive': { place: 'archive.p5p', packages: listed('archive-list.txt') },
  'an image': {
    place: 'image',
    packages: table('expected-image.tsv').map(([fmri = '', flags = '']) => `${fmri} ${flags[2]}`),
  },
};

suite('every kind of repository tells what the real tools tell', () => {
  let scratch: ScratchTree;
  let opened: ConfiguredRepository[];

  setup(() => {
    scratch = new ScratchTree();
    opened = [];
  });
  teardown(() => {
    for (const one of opened) one.dispose();
    scratch.remove();
  });

  async function open(place: string, within?: string): Promise<ConfiguredRepository> {
    const repository = openRepository({ uri: place }, DATA, {
      disk: new Disk(),
      cacheDirectory: scratch.path('cache'),
      ...(within !== undefined && { within }),
      onChange: () => {},
      onProgress: () => {},
    });
    opened.push(repository);
    await repository.refresh(signal);
    return repository;
  }

  const allNames = new Set(
    table('expected-packages.tsv').map(([fmri = '']) => /\/\/[^/]*\/(.*)@/.exec(fmri)?.[1] ?? ''),
  );

  for (const [name, { place, packages }] of Object.entries(kinds)) {
    test(`${name}: its packages with their states`, async () => {
      const repository = await open(place);
      const found = [...(await repository.packages(allNames, signal)).values()].flat();
      assert.deepEqual(
        found
          .map(({ id, state }) => `${short(`pkg://${id.publisher}/${id.name}@${id.version}`)} ${state}`)
          .sort(),
        packages.map(line => line.replace(/.$/, state => STATES[state] ?? state)).sort(),
      );
      assert.equal(repository.state, 'ready');
      const faults = repository.faults().filter(({ path }) => !path.includes('test%2Fmany'));
      assert.deepEqual(faults, []);
    });

    test(`${name}: every path of these packages, and no other`, async () => {
      const there = new Set(packages.map(line => line.replace(/ .$/, '')));
      const rows = table('expected-files.tsv').map(([path, type, publisher, stem, version]) => ({
        asked: type === 'dir' ? `dir:${path}` : `${path}`,
        row: `${path} ${type} ${short(`pkg://${publisher}/${stem}@${version}`)}`,
        known: there.has(short(`pkg://${publisher}/${stem}@${version}`)),
      }));
      const repository = await open(place);
      const found = await repository.deliveries(new Set(rows.map(one => one.asked)), signal);
      assert.deepEqual(
        found
          .map(({ path, kind, package: id }) => {
            const fmri = short(`pkg://${id.publisher}/${id.name}@${id.version}`);
            return `${path.replace(/^dir:/, '')} ${kind} ${fmri}`;
          })
          .sort(),
        rows
          .filter(one => one.known)
          .map(one => one.row)
          .sort(),
      );
    });
  }

  for (const place of ['repository', 'archive.p5p', 'image']) {
    test(`the content of a file is that of the package: ${place}`, async () => {
      const repository = await open(place);
      const delivered = await repository.deliveries(new Set(['usr/lib/libone.so.1']), signal);
      const file = delivered.find(one => one.package.version?.startsWith('1.2.4,5.11-2026.1.0.7'));
      const content = file && (await repository.content?.(file, signal));
      assert.equal(content && Buffer.from(content).toString(), 'library one 1.2.4,5.11-2026.1.0.7\n');
      const [link] = await repository.deliveries(new Set(['usr/lib/libone.so']), signal);
      assert.equal(link && (await repository.content?.(link, signal)), undefined);
    });
  }

  test('payload is found where the first layout of repositories had it, and in no other directory', async () => {
    const root = scratch.path('repository');
    cpSync(join(DATA, 'repository'), root, { recursive: true });
    const files = join(root, 'publisher/alpha.example/file/07');
    const [hash = ''] = readdirSync(files);
    mkdirSync(join(files, hash.slice(2, 8)));
    renameSync(join(files, hash), join(files, hash.slice(2, 8), hash));
    const repository = await open(root);
    const all = await repository.deliveries(new Set(['usr/lib/libone.so.1']), signal);
    const contents = await Promise.all(all.map(one => repository.content?.(one, signal)));
    assert.deepEqual(
      contents.map(one => one?.length).filter(one => one !== undefined),
      [34],
    );
    renameSync(join(files, hash.slice(2, 8), hash), join(root, hash));
    for (const one of all) assert.equal(await repository.content?.(one, signal), undefined);
  });

  test('publishers come in the order of the image, whatever their names', async () => {
    const root = scratch.path('image');
    cpSync(join(DATA, 'image'), root, { recursive: true });
    const settings = join(root, 'var/pkg/pkg5.image');
    const text = readFileSync(settings, 'utf8');
    writeFileSync(settings, text.replace("['alpha.example', 'beta-lab']", "[u'beta-lab', u'alpha.example']"));
    mkdirSync(join(root, 'var/pkg/state/installed'));
    const versions = (publisher: string, version: string) =>
      `"${publisher}":{"library/both":[{"version":"${version}"}]}`;
    writeFileSync(
      join(root, 'var/pkg/state/installed/catalog.base.C'),
      `{${versions('alpha.example', '2.0')},${versions('beta-lab', '1.0')},"_SIGNATURE":{}}`,
    );
    for (const [publisher, version] of [
      ['alpha.example', '2.0'],
      ['beta-lab', '1.0'],
    ]) {
      const directory = join(root, `var/pkg/publisher/${publisher}/pkg/library%2Fboth`);
      mkdirSync(directory);
      writeFileSync(join(directory, `${version}`), 'file path=opt/both owner=root group=bin mode=0444\n');
    }
    renameSync(join(root, 'var/pkg/state/catalog.db'), scratch.path('away'));
    const repository = await open(root);
    assert.deepEqual(repository.faults(), []);
    const found = await repository.packages(new Set(['library/both', 'app/editor']), signal);
    assert.deepEqual(
      found.get('library/both')?.map(({ id }) => id.publisher),
      ['beta-lab', 'alpha.example'],
    );
    assert.deepEqual(found.get('app/editor'), []);
  });

  test('in an untrusted workspace no link of a repository is followed out of it', async () => {
    const root = scratch.path('tree/repository');
    cpSync(join(DATA, 'repository'), root, { recursive: true });
    renameSync(join(root, 'publisher/alpha.example/pkg/app%2Feditor'), scratch.path('moved'));
    symlinkSync(scratch.path('moved'), join(root, 'publisher/alpha.example/pkg/app%2Feditor'));
    renameSync(join(root, 'publisher/beta-lab'), scratch.path('beta'));
    symlinkSync(scratch.path('beta'), join(root, 'publisher/beta-lab'));
    const repository = await open(root, scratch.path('tree'));
    const outside = repository
      .faults()
      .filter(({ message }) => message.startsWith('lies outside the workspace'));
    assert.equal(
      outside.length,
      3,
      repository
        .faults()
        .map(({ message }) => message)
        .join('\n'),
    );
    assert.deepEqual(await repository.deliveries(new Set(['usr/bin/ed1t', 'usr/bin/betatool']), signal), []);
    assert.ok((await repository.deliveries(new Set(['usr/lib/libone.so.1']), signal)).length > 0);
  });

  for (const place of ['archive.p5p', 'image', 'repository']) {
    test(`an untrusted workspace touches no repository outside: ${place}`, async () => {
      const repository = await open(place, scratch.root);
      assert.match(repository.faults()[0]?.message ?? '', /^lies outside the workspace/);
      assert.equal(repository.state, 'failed');
    });
  }
});
