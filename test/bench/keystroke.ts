import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchRow, ms, quantile } from './bench-row.ts';
import { bigManifest } from './big-manifest.ts';
import { type RunningServer, startServer } from './language-server.ts';
import { scratchDirectory } from './scratch-directory.ts';

const ACTIONS = 10_000;
const KEYS = 100;
const AIM = 50;

/** (a) From a keystroke in a manifest of 10,000 actions to its diagnostics, everything else unchanged. */
export async function keystroke(): Promise<readonly BenchRow[]> {
  const root = scratchDirectory();
  const server = await startServer(populated(root), join(root, 'cache'));
  try {
    const { first, keys, found } = await typed(server, join(root, 'big.p5m'));
    const p95 = quantile(keys, 0.95);
    return [
      {
        what: `(a) keystroke to diagnostics, ${ACTIONS} actions, p50`,
        measured: ms(quantile(keys, 0.5)),
        beside: `${found} findings each time`,
      },
      {
        what: '    p95',
        measured: ms(p95),
        beside: `1/${Math.round(first / p95)} of the first answer (${ms(first)})`,
        aim: `under ${AIM} ms`,
        met: p95 < AIM,
      },
    ];
  } finally {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** A tree with a built payload for every file: scripts, libraries and text. */
function populated(root: string): string {
  const example = resolve('examples/greetings');
  const { text, files } = bigManifest(ACTIONS);
  writeFileSync(join(root, 'big.p5m'), text);
  writeFileSync(join(root, 'packwright.yaml'), 'proto: [proto]\nrepositories: [{ uri: ./repo }]\n');
  cpSync(join(example, 'repo'), join(root, 'repo'), { recursive: true });
  for (const [at, path] of files.entries()) {
    const target = join(root, 'proto', path);
    mkdirSync(dirname(target), { recursive: true });
    if (at % 5 === 0) cpSync(join(example, 'proto/usr/bin/greet'), target);
    else writeFileSync(target, at % 5 === 1 ? '#!/usr/bin/bash\necho\n' : 'text\n');
  }
  return root;
}

async function typed(
  { connection }: RunningServer,
  path: string,
): Promise<{ readonly first: number; readonly keys: readonly number[]; readonly found: number }> {
  const uri = pathToFileURL(path).href;
  const { text } = bigManifest(ACTIONS);
  const diagnostics = async () => {
    const report = await connection.sendRequest<{ items?: readonly unknown[] }>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.items?.length ?? 0;
  };
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'p5m', version: 1, text },
  });
  const opened = performance.now();
  let found = await diagnostics();
  const first = performance.now() - opened;
  const keys: number[] = [];
  const line = 2;
  for (let key = 1; key <= KEYS; key++) {
    const begun = performance.now();
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: key + 1 },
      contentChanges: [
        { range: { start: { line, character: 30 }, end: { line, character: 30 } }, text: 'x' },
      ],
    });
    found = await diagnostics();
    keys.push(performance.now() - begun);
  }
  return { first, keys: keys.slice(KEYS / 10), found };
}
