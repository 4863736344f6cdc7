import assert from 'node:assert/strict';
import { MOST_BYTES, statusHtml } from '../../../client/src/report/html/status-html.ts';
import type { SiteStatus } from '../../../client/src/report/status-report.ts';
import { htmlInput, siteStatus } from '../../support/site-status.ts';
import { statusSample } from '../../support/status-sample.ts';

/** The worst that an escaped character costs, as long as any field may be. */
const WORST = '"&'.repeat(2000);

const many = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** A site that fills every field and every list. */
function greedy(at: number, entries: number): SiteStatus {
  const base = siteStatus();
  const words = `${at} ${WORST}`;
  return {
    ...base,
    name: words,
    tags: many(20, tag => `${tag} ${words}`),
    state: (['vulnerable', 'failed', 'ok'] as const)[at % 3] ?? 'ok',
    reason: words,
    job: base.job && {
      ...base.job,
      id: words,
      ticket: words,
      reason: words,
      packages: many(100, () => WORST),
      actions: many(entries, () => ({ verb: 'install', package: words, outcome: 'failed', text: words })),
      repairs: many(entries, () => ({ code: words, outcome: 'failed', text: words })),
    },
    packages: many(entries, each => ({ name: `${each} ${WORST}`, version: words, automatic: true })),
    vulnerabilities: many(entries, each => ({
      package: `${each} ${WORST}-${each}`,
      type: words,
      url: words,
    })),
    problems: many(entries, each => ({ code: words, text: `${each} ${words}` })),
  };
}

suite('report page: size', () => {
  const bytes = (sites: readonly SiteStatus[]) =>
    Buffer.byteLength(
      statusHtml(
        htmlInput(sites, {
          faults: many(5000, line => ({ path: WORST, line, message: WORST })),
          previous: new Map(many(5000, at => [`${at} ${WORST}`, 'failed'])),
        }),
      ),
    );

  const cases: readonly [what: string, sites: () => readonly SiteStatus[]][] = [
    ['one site with 20,000 of everything', () => [greedy(0, 20_000)]],
    ['200 sites that fill every field', () => many(200, at => greedy(at, 60))],
    ['3,000 sites that fill every field', () => many(3000, at => greedy(at, 3))],
    ['30,000 sites', () => many(30_000, at => siteStatus({ name: `site-${at}`, tags: [`t${at % 9}`] }))],
  ];
  for (const [what, sites] of cases)
    test(`no page is bigger than 5 MB: ${what}`, () => assert.ok(bytes(sites()) <= MOST_BYTES));

  test('every site keeps its section, however much the others send', () => {
    const page = statusHtml(htmlInput(many(500, at => greedy(at, 10))));
    assert.equal(page.split('<article').length - 1, 500);
  });

  test('what is left out is said', () => {
    const page = statusHtml(htmlInput(many(3000, at => siteStatus({ name: `site-${at}` }))));
    assert.match(page, /1,000 further sites without a section here/);
    assert.match(
      statusHtml(statusSample(1000, 300)),
      /do not list all their facts here; the JSON report does/,
    );
    assert.match(statusHtml(htmlInput([greedy(0, 60)])), /more in the JSON report/);
  });

  test('a page of ordinary size leaves nothing out', () =>
    assert.doesNotMatch(statusHtml(statusSample(30, 60)), /class="omitted"/));
});
