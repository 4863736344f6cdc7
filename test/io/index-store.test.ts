import assert from 'node:assert/strict';
import type { Delivery } from '../../server/src/core/model.ts';
import { buildIndex, type PublisherSource } from '../../server/src/io/index-builder.ts';
import { openIndex } from '../../server/src/io/index-database.ts';
import { IndexStore } from '../../server/src/io/index-store.ts';

const signal = new AbortController().signal;

/** An index in memory of these packages with these files. */
async function indexOf(packages: Readonly<Record<string, readonly string[]>>): Promise<IndexStore> {
  const source: PublisherSource = {
    name: 'p',
    stamp: '1',
    stampOf: () => '',
    read: () => ({
      versions: Object.keys(packages).map(name => ({ name, version: '1', signature: '' })),
      faults: [],
    }),
    load: ({ name, version }) => {
      const id = { name, version };
      return {
        package: { id, state: 'ordinary', variants: new Map(), dependencies: [] },
        deliveries: (packages[name] ?? []).map((path): Delivery => ({ path, kind: 'file', package: id })),
      };
    },
  };
  const index = await openIndex(undefined, signal);
  await buildIndex(index, [source], () => undefined, signal);
  return new IndexStore(index, () => 0);
}

suite('index: what lies below a directory', () => {
  test('a child with thousands of files hides no other', async () => {
    const many = Array.from({ length: 3000 }, (_, at) => `usr/share/a/${at}`);
    const flat = Array.from({ length: 250 }, (_, at) => `usr/flat/${1000 + at}`);
    const store = await indexOf({
      big: [...many, ...flat],
      small: ['usr/share/b/deep/file', 'usr/flat/z'],
      neighbour: ['usr/share0/x', 'usr/share.d/x', 'usr/sharex'],
    });
    const below = (directory: string) => store.below(directory).map(one => one.package.name);
    assert.deepEqual(below('usr/share'), ['big', 'small']);
    assert.deepEqual(below('usr/flat'), ['big', 'small']);
    assert.deepEqual(below('usr/share/b'), ['small']);
    assert.deepEqual(below('usr/shar'), []);
    const occupied = ['usr', 'usr/share', 'usr/share/b', 'usr/shar', 'opt'].filter(one =>
      store.isOccupied(one),
    );
    assert.deepEqual(occupied, ['usr', 'usr/share', 'usr/share/b']);
    store.close();
  });

  test('of a directory that everybody uses, some are told', async () => {
    const packages = Array.from({ length: 60 }, (_, at) => [`p${at}`, [`usr/bin/p${at}`]] as const);
    const store = await indexOf(Object.fromEntries(packages));
    assert.equal(store.below('usr/bin').length, 32);
    store.close();
  });
});
