import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { jobScript } from '../../../client/src/grid/job/script.ts';
import { type Area, alive, emptyArea, leftIn, runJob, shells, startJob, until } from './area.ts';

const token = 'a1b2c3d4e5f6a1b2c3d4e5f6';
const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Puts a lock of another job into an area. */
function lockArea(
  area: Area,
  values: Readonly<Record<string, string>> = {},
  name = '.packwright-lock',
): void {
  const owner = {
    token,
    host: 'elsewhere',
    machine: 'other',
    boot: 'other',
    namespace: 'none',
    pid: '4711',
    start: 'ticks:1',
    account: 'vosm',
    job: 'b'.repeat(32),
    batch: 'none',
    time: '1000000000',
    ...values,
    end: 'yes',
  };
  const directory = join(area.path, name);
  mkdirSync(directory);
  const lines = Object.entries(owner).map(([key, value]) => `${key} ${value}\n`);
  writeFileSync(join(directory, 'owner'), lines.join(''));
  writeFileSync(join(directory, `beat.${token}`), '1000000100\n');
}

const remove = { verb: 'remove', packages: ['nosuch'] } as const;

suite('the lock of an area', () => {
  let area: Area;
  suiteSetup(async () => {
    area = emptyArea();
    await runJob(area, {
      verb: 'install',
      plan: [{ pkgname: 'none-1', file: 'none', wanted: true, patterns: [] }],
    });
  });
  setup(() => rmSync(join(area.path, '.packwright-lock'), { recursive: true, force: true }));
  suiteTeardown(() => area[Symbol.dispose]());

  test('a probe takes none, and tells whose it is', async () => {
    lockArea(area);
    const { report } = await runJob(area, {});
    const { silentFor, ...lock } = report.lock ?? { state: 'free' };
    assert.ok((silentFor ?? 0) > 1000);
    assert.deepEqual(lock, {
      state: 'held',
      owner: token,
      host: 'elsewhere',
      pid: '4711',
      account: 'vosm',
      job: 'b'.repeat(32),
      since: 1_000_000_000,
    });
    assert.deepEqual(leftIn(area), ['.packwright-lock']);
  });

  test('a writing job is refused while someone may hold it, and told how to unlock', async () => {
    lockArea(area);
    const { report, exit } = await runJob(area, remove);
    assert.deepEqual([report.outcome, report.code, exit], ['refused', 'locked', 3]);
    assert.match(report.text ?? '', /vosm on elsewhere .*packwright sites unlock north/);
    assert.deepEqual(leftIn(area), ['.packwright-lock']);
  });

  for (const shell of shells)
    test(`${shell}: a lock is taken over when its process is gone`, async () => {
      lockArea(area, { host: hostname(), boot, namespace: namespace() });
      const { report } = await runJob(area, { ...remove, shell });
      assert.deepEqual([report.outcome, report.lock?.state, report.lock?.owner], ['ok', 'taken-over', token]);
      assert.deepEqual(leftIn(area), []);
    });

  test('what a job left whose lock is taken over goes with it', async () => {
    lockArea(area, { host: hostname(), boot, namespace: namespace() });
    mkdirSync(join(area.path, `.packwright-try.${token}.2`));
    assert.equal((await runJob(area, remove)).report.lock?.state, 'taken-over');
    assert.deepEqual(leftIn(area), []);
  });

  test('a number that another process has now is a process that is gone', async () => {
    lockArea(area, { host: hostname(), boot, namespace: namespace(), pid: String(process.pid) });
    assert.equal((await runJob(area, {})).report.lock?.state, 'stale');
  });

  const certain: readonly (readonly [name: string, owner: Readonly<Record<string, string>>])[] = [
    ['the same number in another container', { host: hostname(), boot, namespace: 'pid:[1]' }],
    ['another boot of a host of the same name', { host: hostname() }],
    ['an owner that cannot be read', { token: '../../x' }],
    ['a process that runs', { host: hostname(), boot, namespace: namespace(), pid: '1', start: startOf(1) }],
    ['a batch job of a cluster that nobody here knows', { batch: 'slurm:7:nowhere' }],
  ];
  for (const [name, owner] of certain)
    test(`nothing is certain about ${name}`, async () => {
      lockArea(area, owner);
      assert.equal((await runJob(area, {})).report.lock?.state, 'held');
    });

  test('a lock is taken over when its job is known to have ended', async () => {
    lockArea(area);
    const { report } = await runJob(area, { ...remove, material: { endedJobs: ['b'.repeat(32)] } });
    assert.deepEqual([report.outcome, report.lock?.state], ['ok', 'taken-over']);
  });

  test('what others try while they wait is left alone, and swept when they are gone', async () => {
    const living = { host: hostname(), boot, namespace: namespace(), pid: '1', start: startOf(1) };
    lockArea(area, { ...living, start: 'ticks:1' }, '.packwright-try.dead.1');
    lockArea(area, living, '.packwright-try.living.area');
    rmSync(join(area.path, '.packwright-try.living.area', `beat.${token}`));
    mkdirSync(join(area.path, '.packwright-try.young.1'));
    assert.equal((await runJob(area, remove)).report.outcome, 'ok');
    const left = ['.packwright-try.living.area', '.packwright-try.young.1'];
    assert.deepEqual([...leftIn(area)].sort(), left);
    for (const name of left) rmSync(join(area.path, name), { recursive: true });
  });

  test('unlock breaks the lock that was meant, and no other', async () => {
    lockArea(area);
    const wrong = await runJob(area, { verb: 'unlock', lockOwner: 'c'.repeat(24) });
    assert.deepEqual([wrong.report.code, leftIn(area)], ['lock-changed', ['.packwright-lock']]);
    const dry = await runJob(area, { verb: 'unlock', lockOwner: token, dryRun: true });
    assert.deepEqual([dry.report.outcome, leftIn(area)], ['ok', ['.packwright-lock']]);
    const right = await runJob(area, { verb: 'unlock', lockOwner: token });
    assert.deepEqual([right.report.outcome, right.report.lock?.state], ['ok', 'broken']);
    assert.deepEqual(leftIn(area), []);
    const none = await runJob(area, { verb: 'unlock', lockOwner: token });
    assert.equal(none.report.code, 'not-locked');
  });

  test('a job waits for the lock of another one', async () => {
    lockArea(area);
    const job = startJob(area, { ...remove, site: { lockWaitSeconds: 60 } });
    await until(() => job.said().includes(' area '), 'the job has come to the lock');
    rmSync(join(area.path, '.packwright-lock'), { recursive: true });
    const { report } = await job.ended;
    assert.deepEqual([report.outcome, report.lock?.state], ['ok', 'taken']);
  });

  for (const shell of shells)
    test(`${shell}: of many takers one wins, hundreds of times`, async () => {
      rmSync(join(area.path, 'inside'), { recursive: true, force: true });
      const results = await Promise.all(Array.from({ length: 4 }, (_, at) => contend(area, shell, at)));
      assert.deepEqual(results, Array(4).fill('20 rounds\n'));
      assert.deepEqual(
        readdirSync(area.path).filter(name => name.startsWith('.packwright-lock')),
        [],
      );
    });

  test('a job that is killed leaves nothing running, and a lock that is stale', async () => {
    lockArea(area);
    const job = startJob(area, { ...remove, site: { lockWaitSeconds: 60 } });
    const group = job.process.pid ?? 0;
    await until(() => job.said().includes(' area '), 'the job has come to the lock');
    process.kill(group, 'SIGKILL');
    await until(() => alive(group).length === 0, 'nothing of the job runs');
    assert.deepEqual(
      readdirSync(area.scratch).filter(name => name.startsWith('packwright-job')),
      [],
    );
  });
});

