import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Area, actionsOf, emptyArea, leftIn, packagesOf, planned, runJob, shells } from './area.ts';
import { greet, libgreet, phrases, words } from './recipes.ts';

/** Something that an interrupted job, or a hand, leaves; `damage` is what a probe calls it, `repairs` what mends it. */
interface Case {
  readonly name: string;
  readonly harm: (area: Area) => void;
  readonly damage: readonly string[];
  readonly repairs: readonly string[];
}

const entry = (area: Area, file = '') => join(area.database, 'greet-1.0', file);

const cases: readonly Case[] = [
  {
    name: 'files of a package are missing',
    harm: area => rmSync(join(area.prefix, 'bin/greet')),
    damage: ['half-installed greet-1.0'],
    repairs: ['half-installed greet-1.0', 'rebuild-tree'],
  },
  {
    name: '+CONTENTS is missing',
    harm: area => rmSync(entry(area, '+CONTENTS')),
    damage: ['empty-entry greet-1.0'],
    repairs: ['empty-entry greet-1.0', 'rebuild', 'reinstalled greet-1.0'],
  },
  {
    name: '+CONTENTS is empty',
    harm: area => writeFileSync(entry(area, '+CONTENTS'), ''),
    damage: ['empty-entry greet-1.0'],
    repairs: ['empty-entry greet-1.0', 'rebuild', 'reinstalled greet-1.0'],
  },
  {
    name: '+CONTENTS was cut off',
    harm: area => writeFileSync(entry(area, '+CONTENTS'), `@cwd ${area.prefix}\n@name greet-1.0\nbin/gre`),
    damage: ['half-installed greet-1.0'],
    repairs: ['half-installed greet-1.0', 'rebuild-tree', 'reinstalled greet-1.0'],
  },
  {
    name: '+CONTENTS was cut off between two lines',
    harm: area => {
      const whole = readFileSync(entry(area, '+CONTENTS'), 'utf8');
      writeFileSync(entry(area, '+CONTENTS'), whole.slice(0, whole.indexOf('share/greet/words')));
    },
    damage: ['list-cut greet-1.0'],
    repairs: ['reinstalled greet-1.0'],
  },
  {
    name: '+COMMENT is missing',
    harm: area => rmSync(entry(area, '+COMMENT')),
    damage: ['metadata-missing greet-1.0'],
    repairs: ['metadata-missing greet-1.0', 'reinstalled greet-1.0'],
  },
  {
    name: 'the database has stray directories',
    harm: area => {
      mkdirSync(join(area.database, 'junk-1.0'));
      mkdirSync(join(area.database, 'a b'));
      mkdirSync(join(area.database, '.packwright-old.0.1'));
    },
    damage: ['stray-directory', 'stray-directory junk-1.0'],
    repairs: [
      'permissions',
      'rebuild',
      'stray-directory .packwright-old.0.1',
      'stray-directory a b',
      'stray-directory junk-1.0',
    ],
  },
  {
    name: 'the directory of an update was left behind',
    harm: area => cpSync(entry(area), join(area.database, 'greet-1.0.xxxxxx'), { recursive: true }),
    damage: ['temporary-entry greet-1.0'],
    repairs: ['permissions', 'rebuild', 'temporary-entry greet-1.0'],
  },
  {
    name: 'the index of files is missing',
    harm: area => rmSync(join(area.database, 'pkgdb.byfile.db')),
    damage: ['file-index-missing'],
    repairs: ['rebuild'],
  },
  {
    name: 'the index of files is garbage',
    harm: area => writeFileSync(join(area.database, 'pkgdb.byfile.db'), 'garbage\n'),
    damage: ['file-index'],
    repairs: ['rebuild'],
  },
  {
    name: 'a library was removed by force',
    harm: area => {
      rmSync(join(area.database, 'libgreet-1.0'), { recursive: true });
      for (const file of ['include/greet.h', 'lib/libgreet.so', 'lib/libgreet.so.1'])
        rmSync(join(area.prefix, file));
    },
    damage: ['dependency-unresolved greet-1.0', 'file-index-stale'],
    repairs: ['dependency libgreet-1.0', 'rebuild', 'rebuild-tree'],
  },
  {
    name: 'the database forgot who needs whom',
    harm: area => rmSync(join(area.database, 'libgreet-1.0/+REQUIRED_BY')),
    damage: ['required-by-missing libgreet-1.0'],
    repairs: ['rebuild-tree'],
  },
  {
    name: 'updates lost a library and who needs it',
    harm: area => {
      for (const name of ['greet-1.0', 'libgreet-1.0'])
        rmSync(join(area.database, name), { recursive: true });
      for (const name of ['bin/greet', 'lib', 'share/greet'])
        rmSync(join(area.prefix, name), { recursive: true });
      writeFileSync(join(area.path, '.packwright-lost'), 'greet-1.0\nlibgreet-1.0\n');
    },
    damage: ['package-lost greet-1.0', 'package-lost libgreet-1.0'],
    repairs: ['rebuild', 'reinstalled greet-1.0', 'reinstalled libgreet-1.0'],
  },
  {
    name: 'the whole database is missing',
    harm: area => rmSync(area.database, { recursive: true }),
    damage: ['database-missing'],
    repairs: ['database-missing'],
  },
  {
    name: 'the whole database is empty',
    harm: area => {
      for (const name of readdirSync(area.database)) rmSync(join(area.database, name), { recursive: true });
    },
    damage: ['database-missing'],
    repairs: ['database-missing'],
  },
];

