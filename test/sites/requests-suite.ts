import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { greet, greet11, libgreet, libgreet11 } from '../grid/job/recipes.ts';
import type { Lab } from './lab.ts';
import { actionsAt, packagesAt, siteIn } from './vo.ts';
import { voTest } from './vo-test.ts';
import { everyWay, siteAt } from './ways.ts';

/** What is asked of sites, and what a manager is told. */
export function requestsSuite(lab: Lab): void {
  suite('requests to sites', () => {
    voTest(lab, 'every kind of site is probed, gets pkgsrc and packages, and tells so', async vo => {
      const places = everyWay(vo, lab);
      for (const place of places) place.offer(libgreet, greet);
      const absent = await vo.run('status');
      assert.equal(absent.code, 1);
      assert.equal(absent.err, '');
      assert.match(absent.out, /^\S+: 5 sites: 5 absent/);
      for (const { name, prefix } of places)
        assert.match(absent.out, line(name, `absent .*${prefix}: the next install`));

      const dry = await vo.report('install', 'greet', '--dry-run', '--wait');
      assert.equal(dry.code, 0);
      for (const { name, area } of places) {
        assert.deepEqual(actionsAt(siteIn(dry, name)), [
          'planned install libgreet-1.0',
          'planned install greet-1.0',
        ]);
        assert.deepEqual(readdirSync(area), [], 'a dry run changes nothing');
      }

      const installed = await vo.run('install', 'greet', '--wait');
      assert.equal(installed.code, 0, installed.out);
      assert.match(installed.out, /^\S+: 5 sites: 5 ok/);
      for (const { name } of places)
        assert.match(
          installed.out,
          new RegExp(`^${name}\n {2}done +install libgreet-1\\.0\n {2}done +install greet-1\\.0$`, 'm'),
        );
      assert.match(installed.out, /^greet +1\.0 +all 5 sites$/m);

      const known = await vo.report('status', '--cached');
      assert.equal(known.code, 0);
      for (const { name } of places) {
        const site = siteIn(known, name);
        assert.deepEqual(packagesAt(site), ['greet-1.0', 'libgreet-1.0 automatic']);
        assert.deepEqual([site.state, site.pkgsrc?.state, site.job?.verb], ['ok', 'installed', 'install']);
      }
      assert.deepEqual(known.packages.find(({ name }) => name === 'greet')?.versions, [
        { version: '1.0', sites: places.map(({ name }) => name) },
      ]);
    });

    voTest(lab, 'packages are updated, upgraded and removed, and one that is needed is kept', async vo => {
      const places = [siteAt(vo, lab, 'here'), siteAt(vo, lab, 'north')];
      for (const place of places) place.offer(libgreet, greet);
      assert.equal((await vo.run('install', 'greet', '--wait')).code, 0);
      for (const place of places) place.offer(libgreet, greet, libgreet11, greet11);

      const dry = await vo.run('upgrade', '--dry-run', '--wait');
      assert.equal(dry.code, 0, dry.out);
      assert.match(dry.out, /^ {2}planned +update libgreet-1\.1 \(was 1\.0\)$/m);
      const updated = await vo.report('update', 'libgreet', '--wait', '--site', 'here');
      assert.equal(updated.code, 0);
      assert.deepEqual(packagesAt(siteIn(updated, 'here')), ['greet-1.0', 'libgreet-1.1 automatic']);
      const upgraded = await vo.run('upgrade', '--wait');
      assert.equal(upgraded.code, 0, upgraded.out);
      assert.match(upgraded.out, /^ {2}done +update greet-1\.1 \(was 1\.0\)$/m);
      assert.match(upgraded.out, /^greet +1\.1 +all 2 sites$/m);

      const kept = await vo.run('remove', 'libgreet', '--wait');
      assert.equal(kept.code, 1);
      assert.match(kept.out, line('here', 'failed .*libgreet-1\\.1.*greet-1\\.1'));
      assert.match(kept.out, /^ {2}failed +remove libgreet-1\.1: .*greet-1\.1/m);
      const removed = await vo.report('remove', 'greet', 'libgreet', '--wait');
      assert.equal(removed.code, 0);
      for (const { name } of places) assert.deepEqual(packagesAt(siteIn(removed, name)), []);
    });

    voTest(lab, 'what the sites file wants is missed, and installed without being named', async vo => {
      const here = siteAt(vo, lab, 'here', { packages: ['greet>=1.0'] });
      siteAt(vo, lab, 'south', { packages: [] });
      here.offer(libgreet, greet);
      assert.equal((await vo.run('install', 'libgreet', '--wait', '--site', 'here')).code, 0);
      const incomplete = await vo.run('status', '--site', 'here');
      assert.equal(incomplete.code, 1);
      assert.match(
        incomplete.out,
        line(
          'here',
          "incomplete .*greet>=1.0 is wanted and not installed: run packwright sites install 'greet>=1.0' --site here",
        ),
      );
      const installed = await vo.run('install', '--wait');
      assert.match(installed.err, /^note: south: the sites file wants no packages there$/m);
      assert.match(installed.out, line('here', 'ok'));
      assert.doesNotMatch(installed.out, /^south/m);
      assert.equal(installed.code, 0);
    });

    voTest(
      lab,
      'a package that a list names is vulnerable, and a list that cannot be had is no all-clear',
      async vo => {
        const here = siteAt(vo, lab, 'here');
        here.offer(libgreet, greet);
        const list = vo.path('vulnerabilities');
        writeFileSync(list, '#FORMAT 1.1.0\ngreet<1.1 cross-site-scripting https://example.org/adv/4\n');
        vo.set({ vulnerabilities: { url: vo.url('vulnerabilities') } });
        const installed = await vo.run('install', 'greet', '--wait');
        assert.equal(installed.code, 0, 'it was installed');
        assert.match(
          installed.out,
          line('here', 'vulnerable .*greet-1.0: cross-site-scripting, see https://example.org/adv/4'),
        );
        const audit = await vo.report('audit', '--wait');
        assert.equal(audit.code, 1);
        const site = siteIn(audit, 'here');
        assert.deepEqual(
          [site.state, site.audit, site.vulnerabilities],
          [
            'vulnerable',
            'checked',
            [{ package: 'greet-1.0', type: 'cross-site-scripting', url: 'https://example.org/adv/4' }],
          ],
        );

        vo.set({ vulnerabilities: { url: vo.url('nowhere'), fetch: 'site' } });
        const unknown = await vo.run('status');
        assert.equal(unknown.code, 1);
        assert.match(unknown.out, line('here', 'unaudited .*Vulnerabilities are not known: .*nowhere'));
        vo.set({ vulnerabilities: { url: vo.url('nowhere') } });
        const again = await vo.report('audit', '--wait');
        assert.deepEqual([again.code, siteIn(again, 'here').audit], [1, 'error']);
      },
    );

    voTest(lab, 'a package that does not exist, a broken one and a missing area are told apart', async vo => {
      const here = siteAt(vo, lab, 'here');
      const south = siteAt(vo, lab, 'south');
      for (const place of [here, south]) place.offer(libgreet, greet);
      writeFileSync(join(here.repository, 'greet-1.0.tgz'), 'rotten');
      rmSync(south.area, { recursive: true });
      const nosuch = await vo.run('install', 'nosuch', '--wait', '--site', 'here');
      assert.equal(nosuch.code, 1);
      assert.match(nosuch.out, line('here', 'refused .*nosuch'));
      const broken = await vo.run('install', 'greet', '--wait');
      assert.equal(broken.code, 1);
      assert.match(broken.out, line('here', 'failed .*greet-1\\.0'));
      assert.match(broken.out, line('south', `refused .*${south.area} does not exist .*Ask the site`));
      assert.equal(existsSync(south.area), false);
    });

    voTest(lab, 'in a maintenance window nothing is sent, and afterwards everything', async vo => {
      const open = { from: '2020-01-01T00:00Z', to: '2099-01-01T00:00Z', reason: 'cooling' };
      siteAt(vo, lab, 'north', { maintenance: [open] });
      siteAt(vo, lab, 'here');
      const status = await vo.run('status');
      assert.match(
        status.out,
        line('north', 'maintenance .*cooling until 2099-01-01.*its jobs wait until then'),
      );
      assert.match(status.out, line('here', 'absent'));
      const alone = await vo.run('status', '--site', 'north');
      assert.equal(alone.code, 0, 'a window that is open is no failure');
      vo.change('north', { maintenance: [] });
      const after = await vo.run('status', '--site', 'north');
      assert.match(after.out, line('north', 'absent'));
      assert.equal(JSON.parse((await vo.run('log', 'north', '--format', 'json')).out).jobs.length, 1);
    });
  });
}

/** The line of a site in the table: its name, and what stands behind it. */
function line(name: string, rest: string): RegExp {
  return new RegExp(`^${name} +${rest}`, 'm');
}