function namespace(): string {
  return readlinkSync('/proc/self/ns/pid');
}

function startOf(pid: number): string {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return `ticks:${fields[19]}`;
}

/**
 * Takes the lock again and again, with the script's own functions. Every second time it dies with it: the lock stays,
 * and its owner is a process that is gone. Whoever is inside makes a directory that nobody else may find.
 */
function contend(area: Area, shell: string, at: number): Promise<string> {
  const script = `${jobScript}
    S=${area.scratch}/contender.${at}; rm -rf "$S"; mkdir "$S" "$S/request"; : >"$S/request/ended-job"; : >"$S/attended"
    AREA=${area.path} PREFIX=$AREA/pkg ID=contender VERB=remove SERIAL=0 BEGAN=1 HOLDING=no CHILD= SITE=north LOCK_WAIT=0
    LC_ALL=C; export LC_ALL
    know_ourselves
    LOCK=$AREA/.packwright-lock
    round=0 alive=$MAIN
    while [ $round -lt 20 ]; do
      TOKEN=${at}x$round
      if ! place "$LOCK"; then
        judge "$LOCK"
        if [ "$VERDICT" = stale ]; then break_lock "$LOCK" "$O_TOKEN" 0; fi
        continue
      fi
      mkdir "$AREA/inside" || { echo two are inside; exit 1; }
      is_ours "$LOCK" || { echo it is not ours; exit 1; }
      round=$((round + 1))
      rmdir "$AREA/inside"
      if [ $((round % 2)) = 1 ]; then
        MAIN=999999999; owner_file >"$S/dead"; MAIN=$alive
        mv "$S/dead" "$LOCK/owner"
      else
        HOLDING=yes; let_go
      fi
    done
    echo $round rounds
  `;
  return new Promise((resolve, reject) => {
    const [program = '', ...options] = shell.split(' ');
    const child = spawn(program, [...options, '-s'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', text => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', () => resolve(said));
    child.stdin.end(script);
  });
}
