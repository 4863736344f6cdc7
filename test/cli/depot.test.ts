import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DepotServer } from '../support/depot-server.ts';
import { ScratchTree } from '../support/scratch-tree.ts';
import { packwright } from './command-line.ts';

suite('packwright check with a depot', () => {
  let tree: ScratchTree;
  let depot: DepotServer;
  let uri: string;

  setup(async () => {
    tree = new ScratchTree();
    depot = new DepotServer(join(process.cwd(), 'test/data/ips-repository/repository'));
    uri = await depot.start();
    tree.write('packwright.yaml', `repositories:\n  - uri: ${uri}\n`);
    tree.write(
      'x.p5m',
      'set name=pkg.fmri value=x@1.0\nfile path=usr/bin/x mode=0755 owner=root group=bin\n',
    );
    tree.write('proto/usr/bin/x', '#!/usr/bin/ed1t\n');
  });
  teardown(async () => {
    await depot.stop();
    tree.remove();
  });

  test('finds in it what a need is delivered by, and goes on with the copy when it is gone', async () => {
    const found = await packwright(['check'], tree.path('.'));
    assert.equal(found.code, 1);
    assert.match(found.out, /needs \/usr\/bin\/ed1t, which app\/editor delivers/);
    assert.equal(found.err, '');
    const offline = await packwright(['check', '--offline'], tree.path('.'));
    assert.equal(offline.out, found.out);
    assert.match(
      offline.err,
      /^note: http:\/\/127\.0\.0\.1:\d+: It is not asked \(offline\): the copy of \d+ s ago /,
    );
    await depot.stop();
    const again = await packwright(['check'], tree.path('.'));
    assert.equal(again.out, found.out);
    assert.match(
      again.err,
      /^note: http:\/\/127\.0\.0\.1:\d+: It cannot be reached \(connection refused\), since /,
    );
  });

  test('is resolved against, also from its copy, which is said; its password is not', async () => {
    tree.write(
      'x.dep',
      'depend type=require fmri=__TBD pkg.debug.depend.file=ed1t pkg.debug.depend.path=usr/bin pkg.debug.depend.type=script\n',
    );
    const resolve = (address: string) =>
      packwright(['depend', 'resolve', '-o', '--repository', address, 'x.dep'], tree.path('.'));
    const found = await resolve(uri);
    assert.match(found.out, /depend fmri=pkg:\/app\/editor@\S+ type=require/);
    assert.equal(found.err, '');
    await depot.stop();
    const again = await resolve(uri);
    assert.equal(again.out, found.out);
    assert.match(again.err, /^note: http:\/\/127\.0\.0\.1:\d+: It cannot be reached .*: the copy of /);
    const offline = await packwright(
      ['depend', 'resolve', '-o', '--offline', '--repository', uri, 'x.dep'],
      tree.path('.'),
    );
    assert.equal(offline.out, found.out);
    assert.match(offline.err, /^note: .*: It is not asked \(offline\)/);
    const refused = await resolve(uri.replace('//', '//user:secret@'));
    assert.match(refused.err, /contains a user name or password/);
    assert.doesNotMatch(refused.err + refused.out, /secret/);
  });

  test('says nothing of what it does not know when it was never reached', async () => {
    await depot.stop();
    const { out, err } = await packwright(['check'], tree.path('.'));
    assert.equal(err.split('\n')[0], `packwright: ${uri}: cannot be reached (connection refused)`);
    assert.doesNotMatch(out, /undelivered/);
  });
});
