import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readReport } from '../../../client/src/grid/job/result.ts';
import type { SiteReport } from '../../../client/src/grid/model.ts';

const ID = '0123456789abcdef'.repeat(2);
const NONCE = 'fedcba9876543210'.repeat(2);
const RECORD = { id: ID, nonce: NONCE, request: { verb: 'install', packages: [], dryRun: false } } as const;

type Row = readonly [kind: string, values: Readonly<Record<string, string | number>>];

const BEGIN: Row = [
  'begin',
  { version: 1, id: ID, verb: 'install', dry: 'no', host: 'wn1', time: 1700000000 },
];
const END: Row = ['end', { outcome: 'ok', text: 'All is done.', seconds: 12 }];

const WHOLE: readonly Row[] = [
  BEGIN,
  ['area', { path: '/vo/atlas', free: 1024, writable: 'yes', setgid: 'no', group: 'voatlas' }],
  ['lock', { state: 'taken', owner: 'wn1.12.ab', host: 'wn1', pid: 12, account: 'sm', job: ID, time: 5 }],
  ['pkgsrc', { state: 'present', prefix: '/vo/atlas/pkg' }],
  ['repair', { code: 'half-installed', package: 'greet-1.0', outcome: 'done', text: 'Installed anew.' }],
  ['problem', { code: 'tools-old', text: 'Old tools; upgrade them.' }],
  [
    'pkgsrc',
    { state: 'repaired', prefix: '/vo/atlas/pkg', database: '/vo/atlas/pkg/pkgdb', tools: '20160410' },
  ],
  [
    'action',
    { verb: 'install', package: 'hello-1.0', outcome: 'failed', code: 'no-file', text: 'Größe: 100% 日本' },
  ],
  ['log', { step: 'pkg_add', text: 'one\ntwo\n' }],
  ['package', { name: 'libgreet', version: '1.1', automatic: 'yes' }],
  ['package', { name: 'greet', version: '1.1', automatic: 'no' }],
  ['packages', { count: 2 }],
  ['vulnerable', { package: 'greet-1.1', type: 'eol', url: 'https://x/1' }],
  ['vulnerabilities', { state: 'checked' }],
  END,
];

const REPORT: SiteReport = {
  job: ID,
  verb: 'install',
  dryRun: false,
  complete: true,
  outcome: 'ok',
  text: 'All is done.',
  startedAt: 1700000000,
  seconds: 12,
  host: 'wn1',
  area: { path: '/vo/atlas', freeKiB: 1024, writable: true, setgid: false, group: 'voatlas' },
  lock: { state: 'taken', owner: 'wn1.12.ab', host: 'wn1', pid: '12', account: 'sm', job: ID, since: 5 },
  pkgsrc: { state: 'repaired', prefix: '/vo/atlas/pkg', database: '/vo/atlas/pkg/pkgdb', tools: '20160410' },
  packages: [
    { name: 'greet', version: '1.1', automatic: false },
    { name: 'libgreet', version: '1.1', automatic: true },
  ],
  vulnerabilities: { state: 'checked', found: [{ package: 'greet-1.1', type: 'eol', url: 'https://x/1' }] },
  actions: [
    { verb: 'install', package: 'hello-1.0', outcome: 'failed', code: 'no-file', text: 'Größe: 100% 日本' },
  ],
  repairs: [{ code: 'half-installed', package: 'greet-1.0', outcome: 'done', text: 'Installed anew.' }],
  problems: [{ code: 'tools-old', text: 'Old tools; upgrade them.' }],
  log: ['pkg_add: one', 'pkg_add: two'],
  faults: [],
};

