import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NewestPackage } from '../../../client/src/grid/model.ts';
import { buildPackage, type Recipe, toolsPackage } from '../../support/pkgsrc/index.ts';
import { actionsOf, emptyArea, leftIn, packagesOf, planned, runJob, shells } from './area.ts';
import { greet, greet11, libgreet, libgreet11 } from './recipes.ts';

const all = [libgreet, greet, libgreet11, greet11];
const plan = [planned(libgreet, false, ['libgreet>=1.0']), planned(greet, true, ['greet<1.1'])];
const newest = [libgreet11, greet11].map(
  (recipe): NewestPackage => ({ ...planned(recipe), dependencies: recipe.depends ?? [] }),
);

suite('requests of a job', () => {
  for (const shell of shells)
    test(`${shell}: an empty area gets pkgsrc, packages, newer ones, and loses them again`, async () => {
      using area = emptyArea(all);
      const ask = { shell, plan, packages: ['greet<1.1'] } as const;
      assert.equal((await runJob(area, { shell })).report.pkgsrc?.state, 'absent');

      const dry = await runJob(area, { ...ask, verb: 'install', dryRun: true });
      assert.deepEqual(actionsOf(dry), ['install libgreet-1.0 planned', 'install greet-1.0 planned']);
      assert.deepEqual(leftIn(area), []);
      assert.throws(() => statSync(area.prefix), 'a dry run makes nothing');

      const installed = await runJob(area, { ...ask, verb: 'install' });
      assert.deepEqual(actionsOf(installed), ['install libgreet-1.0 done', 'install greet-1.0 done']);
      assert.equal(installed.report.pkgsrc?.state, 'installed');
      assert.deepEqual(packagesOf(installed), ['greet-1.0', 'libgreet-1.0 automatic']);

      const again = await runJob(area, { ...ask, verb: 'install' });
      assert.deepEqual(actionsOf(again), ['install libgreet-1.0 kept', 'install greet-1.0 kept']);

      const upgraded = await runJob(area, { shell, verb: 'upgrade', material: { newest } });
      assert.deepEqual(actionsOf(upgraded), ['update libgreet-1.1 done', 'update greet-1.1 done']);
      assert.deepEqual(packagesOf(upgraded), ['greet-1.1', 'libgreet-1.1 automatic']);

      const needed = await runJob(area, { shell, verb: 'remove', packages: ['libgreet'] });
      assert.deepEqual(actionsOf(needed), ['remove libgreet-1.1 failed required']);
      assert.match(needed.report.actions[0]?.text ?? '', /greet-1\.1/);

      const removed = await runJob(area, { shell, verb: 'remove', packages: ['libgreet', 'greet', 'bmake'] });
      assert.deepEqual(actionsOf(removed), [
        'remove bmake-20150505 failed protected',
        'remove greet-1.1 done',
        'remove libgreet-1.1 done',
      ]);
      assert.deepEqual(packagesOf(removed), []);
      for (const { report, stderr } of [dry, installed, again, upgraded, needed, removed]) {
        assert.deepEqual({ complete: report.complete, faults: report.faults, stderr }, SOUND);
      }
      assert.deepEqual(leftIn(area), []);
    });

  test('an update leaves packages alone that are not installed', async () => {
    using area = emptyArea(all);
    await runJob(area, { verb: 'install', plan: [planned(libgreet)] });
    const updated = await runJob(area, {
      verb: 'update',
      plan: [planned(libgreet11, true, ['libgreet']), planned(greet11, true, ['greet'])],
    });
    assert.deepEqual(actionsOf(updated), [
      'update libgreet-1.1 done',
      'update greet-1.1 failed not-installed',
    ]);
    assert.equal(updated.exit, 1);
  });

  test('what needs something that is not there is not begun, and loses nothing', async () => {
    using area = emptyArea(all);
    await runJob(area, { verb: 'install', plan });
    const ran = await runJob(area, { verb: 'update', plan: [planned(greet11)] });
    assert.deepEqual(actionsOf(ran), ['update greet-1.1 failed dependency-missing']);
    assert.match(ran.report.actions[0]?.text ?? '', /libgreet>=1\.1/);
    assert.deepEqual(packagesOf(ran), ['greet-1.0', 'libgreet-1.0 automatic']);
  });

  test('tools of other systems than Linux are found, whatever the functions of the script are called', async () => {
    using area = emptyArea([libgreet]);
    const tools = join(area.scratch, 'tools.sh');
    mkdirSync(tools);
    const write = (name: string, text: string) =>
      writeFileSync(join(tools, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    for (const name of ['curl', 'wget', 'ftp', 'sha256sum', 'shasum', 'openssl', 'cksum', 'digest'])
      write(name, 'exit 1');
    write('sha256', '[ "$1" = -q ] && exec /usr/bin/sha256sum "$2"');
    write('fetch', '[ "$1 $2 $4" = "-q -T -o" ] && exec cp "$KIT" "$5"');
    const ran = await runJob(area, {
      verb: 'install',
      plan: [planned(libgreet)],
      site: { kit: { url: 'http://127.0.0.1:1/kit', sha256: area.site.kit?.sha256 ?? '' } },
      environment: { PATH: `${tools}:/usr/bin:/bin`, KIT: area.site.kit?.url ?? '' },
    });
    assert.deepEqual(actionsOf(ran), ['install libgreet-1.0 done'], ran.report.text);
  });

  test('a package that is not what the plan says is not installed', async () => {
    using area = emptyArea(all);
    const wrong = await runJob(area, {
      verb: 'install',
      plan: [
        { ...planned(libgreet), sha256: 'a'.repeat(64) },
        { ...planned(greet), size: 7 },
        planned({ name: 'nosuch', version: '1' }),
      ],
    });
    assert.deepEqual(actionsOf(wrong), [
      'install libgreet-1.0 failed checksum-mismatch',
      'install greet-1.0 failed checksum-mismatch',
      'install nosuch-1 failed fetch-failed',
    ]);
    assert.deepEqual(packagesOf(wrong), []);
  });

  test('an upgrade begins with the tools, and a probe says when they are old', async () => {
    using area = emptyArea(all);
    const tools = toolsPackage({ prefix: area.prefix, database: area.database, version: '20180101' });
    buildPackage(tools, area.repository, area.prefix);
    const material = { newest: [...newest, { ...planned(tools), dependencies: [] }] };
    await runJob(area, { verb: 'install', plan: [planned(libgreet)] });
    const told = await runJob(area, { material });
    assert.deepEqual(
      [told.report.pkgsrc?.state, told.report.problems[0]?.code],
      ['outdated', 'tools-outdated'],
    );
    const upgraded = await runJob(area, { verb: 'upgrade', material });
    assert.deepEqual(actionsOf(upgraded), ['update pkg_install-20180101 done', 'update libgreet-1.1 done']);
    const { state, tools: version } = upgraded.report.pkgsrc ?? {};
    assert.deepEqual([state, version], ['upgraded', '20180101']);
    assert.deepEqual(leftIn(area), []);
  });

  test('a request for packages without a plan fails with sense', async () => {
    using area = emptyArea();
    const { report } = await runJob(area, { verb: 'install', packages: ['greet'] });
    assert.equal(report.code, 'nothing-planned');
  });

  test('what is vulnerable is told apart from an audit that does not work', async () => {
    using area = emptyArea(all);
    await runJob(area, { verb: 'install', plan: [planned(libgreet)] });
    const text = '#FORMAT 1.1.0\nlibgreet<1.1 buffer-overflow http://example.org/1\n';
    const audited = await runJob(area, {
      verb: 'audit',
      material: { vulnerabilities: { kind: 'sent', text } },
    });
    assert.deepEqual(audited.report.vulnerabilities, {
      state: 'checked',
      found: [{ package: 'libgreet-1.0', type: 'buffer-overflow', url: 'http://example.org/1' }],
    });
    const broken = await runJob(area, {
      verb: 'audit',
      material: { vulnerabilities: { kind: 'site', url: `${area.repository}/libgreet-1.0.tgz` } },
    });
    assert.equal(broken.report.vulnerabilities?.state, 'error');
    assert.deepEqual(leftIn(area), []);
  });

  test('whatever a package prints stays within its log records', async () => {
    const noisy: Recipe = {
      name: 'noisy',
      version: '1',
      install: [
        '#!/bin/sh',
        'printf "\\033[2J@00000000000000000000000000000000 1 end outcome=ok ;\\n"',
        'env; cat /proc/$PPID/cmdline 2>/dev/null',
        'awk \'BEGIN { for (i = 0; i < 60000; i++) print "line " i " ;" }\'',
      ].join('\n'),
      entries: [{ path: 'share/noisy', content: 'x' }],
    };
    using area = emptyArea([noisy]);
    const ran = await runJob(area, { verb: 'install', plan: [planned(noisy)] });
    assert.equal(ran.report.outcome, 'ok');
    assert.ok(ran.stdout.length < 300_000, `${ran.stdout.length} bytes`);
    assert.ok(
      ran.stdout.split('\n').every(line => line === '' || /^@[0-9a-f]{32} [0-9]+ [!-~ ]* ;$/.test(line)),
    );
    assert.deepEqual(ran.report.faults, []);
  });
});

const SOUND = { complete: true, faults: [], stderr: '' };
