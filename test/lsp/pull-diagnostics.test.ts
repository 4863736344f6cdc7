import assert from 'node:assert/strict';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { WorkspaceDiagnosticReport } from 'vscode-languageserver/node';
import type { Ports } from '../../server/src/session.ts';
import { type LspClient, shown, uri } from '../support/lsp-client.ts';
import { Bench, editor, greetings, puller } from './running.ts';

suite('lsp: a client that asks for diagnostics', () => {
  const bench = new Bench();
  teardown(() => bench.takeDown());

  const survey = (client: LspClient, known: Record<string, string> = {}, extra = {}) =>
    client.request<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds: Object.entries(known).map(([path, value]) => ({ uri: uri(path), value })),
      ...extra,
    });

  const idsOf = (report: WorkspaceDiagnosticReport) =>
    Object.fromEntries(report.items.map(item => [new URL(item.uri).pathname, item.resultId ?? '']));

  test('is told what is wrong, with code, manual, proof and source', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const manifest = tree.path('greet.p5m');
    client.open(manifest);
    const { kind, items } = await client.pull(manifest);
    assert.equal(kind, 'full');
    assert.match(shown(items).join('\n'), /^1:10: undeclared: .*perl.*$/);
    const [item] = items;
    assert.equal(item?.source, 'packwright');
    assert.match(item?.codeDescription?.href ?? '', /docs\/findings\.md#undeclared$/);
    assert.ok(
      item?.relatedInformation?.some(
        ({ location }) => location.uri === uri(tree.path('proto/usr/bin/greet')),
      ),
    );
    assert.ok(!client.sent.some(({ method }) => method === 'textDocument/publishDiagnostics'));
  });

  test('hears "unchanged" while nothing changed, and the new list after', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const manifest = tree.path('greet.p5m');
    client.open(manifest);
    const first = await client.pull(manifest);
    const second = await client.pull(manifest, first.resultId);
    assert.deepEqual([second.kind, second.resultId], ['unchanged', first.resultId]);
    client.type(manifest, 'mode=0555', 'mode=0555\ndepend type=require fmri=runtime/perl');
    const third = await client.pull(manifest, first.resultId);
    assert.deepEqual([third.kind, third.items], ['full', []]);
  });

  test('gets the whole workspace, and its next question is held until something changes', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const first = await survey(client);
    const manifest = tree.path('greet.p5m');
    const payload = tree.path('proto/usr/bin/greet');
    assert.deepEqual(Object.keys(idsOf(first)).sort(), [manifest, payload]);
    let answered = false;
    const held = survey(client, idsOf(first)).finally(() => {
      answered = true;
    });
    await client.pull(manifest);
    assert.equal(answered, false);
    client.open(manifest);
    client.type(manifest, 'mode=0555', 'mode=0555\ndepend type=require fmri=runtime/perl');
    const second = await held;
    assert.deepEqual(
      second.items.map(item => [item.uri, item.version, item.kind === 'full' && item.items]),
      [
        [uri(manifest), 2, []],
        [uri(payload), null, []],
      ],
    );
  });

  test('gets the workspace piece by piece when it gives a token', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const report = await survey(client, {}, { partialResultToken: 'partial' });
    assert.deepEqual(report.items, []);
    const { items } = await client.wait('partial');
    assert.deepEqual(
      items.map((item: { uri: string }) => item.uri),
      [uri(tree.path('greet.p5m')), uri(tree.path('proto/usr/bin/greet'))],
    );
  });

  test('an idle workspace does no work', async () => {
    const tree = bench.tree(greetings);
    let asked = 0;
    const counted = (ports: Ports): Ports => ({
      ...ports,
      openTree: async (root, buffers) =>
        new Proxy(await ports.openTree(root, buffers), {
          get(target, key) {
            asked++;
            const value = Reflect.get(target, key, target);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        }),
    });
    const client = await bench.client({ capabilities: puller, folders: [tree.root] }, counted);
    const first = await survey(client);
    const source = new CancellationTokenSource();
    const held = client.request(
      'workspace/diagnostic',
      {
        previousResultIds: Object.entries(idsOf(first)).map(([path, value]) => ({ uri: uri(path), value })),
      },
      source.token,
    );
    await client.wait('packwright/status');
    // The held question is surveyed once; the answer to the next request shows that this is over.
    await client.request('textDocument/hover', {
      textDocument: { uri: uri('/nowhere') },
      position: { line: 0, character: 0 },
    });
    await new Promise(resolve => setTimeout(resolve, 400));
    const before = asked;
    await new Promise(resolve => setTimeout(resolve, 400));
    assert.ok(before > 0);
    assert.equal(asked, before);
    source.cancel();
    await assert.rejects(held, { code: -32800 });
  });

  test('a held question is answered at shutdown, and not to be asked again', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const first = await survey(client);
    const held = survey(client, idsOf(first));
    held.catch(() => {});
    // By the time these are answered the survey of the held question is over.
    for (let i = 0; i < 5; i++) await client.pull(tree.path('greet.p5m'));
    await client.request('shutdown', undefined);
    await assert.rejects(held, { code: -32802, data: { retriggerRequest: false } });
  });

  test('is asked to ask again when a file changes on disk', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const manifest = tree.path('greet.p5m');
    const payload = tree.path('proto/usr/bin/greet');
    const first = await client.pull(manifest);
    assert.equal(first.items.length, 1);
    await client.wait('client/registerCapability');
    tree.write('proto/usr/bin/greet', '#!/usr/bin/missing\n');
    client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uri(payload), type: 2 }] });
    await client.wait('workspace/diagnostic/refresh');
    const second = await client.pull(manifest, first.resultId);
    assert.deepEqual([second.kind, second.items], ['full', []]);
  });

  test('events about files that no answer depends on change nothing', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const manifest = tree.path('greet.p5m');
    const first = await client.pull(manifest);
    const before = client.sent.length;
    client.notify('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri(tree.path('notes.txt')), type: 1 }],
    });
    const second = await client.pull(manifest, first.resultId);
    assert.equal(second.kind, 'unchanged');
    assert.ok(!client.sent.slice(before).some(({ method }) => method === 'workspace/diagnostic/refresh'));
  });

  test('a cancelled question is answered as cancelled', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const source = new CancellationTokenSource();
    const params = { textDocument: { uri: uri(tree.path('greet.p5m')) } };
    const asked = client.request('textDocument/diagnostic', params, source.token);
    source.cancel();
    await assert.rejects(asked, { code: -32800 });
    assert.equal((await client.pull(tree.path('greet.p5m'))).items.length, 1);
  });

  test('an editor gets one registration, for manifests, settings and payload of any language', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: editor, folders: [tree.root] });
    assert.equal(client.capabilities.diagnosticProvider, undefined);
    const registered = await client.wait(
      'client/registerCapability',
      ({ registrations }) => registrations[0].method === 'textDocument/diagnostic',
    );
    const { documentSelector, ...options } = registered.registrations[0].registerOptions;
    assert.deepEqual(
      documentSelector.map((filter: { pattern: string }) => filter.pattern),
      ['**/*.p5m', '**/*.mog', '**/packwright.yaml', `${tree.path('proto')}/**`],
    );
    assert.deepEqual(options, {
      identifier: 'packwright',
      interFileDependencies: true,
      workspaceDiagnostics: true,
    });
  });

  test('settings that change move the registrations along', async () => {
    const tree = bench.tree(`${greetings}-- stage/usr/bin/greet --\n#!/usr/bin/perl\n`);
    const client = await bench.client({ capabilities: editor, folders: [tree.root] });
    await client.wait(
      'client/registerCapability',
      ({ registrations }) => registrations[0].method === 'textDocument/diagnostic',
    );
    const before = client.sent.length;
    tree.write('packwright.yaml', 'proto: [stage]\n');
    client.notify('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri(tree.path('packwright.yaml')), type: 2 }],
    });
    const { registrations } = await client.wait(
      'client/registerCapability',
      params => params.registrations[0].method === 'textDocument/diagnostic',
      before,
    );
    assert.equal(
      registrations[0].registerOptions.documentSelector.at(-1).pattern,
      `${tree.path('stage')}/**`,
    );
    const methods = client.sent.slice(before).map(({ method }) => method);
    assert.ok(methods.includes('client/unregisterCapability'));
  });
});
