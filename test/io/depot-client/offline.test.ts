import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DepotRig, differences } from '../../support/depot-rig.ts';
import { DepotServer } from '../../support/depot-server.ts';

const REPOSITORY = join(process.cwd(), 'test/data/ips-repository/repository');

suite('A depot that is not there', () => {
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

  /** An address where nobody answers. */
  async function goneAddress(): Promise<string> {
    const uri = await depot.start();
    await depot.stop();
    return uri;
  }

  test('has a fault while there is no copy', async () => {
    const repository = await rig.ready(await goneAddress());
    assert.equal(repository.state, 'failed');
    assert.match(repository.faults()[0]?.message ?? '', /^cannot be reached \(connection refused\)/);
    assert.deepEqual(await rig.versionsOf(repository, 'entire'), []);
  });

  test('is answered for by its copy, which says how old it is', async () => {
    depot.operations = depot.operations.replace('search 0 1\n', '');
    const uri = await depot.start();
    await rig.ready(uri);
    rig.closeAll();
    await depot.stop();
    // Before it is tried a second time.
    const repository = await rig.ready(uri, { pace: { retry: 60_000, patience: 60_000 } });
    assert.deepEqual(await differences(repository), []);
    assert.equal(repository.state, 'ready');
    assert.match(
      repository.note ?? '',
      /^It cannot be reached \(connection refused\), since \d{4}-\d\d-\d\d \d\d:\d\d: the copy of \d+ s ago is used$/,
    );
  });

  test('is not asked in offline mode: its copy answers, says how old it is, and what it lacks is a fault', async () => {
    const uri = await depot.start();
    const before = await rig.ready(uri);
    const known = await rig.deliverersOf(before, 'usr/lib/libone.so');
    rig.closeAll();
    depot.asked.length = 0;
    const repository = rig.open({ uri }, {}, undefined, true);
    await repository.refresh(rig.signal);
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/lib/libone.so'), known);
    assert.deepEqual(repository.faults(), []);
    assert.match(repository.note ?? '', /^It is not asked \(offline\): the copy of \d+ s ago is used$/);
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/bin/ed1t'), []);
    assert.match(
      repository.faults()[0]?.message ?? '',
      /^is not asked \(offline\): who delivers usr\/bin\/ed1t is not known/,
    );
    assert.deepEqual(depot.asked, []);
  });

  test('is not asked in offline mode without a copy either, which is a fault', async () => {
    const uri = await depot.start();
    depot.asked.length = 0;
    const repository = rig.open({ uri }, {}, undefined, true);
    await repository.refresh(rig.signal);
    assert.equal(repository.state, 'failed');
    assert.match(repository.faults()[0]?.message ?? '', /^is not asked \(offline\)/);
    assert.deepEqual(depot.asked, []);
  });

  test('is searched in what was asked before, and the rest is a fault', async () => {
    const uri = await depot.start();
    const before = await rig.ready(uri);
    const known = await rig.deliverersOf(before, 'usr/lib/libone.so');
    rig.closeAll();
    await depot.stop();
    const repository = await rig.ready(uri, { pace: { again: 20 } });
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/lib/libone.so'), known);
    assert.deepEqual(repository.faults(), []);
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/bin/ed1t'), []);
    const told = /who delivers usr\/bin\/ed1t is not known/;
    assert.match(repository.faults()[0]?.message ?? '', told);
    await rig.deliverersOf(repository, 'usr/lib/libone.so');
    assert.match(repository.faults()[0]?.message ?? '', told, 'a later question hides what is not known');
    rig.changes.length = 0;
    await depot.start(Number(new URL(uri).port));
    await rig.until(() => rig.changes.includes(true));
    assert.deepEqual(repository.faults(), []);
    assert.equal((await rig.deliverersOf(repository, 'usr/bin/ed1t')).length, 4);
  });

  test('holds up nobody when only its search is silent', async () => {
    const repository = await rig.ready(await depot.start(), { pace: { idle: 60_000, search: 100 } });
    depot.intercept = request => request.url?.includes('/search/');
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/bin/ed1t'), []);
    assert.match(
      repository.faults()[0]?.message ?? '',
      /^does not answer: who delivers usr\/bin\/ed1t is not known/,
    );
  });

  test('holds up nobody once there is a copy, however long it is silent', async () => {
    const uri = await depot.start();
    await rig.ready(uri);
    rig.closeAll();
    depot.intercept = () => true;
    const slow = { idle: 60_000, connect: 60_000, patience: 100 };
    const first = await rig.ready(uri, { pace: slow });
    assert.equal(first.settled, true);
    assert.equal((await rig.versionsOf(first, 'app/split')).length, 2);
    rig.closeAll();
    const second = await rig.ready(uri, { pace: { ...slow, patience: 60_000 } });
    assert.equal((await rig.versionsOf(second, 'app/split')).length, 2);
    assert.match(second.note ?? '', /^It does not answer, since /);
  });

  test('holds up a first question only until it is plain that nobody answers', async () => {
    depot.intercept = () => true;
    const uri = await depot.start();
    const repository = await rig.ready(uri, { pace: { idle: 60_000, quiet: 100 } });
    assert.equal(repository.settled, true);
    assert.equal(repository.state, 'failed');
    assert.match(repository.faults()[0]?.message ?? '', /^does not answer/);
  });

  test('is asked again, and told when it is back', async () => {
    const uri = await goneAddress();
    const repository = await rig.ready(uri, { pace: { again: 20 } });
    assert.equal(repository.state, 'failed');
    rig.changes.length = 0;
    await depot.start(Number(new URL(uri).port));
    await rig.until(() => repository.state === 'ready' && repository.settled);
    assert.ok(rig.changes.includes(true), 'nobody was told that answers changed');
    assert.deepEqual(await differences(repository), []);
  });

  test('is stood in for by other addresses of the same packages', async () => {
    const gone = await goneAddress();
    const other = new DepotServer(REPOSITORY);
    const repository = rig.open({ uri: gone, mirrors: [await other.start()] });
    await repository.refresh(rig.signal);
    assert.deepEqual(await differences(repository), []);
    assert.equal(repository.note, undefined);
    await other.stop();
  });

  test('is not asked at all where the workspace is not trusted, or the address has a password', async () => {
    const uri = await depot.start();
    const refused = rig.open({ uri: uri.replace('//', '//user:secret@') });
    await refused.refresh(rig.signal);
    assert.match(refused.faults()[0]?.message ?? '', /^contains a user name or password/);
    assert.ok(!JSON.stringify([refused.root, refused.faults()]).includes('secret'));
    const distrusted = rig.open({ uri }, {}, '/somewhere');
    await distrusted.refresh(rig.signal);
    assert.match(distrusted.faults()[0]?.message ?? '', /the workspace is not trusted/);
    assert.deepEqual(depot.take(), []);
  });

  test('nothing is asked before somebody wants to know something', async () => {
    rig.open({ uri: await depot.start() });
    assert.deepEqual(depot.take(), []);
  });
});
