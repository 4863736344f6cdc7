import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rulesOf } from '../server/src/core/dialects.ts';
import { incorporate } from '../server/src/core/incorporation.ts';
import { splitFmri } from '../server/src/core/ips/fmri.ts';
import type { Package, Repository } from '../server/src/core/model.ts';
import { Disk } from '../server/src/io/disk.ts';
import { openRepository } from '../server/src/io/repositories/index.ts';

const data = resolve(__dirname, '../test/data/ips-repository');
const { signal } = new AbortController();

suite('golden: an incorporation allows what pkg installs beside it', () => {
  let repository: Repository & { dispose(): void };
  let cache: string;
  suiteSetup(() => {
    cache = mkdtempSync(join(tmpdir(), 'packwright-incorporation-'));
    repository = openRepository({ uri: join(data, 'repository') }, data, {
      disk: new Disk(),
      cacheDirectory: cache,
      onChange: () => {},
      onProgress: () => {},
    });
  });
  suiteTeardown(() => {
    repository.dispose();
    rmSync(cache, { recursive: true, force: true });
  });

  for (const [installed, rows] of rowsOf('expected-incorporation.tsv')) {
    test(installed, async () => {
      const [fmri = '', facet] = installed.split(' with facet.version-lock.');
      const unlocked = new Set(facet ? [facet.replace(/=false$/, '')] : []);
      const all = await repository.packages(await closureOfNames(repository, rows), signal);
      const versions = async (names: ReadonlySet<string>) => repository.packages(names, signal);
      const incorporated = await incorporate([fmri], unlocked, versions, rulesOf('ips'), new Map());
      assert.deepEqual(incorporated.missing, []);
      const ours = rows.map(({ candidate }) => {
        const { name, version, publisher } = splitFmri(candidate);
        const found = (all.get(name) ?? []).find(
          one => one.id.version === version && one.id.publisher === publisher,
        );
        assert.ok(found, candidate);
        // What is installed may be replaced by another version of itself.
        if (name === splitFmri(fmri).name) return [candidate, true];
        const known = (each: string): readonly Package[] => all.get(each) ?? [];
        return [candidate, incorporated.installable(known).refusal(found) === undefined];
      });
      assert.deepEqual(
        ours,
        rows.map(({ candidate, allowed }) => [candidate, allowed]),
      );
    });
  }
});

/** The names of the rows, and all that these packages require. */
async function closureOfNames(
  repository: Repository,
  rows: readonly { readonly candidate: string }[],
): Promise<ReadonlySet<string>> {
  const names = new Set(rows.map(({ candidate }) => splitFmri(candidate).name));
  for (let before = 0; before < names.size; ) {
    before = names.size;
    for (const packages of (await repository.packages(names, signal)).values())
      for (const { dependencies } of packages)
        for (const { anyOf } of dependencies) for (const { name } of anyOf) names.add(name);
  }
  return names;
}

function rowsOf(file: string): ReadonlyMap<string, readonly { candidate: string; allowed: boolean }[]> {
  const lines = readFileSync(join(data, file), 'utf8').trimEnd().split('\n').slice(1);
  const rows = lines.map(line => {
    const [installed = '', candidate = '', allowed] = line.split('\t');
    return { installed, candidate, allowed: allowed !== 'no' };
  });
  return Map.groupBy(rows, row => row.installed);
}
