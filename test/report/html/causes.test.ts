import assert from 'node:assert/strict';
import { causesOf, normalised } from '../../../client/src/report/html/causes.ts';
import { surveyOf } from '../../../client/src/report/html/survey.ts';
import type { SiteStatus } from '../../../client/src/report/status-report.ts';
import { htmlInput, siteStatus } from '../../support/site-status.ts';

suite('report causes: what differs between sites', () => {
  const cases: readonly [text: string, normal: string][] = [
    [
      'ssh: connect to host ce.north.example.org port 22: refused',
      'ssh: connect to host ‹host› port ‹n›: refused',
    ],
    ['atlas@10.1.2.3: no answer', '‹host›: no answer'],
    ['the area /vo/atlas/pkg (3.5 GiB) is full', 'the area ‹path› (‹n› GiB) is full'],
    ["cannot open '/vo/a b'", "cannot open '‹path› b'"],
    ['north is down; northern is not', '‹site› is down; northern is not'],
    ['see https://example.org/a?b for 3', 'see ‹address› for ‹n›'],
    ['until 2026-11-20T17:00:00.000Z', 'until ‹time›'],
    ['job 6f1c6f1c6f1c6f1c of 4711', 'job ‹id› of ‹n›'],
    ['a deadbeef word stays', 'a deadbeef word stays'],
  ];
  for (const [text, normal] of cases) test(text, () => assert.equal(normalised(text, 'north'), normal));
});

suite('report causes', () => {
  const refused = (name: string): SiteStatus =>
    siteStatus({ name, state: 'unreachable', reason: `${name}.grid.example.org: Connection refused` });
  const full = (name: string, free: number): SiteStatus =>
    siteStatus({ name, state: 'failed', reason: `/vo/${name} has ${free} KiB left` });
  const causes = (...sites: readonly SiteStatus[]) =>
    causesOf(surveyOf(htmlInput(sites)).places).map(({ text, example, places, alone }) => ({
      text,
      example,
      sites: places.map(({ status }) => status.name),
      alone: alone.length,
    }));

  test('sites that fail alike are one cause, and the cause of most stands first', () =>
    assert.deepEqual(causes(full('a', 0), refused('b'), refused('c')), [
      {
        text: '‹host›: Connection refused',
        example: 'b.grid.example.org: Connection refused',
        sites: ['b', 'c'],
        alone: 2,
      },
      { text: '/vo/a has 0 KiB left', example: undefined, sites: ['a'], alone: 1 },
    ]));

  test('a vulnerable package is one cause in all its versions', () => {
    const flawed = (name: string, version: string) =>
      siteStatus({
        name,
        state: 'vulnerable',
        reason: 'x',
        vulnerabilities: [
          { package: `zlib-${version}`, type: 'a', url: 'u' },
          { package: `zlib-${version}`, type: 'b', url: 'u' },
        ],
      });
    assert.deepEqual(causes(flawed('a', '1.2'), flawed('b', '1.3')), [
      { text: 'zlib has known vulnerabilities', example: undefined, sites: ['a', 'b'], alone: 2 },
    ]);
  });

  test('of a site with two things wrong neither is the only one', () => {
    const site = siteStatus({
      name: 'a',
      state: 'incomplete',
      problems: [
        { code: 'wanted-missing', package: 'greet>=2', text: 'greet>=2 is wanted: run packwright' },
        { code: 'x', text: 'the area is nearly full' },
      ],
    });
    assert.deepEqual(
      causes(site).map(({ text, alone }) => [text, alone]),
      [
        ['greet>=2 is wanted and not installed', 0],
        ['the area is nearly full', 0],
      ],
    );
  });

  test('a failed job is told by the packages that failed', () => {
    const site = siteStatus({ name: 'a', state: 'failed', reason: '1 package failed' });
    const job = {
      ...site.job!,
      actions: [
        { verb: 'install' as const, package: 'root-6.32', outcome: 'failed' as const, text: 'no space left' },
        { verb: 'install' as const, package: 'zlib-1.3', outcome: 'done' as const },
      ],
    };
    assert.deepEqual(
      causes({ ...site, job }).map(({ text }) => text),
      ['root-6.32 could not be installed: no space left'],
    );
  });

  test('a site that is well, on its way or in maintenance has none', () =>
    assert.deepEqual(
      causes(
        siteStatus({ name: 'a' }),
        siteStatus({ name: 'b', state: 'running' }),
        siteStatus({ name: 'c', state: 'maintenance' }),
      ),
      [],
    ));
});
