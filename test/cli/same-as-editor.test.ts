import assert from 'node:assert/strict';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Diagnostic } from 'vscode-languageserver/node';
import { startServer, uri } from '../support/lsp-client.ts';
import { builtPackwright } from './command-line.ts';

/** Everything that both tell of a finding, in one line. */
type Told = string;

const severities = ['', 'error', 'warning', 'information', 'hint'];

suite('command line and language server', function () {
  this.timeout(30_000);

  test('tell the same findings of the example, one for one, in place, code and message', async () => {
    const example = resolve('examples/greetings');
    const cache = mkdtempSync(join(tmpdir(), 'packwright-same-'));
    try {
      const line = fromCommandLine(example, cache);
      assert.ok(line.size > 5);
      const files = globSync(['manifests/**/*.{p5m,mog}', 'packwright.yaml'], { cwd: example });
      assert.deepEqual(await fromServer(example, cache, files), line);
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  });
});

function fromCommandLine(example: string, cache: string): Map<string, Told[]> {
  const { out, err } = builtPackwright(['check', '--format', 'json', '.'], example, {
    XDG_CACHE_HOME: cache,
  });
  assert.equal(err, '');
  const found = new Map<string, Told[]>();
  for (const each of JSON.parse(out).findings) {
    const place = `${each.line}:${each.column}-${each.endLine}:${each.endColumn}`;
    const told = `${place} ${each.severity} ${each.code} ${each.message}`;
    found.set(each.manifest, [...(found.get(each.manifest) ?? []), told]);
  }
  return found;
}

/** What the server answers when the workspace, and then every document, is asked about. */
async function fromServer(
  example: string,
  cache: string,
  files: readonly string[],
): Promise<Map<string, Told[]>> {
  const { child, client, ended } = startServer();
  try {
    const capabilities = {
      textDocument: { diagnostic: {} },
      workspace: { diagnostics: { refreshSupport: true } },
    };
    await client.initialize({
      folders: [example],
      capabilities,
      options: { trusted: true, cachePath: cache },
    });
    const { items } = await client.request<{ items: { uri: string; items?: Diagnostic[] }[] }>(
      'workspace/diagnostic',
      { identifier: 'packwright', previousResultIds: [] },
    );
    const found = new Map<string, Told[]>();
    for (const file of files) {
      const path = join(example, file);
      const one = (await client.pull(path)).items.map(told);
      assert.deepEqual(
        items.filter(each => each.uri === uri(path)).flatMap(each => (each.items ?? []).map(told)),
        file.endsWith('.mog') && one.length === 0 ? [] : one,
        `${file}: the workspace's diagnostics differ from the document's`,
      );
      if (one.length > 0) found.set(file, one);
    }
    await client.request('shutdown', null);
    client.notify('exit', null);
    await ended;
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  } finally {
    child.kill();
  }
}

function told({ range: { start, end }, severity, code, message }: Diagnostic): Told {
  const place = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
  return `${place} ${severities[severity ?? 0]} ${code} ${message}`;
}
