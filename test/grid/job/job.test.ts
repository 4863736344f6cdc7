import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { composeScript, jobOf, newRecord } from '../../../client/src/grid/job/job.ts';
import type { JobMaterial, JobRecord, Request, Site } from '../../../client/src/grid/model.ts';

const ID = '0123456789abcdef'.repeat(2);
const NONCE = 'fedcba9876543210'.repeat(2);
const SUM = 'ab'.repeat(32);
const SCRIPT = '# functions\npackwright_job() { cat; }\n';

const SITE: Site = {
  name: 'north',
  vo: 'atlas',
  backend: 'local',
  packages: [],
  maintenance: [],
  tags: [],
  credentials: [],
  wallMinutes: 120,
  minimumFreeMiB: 500,
  lockWaitSeconds: 300,
};

const NOTHING: JobMaterial = { plan: [], newest: [], vulnerabilities: { kind: 'none' }, endedJobs: [] };

interface Case {
  readonly site?: Partial<Site>;
  readonly request?: Partial<Request>;
  readonly material?: Partial<JobMaterial>;
}

function record({ site, request }: Case): JobRecord {
  return newRecord({
    site: { ...SITE, ...site },
    request: { verb: 'probe', packages: [], dryRun: false, ...request },
    id: ID,
    nonce: NONCE,
    now: 7,
  });
}

function compose(one: Case, script = SCRIPT) {
  return composeScript(record(one), { ...NOTHING, ...one.material }, script);
}

/** The lines of the request behind those that every request has. */
function lines(one: Case): readonly string[] {
  const composed = compose(one);
  if (composed.kind === 'refused') return [composed.reason];
  const [, request = ''] =
    /\{ packwright_job <<'PACKWRIGHT_REQUEST'\n([\s\S]*)\nPACKWRIGHT_REQUEST\nexit; \}\n$/.exec(
      composed.text,
    ) ?? [];
  const usual =
    /^(version|nonce|id|vo|site|minimum-free|lock-wait|verb probe$|dry-run no$|vulnerabilities none$)/;
  return request.split('\n').filter(line => !usual.test(line));
}

