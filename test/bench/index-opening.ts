import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openTree } from '../../server/src/io/world.ts';
import { type BenchRow, median, ms } from './bench-row.ts';
import { scratchDirectory } from './scratch-directory.ts';

const PACKAGES = 1000;
const PATHS_EACH = 100;
const RUNS = 5;

/** (d) Opening a repository with 100,000 paths: the first time, and when its index is there. */
export async function indexOpening(): Promise<readonly BenchRow[]> {
  const root = scratchDirectory();
  try {
    writeRepository(join(root, 'repo'));
    writeFileSync(join(root, 'packwright.yaml'), 'repositories: [{ uri: ./repo }]\n');
    writeFileSync(join(root, 'one.p5m'), 'set name=pkg.fmri value=pkg:/bench/one@1.0\n');
    const cold: number[] = [];
    const warm: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const cachePath = join(root, `cache-${run}`);
      cold.push(await opened(root, cachePath));
      warm.push(await opened(root, cachePath));
    }
    return [
      {
        what: `(d) opening an index of ${PACKAGES * PATHS_EACH} paths, warm`,
        measured: ms(median(warm)),
        beside: `1/${Math.round(median(cold) / median(warm))} of building it`,
      },
      { what: '    cold: the index is built', measured: ms(median(cold)), beside: '' },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Milliseconds until a first question is answered. */
async function opened(root: string, cachePath: string): Promise<number> {
  const { signal } = new AbortController();
  const begun = performance.now();
  const tree = openTree(root, { buffers: new Map(), overrides: {}, trusted: true, cachePath });
  await tree.prepare(signal);
  const repository = tree.world(join(root, 'one.p5m')).repositories.find(({ kind }) => kind === 'repository');
  const path = 'usr/lib/part-7/file-7';
  const deliveries = (await repository?.deliveries(new Set([path]), signal)) ?? [];
  const took = performance.now() - begun;
  if (deliveries.length !== 1)
    throw new Error(`the index knows ${deliveries.length} packages that deliver ${path}`);
  tree.dispose();
  return took;
}

function writeRepository(root: string): void {
  const version = '1.0,5.11-2026.1:20260901T080000Z';
  const stems: Record<string, readonly { readonly version: string }[]> = {};
  const dependencies: Record<
    string,
    readonly { readonly version: string; readonly actions: readonly string[] }[]
  > = {};
  const write = (path: string, text: string) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (let at = 0; at < PACKAGES; at++) {
    const stem = `bench/part-${at}`;
    const depend = `depend type=require fmri=pkg:/bench/part-${(at + 1) % PACKAGES}`;
    const files = Array.from(
      { length: PATHS_EACH },
      (_, file) =>
        `file ${'0'.repeat(40)} path=usr/lib/part-${at}/file-${file} owner=root group=bin mode=0444`,
    );
    stems[stem] = [{ version }];
    dependencies[stem] = [{ version, actions: [depend] }];
    write(
      `publisher/bench/pkg/${encodeURIComponent(stem)}/${encodeURIComponent(version)}`,
      [`set name=pkg.fmri value=pkg://bench/${stem}@${version}`, ...files, depend, ''].join('\n'),
    );
  }
  const stamp = '20260901T080000Z';
  write('pkg5.repository', '[publisher]\nprefix = bench\n\n[repository]\nversion = 4\n');
  write('publisher/bench/catalog/catalog.base.C', JSON.stringify({ bench: stems }));
  write('publisher/bench/catalog/catalog.dependency.C', JSON.stringify({ bench: dependencies }));
  const part = { 'last-modified': stamp };
  write(
    'publisher/bench/catalog/catalog.attrs',
    JSON.stringify({
      created: stamp,
      'last-modified': stamp,
      'package-count': PACKAGES,
      'package-version-count': PACKAGES,
      parts: { 'catalog.base.C': part, 'catalog.dependency.C': part },
      updates: {},
      version: 1,
    }),
  );
}
