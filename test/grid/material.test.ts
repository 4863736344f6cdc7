import assert from 'node:assert/strict';
import { type MaterialSources, prepareMaterial } from '../../client/src/grid/material.ts';
import type { JobMaterial, Request, Site, VulnerabilitySource } from '../../client/src/grid/model.ts';
import { readSummary } from '../../server/src/core/pkgsrc/summary.ts';
import { indexSummary } from '../../server/src/core/pkgsrc/summary-index.ts';

const SUMMARY = `PKGNAME=libgreet-1.0
PKGPATH=vo/libgreet
FILE_SIZE=2749
FILE_CKSUM=SHA256 ${'ab'.repeat(32)}

PKGNAME=libgreet-1.1
PKGPATH=vo/libgreet

PKGNAME=greet-1.1
DEPENDS=libgreet>=1.0
PKGPATH=vo/greet

PKGNAME=py39-six-1
PKGPATH=lang/py-six

PKGNAME=py312-six-1
PKGPATH=lang/py-six

PKGNAME=pathless-1
`;
const LIBGREET = { pkgname: 'libgreet-1.1', file: 'libgreet-1.1.tgz', pkgpath: 'vo/libgreet' };
const GREET = { pkgname: 'greet-1.1', file: 'greet-1.1.tgz', pkgpath: 'vo/greet' };

const site: Site = {
  name: 'north',
  vo: 'atlas',
  backend: 'local',
  packages: ['greet'],
  maintenance: [],
  tags: [],
  credentials: [],
  wallMinutes: 60,
  minimumFreeMiB: 100,
  lockWaitSeconds: 60,
};
const withRepository: Site = { ...site, repository: { url: 'https://example.org/All' } };
const building: Site = { ...site, build: { tree: '/usr/pkgsrc', mkConf: '' } };

interface Case {
  readonly at?: Site;
  readonly source?: VulnerabilitySource;
  readonly list?: Partial<MaterialSources>;
}

/** What a request at a site leads to: the material, or the refusal as text. */
async function prepared(
  verb: Request['verb'],
  packages: readonly string[],
  { at = withRepository, source, list }: Case = {},
): Promise<JobMaterial | string> {
  const sources: MaterialSources = {
    packages: async () => ({
      kind: 'packages',
      from: 'x',
      index: indexSummary(readSummary(SUMMARY)),
      faults: [],
    }),
    vulnerabilities: async ({ url }) => ({ list: { kind: 'sent', text: `list of ${url}` } }),
    ...list,
  };
  const record = {
    site: { ...at, ...(source && { vulnerabilities: source }) },
    request: { verb, packages, dryRun: false },
  };
  const answer = await prepareMaterial(record, ['0123'], sources, new AbortController().signal);
  return answer.kind === 'refused' ? answer.reason : answer.material;
}

