import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Disk } from '../../../server/src/io/disk.ts';
import type { ConfiguredRepository } from '../../../server/src/io/repositories/configured.ts';
import { openRepository } from '../../../server/src/io/repositories/index.ts';
import { DepotReplay } from '../../support/depot-replay.ts';
import { DepotRig, differences, goldenTable } from '../../support/depot-rig.ts';

const MANY = '/alpha.example/manifest/0/test%2Fmany@1.0%2C5.11-2026.1.0.1%3A20260101T003600Z';

suite('A depot as it was recorded', () => {
  let rig: DepotRig;
  let depot: DepotReplay;

  setup(() => {
    rig = new DepotRig();
    depot = new DepotReplay();
  });
  teardown(async () => {
    rig.dispose();
    await depot.stop();
  });

  const catalogs = () =>
    depot
      .take()
      .filter(one => one.includes('/catalog/'))
      .sort();

  test('tells every package and every path as the real tools do', async () => {
    const repository = await rig.ready(await depot.start());
    assert.deepEqual(await differences(repository), []);
    const [fault, ...more] = repository.faults();
    assert.deepEqual(more, []);
    assert.equal(fault?.path, `${depot.address}${MANY}`);
    assert.match(
      fault?.message ?? '',
      /^could not be fetched: the depot does not have it \(status 404\): what/,
    );
    assert.equal(repository.state, 'ready');
  });

  test('tells of packages what a directory with the same ones tells', async () => {
    const recorded = await rig.ready(await depot.start());
    const directory = openRepository(
      { uri: join(process.cwd(), 'test/data/ips-repository/repository') },
      '/',
      {
        disk: new Disk(),
        cacheDirectory: rig.scratch.path('other'),
        onChange: () => {},
        onProgress: () => {},
      },
    );
    const names = new Set(
      goldenTable('expected-packages.tsv').map(([fmri = '']) => fmri.replace(/^pkg:..[^/]+.|@.*/g, '')),
    );
    const told = async (repository: ConfiguredRepository) => {
      const found = [...(await repository.packages(names, rig.signal)).values()].flat();
      return found
        .map(({ delivers, ...one }) => one)
        .sort((a, b) =>
          `${a.id.publisher}${a.id.name}${a.id.version}` < `${b.id.publisher}${b.id.name}${b.id.version}`
            ? -1
            : 1,
        );
    };
    assert.deepEqual(await told(recorded), await told(directory));
    directory.dispose();
  });

  test('is read again only where it changed: by update logs, and in full after a rebuild', async () => {
    const uri = await depot.start();
    await rig.ready(uri);
    const first = catalogs();
    assert.equal(first.filter(one => one.endsWith('catalog.base.C')).length, 2);

    const again = async (moment: readonly [number, number]) => {
      rig.closeAll();
      depot.moment = moment;
      const repository = await rig.ready(uri);
      return { versions: await rig.versionsOf(repository, 'inc/added'), catalogs: catalogs() };
    };
    const attrs = ['GET /alpha.example/catalog/1/catalog.attrs', 'GET /beta-lab/catalog/1/catalog.attrs'];
    const log = 'GET /alpha.example/catalog/1/update.20261120T12Z.C';
    assert.deepEqual(await again([8, 5]), { versions: [], catalogs: attrs });
    assert.deepEqual(await again([8, 39]), {
      versions: ['1.0,5.11-1:20261120T120650Z ordinary'],
      catalogs: [...attrs, log].sort(),
    });
    assert.deepEqual(await again([8, 50]), {
      versions: ['2.0,5.11-1:20261120T120651Z obsolete'],
      catalogs: [...attrs, log].sort(),
    });
    const rebuilt = await again([8, 60]);
    assert.deepEqual(rebuilt.versions, ['2.0,5.11-1:20261120T120651Z obsolete']);
    assert.equal(rebuilt.catalogs.filter(one => one.includes('alpha.example/catalog/1/catalog.')).length, 3);
    assert.equal(rebuilt.catalogs.filter(one => one.includes('update')).length, 0);
  });

  test('is asked for what changed since the date that it gave', async () => {
    const uri = await depot.start();
    await rig.ready(uri);
    rig.closeAll();
    const dates: unknown[] = [];
    depot.intercept = request => {
      if (request.url?.endsWith('catalog.attrs')) dates.push(request.headers['if-modified-since']);
      return false;
    };
    await rig.ready(uri);
    assert.deepEqual(dates.sort(), ['Fri, 20 Nov 2026 11:50:10 GMT', 'Fri, 20 Nov 2026 11:50:11 GMT']);
  });

  test('says that a mirror has no catalog', async () => {
    depot.moment = [14, 1000];
    depot.intercept = (request, _) => {
      request.url = request.url?.replace('/versions/0/', '/versions/0');
      return undefined;
    };
    const repository = await rig.ready(await depot.start());
    assert.equal(repository.state, 'failed');
    assert.match(repository.faults()[0]?.message ?? '', /^offers no catalog \(it is a mirror, perhaps\)/);
  });
});
