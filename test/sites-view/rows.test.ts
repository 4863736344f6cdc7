import assert from 'node:assert/strict';
import type { JobLine, SiteDetail, SiteSummary } from '../../client/src/sites/worker-protocol.ts';
import { entryRows, jobOf, partRows, type Row, siteOf, siteRow } from '../../client/src/sites-view/rows.ts';
import { stateLook } from '../../client/src/sites-view/state-look.ts';

const now = new Date(2026, 10, 20, 16, 31);
const id = 'a'.repeat(32);

function site(more: Partial<SiteSummary> = {}): SiteSummary {
  const since = new Date(2026, 10, 20, 9, 5).toISOString();
  const stands = {
    state: 'vulnerable',
    bad: true,
    reason: 'greet-1.0: eol',
    since,
    checkedAt: since,
  } as const;
  const counts = { packages: 2, vulnerable: 1, audited: true, problems: 1, jobs: [], settledAt: 1 };
  return { name: 'north', ...stands, ...counts, usable: true, ...more };
}

function job(more: Partial<JobLine> = {}): JobLine {
  const request = { verb: 'install', packages: ['greet'], dryRun: false } as const;
  return {
    id,
    ...request,
    state: 'running',
    reason: '',
    since: now.getTime(),
    cancelRequested: false,
    ...more,
  };
}

const detail: SiteDetail = {
  status: {
    name: 'north',
    tags: [],
    state: 'vulnerable',
    reason: '',
    since: null,
    checkedAt: null,
    job: null,
    area: null,
    pkgsrc: null,
    packages: [
      { name: 'greet', version: '1.0', automatic: false },
      { name: 'libgreet', version: '1.2', automatic: true },
    ],
    vulnerabilities: [{ package: 'greet-1.0', type: 'eol', url: 'https://example.org/1' }],
    audit: 'checked',
    problems: [{ code: 'x', text: 'Something is odd' }],
  },
  history: [job({ state: 'failed', reason: 'No space' })],
};

/** Every row below a site. */
function all(summary: SiteSummary): readonly Row[] {
  const parts = partRows(summary, detail, now);
  return [siteRow(summary, now), ...parts, ...parts.flatMap(part => entryRows(part.id, detail, now))];
}

suite('rows of the Sites view', () => {
  const stands: readonly (readonly [name: string, site: Partial<SiteSummary>, description: string])[] = [
    ['a state with its beginning', {}, 'vulnerable since 09:05'],
    ['a good state with its last check', { state: 'ok' }, 'ok, checked 09:05'],
    ['a state whose beginning is not known', { state: 'missing', since: null }, 'missing'],
    [
      'a beginning on another day',
      { since: new Date(2026, 10, 18, 7, 0).toISOString() },
      'vulnerable since 18 Nov 07:00',
    ],
    [
      'a beginning in another year',
      { since: new Date(2025, 1, 3).toISOString() },
      'vulnerable since 3 Feb 2025',
    ],
    [
      'more jobs than the state tells of',
      { state: 'running', jobs: [job(), job()] },
      'running since 09:05, 2 jobs open',
    ],
    [
      'a job that waits for the end of a maintenance',
      { state: 'maintenance', since: null, jobs: [job()] },
      'maintenance, 1 job open',
    ],
  ];
  for (const [name, more, description] of stands)
    test(`a site shows ${name}`, () => assert.equal(siteRow(site(more), now).description, description));

  const contexts: readonly (readonly [context: string, site: Partial<SiteSummary>])[] = [
    ['site.idle', {}],
    ['site.busy', { jobs: [job()] }],
    ['site.broken', { usable: false }],
  ];
  for (const [context, more] of contexts)
    test(`what can be done with a site: ${context}`, () =>
      assert.equal(siteRow(site(more), now).context, context));

  test('ids are unique, lead back to their site, and stay when a state changes', () => {
    const busy = { jobs: [job()] };
    const before = all(site(busy)).map(row => row.id);
    assert.equal(new Set(before).size, before.length);
    assert.deepEqual([...new Set(before.map(siteOf))], ['north']);
    assert.deepEqual(
      all(site({ ...busy, state: 'running' })).map(row => row.id),
      before,
    );
  });

  test('a screen reader is told everything that is shown, and states in words', () => {
    for (const row of all(site({ jobs: [job()] }))) {
      assert.ok(row.spoken.includes(row.label), row.id);
      for (const word of (row.description ?? '').split(', ')) assert.ok(row.spoken.includes(word), row.id);
    }
    assert.match(
      siteRow(site(), now).spoken,
      /^north, vulnerable since 09:05\. greet-1\.0: eol\. 2 packages/,
    );
  });

  test('a vulnerable package is told in its list, and its row leads to the advisory', () => {
    const [greet] = entryRows('north/packages', detail, now);
    assert.equal(greet?.description, '1.0, vulnerable');
    const [found] = entryRows('north/vulnerabilities', detail, now);
    assert.equal(found?.link, 'https://example.org/1');
  });

  test('an address that is none of the web leads nowhere', () => {
    const vulnerabilities = [{ package: 'greet-1.0', type: 'eol', url: 'command://workbench.action.quit' }];
    const [found] = entryRows(
      'north/vulnerabilities',
      { ...detail, status: { ...detail.status, vulnerabilities } },
      now,
    );
    assert.equal(found?.link, undefined);
  });

  test('jobs that are open can be cancelled, those of the history not', () => {
    const [, open] = partRows(site({ jobs: [job()] }), detail, now);
    assert.equal(open?.context, 'job.open');
    assert.equal(jobOf(open?.id ?? ''), id);
    const [ended] = entryRows('north/history', detail, now);
    assert.equal(ended?.context, 'job.ended');
    assert.match(ended?.spoken ?? '', /install greet, failed, 16:31\. No space/);
  });

  test('not checked is not the same as no vulnerabilities', () => {
    const label = (more: Partial<SiteSummary>) =>
      partRows(site({ vulnerable: 0, ...more }), detail, now).find(row => row.id === 'north/vulnerabilities')
        ?.label;
    assert.equal(label({}), 'No known vulnerabilities');
    assert.equal(label({ audited: false }), 'Not checked for vulnerabilities');
  });

  test('a state of a newer version has a look too', () =>
    assert.equal(stateLook('levitating' as 'ok').icon, 'question'));
});
