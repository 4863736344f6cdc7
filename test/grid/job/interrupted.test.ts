import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recipe } from '../../support/pkgsrc/index.ts';
import {
  type Area,
  alive,
  emptyArea,
  leftIn,
  packagesOf,
  planned,
  runJob,
  shells,
  startJob,
  until,
} from './area.ts';
import { greet, greet11, libgreet, libgreet11 } from './recipes.ts';

const first = [planned(libgreet, false, ['libgreet>=1.0']), planned(greet, true, ['greet'])];
const second = [planned(libgreet11, false, ['libgreet>=1.1']), planned(greet11, true, ['greet>=1.1'])];

suite('an interrupted job', () => {
  // Programs that a job runs between the steps that change something; the job dies before the n-th call of one.
  const programs = ['mv', 'rm', 'mkdir', 'find', 'cp', 'tar'];
  const deaths: readonly (readonly [shell: string, death: number, plan: typeof first])[] = [
    ['dash', 3, first],
    ['busybox sh', 13, first],
    ['bash --posix', 21, first],
    ['busybox sh', 27, first],
    ['dash', 36, first],
    ['bash --posix', 47, first],
    ['bash --posix', 8, second],
    ['busybox sh', 15, second],
    ['dash', 22, second],
    ['bash --posix', 29, second],
  ];
  for (const [shell, death, plan] of deaths)
    test(`${shell}: killed with its tools before step ${death} of ${plan === first ? 'an installation' : 'an update'}, it leaves what the next one mends`, async () => {
      using area = emptyArea([libgreet, greet, libgreet11, greet11]);
      const environment = deadly(area, programs, death);
      if (plan === second) await runJob(area, { verb: 'install', plan: first });
      const killed = await runJob(area, { shell, verb: 'install', plan, environment });
      assert.equal(killed.report.complete, false, 'it was killed on its way');

      const next = await runJob(area, { shell, verb: 'install', plan });
      assert.equal(next.report.outcome, 'ok', `${next.report.text}\n${next.stderr}`);
      assert.deepEqual(
        packagesOf(next)?.map(one => one.split(' ')[0]),
        plan.map(({ pkgname }) => pkgname).sort(),
      );
      assert.deepEqual(next.report.problems, []);
      assert.deepEqual(
        leftIn(area).filter(name => !name.startsWith('packwright-job.')),
        ['steps'],
      );
    });

  for (const shell of shells)
    test(`${shell}: told to stop, it stops its tools, says so and lets the lock go`, async () => {
      using area = emptyArea([slow(), libgreet]);
      await waitingForGo(area);
      const job = startJob(area, { shell, verb: 'install', plan: [planned(slow())] });
      await until(() => existsSync(join(area.prefix, 'share/slow/one')), 'pkg_add is half way');
      process.kill(job.process.pid ?? 0, 'SIGTERM');
      const { report, exit } = await job.ended;
      assert.deepEqual([report.outcome, report.code, exit], ['failed', 'interrupted', 1]);
      assert.deepEqual(alive(job.process.pid ?? 0), []);
      assert.deepEqual(leftIn(area), ['.packwright-journal']);

      rmSync(go(area));
      writeFileSync(go(area), 'go\n');
      const next = await runJob(area, { shell, verb: 'remove', packages: ['nosuch'] });
      assert.deepEqual(
        next.report.repairs.map(({ code, outcome }) => `${code} ${outcome}`),
        ['rebuild done', 'half-installed done', 'rebuild-tree done'],
      );
      assert.deepEqual(packagesOf(next), ['slow-1.0']);
    });

  test('a tool that outlives its job is waited for', async () => {
    using area = emptyArea([slow()]);
    await waitingForGo(area);
    const job = startJob(area, { verb: 'install', plan: [planned(slow())] });
    await until(() => existsSync(join(area.prefix, 'share/slow/one')), 'pkg_add is half way');
    process.kill(job.process.pid ?? 0, 'SIGKILL');
    const next = startJob(area, {
      verb: 'install',
      plan: [planned(slow())],
      site: { lockWaitSeconds: 60 },
    });
    await until(() => next.said().includes('taken-over'), 'the lock is taken over');
    letGo(area);
    const { report } = await next.ended;
    assert.equal(report.outcome, 'ok');
    assert.deepEqual(
      report.actions.map(({ outcome }) => outcome),
      ['kept'],
    );
    assert.ok(existsSync(join(area.prefix, 'share/slow/two')));
  });

  test('a package whose own script was cut off is installed again', async () => {
    const scripted: Recipe = {
      ...libgreet,
      install: '#!/bin/sh\n[ "$2" != POST-INSTALL ] || { read go <../../../../go; : >../../made; }\n',
    };
    using area = emptyArea([scripted]);
    await waitingForGo(area);
    const plan = [planned(scripted)];
    const job = startJob(area, { verb: 'install', plan });
    await until(() => existsSync(join(area.prefix, 'lib/libgreet.so')), 'all its files are there');
    process.kill(-(job.process.pid ?? 0), 'SIGKILL');
    await job.ended;
    letGo(area);
    const { report } = await runJob(area, { verb: 'install', plan });
    assert.deepEqual(
      report.repairs.filter(({ package: name }) => name).map(({ code, outcome }) => `${code} ${outcome}`),
      ['reinstalled done'],
    );
    assert.ok(existsSync(join(area.prefix, 'made')), 'the script came to its end');
  });

  test('a job whose lock was broken stops before it writes again', async () => {
    using area = emptyArea([slow(), libgreet]);
    await waitingForGo(area);
    const job = startJob(area, { verb: 'install', plan: [planned(slow()), planned(libgreet)] });
    await until(() => existsSync(join(area.prefix, 'share/slow/one')), 'pkg_add is half way');
    const { report } = await runJob(area, {});
    assert.equal(report.lock?.state, 'held');
    const unlocked = await runJob(area, { verb: 'unlock', lockOwner: report.lock?.owner ?? '' });
    assert.equal(unlocked.report.lock?.state, 'broken');
    writeFileSync(go(area), 'go\n');
    const ended = await job.ended;
    assert.deepEqual([ended.report.outcome, ended.report.code], ['failed', 'lock-lost']);
    assert.deepEqual(
      ended.report.actions.map(({ package: name }) => name),
      ['slow-1.0'],
    );
  });
});