/** As the script encodes: every byte but the plain ones. */
function encoded(text: string): string {
  return [...Buffer.from(text)]
    .map(byte => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9._/:+@,-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function lineOf([kind, values]: Row, sequence: number, nonce: string = NONCE): string {
  const pairs = Object.entries(values).map(([key, value]) => ` ${key}=${encoded(String(value))}`);
  return `@${nonce} ${sequence} ${kind}${pairs.join('')} ;\n`;
}

function output(rows: readonly Row[]): string {
  return rows.map((row, at) => lineOf(row, at + 1)).join('');
}

function read(text: string): SiteReport {
  return readReport(text, RECORD);
}

/** What a report has beside an empty one. */
function told(text: string): Partial<SiteReport> {
  const empty = JSON.stringify(read(''));
  const plain = JSON.parse(empty) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(read(text)).filter(([key, value]) => JSON.stringify(plain[key]) !== JSON.stringify(value)),
  );
}

suite('readReport', () => {
  test('a whole report', () => assert.deepEqual(read(output(WHOLE)), REPORT));

  test('no output is a report that was cut off', () =>
    assert.deepEqual(read(''), {
      job: ID,
      verb: 'install',
      dryRun: false,
      complete: false,
      outcome: 'cut-off',
      actions: [],
      repairs: [],
      problems: [],
      log: [],
      faults: [],
    }));

  test('a job that was killed has said what it said', () => {
    const report = read(output(WHOLE.slice(0, 9)));
    assert.deepEqual(
      [
        report.complete,
        report.outcome,
        report.area?.path,
        report.actions.length,
        report.log,
        report.packages,
      ],
      [false, 'cut-off', '/vo/atlas', 1, ['pkg_add: one', 'pkg_add: two'], undefined],
    );
    assert.deepEqual(report.faults, []);
  });

  test('a banner without a line end does not hide a record', () =>
    assert.deepEqual(
      read(`Welcome to ${output(WHOLE).replaceAll(`@${NONCE} 4`, `\rhello @${NONCE} 4`)}`),
      REPORT,
    ));

  test('the numbers of the records are their order', () =>
    assert.deepEqual(
      read(
        WHOLE.map((row, at) => lineOf(row, at + 1))
          .reverse()
          .join(''),
      ),
      REPORT,
    ));

  test('line ends of a terminal do not matter', () =>
    assert.deepEqual(read(output(WHOLE).replaceAll('\n', '\r\n')), REPORT));

  const cases: readonly [name: string, text: string, expected: Partial<SiteReport>][] = [
    [
      'records of another nonce are noise',
      lineOf(END, 1, 'ab'.repeat(16)) +
        lineOf(['problem', { code: 'x', text: 'y' }], 1, `${NONCE.slice(1)}0`),
      {},
    ],
    [
      'of two records with one number the first counts',
      lineOf(['end', { outcome: 'failed' }], 1) + lineOf(['end', { outcome: 'ok' }], 1),
      { complete: true, outcome: 'failed', faults: ['Record 1 came more than once; the first counts'] },
    ],
    [
      'records that are missing are told',
      lineOf(['problem', { code: 'x', text: 'y' }], 3) + lineOf(END, 5),
      {
        complete: true,
        outcome: 'ok',
        text: 'All is done.',
        seconds: 12,
        problems: [{ code: 'x', text: 'y' }],
        faults: ['Records 1 to 2 are missing', 'Record 4 is missing'],
      },
    ],
    [
      'a last record that was cut off does not count',
      lineOf(END, 1).slice(0, -3),
      { faults: ['Record 1 was cut off'] },
    ],
    [
      'a record that makes no sense does not count',
      `@${NONCE} 1 end outcome=o"k ;\n@${NONCE} 2 end outcome ;\n@${NONCE} 3 end outcome=%4 ;\n@${NONCE} 4 END outcome=ok ;\n`,
      {
        faults: [1, 2, 3, 4].map(sequence => `Record ${sequence} makes no sense`),
      },
    ],
    [
      'numbers are none or numbers',
      lineOf(['begin', { version: 1, id: ID, verb: 'install', time: '1e9' }], 1) +
        lineOf(['area', { path: '/a', free: '-1' }], 2) +
        lineOf(['lock', { state: 'held', time: '9'.repeat(400), silent: '0x10' }], 3),
      { area: { path: '/a' }, lock: { state: 'held' } },
    ],
    ['an outcome that nobody knows is none', lineOf(['end', { outcome: 'splendid' }], 1), {}],
    [
      'a list of packages that is not whole is left out',
      lineOf(['package', { name: 'a', version: '1' }], 1) + lineOf(['packages', { count: 2 }], 2),
      { faults: ['The list of packages is not whole, and was left out: 1 of 2'] },
    ],
    ['no packages are a list too', lineOf(['packages', { count: 0 }], 1), { packages: [] }],
    [
      'an audit with gaps is no good news',
      lineOf(['vulnerabilities', { state: 'checked' }], 2),
      {
        vulnerabilities: { state: 'error', found: [], text: 'Parts of what the audit said did not arrive' },
        faults: ['Record 1 is missing'],
      },
    ],
    [
      'an audit that was cut off tells what it found',
      lineOf(['vulnerable', { package: 'a-1', type: 'eol', url: 'u' }], 1),
      {
        vulnerabilities: {
          state: 'error',
          found: [{ package: 'a-1', type: 'eol', url: 'u' }],
          text: 'The audit was cut off',
        },
      },
    ],
    [
      'what comes after the last word does not count',
      output([END, ['problem', { code: 'x', text: 'y' }]]),
      {
        complete: true,
        outcome: 'ok',
        text: 'All is done.',
        seconds: 12,
        faults: ['There are records after the last one, which were left out'],
      },
    ],
    [
      'a kind that nobody knows is told',
      output([['weather', { sun: 'yes' }]]),
      { faults: ['Records of the kind "weather" are not known, and were left out'] },
    ],
    [
      'a report that names another job, request or version is told',
      output([['begin', { version: 2, id: NONCE, verb: 'remove' }]]),
      {
        faults: [
          'The job speaks another version of the report than 1',
          'The report names another job',
          'The report names another request',
        ],
      },
    ],
    [
      'escapes, reordering marks and bad bytes are made visible',
      `@${NONCE} 1 problem code=x text=a%1B[31mb ;\n@${NONCE} 2 problem code=x text=a%1B%5B2J%0D%0Ab%E2%80%AEc%FFd%C2%9B%00 ;\n`,
      {
        problems: [{ code: 'x', text: 'a\\e[2J b\\u202ec\ufffdd\\x9b\\x00' }],
        faults: ['Record 1 makes no sense', 'Record 1 is missing'],
      },
    ],
    [
      'a package whose name could not be one is left out',
      output([
        ['action', { verb: 'install', package: 'a\nb', outcome: 'done' }],
        ['action', { verb: 'install', package: 'x'.repeat(300), outcome: 'done' }],
        ['action', { verb: 'install', package: 'a-1', outcome: 'done' }],
      ]),
      {
        actions: [{ verb: 'install', package: 'a-1', outcome: 'done' }],
        faults: ['2 of the records "action" made no sense'],
      },
    ],
    [
      'a long text is cut',
      output([['problem', { code: 'x', text: 'y'.repeat(5000) }]]),
      { problems: [{ code: 'x', text: `${'y'.repeat(1999)}…` }] },
    ],
    [
      'the log tells lines apart, and nothing else',
      output([['log', { step: 'x', text: 'a\r\nb\u001b[1A\tc\n\n' }]]),
      { log: ['x: a', 'x: b\\e[1A c', 'x: '] },
    ],
    [
      'a mark in a value begins no record',
      output([
        ['log', { text: `see @${NONCE} 2 end outcome=ok ;` }],
        ['problem', { code: 'x', text: `@${NONCE}` }],
      ]),
      { log: [`see @${NONCE} 2 end outcome=ok ;`], problems: [{ code: 'x', text: `@${NONCE}` }] },
    ],
  ];
  for (const [name, text, expected] of cases) test(name, () => assert.deepEqual(told(text), expected));

  test('of a long log the end is kept', () => {
    const rows = Array.from({ length: 3000 }, (_, at): Row => ['log', { text: `line ${at}` }]);
    const { log } = read(output(rows));
    assert.deepEqual([log.length, log[0], log.at(-1)], [2000, 'line 1000', 'line 2999']);
  });

  test('more records than a report has are not read', () => {
    const rows = Array.from({ length: 50_010 }, (_, at): Row => ['problem', { code: 'x', text: String(at) }]);
    const report = read(output([...rows, END]));
    assert.deepEqual(
      [report.problems.length, report.outcome, report.faults],
      [50_000, 'cut-off', ['The report is too long; the rest of it was not read']],
    );
  });

  for (const [name, garbage] of [
    ['marks without an end', `@${NONCE} 7 problem code=`.repeat(200_000)],
    ['marks with other numbers', Array.from({ length: 200_000 }, (_, at) => `@${NONCE} ${at} x `).join('')],
    ['half a mark', `@${NONCE}`.repeat(300_000)],
    ['binary noise', '\u0000\u001b[2J\ufffd ;'.repeat(1_000_000)],
    ['one endless record', `@${NONCE} 9 log text=${'%41'.repeat(3_000_000)}`],
  ] as const) {
    test(`megabytes of garbage (${name}) hide nothing before them`, () => {
      const report = read(output(WHOLE) + garbage);
      assert.deepEqual({ ...report, faults: [] }, REPORT);
      assert.ok(report.faults.length <= 60);
    });
  }

  test('every prefix of a report can be read', () => {
    const text = output(WHOLE);
    for (let length = 0; length < text.length - 1; length++) {
      const report = read(text.slice(0, length));
      assert.equal(report.complete, length >= text.length - 1, String(length));
    }
  });

  test('every flipped bit of a report leaves one that can be read', () => {
    const bytes = Buffer.from(output(WHOLE));
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      assert.equal(read(flipped.toString('utf8')).job, ID);
    }
  });
});

