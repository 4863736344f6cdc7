import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import type { Status } from '../../server/src/protocol.ts';
import { shown, uri } from '../support/lsp-client.ts';
import { Bench, editor, greetings, puller } from './running.ts';

suite('lsp: folders, settings and files', () => {
  const bench = new Bench();
  teardown(() => bench.takeDown());

  test('each folder is a tree of its own', async () => {
    const one = bench.tree(greetings);
    const two = bench.tree(greetings.replace('#!/usr/bin/perl', '#!/usr/bin/greet'));
    const client = await bench.client({ capabilities: puller, folders: [one.root, two.root] });
    assert.equal((await client.pull(one.path('greet.p5m'))).items.length, 1);
    assert.equal((await client.pull(two.path('greet.p5m'))).items.length, 0);
  });

  test('a nested packwright.yaml makes a tree of its own, also when it comes later and goes again', async () => {
    const tree = bench.tree(`${greetings}
-- part/part.p5m --
set name=pkg.fmri value=pkg:/app/part@1.0
file path=usr/bin/part owner=root group=bin mode=0555
-- part/stage/usr/bin/part (mode=0555) --
#!/usr/bin/python
-- part/python.p5m --
file path=usr/bin/python owner=root group=bin mode=0555
-- part/stage/usr/bin/python (mode=0555) --
binary
`);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const manifest = tree.path('part/part.p5m');
    assert.match(shown((await client.pull(manifest)).items).join('\n'), /faulty/);
    tree.write('part/packwright.yaml', 'proto: [stage]\n');
    client.notify('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri(tree.path('part/packwright.yaml')), type: 1 }],
    });
    assert.match(shown((await client.pull(manifest)).items).join('\n'), /^1:10: undeclared: .*python/);
    const roots = ({ trees }: Status) => trees.map(({ root }) => root);
    await client.wait('packwright/status', status => roots(status).includes(uri(tree.path('part'))));
    const before = client.sent.length;
    rmSync(tree.path('part/packwright.yaml'));
    client.notify('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri(tree.path('part/packwright.yaml')), type: 3 }],
    });
    assert.match(shown((await client.pull(manifest)).items).join('\n'), /faulty/);
    await client.wait('packwright/status', status => !roots(status).includes(uri(tree.path('part'))), before);
  });

  test('folders come and go', async () => {
    const one = bench.tree(greetings);
    const two = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [one.root] });
    const urisOf = async () => {
      const { items } = await client.request<{ items: { uri: string }[] }>('workspace/diagnostic', {
        previousResultIds: [],
      });
      return items.map(item => item.uri);
    };
    assert.ok((await urisOf()).includes(uri(one.path('greet.p5m'))));
    client.notify('workspace/didChangeWorkspaceFolders', {
      event: { added: [{ uri: uri(two.root), name: 'two' }], removed: [{ uri: uri(one.root), name: 'one' }] },
    });
    const after = await urisOf();
    assert.ok(after.includes(uri(two.path('greet.p5m'))));
    assert.ok(!after.includes(uri(one.path('greet.p5m'))));
  });

  test("the editor's settings win, and count as soon as they change", async () => {
    const tree = bench.tree(greetings);
    let settings: object | null = null;
    const client = await bench.client({
      capabilities: editor,
      folders: [tree.root],
      configuration: () => settings,
    });
    const manifest = tree.path('greet.p5m');
    assert.equal((await client.pull(manifest)).items.length, 1);
    settings = { catchers: { script: 'off' }, proto: null };
    client.notify('workspace/didChangeConfiguration', { settings: null });
    await client.wait('workspace/diagnostic/refresh');
    assert.equal((await client.pull(manifest)).items.length, 0);
  });

  test('settings of clients that cannot be asked come with initialize, and with notifications', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({
      capabilities: puller,
      folders: [tree.root],
      options: { settings: { catchers: { script: 'off' } } },
    });
    const manifest = tree.path('greet.p5m');
    assert.equal((await client.pull(manifest)).items.length, 0);
    client.notify('workspace/didChangeConfiguration', { settings: { packwright: {} } });
    assert.equal((await client.pull(manifest)).items.length, 1);
  });

  test('what is wrong with packwright.yaml stands in it', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const settings = tree.path('packwright.yaml');
    client.open(settings, 'proto: [proto]\nprotos: [x]\n', 'yaml');
    const { items } = await client.pull(settings);
    assert.match(shown(items).join('\n'), /^1:0: settings: /);
  });

  test('a suppression that hides nothing is a hint, once the whole tree was checked', async () => {
    const tree = bench.tree(`${greetings}
-- packwright.yaml --
proto: [proto]
suppress:
  - { code: undeclared, path: usr/bin/greet, reason: known }
  - { code: undeclared, path: usr/bin/other, reason: gone }
`);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    assert.deepEqual((await client.pull(tree.path('packwright.yaml'))).items, []);
    const { items } = await client.request<{ items: { uri: string; items: [] }[] }>('workspace/diagnostic', {
      previousResultIds: [],
    });
    assert.deepEqual(
      items.map(item => [item.uri, shown(item.items).map(text => text.replace(/;.*/, ''))]),
      [
        [
          uri(tree.path('packwright.yaml')),
          [
            '3:4: settings: this suppression hides nothing: no finding of code undeclared is about usr/bin/other',
          ],
        ],
      ],
    );
  });

  test('a manifest with CR LF is fixed with CR LF, in the right place', async () => {
    const tree = bench.tree(greetings);
    const manifest = tree.path('greet.p5m');
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    client.open(manifest, readFileSync(manifest, 'utf8').replaceAll('\n', '\r\n'));
    const { items } = await client.pull(manifest);
    assert.match(shown(items).join('\n'), /^1:10: undeclared/);
    const [item] = items;
    assert.ok(item);
    const [fix] = await client.actions(manifest, item.range, items);
    const fixed = client.edited(manifest, fix?.edit);
    assert.doesNotMatch(fixed, /[^\r]\n/);
    assert.match(fixed, /\r\ndepend .*runtime\/perl/);
  });

  test('columns are UTF-16', async () => {
    const tree = bench.tree(greetings);
    const manifest = tree.path('greet.p5m');
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    client.open(manifest, readFileSync(manifest, 'utf8').replace('file path', "file note='\u{1F42B}' path"));
    assert.match(shown((await client.pull(manifest)).items).join('\n'), /^1:20: undeclared/m);
  });

  test('a manifest that cannot be read is answered like any other', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const { items } = await client.pull(tree.path('gone.p5m'));
    assert.match(shown(items).join('\n'), /^0:0: faulty: the manifest does not exist/);
  });
});
