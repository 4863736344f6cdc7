import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { PackageRepository } from '../../client/src/grid/model.ts';
import { openPackageSource } from '../../client/src/grid/package-source.ts';
import { Clock, type DocumentServer, serve } from './document-server.ts';

const never = new AbortController().signal;
const SUMMARY = 'PKGNAME=greet-1.0\n\nPKGNAME=greet-1.1\n';

suite('repositories of packages', () => {
  let server: DocumentServer;
  const clock = new Clock();
  teardown(() => server.close());

  function source(limits = {}) {
    return openPackageSource({ cacheDirectory: server.scratch.path('cache'), now: clock.now, limits });
  }

  /** The names of the packages, or why there are none. */
  async function listed(repository: PackageRepository, ask = source()): Promise<string> {
    const list = await ask(repository, never);
    return list.kind === 'fault' ? list.reason : [...list.index.versions.keys()].join(' ');
  }

  test('the summary of a directory is looked for under its usual names', async () => {
    server = await serve({ '/All/pkg_summary.bz2': () => SUMMARY });
    assert.equal(await listed({ url: `${server.url}/All` }), 'greet');
    assert.deepEqual(
      server.requests.map(line => line.split('/').at(-1)),
      ['pkg_summary.gz', 'pkg_summary.zst', 'pkg_summary.xz', 'pkg_summary.bz2'],
    );
  });

  test('a summary that is named is asked for and nothing else', async () => {
    server = await serve({
      '/x/pkg_summary.gz': () => gzipSync(SUMMARY),
      '/list/pkg_summary.gz': () => gzipSync(SUMMARY),
    });
    assert.equal(await listed({ url: '/nowhere', summary: `${server.url}/x/pkg_summary.gz` }), 'greet');
    assert.equal(server.requests.length, 1);
    assert.equal(await listed({ url: '/nowhere', summary: `${server.url}/list/` }), 'greet');
  });

  test('a summary that the server unpacks on its way is read', async () => {
    server = await serve({
      '/pkg_summary.gz': (_, response) => {
        response.setHeader('content-encoding', 'gzip');
        return gzipSync(SUMMARY);
      },
    });
    assert.equal(await listed({ url: server.url }), 'greet');
  });

  test('a directory of this machine is a repository', async () => {
    server = await serve({});
    server.scratch.write('All/pkg_summary', SUMMARY);
    assert.equal(await listed({ url: server.scratch.path('All') }), 'greet');
    assert.equal(await listed({ url: `file://${server.scratch.path('All/')}` }), 'greet');
    writeFileSync(server.scratch.path('All/pkg_summary.gz'), gzipSync('PKGNAME=other-1\n'));
    assert.equal(await listed({ url: server.scratch.path('All') }), 'other');
  });

  test('without a network the copy is used, whatever its name', async () => {
    server = await serve({ '/pkg_summary.xz': () => SUMMARY });
    await listed({ url: server.url });
    await server.goAway();
    const list = await source()({ url: server.url }, never);
    assert.equal(list.kind === 'packages' && list.stale?.since, clock.time);
  });

  const wrong: readonly (readonly [name: string, body: string | Buffer, said: RegExp])[] = [
    ['a web page', '<html>\n<p>', /pkg_summary\.gz is no pkg_summary: line 1: this line has no "="/],
    ['half a file', gzipSync(SUMMARY.repeat(100)).subarray(0, 50), /is cut off: its gzip data has no end$/],
    ['a damaged file', Buffer.from('\x1f\x8bnonsense', 'latin1'), /is damaged: it is no sound gzip data$/],
    ['a bomb', gzipSync(Buffer.alloc(8_000_000)), /is larger than 2 MiB when unpacked$/],
  ];
  for (const [name, body, said] of wrong)
    test(`${name} is no repository`, async () => {
      server = await serve({ '/pkg_summary.gz': () => body });
      assert.match(await listed({ url: server.url }, source({ maxUnpacked: 2_097_152 })), said);
    });

  test('an empty repository and a missing one are told apart', async () => {
    server = await serve({ '/empty/pkg_summary': () => '' });
    assert.equal(await listed({ url: `${server.url}/empty` }), '');
    assert.match(
      await listed({ url: `${server.url}/none` }),
      /has none of pkg_summary\.gz, .*: make one there with/,
    );
    assert.match(
      await listed({ url: '/x', summary: `${server.url}/none.gz` }),
      /none\.gz answers 404 .*`repository\.summary`/,
    );
    assert.match(await listed({ url: 'ftp://example.org/All' }), /ftp: is not spoken/);
  });

  test('blocks that were left out are told', async () => {
    server = await serve({ '/pkg_summary': () => `${SUMMARY}\nPKGNAME=x-1\nFILE_NAME=../x\n` });
    const list = await source()({ url: server.url }, never);
    assert.match((list.kind === 'packages' && list.faults.join()) || '', /^line 5: x-1 has the FILE_NAME/);
  });
});
