import assert from 'node:assert/strict';
import type { DocumentLink, DocumentSymbol, FoldingRange, Hover } from 'vscode-languageserver/node';
import type { Why } from '../../server/src/protocol.ts';
import { type LspClient, uri } from '../support/lsp-client.ts';
import { Bench, greetings, puller } from './running.ts';

suite('lsp: fixes, proofs and outline', () => {
  const bench = new Bench();
  teardown(() => bench.takeDown());

  const declared = greetings.replace(
    '-- perl.p5m --',
    'depend type=require fmri=pkg:/runtime/perl\n-- perl.p5m --',
  );

  const hoverAt = async (client: LspClient, path: string, line: number, character: number) => {
    const params = { textDocument: { uri: uri(path) }, position: { line, character } };
    const hover = await client.request<Hover | null>('textDocument/hover', params);
    return hover ? (hover.contents as { value: string }).value : undefined;
  };

  test('fix-all is offered where it is asked for, and does what the quick fixes do', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const manifest = tree.path('greet.p5m');
    client.open(manifest);
    const whole = { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } };
    const [quick] = await client.actions(manifest, whole, [], ['quickfix']);
    assert.equal(quick?.kind, 'quickfix');
    const fixAll = await client.actions(manifest, whole, [], ['source.fixAll']);
    assert.deepEqual(
      fixAll.map(action => action.kind),
      ['source.fixAll.packwright'],
    );
    assert.equal(client.edited(manifest, fixAll[0]?.edit), client.edited(manifest, quick?.edit));
    assert.deepEqual(await client.actions(manifest, whole, [], ['refactor']), []);
  });

  test('a payload file shows its own places of a finding about several', async () => {
    const tree =
      bench.tree(`${greetings.replace('-- perl.p5m --', 'file path=usr/bin/bye owner=root group=bin mode=0555\n-- perl.p5m --')}
-- proto/usr/bin/bye (mode=0555) --
#! /usr/bin/perl
`);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    assert.equal((await client.pull(tree.path('greet.p5m'))).items.length, 1);
    const { items } = await client.pull(tree.path('proto/usr/bin/bye'));
    assert.deepEqual(
      items.map(({ range }) => range.start),
      [{ line: 0, character: 3 }],
    );
  });

  test('edits name the version of the document they are for', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const manifest = tree.path('greet.p5m');
    const whole = { start: { line: 1, character: 0 }, end: { line: 1, character: 20 } };
    const versionOf = async () => {
      const [action] = await client.actions(manifest, whole, [], ['quickfix']);
      const [change] = action?.edit?.documentChanges ?? [];
      return change && 'textDocument' in change ? change.textDocument.version : undefined;
    };
    assert.equal(await versionOf(), null);
    client.open(manifest);
    client.type(manifest, 'set name', '# a comment\nset name');
    assert.equal(await versionOf(), undefined);
    whole.start.line = whole.end.line = 2;
    assert.equal(await versionOf(), 2);
  });

  test('hovering a dependency tells what it is there for, a file what it needs, an attribute what it means', async () => {
    const tree = bench.tree(declared);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const manifest = tree.path('greet.p5m');
    assert.match(
      (await hoverAt(client, manifest, 2, 30)) ?? '',
      /runtime\/perl: .*5\.36[\s\S]*usr\/bin\/greet needs/,
    );
    assert.match(
      (await hoverAt(client, manifest, 1, 12)) ?? '',
      /usr\/bin\/greet needs \/usr\/bin\/perl.*declared/,
    );
    assert.match((await hoverAt(client, manifest, 1, 6)) ?? '', /^path: where it is installed/);
    assert.match(
      (await hoverAt(client, tree.path('proto/usr/bin/greet'), 0, 4)) ?? '',
      /needs \/usr\/bin\/perl/,
    );
    assert.equal(await hoverAt(client, manifest, 3, 0), undefined);
  });

  test('what comes from files cannot write Markdown', async () => {
    const tree = bench.tree(greetings.replace('#!/usr/bin/perl', '#!/usr/bin/[x](http://y)<b>`'));
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const text = (await hoverAt(client, tree.path('greet.p5m'), 1, 12)) ?? '';
    assert.match(text, /\\\[x\\\]\(http\\:\/\/y\)\\<b\\>\\`/);
  });

  test('why is answered with the proof and where to look', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const params = {
      textDocument: { uri: uri(tree.path('greet.p5m')) },
      position: { line: 1, character: 12 },
    };
    const why = await client.request<Why>('packwright/why', params);
    assert.match(
      why.needs[0]?.title ?? '',
      /^usr\/bin\/greet needs \/usr\/bin\/perl: not declared \(runtime\/perl\)$/,
    );
    assert.ok(why.needs[0]?.steps.some(step => step.location?.uri === uri(tree.path('proto/usr/bin/greet'))));
    params.position.line = 0;
    assert.equal(await client.request('packwright/why', params), null);
  });

  test('the outline has the package and its actions; payload is a click away; long actions fold', async () => {
    const tree = bench.tree(declared);
    const client = await bench.client({
      capabilities: {
        ...puller,
        textDocument: { ...puller.textDocument, documentSymbol: { hierarchicalDocumentSymbolSupport: true } },
      },
      folders: [tree.root],
    });
    const manifest = tree.path('greet.p5m');
    client.open(manifest);
    client.type(manifest, ' owner', ' \\\n owner');
    client.type(manifest, 'set name', '# one\n# two\nset name');
    const textDocument = { uri: uri(manifest) };
    const [outline] = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument });
    assert.equal(outline?.name, 'app/greet');
    assert.deepEqual(
      outline?.children?.map(({ detail, name }) => `${detail} ${name}`),
      ['set pkg.fmri = pkg:/app/greet@1.0', 'file usr/bin/greet', 'depend pkg:/runtime/perl'],
    );
    const folds = await client.request<FoldingRange[]>('textDocument/foldingRange', { textDocument });
    assert.deepEqual(
      folds.map(({ startLine, endLine, kind }) => [startLine, endLine, kind]),
      [
        [3, 4, undefined],
        [0, 1, 'comment'],
      ],
    );
    const links = await client.request<DocumentLink[]>('textDocument/documentLink', { textDocument });
    assert.deepEqual(
      links.map(({ target }) => target),
      [uri(tree.path('proto/usr/bin/greet'))],
    );
  });
});
