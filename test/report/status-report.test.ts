import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020';
import type { JobRecord, JobState, Site, SiteReport } from '../../client/src/grid/model.ts';
import { statusJson } from '../../client/src/report/status-json.ts';
import { isBad, type SiteKnowledge, statusReport } from '../../client/src/report/status-report.ts';
import { statusText } from '../../client/src/report/status-text.ts';

const NOW = Date.UTC(2026, 10, 20, 16, 2);

const site: Site = {
  name: 'north',
  vo: 'atlas',
  backend: 'local',
  packages: [],
  maintenance: [],
  tags: ['tier1'],
  credentials: [],
  wallMinutes: 60,
  minimumFreeMiB: 100,
  lockWaitSeconds: 0,
};

function job(state: JobState, more: Partial<JobRecord> = {}): JobRecord {
  return {
    id: '0'.repeat(32),
    site,
    request: { verb: 'probe', packages: [], dryRun: false },
    state,
    reason: '',
    nonce: '1'.repeat(32),
    queuedAt: NOW - 9000,
    since: NOW - 5000,
    notBefore: 0,
    cancelRequested: false,
    failures: 0,
    ...more,
  };
}

function report(more: Partial<SiteReport> = {}): SiteReport {
  return {
    job: '0'.repeat(32),
    verb: 'probe',
    dryRun: false,
    complete: true,
    outcome: 'ok',
    pkgsrc: { state: 'present', prefix: '/vo/pkg' },
    packages: [
      { name: 'greet', version: '1.1', automatic: false },
      { name: 'libgreet', version: '1.1', automatic: true },
    ],
    vulnerabilities: { state: 'checked', found: [] },
    actions: [],
    repairs: [],
    problems: [],
    log: [],
    faults: [],
    ...more,
  };
}

function known(
  jobs: readonly JobRecord[],
  reports: readonly SiteReport[],
  more: Partial<SiteKnowledge> = {},
) {
  return {
    name: 'north',
    site,
    jobs,
    reports: reports.map((each, index) => ({ report: each, at: NOW - 1000 * (index + 1) })),
    ...more,
  };
}

function stateOf(knowledge: SiteKnowledge) {
  const [status] = statusReport({ vo: 'atlas', now: NOW, sites: [knowledge], faults: [] }).sites;
  assert.ok(status);
  return status;
}

suite('status report: how a site stands', () => {
  const greetFlaw = { package: 'greet-1.1', type: 'cross-site-scripting', url: 'https://example.org/4' };
  const wanting: Site = { ...site, packages: ['greet>=2', 'libgreet'] };
  const cases: readonly [
    name: string,
    state: string,
    reason: RegExp,
    bad: boolean,
    knowledge: SiteKnowledge,
  ][] = [
    [
      'a good report',
      'ok',
      /2 packages, none known to be vulnerable/,
      false,
      known([job('done')], [report()]),
    ],
    ['nothing was ever asked', 'missing', /probe/, true, known([], [])],
    [
      'a vulnerable package',
      'vulnerable',
      /greet-1.1: cross-site-scripting, see https/,
      true,
      known([job('done')], [report({ vulnerabilities: { state: 'checked', found: [greetFlaw] } })]),
    ],
    [
      'an audit that failed is not a good one',
      'unaudited',
      /not known: no list/,
      true,
      known([job('done')], [report({ vulnerabilities: { state: 'error', found: [], text: 'no list' } })]),
    ],
    [
      'a wanted package in too old a version',
      'incomplete',
      /greet>=2 is wanted.*sites install 'greet>=2' --site north/,
      true,
      known([job('done')], [report()], { site: wanting }),
    ],
    [
      'no pkgsrc',
      'absent',
      /next install brings it/,
      true,
      known([job('done')], [report({ pkgsrc: { state: 'absent', prefix: '/vo/pkg' } })]),
    ],
    [
      'a damaged database',
      'damaged',
      /greet-1.0: It is half installed\. The next install, update or upgrade repairs it/,
      true,
      known(
        [job('done')],
        [
          report({
            pkgsrc: { state: 'damaged', prefix: '/vo/pkg' },
            problems: [
              { code: 'area-not-writable', text: 'nobody can write there' },
              { code: 'half-installed', package: 'greet-1.0', text: 'It is half installed.' },
            ],
          }),
        ],
      ),
    ],
    [
      'a job under way, whatever was before',
      'running',
      /on node7/,
      false,
      known([job('running', { reason: 'on node7' })], [report()]),
    ],
    [
      'a site that cannot be reached',
      'unreachable',
      /refused/,
      true,
      known([job('unreachable', { reason: 'north refused the connection' })], [report()]),
    ],
    ['a lost job', 'lost', /lost/, true, known([job('lost')], [report()])],
    [
      'maintenance, and a job that waits for its end',
      'maintenance',
      /cooling until 2026-11-20T17:00:00.000Z; its jobs wait until then/,
      false,
      known([job('maintenance')], [report()], {
        maintenance: { reason: 'cooling', until: Date.UTC(2026, 10, 20, 17) },
      }),
    ],
    [
      'a job that is running goes on in maintenance',
      'running',
      /./,
      false,
      known([job('running')], [], { maintenance: { reason: 'cooling', until: NOW + 1 } }),
    ],
    [
      'a site that the file describes badly',
      'refused',
      /host begins with -/,
      true,
      { name: 'north', fault: 'host begins with -', jobs: [], reports: [] },
    ],
  ];
  for (const [name, state, reason, bad, knowledge] of cases) {
    test(name, () => {
      const status = stateOf(knowledge);
      assert.equal(status.state, state);
      assert.match(status.reason, reason);
      assert.equal(isBad(status.state), bad);
    });
  }

  test('a wanted package that is missing is told once', () => {
    const said = { code: 'wanted-missing', text: 'greet>=2 ought to be installed and is not' };
    const status = stateOf(known([job('done')], [report({ problems: [said] })], { site: wanting }));
    assert.deepEqual(
      status.problems.map(({ code }) => code),
      ['wanted-missing'],
    );
  });

  test('what an earlier report saw stays known when the newest one was cut off', () => {
    const cut = report({ complete: false, outcome: 'cut-off' });
    const { packages: _, vulnerabilities: __, ...bare } = cut;
    const status = stateOf(known([job('failed', { reason: 'time limit' })], [bare, report()]));
    assert.equal(status.state, 'failed');
    assert.equal(status.packages?.length, 2);
    assert.equal(status.audit, 'checked');
  });

  test('no list of packages is not an empty one', () => {
    const { packages: _, ...bare } = report();
    assert.equal(stateOf(known([job('done')], [bare])).packages, null);
    assert.deepEqual(stateOf(known([job('done')], [report({ packages: [] })])).packages, []);
  });
});