suite('the material of a job', () => {
  test('an installation knows its packages, their dependencies first', async () => {
    assert.deepEqual(await prepared('install', ['greet']), {
      plan: [
        { ...LIBGREET, wanted: false, patterns: ['libgreet>=1.0'] },
        { ...GREET, wanted: true, patterns: ['greet'] },
      ],
      newest: [],
      vulnerabilities: { kind: 'none' },
      endedJobs: ['0123'],
    });
  });

  test('size and digest of a package are passed on', async () => {
    const material = await prepared('update', ['libgreet<1.1']);
    assert.deepEqual(typeof material === 'object' && material.plan, [
      {
        ...LIBGREET,
        pkgname: 'libgreet-1.0',
        file: 'libgreet-1.0.tgz',
        size: 2749,
        sha256: 'ab'.repeat(32),
        wanted: true,
        patterns: ['libgreet<1.1'],
      },
    ]);
  });

  test('an upgrade knows the newest of everything', async () => {
    const material = await prepared('upgrade', []);
    assert.ok(typeof material === 'object');
    assert.deepEqual(material.newest.slice(0, 2), [
      { ...LIBGREET, dependencies: [] },
      { ...GREET, dependencies: ['libgreet>=1.0'] },
    ]);
    assert.equal(material.newest.length, 5);
  });

  test('a probe, an audit and a removal ask no repository', async () => {
    const list = { packages: () => Promise.reject(new Error('asked')) };
    for (const verb of ['probe', 'audit', 'remove', 'unlock'] as const) {
      const material = await prepared(verb, [], { at: withRepository, list });
      assert.ok(typeof material === 'object');
      assert.deepEqual([material.plan, material.newest], [[], []]);
    }
  });

  test('the list of vulnerabilities is sent, or left to the site, as the sites file says', async () => {
    const url = 'https://example.org/list';
    const lists = async (source: VulnerabilitySource, list?: Partial<MaterialSources>) => {
      const material = await prepared('audit', [], { source, ...(list && { list }) });
      return typeof material === 'object' && material.vulnerabilities;
    };
    assert.deepEqual(await lists({ fetch: 'submit', url }), { kind: 'sent', text: `list of ${url}` });
    assert.deepEqual(await lists({ fetch: 'site', url, sha256: 'ab' }), { kind: 'site', url, sha256: 'ab' });
    const error = { kind: 'error', text: 'no way' } as const;
    assert.deepEqual(
      await lists({ fetch: 'submit', url }, { vulnerabilities: async () => ({ list: error }) }),
      error,
    );
  });

  test('a package to build is named by pattern or by its directory', async () => {
    const at = { ...building, repository: { url: 'https://example.org/All' } };
    const material = await prepared('install', ['vo/greet'], { at });
    assert.deepEqual(
      typeof material === 'object' &&
        material.plan.map(each => `${each.pkgpath} ${each.wanted} ${each.patterns}`),
      ['vo/libgreet false libgreet>=1.0', 'vo/greet true greet'],
    );
  });

  test('what a tree alone can tell is left to the job', async () => {
    const at = { ...building, repository: { url: 'https://example.org/All' } };
    const cases: readonly (readonly [Request['verb'], readonly string[], Site])[] = [
      ['install', ['vo/greet', 'hello'], building],
      ['upgrade', [], building],
      ['upgrade', [], at],
      ['install', ['pathless'], at],
      ['install', ['greet', 'vo/only-in-the-tree'], at],
      ['update', ['only-in-the-tree'], at],
    ];
    for (const [verb, packages, where] of cases) {
      const material = await prepared(verb, packages, { at: where });
      assert.deepEqual(typeof material === 'object' ? [material.plan, material.newest] : material, [[], []]);
    }
    const list = { packages: async () => ({ kind: 'fault' as const, reason: 'x answers 403' }) };
    const material = await prepared('install', ['greet'], { at, list });
    assert.deepEqual(typeof material === 'object' ? material.plan : material, []);
  });

  const old = async () => ({
    kind: 'packages' as const,
    from: 'x',
    index: indexSummary(readSummary(SUMMARY)),
    faults: [],
    stale: { since: Date.UTC(2026, 10, 20, 10), reason: 'x cannot be reached' },
  });
  test('material that was made of an old copy says so', async () => {
    const sources = { packages: old, vulnerabilities: () => Promise.reject(new Error('asked')) };
    const record = {
      site: withRepository,
      request: { verb: 'install' as const, packages: ['greet'], dryRun: false },
    };
    const answer = await prepareMaterial(record, [], sources, new AbortController().signal);
    assert.deepEqual(answer.kind === 'ready' && answer.notes, [
      'The list of packages is that of 2026-11-20 10:00 UTC, because it could not be renewed: x cannot be reached.',
    ]);
  });

  const remote: Site = { ...site, host: { destination: 'head' }, repository: { url: '/vo/packages' } };
  const withBoth: Site = { ...building, repository: { url: 'https://example.org/All' } };
  const refusals: readonly (readonly [Request['verb'], readonly string[], Site, RegExp])[] = [
    ['install', [], withRepository, /^Nothing to install was named: say which packages\.$/],
    ['update', [], withRepository, /, or use upgrade for all of them\.$/],
    [
      'install',
      ['greet'],
      site,
      /^Site north has no repository of packages to install from: .*`repository\.url`/,
    ],
    ['install', ['greet'], remote, /\/vo\/packages at the site, .*`repository\.summary`\.$/],
    [
      'install',
      ['grete'],
      withRepository,
      /^No package of the repository matches "grete": did you mean greet\?$/,
    ],
    ['install', ['libgreet-1.0', 'libgreet>1.0'], withRepository, /no version of libgreet satisfies both\.$/],
    [
      'remove',
      ['greet-{1'],
      withRepository,
      /^"greet-\{1" is no package pattern: its braces do not close\.$/,
    ],
    ['install', ['greet\n; rm'], withRepository, /is no package pattern: it holds white space/],
    ['install', ['vo/greet'], withRepository, /for sites that build from source\.$/],
    ['install', ['vo/../greet'], withBoth, /neither a package pattern nor category\/package\.$/],
    ['install', ['libgreet-1.0', 'libgreet>1.0'], withBoth, /no version of libgreet satisfies both\.$/],
    ['install', ['lang/py-six'], withBoth, /^lang\/py-six makes py39-six and py312-six: name the one/],
  ];
  for (const [verb, packages, at, reason] of refusals)
    test(`refused: ${verb} ${packages.join(' ').replace('\n', '\\n')}: ${reason.source}`, async () =>
      assert.match(String(await prepared(verb, packages, { at })), reason));

  test('a repository that cannot be read is a refusal with its reason', async () => {
    const list = { packages: async () => ({ kind: 'fault' as const, reason: 'x answers 403' }) };
    assert.equal(
      await prepared('install', ['greet'], { list }),
      'It is not known which packages the repository of site north has: x answers 403.',
    );
  });
});
