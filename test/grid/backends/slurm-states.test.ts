import assert from 'node:assert/strict';
import { slurmBackend, slurmTicketIn } from '../../../client/src/grid/backends/slurm.ts';
import type { Answer, Sighting } from '../../../client/src/grid/model.ts';

// What Slurm printed was recorded from Slurm 22.05.8, with and without slurmdbd.

suite('the ticket in what sbatch prints', () => {
  const cases: readonly [name: string, stdout: string, ticket: string | undefined][] = [
    ['plain number', '4711\n', '4711'],
    ['number with cluster', '4711;dardel\n', '4711;dardel'],
    ['banner first', 'Welcome!\n4711\n', '4711'],
    ['refused', 'sbatch: error: Batch job submission failed\n', undefined],
    ['not parsable', 'Submitted batch job 2\n', undefined],
    ['nothing', '', undefined],
  ];
  for (const [name, stdout, ticket] of cases) {
    test(name, () => assert.equal(slurmTicketIn(stdout), ticket));
  }
});

const ID = '0123456789abcdef0123456789abcdef';
const KNOWN = `job ${ID} 7 run=unknown,north-n1,40 submitter=dead age=60 fate=started`;
const QUEUED = `job ${ID} 7 submitter=dead age=60`;
const encoded = (text: string) =>
  text.replace(/[^A-Za-z0-9._:/@+,;=~|()-]/g, char => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
const show = (text: string, code = 0) => `show ${ID} ${code} ${encoded(text)}`;
const shown = (state: string, reason: string, exit: string) =>
  show(
    `JobId=7 JobName=fail3.sh UserId=root(0) JobState=${state} Reason=${reason} Dependency=(null) Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=${exit} RunTime=00:00:00 ReqNodeList=(null) ExcNodeList=(null) NodeList=site1n1 BatchHost=site1n1 `,
  );
const INVALID = show('slurm_load_jobs error: Invalid job id specified', 1);
const node = 'site1n1';

suite('what Slurm says of a job', () => {
  const cases: readonly [name: string, lines: readonly string[], sighting: Sighting][] = [
    ['pending', [QUEUED, 'queue-ok', 'queue 7|PENDING||None'], { state: 'waiting' }],
    [
      'pending for another one',
      [QUEUED, 'queue-ok', 'queue 7|PENDING||Dependency'],
      { state: 'waiting', reason: 'Dependency' },
    ],
    [
      'pending with a long reason',
      [
        QUEUED,
        'queue-ok',
        `queue ${encoded('7|PENDING||Nodes required for job are DOWN, DRAINED or reserved')}`,
      ],
      { state: 'waiting', reason: 'Nodes required for job are DOWN, DRAINED or reserved' },
    ],
    ['running', [KNOWN, 'queue-ok', 'queue 7|RUNNING|site1n1|None'], { state: 'running', node }],
    ['completing', [KNOWN, 'queue-ok', 'queue 7|COMPLETING|site1n1|None'], { state: 'running', node }],
    [
      'exit code 3, by scontrol alone',
      [
        KNOWN,
        'queue-ok',
        'queue 7|FAILED|site1n1|NonZeroExitCode',
        shown('FAILED', 'NonZeroExitCode', '3:0'),
      ],
      { state: 'ended', end: { how: 'exited', exit: 3 }, reason: 'FAILED NonZeroExitCode', node },
    ],
    [
      'killed by a signal',
      [KNOWN, 'queue-ok', shown('FAILED', 'JobLaunchFailure', '0:9')],
      { state: 'ended', end: { how: 'killed' }, reason: 'FAILED JobLaunchFailure', node },
    ],
    [
      'time limit',
      [KNOWN, 'queue-ok', shown('TIMEOUT', 'TimeLimit', '0:15')],
      { state: 'ended', end: { how: 'timeout' }, reason: 'TIMEOUT TimeLimit', node },
    ],
    [
      'cancelled',
      [KNOWN, 'queue-ok', shown('CANCELLED', 'None', '143:0')],
      { state: 'ended', end: { how: 'cancelled' }, reason: 'CANCELLED', node },
    ],
    [
      'node failure',
      [KNOWN, 'queue-ok', shown('NODE_FAIL', 'NodeDown', '0:0')],
      { state: 'ended', end: { how: 'node-failed' }, reason: 'NODE_FAIL NodeDown', node },
    ],
    [
      'node failure after the job had finished',
      [`${KNOWN} end=exited,0`, 'queue-ok', shown('NODE_FAIL', 'NodeDown', '0:0')],
      { state: 'ended', end: { how: 'exited', exit: 0 } },
    ],
    [
      'ended from outside, and Slurm knows by whom',
      [`${KNOWN} end=killed,143`, 'queue-ok', shown('PREEMPTED', 'None', '0:15')],
      { state: 'ended', end: { how: 'killed', exit: 143 }, reason: 'PREEMPTED', node },
    ],
    [
      'ended from outside, and nobody can be asked',
      [
        `${KNOWN} end=killed,143`,
        `queue-failed ${encoded('Unable to contact slurm controller (connect failure)')}`,
      ],
      { state: 'ended', end: { how: 'killed', exit: 143 } },
    ],
    [
      'the exit code, when the runner died before it wrote the result',
      [`${KNOWN} rc=5`, 'queue-ok', shown('NODE_FAIL', 'NodeDown', '0:0')],
      { state: 'ended', end: { how: 'exited', exit: 5 }, reason: 'NODE_FAIL NodeDown', node },
    ],
    [
      'an exit code whose runner is about to write the result',
      [`${KNOWN} rc=5`, 'queue-ok', 'queue 7|RUNNING|site1n1|None'],
      { state: 'running', node },
    ],
    [
      'the exit code of a job that was cancelled',
      [`${KNOWN} rc=143`, 'queue-ok', shown('CANCELLED', 'None', '0:15')],
      { state: 'ended', end: { how: 'cancelled', exit: 143 }, reason: 'CANCELLED', node },
    ],
    [
      'controller down',
      [
        KNOWN,
        `queue-failed ${encoded('slurm_load_jobs error: Unable to contact slurm controller (connect failure)')}`,
      ],
      {
        state: 'unknown',
        silent: true,
        reason:
          'Slurm could not be asked: slurm_load_jobs error: Unable to contact slurm controller (connect failure)',
      },
    ],
    [
      'forgotten, no accounting',
      [KNOWN, 'queue-ok', INVALID, 'account-none'],
      { state: 'gone', reason: 'Slurm does not know it any more, and it left no result.' },
    ],
    [
      'forgotten, known to accounting',
      [KNOWN, 'queue-ok', INVALID, 'account-ok', `account ${encoded('7|CANCELLED by 0|0:0')}`],
      { state: 'ended', end: { how: 'cancelled' }, reason: 'CANCELLED by 0' },
    ],
    [
      'forgotten, out of memory in accounting',
      [KNOWN, 'queue-ok', INVALID, 'account-ok', 'account 7|OUT_OF_MEMORY|0:125'],
      { state: 'ended', end: { how: 'killed' }, reason: 'OUT_OF_MEMORY' },
    ],
    [
      'forgotten, and accounting is down',
      [
        KNOWN,
        'queue-ok',
        INVALID,
        `account-failed ${encoded('Problem talking to the database: Connection refused')}`,
      ],
      {
        state: 'unknown',
        reason:
          'Slurm does not know it any more, and its accounting did not answer: Problem talking to the database: Connection refused',
      },
    ],
    [
      'forgotten after it was cancelled before it started',
      [`${QUEUED} cancel=yes`, 'queue-ok', INVALID, 'account-none'],
      { state: 'ended', end: { how: 'cancelled' } },
    ],
    [
      'the controller went down between two questions',
      [
        KNOWN,
        'queue-ok',
        show('slurm_load_jobs error: Unable to contact slurm controller (connect failure)', 1),
      ],
      {
        state: 'unknown',
        reason: 'scontrol: slurm_load_jobs error: Unable to contact slurm controller (connect failure)',
      },
    ],
    [
      'a node that does not see the spool',
      [QUEUED, 'queue-ok', shown('FAILED', 'NonZeroExitCode', '79:0')],
      {
        state: 'ended',
        end: { how: 'exited', exit: 79 },
        reason: 'The node does not see the spool directory; it has to be shared with the worker nodes.',
        node,
      },
    ],
    [
      'a state of a Slurm to come',
      [KNOWN, 'queue-ok', 'queue 7|TELEPORTED|site1n1|None'],
      { state: 'unknown', reason: 'Slurm says TELEPORTED.' },
    ],
    [
      'a state of the name that objects have',
      [KNOWN, 'queue-ok', 'queue 7|constructor|site1n1|None'],
      { state: 'unknown', reason: 'Slurm says constructor.' },
    ],
    [
      'not asked, since there were too many',
      [KNOWN, 'queue-ok'],
      { state: 'unknown', reason: 'Slurm was not asked about it yet.' },
    ],
  ];
  for (const [name, lines, sighting] of cases) {
    test(name, () => assert.deepEqual(slurmBackend.sightingsIn(answer(lines)).get(ID), sighting));
  }

  test('every prefix and every changed character of an answer is read without harm', () => {
    const whole = [KNOWN, 'queue-ok', 'queue 7|RUNNING|site1n1|None', INVALID, 'account-none'].join('\n');
    for (let at = 0; at <= whole.length; at++) {
      slurmBackend.sightingsIn(answer(whole.slice(0, at).split('\n')));
      const changed = `${whole.slice(0, at)}%${whole.slice(at + 1)}`.split('\n');
      slurmBackend.sightingsIn(answer(changed));
      slurmBackend.submissionIn(answer(changed));
      slurmBackend.outputIn(answer(changed));
    }
  });
});

suite('sites that share a batch system', () => {
  const site = {
    name: 'a',
    vo: 'vo',
    backend: 'slurm',
    packages: [],
    maintenance: [],
    tags: [],
    credentials: [],
    wallMinutes: 5,
    minimumFreeMiB: 0,
    lockWaitSeconds: 0,
  };
  const key = slurmBackend.systemOf(site);

  test('two sites of one Slurm are one system', () =>
    assert.equal(slurmBackend.systemOf({ ...site, name: 'b', queue: 'long' }), key));
  test('another SLURM_CONF, host or spool is another system', () => {
    const others = [
      { ...site, slurm: { conf: '/etc/other.conf', options: [] } },
      { ...site, host: { destination: 'front-end' } },
      { ...site, spool: '/other' },
    ].map(slurmBackend.systemOf);
    assert.equal(new Set([key, ...others]).size, 4);
  });
});

const answer = (lines: readonly string[]): Answer => ({ kind: 'ended', lines, code: 0, stderr: '' });