suite('status report: packages', () => {
  test('every version tells its sites, newest first', () => {
    const at = (name: string, version: string): SiteKnowledge => ({
      ...known([job('done')], [report({ packages: [{ name: 'greet', version, automatic: false }] })]),
      name,
    });
    const sites = [at('north', '1.9'), at('south', '1.10'), at('west', '1.9')];
    assert.deepEqual(statusReport({ vo: 'atlas', now: NOW, sites, faults: [] }).packages, [
      {
        name: 'greet',
        versions: [
          { version: '1.10', sites: ['south'] },
          { version: '1.9', sites: ['north', 'west'] },
        ],
      },
    ]);
  });
});

suite('status report: text', () => {
  const plain = {
    clean: (text: string) => text.replaceAll('\u001b', '\\e'),
    paint: (_: string, text: string) => text,
  };

  test('the headline counts, the worst first; columns are aligned', () => {
    const sites = [
      known([job('done')], [report()]),
      { ...known([job('unreachable', { reason: 'no answer' })], []), name: 'a-long-name' },
    ];
    const text = statusText(statusReport({ vo: 'atlas', now: NOW, sites, faults: [] }), plain);
    assert.match(text, /^atlas: 2 sites: 1 unreachable, 1 ok \(2026-11-20 16:02Z\)\n/);
    assert.match(text, /^SITE {9}STATE {8}CHECKED/m);
    assert.match(text, /^a-long-name {2}unreachable {2}- {2,}- {2,}- {2,}no answer$/m);
  });

  test('nothing that came from a site reaches the terminal as it is', () => {
    const hostile = report({
      packages: [{ name: 'x\u001b[2J', version: '1\u001b[0m', automatic: false }],
      problems: [{ code: 'x', text: 'a\u001b]0;title\u0007' }],
      actions: [{ verb: 'install', package: '\u001b[1m', outcome: 'failed', text: '\u001b[1m' }],
    });
    const sites = [known([job('done', { reason: '\u001b[1m' })], [hostile])];
    assert.doesNotMatch(
      statusText(statusReport({ vo: 'atlas', now: NOW, sites, faults: [] }), plain),
      /\u001b/,
    );
  });
});

suite('status report: JSON', () => {
  test('the document is as its published schema says, for every state of a site', () => {
    const schema = JSON.parse(readFileSync('docs/sites-status.schema.json', 'utf8'));
    const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(schema);
    const full = report({
      area: { path: '/vo', freeKiB: 1, writable: true, setgid: true, groupWritable: true, group: 'vo' },
      vulnerabilities: { state: 'checked', found: [{ package: 'a-1', type: 't', url: 'u' }] },
      actions: [{ verb: 'install', package: 'a-1', from: '0', outcome: 'failed', code: 'c', text: 't' }],
      repairs: [{ code: 'rebuild', package: 'a', outcome: 'failed', text: 't' }],
      problems: [{ code: 'c', package: 'a', text: 't' }],
    });
    const states: readonly JobState[] = ['queued', 'unreachable', 'maintenance', 'done', 'failed', 'lost'];
    const sites = [
      ...states.map(state => known([job(state, { ticket: '1' })], [full])),
      known([], []),
      { name: 'bad', fault: 'no host', jobs: [], reports: [] },
    ];
    const faults = [{ path: 'sites.yaml', line: 1, column: 2, site: 'bad', message: 'no host' }];
    const document = JSON.parse(statusJson(statusReport({ vo: 'atlas', now: NOW, sites, faults })));
    assert.ok(validate(document), JSON.stringify(validate.errors, undefined, 1));
  });
});
