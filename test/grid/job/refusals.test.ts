import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../../../client/src/grid/model.ts';
import { databaseOf, sha256, writeKit } from '../../support/pkgsrc/index.ts';
import { type Area, type Ask, emptyArea, leftIn, runJob } from './area.ts';

/** Something wrong with an area or a kit: what the site is then, and what a writing job says. */
interface Case {
  readonly name: string;
  readonly code: string;
  readonly ask: (area: Area) => Ask;
}

type Changes = { readonly [Key in keyof Site]?: Site[Key] | undefined };

const install: Ask = {
  verb: 'install',
  plan: [{ pkgname: 'none-1', file: 'none', wanted: true, patterns: [] }],
};
const at = (site: Changes): Ask => ({ ...install, site });

const cases: readonly Case[] = [
  { name: 'no area is known', code: 'area-unset', ask: () => at({ area: undefined }) },
  {
    name: 'the variable names a relative area',
    code: 'area-invalid',
    ask: () => ({ ...at({ area: undefined }), environment: { VO_ATLAS_SW_DIR: 'somewhere' } }),
  },
  {
    name: 'the variable leads upwards',
    code: 'area-invalid',
    ask: area => ({ ...at({ area: undefined }), environment: { VO_ATLAS_SW_DIR: `${area.path}/../x` } }),
  },
  { name: 'the area is missing', code: 'area-missing', ask: area => at({ area: `${area.path}/none` }) },
  {
    name: 'the area is a file',
    code: 'area-not-directory',
    ask: area => {
      writeFileSync(join(area.scratch, 'file.sh'), '');
      return at({ area: join(area.scratch, 'file.sh') });
    },
  },
  {
    name: 'the area belongs to another group',
    code: 'area-wrong-group',
    ask: () => at({ group: 'nosuchgroup' }),
  },
  { name: 'there is too little space', code: 'area-full', ask: () => at({ minimumFreeMiB: 900_000_000 }) },
  { name: 'there is no kit', code: 'no-kit', ask: () => at({ kit: undefined }) },
  {
    name: 'the kit is not the one that was meant',
    code: 'checksum-mismatch',
    ask: area => at({ kit: { url: area.site.kit?.url ?? '', sha256: 'a'.repeat(64) } }),
  },
  {
    name: 'the kit is for another prefix',
    code: 'kit-wrong-prefix',
    ask: area => {
      const kit = writeKit(
        { prefix: '/vo/other/pkg', database: databaseOf({ prefix: '/vo/other/pkg' }) },
        area.scratch,
        'other.sh',
      );
      return at({ kit: { url: kit.path, sha256: kit.sha256 } });
    },
  },
  {
    name: 'a relative link of the kit leads out of the prefix',
    code: 'kit-hostile',
    ask: area => packed(area, directory => symlinkSync('../../../../../etc', join(directory, 'etc'))),
  },
  {
    name: 'an absolute link of the kit leads out of the prefix',
    code: 'kit-hostile',
    ask: area => packed(area, directory => symlinkSync('/etc', join(directory, 'sbin'))),
  },
  {
    name: 'the kit has no tools',
    code: 'tools-missing',
    ask: area => packed(area, () => undefined),
  },
];

suite('what a job refuses', () => {
  for (const { name, code, ask } of cases)
    test(`${name}: ${code}, and nothing is left`, async () => {
      using area = emptyArea();
      const { report } = await runJob(area, ask(area));
      assert.equal(report.code, code, report.text);
      assert.notEqual(report.outcome, 'ok');
      assert.ok((report.text ?? '').length > 20);
      assert.deepEqual(
        leftIn(area).filter(one => !one.startsWith('other')),
        [],
      );
      assert.throws(() => statSync(area.prefix));
    });

  test('the owner of an area that managers cannot share shares it; a probe only says so', async () => {
    using area = emptyArea();
    chmodSync(area.path, 0o755);
    const told = await runJob(area, {});
    assert.deepEqual(
      told.report.problems.map(({ code }) => code),
      ['area-not-group-writable', 'area-not-setgid'],
    );
    assert.equal(statSync(area.path).mode & 0o7777, 0o755);
    const mended = await runJob(area, { verb: 'install', plan: [] });
    assert.equal(mended.report.repairs[0]?.code, 'permissions');
    assert.equal(statSync(area.path).mode & 0o7777, 0o2775);
  });

  test('the area may be named by the variable of the VO, dots and hyphens as underscores', async () => {
    using area = emptyArea();
    const { report } = await runJob(area, {
      site: { area: undefined, vo: 'vo.north-sea.org' },
      environment: { VO_VO_NORTH_SEA_ORG_SW_DIR: area.path },
    });
    assert.deepEqual([report.area?.path, report.outcome], [area.path, 'ok']);
  });
});

/** A kit that holds the prefix with something of a test's own in it. */
function packed(area: Area, fill: (directory: string) => void): Ask {
  const root = join(area.scratch, '../packed');
  const directory = join(root, area.prefix);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'file'), '');
  fill(directory);
  const path = join(area.scratch, '../hostile.tgz');
  assert.equal(spawnSync('tar', ['-czf', path, '-C', root, '.']).status, 0);
  rmSync(root, { recursive: true });
  return at({ kit: { url: path, sha256: sha256(path) } });
}