/** A package whose installation stops between two files until somebody writes to the fifo. */
function slow(): Recipe {
  return {
    name: 'slow',
    version: '1.0',
    entries: [
      { path: 'share/slow/one', content: 'one\n' },
      { command: 'exec read go <%D/../../go' },
      { path: 'share/slow/two', content: 'two\n' },
    ],
  };
}

function go(area: Area): string {
  return join(area.path, '../go');
}

/** Lets who waits go on, and who comes later not wait. */
function letGo(area: Area): void {
  const waiting = `${go(area)}.waiting`;
  linkSync(go(area), waiting);
  writeFileSync(`${go(area)}.open`, 'go\n');
  renameSync(`${go(area)}.open`, go(area));
  // Opened for reading too, so that it does not matter whether anybody waits.
  writeFileSync(waiting, 'go\n', { flag: 'r+' });
  rmSync(waiting);
}

async function waitingForGo(area: Area): Promise<void> {
  assert.equal(spawnSync('mkfifo', [go(area)]).status, 0);
  await runJob(area, { verb: 'install', plan: [] });
}

/** An environment in which the job's whole process group is killed at the n-th call of some programs. */
function deadly(area: Area, programs: readonly string[], death: number): Readonly<Record<string, string>> {
  const directory = join(area.scratch, '../programs');
  const count = join(area.scratch, 'steps');
  mkdirSync(directory);
  writeFileSync(count, '0\n');
  for (const program of programs) {
    const path = join(directory, program);
    writeFileSync(
      path,
      `#!/bin/sh\nread n <${count}; n=$((n + 1)); echo $n >${count}\n[ $n -ne ${death} ] || kill -KILL 0\nexec /usr/bin/${program} "$@"\n`,
    );
    chmodSync(path, 0o755);
  }
  return { PATH: `${directory}:/usr/bin:/bin` };
}
