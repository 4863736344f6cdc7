import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { SourceBuild } from '../../../client/src/grid/model.ts';
import { buildPort } from '../../support/pkgsrc/index.ts';
import { type Area, actionsOf, emptyArea, leftIn, packagesOf, runJob, shells } from './area.ts';
import { libgreet, libgreet11 } from './recipes.ts';

suite('packages from source', () => {
  for (const shell of shells)
    test(`${shell}: they are built with the site's options, and replaced in place`, async () => {
      using area = emptyArea();
      const install = { shell, verb: 'install', packages: ['libgreet'] } as const;
      const built = await runJob(area, { ...install, site: { build: build(area, '') } });
      assert.deepEqual(actionsOf(built), ['build libgreet-1.0 done'], built.report.log.join('\n'));
      assert.deepEqual(packagesOf(built), ['libgreet-1.0']);

      const newer = build(area, 'GREET_VERSION=1.1\n');
      const dry = await runJob(area, { shell, verb: 'upgrade', dryRun: true, site: { build: newer } });
      assert.deepEqual(actionsOf(dry), ['build libgreet-1.1 planned']);
      const upgraded = await runJob(area, { shell, verb: 'upgrade', site: { build: newer } });
      assert.deepEqual(actionsOf(upgraded), ['build libgreet-1.1 done'], upgraded.report.log.join('\n'));
      assert.deepEqual(packagesOf(upgraded), ['libgreet-1.1']);

      const broken = build(area, 'GREET_VERSION=1.0\nBREAK=1\n');
      const failed = await runJob(area, {
        ...install,
        packages: ['vo/libgreet'],
        site: { build: broken },
      });
      assert.deepEqual(actionsOf(failed), ['build libgreet-1.0 failed build-failed']);
      assert.deepEqual(packagesOf(failed), ['libgreet-1.1'], 'what was there stays');
      assert.deepEqual(leftIn(area), []);
    });
});

/** A tree with one package of two versions. */
function build(area: Area, mkConf: string): SourceBuild {
  const tree = join(area.path, '../tree');
  buildPort(
    {
      path: 'vo/libgreet',
      variables: { DISTNAME: 'libgreet-${GREET_VERSION}', 'GREET_VERSION?': '1.0' },
      packages: [libgreet, libgreet11],
      steps: { build: 'cc -o libgreet greet.c' },
    },
    tree,
    area.prefix,
  );
  return { tree, mkConf };
}
