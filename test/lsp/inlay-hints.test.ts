import assert from 'node:assert/strict';
import type { InlayHint } from 'vscode-languageserver/node';
import { type LspClient, uri } from '../support/lsp-client.ts';
import { Bench, puller } from './running.ts';

const TREE = `
-- packwright.yaml --
proto: [proto]
closed: true
-- app.p5m --
set name=pkg.fmri value=pkg:/app/one@1.0
depend fmri=__TBD type=require pkg.debug.depend.file=usr/bin/perl
depend fmri=__TBD type=require pkg.debug.depend.file=awk \\
    pkg.debug.depend.path=usr/bin pkg.debug.depend.path=usr/gnu/bin
set name=packwright.depend.user value=webservd
set name=packwright.depend.group value=nobody-has-it
set name=packwright.depend.directory value=opt/vendor
set name=packwright.depend.link value=usr/bin/sh
set name=packwright.depend.link value=/opt/vendor
-- perl.p5m --
set name=pkg.fmri value=pkg:/runtime/perl@5.36
file path=usr/bin/perl owner=root group=bin mode=0555
link path=usr/bin/sh target=perl
-- awk.p5m --
set name=pkg.fmri value=pkg:/text/awk@1
file path=usr/bin/awk owner=root group=bin mode=0555
-- gawk.p5m --
set name=pkg.fmri value=pkg:/text/gawk@1
file path=usr/gnu/bin/awk owner=root group=bin mode=0555
-- web.p5m --
set name=pkg.fmri value=pkg:/service/web@1
group groupname=webservd
user username=webservd group=webservd
dir path=opt/vendor owner=root group=bin mode=0755
-- proto/usr/bin/perl --
x
`;

suite('lsp: inlay hints', () => {
  const bench = new Bench();
  teardown(() => bench.takeDown());

  const hintsIn = async (client: LspClient, path: string, lines: readonly [number, number]) => {
    const range = { start: { line: lines[0], character: 0 }, end: { line: lines[1], character: 0 } };
    const params = { textDocument: { uri: uri(path) }, range };
    const hints = await client.request<readonly InlayHint[]>('textDocument/inlayHint', params);
    return hints.map(({ position, label }) => [position.line, label]);
  };

  test('dependencies on files, users, groups, directories and links say which package it is', async () => {
    const tree = bench.tree(TREE);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    assert.deepEqual(await hintsIn(client, tree.path('app.p5m'), [0, 20]), [
      [1, '→ runtime/perl'],
      [3, '→ text/awk or text/gawk'],
      [4, '→ service/web'],
      [5, '→ no known package'],
      [6, '→ service/web'],
      [7, '→ runtime/perl'],
      [8, '→ service/web'],
    ]);
    assert.deepEqual(await hintsIn(client, tree.path('app.p5m'), [4, 5]), [
      [4, '→ service/web'],
      [5, '→ no known package'],
    ]);
  });

  test('what nobody delivers is a finding at its line too', async () => {
    const tree = bench.tree(TREE);
    const client = await bench.client({ capabilities: puller, folders: [tree.root] });
    const { items } = await client.pull(tree.path('app.p5m'));
    const told = items.filter(({ code }) => code === 'unresolvable');
    assert.deepEqual(
      told.map(({ range, message }) => [range.start.line, String(message).includes('group nobody-has-it')]),
      [[5, true]],
    );
  });
});