suite('readReport: properties', () => {
  const plain = fc.stringMatching(/^[!-~äß日][ -~äß日]{0,40}$/);
  const name = fc.stringMatching(/^[a-z][a-z0-9_+-]{0,20}$/);
  const packages = fc.uniqueArray(fc.record({ name, version: name, automatic: fc.boolean() }), {
    selector: one => one.name,
  });
  const problems = fc.array(fc.record({ code: fc.stringMatching(/^[a-z]{1,9}$/), text: plain }));
  const noise = fc.array(
    fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constant(`@${NONCE}`),
      fc.constant(`@${NONCE} 3`),
      fc.constant('@'.concat('0'.repeat(32), ' 1 end outcome=ok ;\n')),
    ),
    { minLength: 1, maxLength: 20 },
  );

  function rowsOf(
    list: readonly { readonly name: string; readonly version: string; readonly automatic: boolean }[],
    told: readonly { readonly code: string; readonly text: string }[],
  ): readonly Row[] {
    return [
      BEGIN,
      ...list.map((one): Row => ['package', { ...one, automatic: one.automatic ? 'yes' : 'no' }]),
      ['packages', { count: list.length }],
      ...told.map((one): Row => ['problem', one]),
      END,
    ];
  }

  test('what was written is read', () =>
    fc.assert(
      fc.property(packages, problems, (list, told) => {
        const report = read(output(rowsOf(list, told)));
        assert.deepEqual(report.faults, []);
        assert.deepEqual(
          report.packages,
          list.map(one => ({ ...one })).sort((a, b) => (a.name < b.name ? -1 : 1)),
        );
        assert.deepEqual(
          report.problems,
          told.map(one => ({ ...one })),
        );
      }),
    ));

  test('noise between the records changes nothing', () =>
    fc.assert(
      fc.property(packages, noise, (list, sounds) => {
        const rows = rowsOf(list, []);
        const noisy = rows.map((row, at) => `${sounds[at % sounds.length]}${lineOf(row, at + 1)}`).join('');
        assert.deepEqual(read(noisy), read(output(rows)));
      }),
    ));

  test('any text at all can be read', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
        assert.equal(read(`@${NONCE} 1 ${text}`).job, ID);
      }),
    ));
});