suite('composeScript', () => {
  test('the smallest job', () => {
    const composed = compose({});
    assert.deepEqual(composed, {
      kind: 'ready',
      text: `${SCRIPT}{ packwright_job <<'PACKWRIGHT_REQUEST'
version 1
nonce ${NONCE}
id ${ID}
vo atlas
site north
verb probe
dry-run no
minimum-free 500
lock-wait 300
vulnerabilities none
PACKWRIGHT_REQUEST
exit; }
`,
    });
  });

  const cases: readonly [name: string, job: Case, lines: readonly string[]][] = [
    [
      'where the site is',
      { site: { area: '/vo/atlas', prefix: '/vo/pkg', group: 'voatlas' } },
      ['area /vo/atlas', 'prefix /vo/pkg', 'group voatlas'],
    ],
    [
      'where pkgsrc comes from',
      {
        site: {
          kit: { url: 'https://x/kit.tgz', sha256: SUM },
          bootstrap: { url: '/src.tgz', sha256: SUM, command: ['sh', '--prefix', '{prefix}', '100% sure'] },
          repository: { url: 'https://x/All' },
        },
      },
      [
        `kit https://x/kit.tgz ${SUM}`,
        `bootstrap /src.tgz ${SUM} sh --prefix {prefix} 100%25%20sure`,
        'repository https://x/All',
      ],
    ],
    [
      'options of a build, line by line',
      { site: { build: { tree: '/vo/pkgsrc', mkConf: 'A=\t1 \\\r\n\nB= 2\n\n' } } },
      ['tree /vo/pkgsrc', 'mk-conf A= 1 \\', 'mk-conf ', 'mk-conf B= 2'],
    ],
    [
      'a request and what is wanted anyway',
      {
        site: { packages: ['hello'] },
        request: { verb: 'install', packages: ['greet', 'libgreet>=1.0<2'], dryRun: true },
        material: { endedJobs: [NONCE] },
      },
      [
        'verb install',
        'dry-run yes',
        `ended-job ${NONCE}`,
        'pattern greet',
        'pattern libgreet>=1.0<2',
        'want hello',
      ],
    ],
    [
      'a plan',
      {
        material: {
          plan: [
            {
              pkgname: 'libgreet-1.1',
              file: 'libgreet-1.1.tgz',
              size: 12,
              sha256: SUM,
              pkgpath: 'devel/libgreet',
              wanted: false,
              patterns: ['libgreet>=1.1'],
            },
            { pkgname: 'greet-1.1', file: 'sub/greet-1.1.tgz', wanted: true, patterns: [] },
          ],
          newest: [{ pkgname: 'greet-1.1', file: 'greet-1.1.tgz', dependencies: ['libgreet>=1.1'] }],
        },
      },
      [
        `plan libgreet-1.1 libgreet-1.1.tgz 12 ${SUM} devel/libgreet no libgreet>=1.1`,
        'plan greet-1.1 sub/greet-1.1.tgz - - - yes',
        'newest greet-1.1 greet-1.1.tgz - - - libgreet>=1.1',
      ],
    ],
    [
      'a list of vulnerabilities: its entries, without controls, checksum and signature',
      {
        material: {
          vulnerabilities: {
            kind: 'sent',
            text: `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

# $NetBSD$
#FORMAT 1.1.0
# a comment of some words
greet<1.1\tdenial-of-service\thttps://x/1
hello-[0-9]*  \u001b[31meol  https://x/é
PACKWRIGHT_REQUEST
#CHECKSUM SHA1 0123
-----BEGIN PGP SIGNATURE-----
Version: GnuPG v1
`,
          },
        },
      },
      [
        'vulnerabilities sent',
        'v #FORMAT 1.1.0',
        'v greet<1.1 denial-of-service https://x/1',
        'v hello-[0-9]* [31meol https://x/',
      ],
    ],
    [
      'a list that the job fetches',
      { material: { vulnerabilities: { kind: 'site', url: 'https://x/v' } } },
      ['vulnerabilities site https://x/v -'],
    ],
    [
      'no list, and why',
      { material: { vulnerabilities: { kind: 'error', text: ' not\nfound\u001b ' } } },
      ['vulnerabilities error not found'],
    ],
    [
      'a lock that is broken',
      { request: { verb: 'unlock', lockOwner: 'h.12.abc' } },
      ['verb unlock', 'break-lock h.12.abc'],
    ],
  ];
  for (const [name, job, expected] of cases) test(name, () => assert.deepEqual(lines(job), expected));

  const refused: readonly [name: string, job: Case, reason: string][] = [
    [
      'a line end in a path',
      { site: { area: '/vo\nverb install' } },
      'The job cannot carry "area": it has a control character in it',
    ],
    ['a path with ..', { site: { prefix: '/vo/../x' } }, 'The job cannot carry "prefix": it has ".." in it'],
    ['a relative path', { site: { area: 'vo' } }, 'The job cannot carry "area": it is no absolute path'],
    [
      'a pattern with a blank',
      { request: { packages: ['a b'] } },
      'The job cannot carry "pattern": it has white space, a control character or a letter that is not ASCII in it',
    ],
    [
      'a pattern that is an option',
      { request: { packages: ['-f'] } },
      'The job cannot carry "pattern": it begins with "-"',
    ],
    [
      'an empty pattern',
      { request: { packages: [''] } },
      'The job cannot carry "pattern": a word of it is empty',
    ],
    [
      'a control character in options of a build',
      { site: { build: { tree: '/x', mkConf: 'A= \u0007' } } },
      'The job cannot carry the fragment of mk.conf: it has a control character in it',
    ],
    [
      'a package file outside of the repository',
      { material: { plan: [{ pkgname: 'a-1', file: '../a-1.tgz', wanted: true, patterns: [] }] } },
      'The job cannot carry a package of the plan: its file is outside of the repository',
    ],
    [
      'a package file that is an option',
      { material: { newest: [{ pkgname: 'a-1', file: '-f', dependencies: [] }] } },
      'The job cannot carry a package of the repository: a word of it begins with "-"',
    ],
    [
      'a job that is no number',
      { material: { endedJobs: ['x'] } },
      'The job cannot carry "ended-job": it is not 32 hexadecimal digits',
    ],
    [
      'a very long value',
      { site: { area: `/${'x'.repeat(9000)}` } },
      'The job cannot carry "area": it is longer than 8192 characters',
    ],
    [
      'a lock without an owner',
      { request: { verb: 'unlock' } },
      'The job cannot break a lock without its owner: look at the lock first',
    ],
    [
      'a job that is too long',
      { material: { vulnerabilities: { kind: 'sent', text: 'a b c\n'.repeat(3 << 20) } } },
      'The job would be longer than 16 MiB, so it is not sent',
    ],
  ];
  for (const [name, job, reason] of refused)
    test(`${name} is refused`, () => assert.deepEqual(compose(job), { kind: 'refused', reason }));

  test('a shell hands the request over as it is, and its status on', () => {
    const composed = compose(
      { site: { build: { tree: '/x', mkConf: 'A= $(reboot) `x` "y" \\' } } },
      'packwright_job() { cat; return 3; }\n',
    );
    assert.equal(composed.kind, 'ready');
    const { stdout, status } = spawnSync('sh', { input: composed.text, encoding: 'utf8' });
    assert.deepEqual(
      [stdout.split('\n').find(line => line.startsWith('mk-conf')), status],
      ['mk-conf A= $(reboot) `x` "y" \\', 3],
    );
  });

  test('of a file that was cut off a shell runs nothing', () => {
    const composed = compose({}, 'packwright_job() { echo it ran; }\n');
    assert.equal(composed.kind, 'ready');
    const { text } = composed;
    const tail = text.length - text.indexOf('{ packwright_job <<');
    for (let cut = 2; cut < tail; cut += 7) {
      const { stdout } = spawnSync('sh', { input: text.slice(0, -cut), encoding: 'utf8' });
      assert.equal(stdout, '', `without its last ${cut} characters`);
    }
  });
});

suite('jobOf', () => {
  test('all jobs of a site have one name for the batch system', () =>
    assert.deepEqual(jobOf(record({ site: { name: 'n o;rth' } }), 'TEXT'), {
      id: ID,
      name: 'packwright-atlas-n_o_rth',
      script: 'TEXT',
      wallMinutes: 120,
    }));
});

suite('newRecord', () => {
  test('a job waits, its patterns sorted, each once', () => {
    const request: Request = { verb: 'install', packages: ['b', 'a', 'b'], dryRun: false };
    assert.deepEqual(record({ request }), {
      id: ID,
      site: SITE,
      request: { verb: 'install', packages: ['a', 'b'], dryRun: false },
      state: 'queued',
      reason: 'It waits for its turn',
      nonce: NONCE,
      queuedAt: 7,
      since: 7,
      notBefore: 7,
      cancelRequested: false,
      failures: 0,
    });
  });
});
