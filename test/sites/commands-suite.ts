import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { greet, libgreet } from '../grid/job/recipes.ts';
import { eventually } from '../support/processes.ts';
import type { Lab } from './lab.ts';
import { gateOf, packagesAt, siteIn, slowPackage } from './vo.ts';
import { voTest } from './vo-test.ts';
import { siteAt } from './ways.ts';

/** Commands that meet one another, end early, or have nowhere to write. */
export function commandsSuite(lab: Lab): void {
  suite('commands and their ends', () => {
    voTest(lab, 'two runs of status from cron do not pile up', async vo => {
      const gate = gateOf(vo);
      siteAt(vo, lab, 'south').offer(slowPackage(gate.path));
      assert.equal((await vo.run('install', 'slow')).code, 0);
      await gate.reached();
      const first = vo.start(['status']);
      await eventually('the first run to wait', async () => /queued/.test((await vo.run('log')).out));
      const second = await vo.run('status');
      assert.match(
        second.err,
        /^note: process [0-9]+ on \S+ has been probing these sites since .*: this is what is known so far$/m,
      );
      assert.match(second.out, /^south +running/m);
      assert.equal(second.code, 0);
      gate.open();
      const { out, code } = await first.ended;
      assert.match(out, /^south +ok/m);
      assert.equal(code, 0);
      assert.equal(jobsOf(await vo.run('log', '--format', 'json')).length, 2);
    });

    voTest(
      lab,
      'an install and a probe at once: one job at a time, in the order in which they were asked',
      async vo => {
        const here = siteAt(vo, lab, 'alpha');
        here.offer(libgreet, greet);
        const install = vo.start(['install', 'greet', '--wait']);
        await eventually('the install to be queued', async () =>
          /install greet/.test((await vo.run('log')).out),
        );
        const probe = vo.start(['probe', '--wait']);
        const [installed, probed] = await Promise.all([install.ended, probe.ended]);
        assert.deepEqual([installed.code, probed.code], [0, 0]);
        assert.match(probed.out, /^greet +1\.0/m, 'it saw what was installed before');
        const [first, second] = jobsOf(await vo.run('log', '--format', 'json')).map(({ job, events }) => ({
          verb: job.request.verb,
          sent: events.find(({ to }) => to === 'submitting')?.at ?? 0,
          ended: events.at(-1)?.at ?? 0,
        }));
        assert.deepEqual([first?.verb, second?.verb], ['install', 'probe']);
        assert.ok(first && second && first.ended <= second.sent);
      },
    );

    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)
      voTest(lab, `a command that waits and gets ${signal} ends at once, and its job goes on`, async vo => {
        const gate = gateOf(vo);
        siteAt(vo, lab, 'here').offer(slowPackage(gate.path));
        const install = vo.start(['install', 'slow', '--wait']);
        await gate.reached();
        install.process.kill(signal);
        const stopped = await install.ended;
        assert.equal(stopped.code, code);
        const list = await vo.run('list');
        assert.match(
          list.out,
          /^1 job waits or runs, and nothing is running that moves it on: run packwright sites status\.$/m,
        );
        gate.open();
        const after = await vo.report('status');
        assert.equal(after.code, 0);
        assert.deepEqual(packagesAt(siteIn(after, 'here')), ['slow-1.0']);
      });

    voTest(lab, 'a wait that runs out tells how far the job is; a later one brings it home', async vo => {
      const gate = gateOf(vo);
      siteAt(vo, lab, 'north').offer(slowPackage(gate.path));
      const early = await vo.run('install', 'slow', '--wait=4s');
      assert.equal(early.code, 1);
      assert.match(early.out, /^north +(waiting|running)/m);
      assert.match(early.err, /^note: the time to wait is over; jobs that are still under way go on/m);
      await gate.reached();
      gate.open();
      const late = await vo.run('status');
      assert.match(late.out, /^north +ok/m);
    });

    voTest(lab, 'the lock of another host is respected, and broken only by unlock', async vo => {
      const here = siteAt(vo, lab, 'here');
      here.offer(libgreet, greet);
      assert.equal((await vo.run('install', 'libgreet', '--wait')).code, 0);
      lockFor(here.area);
      const locked = await vo.run('install', 'greet', '--wait');
      assert.equal(locked.code, 1);
      assert.match(
        locked.out,
        /^here +refused .*locked by other on elsewhere \(process 4711, job 0123abcd\).* packwright sites unlock here$/m,
      );
      const careful = await vo.run('unlock', 'here');
      assert.equal(careful.code, 2);
      assert.match(careful.err, /add --yes/);
      const wrong = await vo.run('unlock', 'here', '--yes', '--owner', 'ffffffffffffffffffffffff');
      assert.equal(wrong.code, 1);
      assert.ok(existsSync(join(here.area, '.packwright-lock')));
      const broken = await vo.run('unlock', 'here', '--yes');
      assert.match(broken.err, /the lock is held by other on elsewhere/);
      assert.equal(broken.code, 0, broken.out);
      assert.equal((await vo.run('install', 'greet', '--wait')).code, 0);
      assert.match((await vo.run('log', 'here')).out, /unlock +done/);
      assert.match((await vo.run('unlock', 'here', '--yes')).err, /nobody holds the lock/);
    });

    voTest(lab, 'a report that cannot be written leaves the older one, and says so', async vo => {
      const tags = Array.from({ length: 20 }, (_, n) => `a-tag-that-makes-the-report-long-${n}`);
      for (let n = 0; n < 300; n++) vo.change(`site${n}`, { name: `site${n}`, area: '/vo', tags });
      assert.equal((await vo.run('status', '--cached')).code, 1);
      const kept = 'an older report\n';
      writeFileSync(vo.path('report.json'), kept);
      const argv = ['status', '--cached', '--format', 'json', '--output', 'report.json'];
      // Files cannot become larger than 100 KiB, as on a disk that is full.
      const full = vo.start(argv, {}, ['sh', '-c', 'ulimit -f 200; exec "$@"', 'sh']);
      const said = await full.ended;
      assert.equal(said.code, 2);
      assert.match(
        said.err,
        /^packwright: report\.json cannot be written \(files may not become so large\); what was there is as it was$/m,
      );
      assert.equal(readFileSync(vo.path('report.json'), 'utf8'), kept);
      assert.deepEqual(
        readdirSync(vo.directory).filter(name => name.includes('.tmp')),
        [],
      );
      const nowhere = await vo.run('status', '--cached', '--output', 'no/such/report.txt');
      assert.equal(nowhere.code, 2);
      assert.match(nowhere.err, /no\/such\/report\.txt cannot be written \(its directory does not exist\)/);
      mkdirSync(vo.path('www'));
      symlinkSync('www/real.json', vo.path('link.json'));
      assert.equal((await vo.run(...argv.slice(0, -1), 'link.json')).code, 1);
      assert.ok(existsSync(vo.path('www/real.json')), 'a symbolic link stays one');
      assert.equal((await vo.run(...argv.slice(0, -1), '/dev/null')).code, 1);
      assert.equal(spawnSync('test', ['-c', '/dev/null']).status, 0, 'a device is written, not replaced');
    });
  });
}

interface ExportedJob {
  readonly job: { readonly request: { readonly verb: string } };
  readonly events: readonly { readonly to: string; readonly at: number }[];
}

function jobsOf({ out }: { readonly out: string }): readonly ExportedJob[] {
  return JSON.parse(out).jobs;
}

/** Makes the lock of a job on another host. */
function lockFor(area: string): void {
  const token = '0123456789abcdef01234567';
  const lock = join(area, '.packwright-lock');
  mkdirSync(lock);
  assert.notEqual(hostname(), 'elsewhere');
  const lines = [
    ...[`token ${token}`, 'host elsewhere', 'machine other', 'boot other', 'namespace none', 'pid 4711'],
    ...[
      'start ticks:1',
      'account other',
      'job 0123abcd',
      'batch none',
      `time ${Math.floor(Date.now() / 1000) - 3600}`,
    ],
    ...['verb install', 'end yes'],
  ];
  writeFileSync(join(lock, 'owner'), `${lines.join('\n')}\n`);
}