const plan = [planned(libgreet, false, ['libgreet>=1.0']), planned(greet, true, ['greet'])];

suite('what a job mends', () => {
  let area: Area;
  suiteSetup(async () => {
    area = emptyArea([libgreet, greet]);
    await runJob(area, { verb: 'install', plan });
    copy(area.prefix, `${area.prefix}.good`);
  });
  setup(() => {
    rmSync(area.prefix, { recursive: true });
    copy(`${area.prefix}.good`, area.prefix);
  });
  suiteTeardown(() => area[Symbol.dispose]());

  cases.forEach(({ name, harm, damage, repairs }, at) => {
    const shell = shells[at % shells.length] ?? 'sh';
    test(`${name}: a probe tells, the next writing job mends (${shell})`, async () => {
      harm(area);
      const before = await runJob(area, { shell });
      assert.equal(before.report.pkgsrc?.state, 'damaged');
      const told = before.report.problems.map(({ code, package: of }) => (of ? `${code} ${of}` : code));
      for (const expected of damage)
        assert.ok(
          told.some(one => one.startsWith(expected)),
          `${expected}: ${told.join(', ')}`,
        );

      const mended = await runJob(area, { shell, verb: 'install', plan });
      assert.equal(mended.report.outcome, 'ok', mended.report.text);
      assert.equal(mended.report.pkgsrc?.state, 'repaired');
      const done = mended.report.repairs.map(({ code, package: of }) => (of ? `${code} ${of}` : code));
      assert.deepEqual([...done].sort(), repairs);
      assert.ok(mended.report.repairs.every(({ outcome }) => outcome === 'done'));

      const left = mended.report.problems.filter(({ code }) => code !== 'packages-forgotten');
      assert.deepEqual(left, []);
      assert.deepEqual(
        packagesOf(mended)?.map(one => one.split(' ')[0]),
        ['greet-1.0', 'libgreet-1.0'],
      );
      assert.deepEqual(
        readdirSync(area.database).filter(name => name.startsWith('.')),
        [],
      );
    });
  });

  test('a directory that packages share is no damage', async () => {
    using shared = emptyArea([words, phrases]);
    const both = [planned(words), planned(phrases)];
    for (const plan of [both, both]) {
      const { report } = await runJob(shared, { verb: 'install', plan });
      assert.deepEqual([report.outcome, report.problems, report.repairs], ['ok', [], []]);
    }
  });

  test('a dry run plans the repairs and makes none', async () => {
    rmSync(join(area.prefix, 'bin/greet'));
    const { report } = await runJob(area, { verb: 'install', plan, dryRun: true });
    assert.deepEqual(
      report.repairs.map(({ code, outcome }) => `${code} ${outcome}`),
      ['half-installed planned'],
    );
    assert.ok(!existsSync(join(area.prefix, 'bin/greet')));
  });

  test('a half-installed package whose file nobody knows is removed, and told', async () => {
    rmSync(join(area.prefix, 'bin/greet'));
    renameSync(join(area.repository, 'greet-1.0.tgz'), join(area.repository, 'hidden'));
    const { report } = await runJob(area, { verb: 'remove', packages: ['nosuch'] });
    renameSync(join(area.repository, 'hidden'), join(area.repository, 'greet-1.0.tgz'));
    assert.deepEqual(
      report.problems.map(({ code, package: of }) => `${code} ${of}`),
      ['package-lost greet-1.0'],
    );
    assert.ok(!existsSync(entry(area)));
  });

  test('a file that a hand changed is told and left alone', async () => {
    writeFileSync(join(area.prefix, 'share/greet/words'), 'good day\n');
    const { report } = await runJob(area, { verb: 'install', plan });
    assert.deepEqual(
      report.problems.map(({ code, package: of }) => `${code} ${of}`),
      ['modified-file greet-1.0'],
    );
    assert.deepEqual(report.repairs, []);
  });

  test('tools of another prefix are told apart from an empty one', async () => {
    const other = join(area.path, 'elsewhere');
    copy(area.prefix, other);
    rmSync(area.prefix, { recursive: true });
    const { report } = await runJob(area, { site: { prefix: other } });
    mkdirSync(area.prefix);
    rmSync(other, { recursive: true });
    assert.deepEqual([report.pkgsrc?.state, report.problems[0]?.code], ['damaged', 'wrong-prefix']);
    assert.equal(report.packages, undefined);
  });

  test('the group can write wherever the tools wrote', async () => {
    chmodSync(join(area.database, 'pkgdb.byfile.db'), 0o644);
    await runJob(area, { verb: 'install', plan });
    const ran = await runJob(area, { verb: 'remove', packages: ['greet'] });
    assert.deepEqual(actionsOf(ran), ['remove greet-1.0 done']);
    const { stdout } = spawnSync(
      'find',
      [
        area.prefix,
        area.database,
        '(',
        '-type',
        'd',
        '!',
        '-perm',
        '-2020',
        '-o',
        '-path',
        '*/pkgdb/*',
        '-type',
        'f',
        '!',
        '-perm',
        '-020',
        ')',
      ],
      { encoding: 'utf8' },
    );
    assert.equal(stdout, '');
    assert.deepEqual(leftIn(area), ['pkg.good']);
  });
});

/** With modes, times and links. */
function copy(from: string, to: string): void {
  assert.equal(spawnSync('cp', ['-a', from, to]).status, 0);
}
