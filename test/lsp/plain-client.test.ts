import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { type ServerProcess, shown, startServer, uri } from '../support/lsp-client.ts';
import { ScratchTree } from '../support/scratch-tree.ts';
import { greetings } from './running.ts';

suite('lsp: the built server and a client that announces nothing', () => {
  let tree: ScratchTree;
  let server: ServerProcess;

  setup(async () => {
    tree = new ScratchTree(greetings);
    server = startServer();
    await server.client.initialize({ folders: [tree.root], options: { status: undefined } });
  });

  teardown(() => {
    server.child.kill('SIGKILL');
    tree.remove();
  });

  test('is sent diagnostics with the version they are about, and is never asked for anything', async () => {
    const { client } = server;
    const manifest = tree.path('greet.p5m');
    client.open(manifest);
    const items = await client.pushed(manifest, found => found.length > 0);
    assert.match(shown(items).join('\n'), /^1:10: undeclared: .*perl/);
    client.type(manifest, 'mode=0555', 'mode=0555\ndepend type=require fmri=runtime/perl');
    await client.pushed(manifest, found => found.length === 0);
    const versions = client.sent.map(({ params }) => params.version);
    assert.deepEqual(versions.at(-1), 2);
    assert.deepEqual(
      client.sent.filter(({ method }) => !/publishDiagnostics/.test(method)),
      [],
    );
  });

  test('gets fixes as plain changes that mend the file on disk', async () => {
    const { client } = server;
    const manifest = tree.path('greet.p5m');
    client.open(manifest);
    const [item] = await client.pushed(manifest, found => found.length > 0);
    assert.ok(item);
    const actions = await client.actions(manifest, item.range, [item]);
    const preferred = actions.find(action => action.isPreferred);
    assert.deepEqual(Object.keys(preferred?.edit ?? {}), ['changes']);
    assert.deepEqual(preferred?.diagnostics, [item]);
    const fixed = client.edited(manifest, preferred?.edit);
    assert.match(fixed, /^depend fmri=.*runtime\/perl.* type=require$/m);
    client.close(manifest);
    await client.pushed(manifest, found => found.length === 0);
    writeFileSync(manifest, fixed);
    const before = client.sent.length;
    client.open(manifest);
    assert.deepEqual(await client.pushed(manifest, () => true, before), []);
  });

  test('sees what changed on disk when it opens or saves', async () => {
    const { client } = server;
    const manifest = tree.path('greet.p5m');
    client.open(manifest);
    await client.pushed(manifest, found => found.length > 0);
    tree.write('proto/usr/bin/greet', '#!/usr/bin/greet\n');
    client.save(manifest);
    await client.pushed(manifest, found => found.length === 0);
  });

  test('sees a finding on the payload file, and what typing there makes of it', async () => {
    const { client } = server;
    const payload = tree.path('proto/usr/bin/greet');
    client.open(payload, readFileSync(payload, 'utf8'), 'perl');
    const [item] = await client.pushed(payload, found => found.length > 0);
    assert.ok(item);
    assert.deepEqual(item.range.start, { line: 0, character: 2 });
    assert.equal(item.relatedInformation?.[0]?.location.uri, uri(tree.path('greet.p5m')));
    const actions = await client.actions(payload, item.range, [item]);
    const preferred = actions.find(action => action.isPreferred);
    assert.match(preferred?.title ?? '', / \(in greet\.p5m\)$/);
    assert.match(client.edited(tree.path('greet.p5m'), preferred?.edit), /^depend .*runtime\/perl/m);
    client.type(payload, '#!/usr/bin/perl', '# no interpreter');
    assert.deepEqual(await client.pushed(payload, found => found.length === 0), []);
  });
});
