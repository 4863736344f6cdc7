import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { closureOf } from '../server/src/core/closure.ts';
import { rulesOf } from '../server/src/core/dialects.ts';
import type { Repository } from '../server/src/core/model.ts';
import { gather } from '../server/src/core/universe.ts';
import { Disk } from '../server/src/io/disk.ts';
import type { ConfiguredRepository } from '../server/src/io/repositories/configured.ts';
import { openRepository } from '../server/src/io/repositories/index.ts';
import { DepotReplay } from './support/depot-replay.ts';
import { fixture } from './support/fixture.ts';

const data = resolve(__dirname, '../test/data/ips-repository');
const signal = new AbortController().signal;

/** The image in which `pkg install -nv` was recorded. */
const image = new Map([
  ['arch', 'i386'],
  ['opensolaris.zone', 'global'],
]);

/** What `pkg(1)` installs beside what is guaranteed: it chooses among alternatives, and brings groups. */
const NOT_GUARANTEED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'app/editor@1.5': {
    'runtime/tool-20': 'chosen among two alternatives',
    'app/editor-plugin': 'brought by that choice',
  },
  'test/deps-all': {
    'runtime/tool-10': 'chosen among two alternatives',
    'app/editor-plugin': 'brought by that choice',
    'library/libtwo': 'brought by that choice',
    'test/empty-file': 'of a group, which may be avoided',
    'test/facets': 'of a group, which may be avoided',
    'test/smf': 'of a group, which may be avoided',
  },
};

/** What each kind of repository has of the packages that were installed; absent: all. */
const kinds: Readonly<Record<string, readonly string[] | undefined>> = {
  repository: undefined,
  'archive.p5p': ['library/libone', 'library/libtwo'],
  image: ['app/editor@1.5', 'library/libone', 'library/libtwo', 'test/deps-all'],
  'a depot': undefined,
};

for (const [place, there] of Object.entries(kinds)) {
  suite(`golden: a closure is what pkg installs, without its choices: ${place}`, () => {
    let repository: ConfiguredRepository;
    let cache: string;
    const depot = new DepotReplay();
    suiteSetup(async () => {
      cache = mkdtempSync(join(tmpdir(), 'packwright-closure-'));
      const uri = place === 'a depot' ? await depot.start() : join(data, place);
      repository = openRepository({ uri }, '/', {
        disk: new Disk(),
        cacheDirectory: cache,
        onChange: () => {},
        onProgress: () => {},
      });
    });
    suiteTeardown(async () => {
      repository.dispose();
      await depot.stop();
      rmSync(cache, { recursive: true, force: true });
    });

    for (const [pattern, theirs] of installed()) {
      if (!there || there.includes(pattern)) test(pattern, () => assertClosure(repository, pattern, theirs));
    }
  });
}

async function assertClosure(
  repository: Repository,
  pattern: string,
  theirs: ReadonlySet<string>,
): Promise<void> {
  const [name = ''] = pattern.split('@');
  const version = pattern.includes('@') ? `depend type=incorporate fmri=${pattern}\n` : '';
  const text = `depend type=require fmri=${name}\n${version}`;
  const manifest = rulesOf('ips').read(text, { path: '/w/t.p5m', macros: {} });
  const { world } = fixture('-- settings --\nclosed: true\n');
  const universe = await gather(
    manifest,
    { lists: [], explicit: new Set(), provides: [] },
    { ...world, repositories: [alpha(repository)] },
    signal,
  );
  const closure = closureOf(manifest.dependencies, image, undefined, universe);
  const missing = [...theirs].filter(one => !closure.has(one));
  assert.deepEqual(missing.sort(), Object.keys(NOT_GUARANTEED[pattern] ?? {}).sort());
  const known = [...allNames()].filter(one => closure.has(one) && !theirs.has(one));
  // A renamed package stands for its successor; pkg leaves it out of an empty image.
  assert.ok(
    known.every(one => universe.chosen(one)?.state === 'renamed'),
    known.join(),
  );
}

/** Only the publisher with which the installations were recorded. */
function alpha(repository: Repository): Repository {
  return {
    name: './repo',
    kind: 'repository',
    faults: () => repository.faults(),
    deliveries: async () => [],
    packages: async (names, stop) => {
      const answer = await repository.packages(names, stop);
      return new Map(
        [...answer].map(([name, all]) => [name, all.filter(one => one.id.publisher === 'alpha.example')]),
      );
    },
  };
}

function rows(): readonly (readonly string[])[] {
  const lines = readFileSync(join(data, 'expected-closure.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  return lines.map(line => line.split('\t'));
}

/** Pattern -> names of the packages that `pkg install` would install with publisher alpha.example alone. */
function installed(): ReadonlyMap<string, ReadonlySet<string>> {
  const recorded = rows().filter(
    ([publishers, , status]) => publishers === 'alpha.example' && status === '0',
  );
  const byPattern = Map.groupBy(recorded, ([, pattern = '']) => pattern);
  return new Map([...byPattern].map(([pattern, all]) => [pattern, new Set(all.map(row => row[4] ?? ''))]));
}

function allNames(): ReadonlySet<string> {
  return new Set(rows().flatMap(row => [row[1]?.replace(/@.*/, '') ?? '', row[4] ?? '']));
}
