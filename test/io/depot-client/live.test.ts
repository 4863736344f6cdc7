import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DepotPublication } from '../../support/depot-publication.ts';
import { DepotRig, differences, goldenTable } from '../../support/depot-rig.ts';
import { DepotServer } from '../../support/depot-server.ts';

const REPOSITORY = join(process.cwd(), 'test/data/ips-repository/repository');

suite('A depot with a search', () => {
  let rig: DepotRig;
  let depot: DepotServer;

  setup(() => {
    rig = new DepotRig();
    depot = new DepotServer(REPOSITORY);
  });
  teardown(async () => {
    rig.dispose();
    await depot.stop();
  });

  const manifests = (asked: readonly string[]) => asked.filter(one => one.includes('/manifest/')).length;
  const searches = (asked: readonly string[]) => asked.filter(one => one.includes('/search/')).length;

  /** Files of the cache, with their modes. */
  function cached(): readonly (readonly [string, number])[] {
    const root = rig.scratch.path('cache/depots');
    const paths = readdirSync(root, { recursive: true, withFileTypes: true });
    return [root, ...paths.map(one => join(one.parentPath, one.name))].map(path => [
      path,
      statSync(path).mode & 0o777,
    ]);
  }

  test('tells every package and every path as the real tools do, and fetches no manifest', async () => {
    const repository = await rig.ready(await depot.start());
    assert.deepEqual(await differences(repository), []);
    assert.deepEqual(repository.faults(), []);
    const asked = depot.take();
    assert.equal(manifests(asked), 0);
    assert.ok(searches(asked) > 0);
    const unsafe = cached().filter(([, mode]) => (mode & 0o077) !== 0);
    assert.deepEqual(unsafe, [], 'others may read the cache');
  });

  test('is asked nothing twice, by no process', async () => {
    const uri = await depot.start();
    assert.deepEqual(await differences(await rig.ready(uri)), []);
    rig.closeAll();
    depot.take();
    assert.deepEqual(await differences(await rig.ready(uri)), []);
    assert.equal(searches(depot.take()), 0);
  });

  test('tells variants, targets, users and what lies below directories as a directory does', async () => {
    const repository = await rig.ready(await depot.start());
    const [lib] = await repository.deliveries(new Set(['usr/lib/libone.so']), rig.signal);
    assert.equal(lib?.target, 'libone.so.1');
    assert.deepEqual(await rig.deliverersOf(repository, 'user:labusr'), [
      'test/users@1.0,5.11-2026.1.0.1:20260101T003300Z',
    ]);
    const [variants] = await repository.deliveries(new Set(['usr/bin/sparc-only']), rig.signal);
    assert.deepEqual([...(variants?.variants?.get('arch') ?? [])], ['sparc']);
    const below = (await repository.below?.(new Set(['opt/odd', 'opt/nothing']), rig.signal)) ?? [];
    assert.deepEqual(
      below.map(one => `${one.path} ${one.package.name} ${one.implied}`),
      ['dir:opt/odd test/odd-names true'],
    );
  });

  for (const status of [404, 503, 400]) {
    test(`is read manifest by manifest when its search answers with ${status}`, async () => {
      depot.intercept = (request, response) => {
        if (!request.url?.includes('/search/')) return false;
        response.writeHead(status).end();
        return true;
      };
      const repository = await rig.ready(await depot.start());
      assert.deepEqual(await differences(repository), []);
      assert.ok(rig.progress.length > 50, 'no progress was told');
    });
  }

  test('is asked for packages only where too many actions would answer', async () => {
    const row = '0 2 pkg:/app/split@1.0,5.11-2026.1.0.1:20260101T001900Z usr/lib dir path=usr/lib';
    depot.intercept = (_, response, body) => {
      if (!body.includes(encodeURIComponent('_2_1000_None_:dir:path:/usr/lib'))) return false;
      response.end(`Return from search v1\n${`${row}\n`.repeat(1000)}`);
      return true;
    };
    const repository = await rig.ready(await depot.start());
    const expected = goldenTable('expected-files.tsv').filter(
      ([path, type]) => path === 'usr/lib' && type === 'dir',
    );
    assert.equal((await rig.deliverersOf(repository, 'dir:usr/lib')).length, expected.length);
  });

  test('is asked less at a time where it would say too much', async () => {
    depot.intercept = (_, response, body) => {
      if (body.split('&').length < 6) return false;
      response.writeHead(200, { 'content-length': String(17 * 1024 * 1024) }).end();
      return true;
    };
    const repository = await rig.ready(await depot.start());
    assert.deepEqual(await differences(repository), []);
    assert.equal(manifests(depot.take()), 0);
  });

  test('is read manifest by manifest when its search breaks later', async () => {
    const repository = await rig.ready(await depot.start());
    depot.operations = depot.operations.replace('search 0 1\n', '');
    const occupied = () => repository.occupied?.(new Set(['usr/bin', 'usr/nowhere']), rig.signal);
    assert.equal((await occupied())?.size, 2, 'a search knows names, not directories');
    assert.deepEqual(await differences(repository), []);
    assert.deepEqual(await occupied(), new Set(['usr/bin']));
  });

  test('has manifests of what its search may not know yet', async () => {
    const root = rig.scratch.path('repository');
    cpSync(REPOSITORY, root, { recursive: true });
    depot = new DepotServer(root);
    const uri = await depot.start();
    assert.deepEqual(await rig.deliverersOf(await rig.ready(uri), 'usr/bin/late'), []);
    rig.closeAll();
    depot.take();
    const publication = new DepotPublication(root, 'alpha.example');
    publication.add('app/late', '1.0,5.11-1:20270101T000000Z', [
      'file late path=usr/bin/late mode=0755 owner=root group=bin',
    ]);
    const repository = await rig.ready(uri);
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/bin/late'), [
      'app/late@1.0,5.11-1:20270101T000000Z',
    ]);
    const asked = depot.take();
    assert.equal(manifests(asked), 1);
    assert.equal(asked.filter(one => one.includes('catalog.base.C')).length, 0);
  });

  test('is asked what an older version delivers when that one counts, and says so when it cannot be asked', async () => {
    const [old, older, young] = ['1.1', '1.0', '2.0'].map(release => `${release},5.11-1:20260101T000000Z`);
    const entries = Array.from({ length: 600 }, (_, at) => ({
      version: `${at + 1}.0,5.11-1:20260101T000000Z`,
    }));
    const base = { 'beta-lab': { many: entries, tool: [old, older, young].map(version => ({ version })) } };
    const attrs = { version: 1, created: '1', 'last-modified': '2', parts: { 'catalog.base.C': {} } };
    depot.operations = depot.operations.replace('search 0 1\n', '');
    depot.intercept = ({ url = '' }, response) => {
      if (!url.startsWith('/beta-lab/')) return false;
      const isOld = /tool@1\.[01]/.test(url);
      if (url.includes('/manifest/'))
        response.end(isOld ? 'file x path=usr/bin/old owner=root group=bin mode=0555\n' : '\n');
      else response.end(JSON.stringify(url.endsWith('attrs') ? attrs : base));
      return true;
    };
    const repository = await rig.ready(await depot.start(), { pace: { retry: 1 } });
    const learn = (version = '') => {
      return repository.learn?.([{ publisher: 'beta-lab', name: 'tool', version }], rig.signal);
    };
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/bin/old'), []);
    depot.take();
    assert.equal(await learn(old), true);
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/bin/old'), [`tool@${old}`]);
    assert.equal(manifests(depot.take()), 1);
    assert.equal(await learn(old), false);
    const unknown = () => repository.faults().filter(({ code }) => code === 'unreachable');
    assert.deepEqual([depot.take(), unknown()], [[], []]);
    await depot.stop();
    await learn(older);
    assert.match(unknown()[0]?.message ?? '', /not all of its manifests were read before/);
  });

  test('is not sent again what has the same tag', async () => {
    let spared = 0;
    depot.intercept = (request, response) => {
      response.setHeader('etag', '"1"');
      if (request.headers['if-none-match'] !== '"1"') return false;
      spared++;
      response.writeHead(304).end();
      return true;
    };
    const uri = await depot.start();
    await rig.ready(uri);
    assert.equal(spared, 0);
    rig.closeAll();
    assert.deepEqual(await differences(await rig.ready(uri)), []);
    assert.equal(spared, 2);
  });

  test('is shared by two at a time', async () => {
    const uri = await depot.start();
    const both = await Promise.all([rig.ready(uri), rig.ready(uri)]);
    for (const repository of both) assert.deepEqual(await differences(repository), []);
  });

  test('is read anew where the cache was damaged', async () => {
    depot.operations = depot.operations.replace('search 0 1\n', '');
    const uri = await depot.start();
    await rig.ready(uri);
    rig.closeAll();
    const files = cached()
      .map(([path]) => path)
      .filter(path => statSync(path).isFile());
    const cache = rig.scratch.path('cache');
    for (const name of readdirSync(cache)) if (name.includes('.sqlite')) rmSync(join(cache, name));
    for (const [index, file] of files.entries()) {
      if (index % 3 === 0) truncateSync(file, Math.floor(statSync(file).size / 2));
      if (index % 3 === 1) appendFileSync(file, 'x');
    }
    const repository = await rig.ready(uri);
    const damaged = repository.faults().filter(({ path }) => !path.includes('test%2Fmany@'));
    assert.deepEqual(damaged, []);
    assert.deepEqual(await differences(repository), []);
  });

  test('stops being read when nobody waits any more, and is read when somebody asks again', async () => {
    depot.operations = depot.operations.replace('search 0 1\n', '');
    const stop = new AbortController();
    depot.intercept = request => {
      if (request.url?.includes('/manifest/')) stop.abort();
      return false;
    };
    const repository = rig.open({ uri: await depot.start() });
    await assert.rejects(repository.refresh(stop.signal), { name: 'AbortError' });
    assert.ok(manifests(depot.take()) < 20);
    await repository.refresh(rig.signal);
    assert.deepEqual(await differences(repository), []);
  });
});
