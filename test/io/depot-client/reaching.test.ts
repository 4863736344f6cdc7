import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { redirected, withoutCredentials } from '../../../server/src/io/depot-client/address.ts';
import { proxyFor } from '../../../server/src/io/depot-client/proxy.ts';
import { Disk } from '../../../server/src/io/disk.ts';
import { openRepository } from '../../../server/src/io/repositories/index.ts';
import { DepotRig, differences } from '../../support/depot-rig.ts';
import { DepotServer } from '../../support/depot-server.ts';

const DATA = join(process.cwd(), 'test/data/ips-repository');
const TLS = join(DATA, 'tls');

suite('Ways to a depot', () => {
  let rig: DepotRig;
  let depot: DepotServer;
  let servers: Server[];

  setup(() => {
    rig = new DepotRig();
    depot = new DepotServer(join(DATA, 'repository'));
    servers = [];
  });
  teardown(async () => {
    rig.dispose();
    await depot.stop();
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise<void>(closed => server.close(() => closed()));
    }
  });

  async function portOf(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', () => listening()));
    return (server.address() as AddressInfo).port;
  }

  /** The depot with a certificate of an authority that nobody knows. */
  async function secured(): Promise<string> {
    const read = (name: string) => readFileSync(join(TLS, name));
    const server = createTlsServer(
      { cert: read('server.pem'), key: read('server.key') },
      (request, response) => {
        depot.server.emit('request', request, response);
      },
    );
    return `https://localhost:${await portOf(server)}`;
  }

  /** A proxy; what it was asked. */
  async function proxy(): Promise<{ readonly address: string; readonly asked: readonly string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(
        `${request.method} ${request.headers['proxy-authorization']} ${new URL(request.url ?? '').host}`,
      );
      request.url = new URL(request.url ?? '').pathname;
      depot.server.emit('request', request, response);
    });
    server.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.headers['proxy-authorization']} ${request.url}`);
      const there = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(there).pipe(socket);
      });
      there.on('error', () => socket.destroy());
      socket.on('error', () => there.destroy());
    });
    return { address: `127.0.0.1:${await portOf(server)}`, asked };
  }

  test('a certificate of an authority of one’s own counts, with caFile only', async () => {
    const uri = await secured();
    const distrusting = rig.open({ uri });
    await distrusting.refresh(rig.signal);
    assert.match(
      distrusting.faults()[0]?.message ?? '',
      /^cannot be trusted \(unable to .*name that in caFile$/,
    );
    const trusting = rig.open({ uri, caFile: join(TLS, 'ca.pem') });
    await trusting.refresh(rig.signal);
    assert.deepEqual(await differences(trusting), []);
  });

  test('authorities that the process knows count beside those of caFile', async () => {
    const usual = getCACertificates('default');
    setDefaultCACertificates([...usual, readFileSync(join(TLS, 'ca.pem'), 'utf8')]);
    const repository = rig.open({ uri: await secured(), caFile: join(TLS, 'server.pem') });
    await repository.refresh(rig.signal);
    setDefaultCACertificates(usual);
    assert.deepEqual(repository.faults(), []);
  });

  test('a caFile that is none is told', async () => {
    const wrong = rig.open({ uri: await secured(), caFile: join(DATA, 'README.md') });
    await wrong.refresh(rig.signal);
    assert.match(wrong.faults()[0]?.message ?? '', /caFile .*README\.md holds no certificate in PEM/);
    const missing = rig.open({ uri: await secured(), caFile: 'nowhere.pem' });
    await missing.refresh(rig.signal);
    assert.match(missing.faults()[0]?.message ?? '', /caFile .*nowhere\.pem cannot be used \(ENOENT/);
  });

  test('http goes through the proxy of the environment, with its password', async () => {
    const { address, asked } = await proxy();
    const environment = { http_proxy: `http://me:secret@${address}` };
    const repository = await rig.ready('http://depot.invalid/', { environment });
    assert.deepEqual(await differences(repository), []);
    assert.equal(asked[0], 'GET Basic bWU6c2VjcmV0 depot.invalid');
  });

  test('https goes through a tunnel', async () => {
    const { address, asked } = await proxy();
    const repository = rig.open(
      { uri: await secured(), caFile: join(TLS, 'ca.pem') },
      { environment: { HTTPS_PROXY: address } },
    );
    await repository.refresh(rig.signal);
    assert.deepEqual(await differences(repository), []);
    assert.match(asked[0] ?? '', /^CONNECT undefined localhost:\d+$/);
  });

  test('behind a proxy too, a certificate counts for the host that it names, and for no other', async () => {
    const { address } = await proxy();
    const repository = rig.open(
      { uri: (await secured()).replace('localhost', '127.0.0.2'), caFile: join(TLS, 'ca.pem') },
      { environment: { https_proxy: address } },
    );
    await repository.refresh(rig.signal);
    assert.match(
      repository.faults()[0]?.message ?? '',
      /^cannot be trusted \(Hostname\/IP does not match .*127\.0\.0\.2/,
    );
  });

  test('an address that ends with a publisher is that one’s, as the depot and pkg(1) have it', async () => {
    const repository = await rig.ready(`${await depot.start()}/beta-lab`);
    assert.deepEqual(repository.faults(), []);
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/bin/betatool'), [
      'beta/tool@1.0,5.11-1:20260101T010300Z',
    ]);
    assert.deepEqual(await rig.versionsOf(repository, 'entire'), []);
    assert.deepEqual(
      depot.take().filter(one => one.includes('beta-lab/beta-lab')),
      [],
    );
  });

  test('an old depot has but one publisher, which is no part of its paths', async () => {
    depot.operations = 'pkg-server old\ncatalog 0 1\nmanifest 0 1\npublisher 0\nversions 0\n';
    depot.intercept = (request, response) => {
      const { url = '' } = request;
      if (url.startsWith('/publisher/')) response.end('{"publishers":[{"name":"beta-lab"}]}');
      else if (url.startsWith('/beta-lab/')) response.writeHead(404).end();
      else if (!/^\/(catalog|manifest)\//.test(url)) return false;
      else {
        request.url = `/beta-lab${url}`;
        depot.answer(request, response, '');
      }
      return true;
    };
    const repository = await rig.ready(await depot.start());
    assert.deepEqual(repository.faults(), []);
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/bin/betatool'), [
      'beta/tool@1.0,5.11-1:20260101T010300Z',
    ]);
  });

  test('https of one that speaks only http is told', async () => {
    const repository = await rig.ready((await depot.start()).replace('http:', 'https:'));
    assert.match(repository.faults()[0]?.message ?? '', /^does not speak TLS as it should/);
  });

  test('the environment names the proxy, and the hosts that need none', () => {
    const proxyOf = (uri: string, environment: Record<string, string>) => {
      const found = proxyFor(new URL(uri), environment);
      return typeof found === 'object' ? `${found.host}:${found.port}` : found;
    };
    const all = { all_proxy: 'http://p:1' };
    assert.equal(proxyOf('http://a.example/', {}), undefined);
    assert.equal(proxyOf('http://a.example/', all), 'p:1');
    assert.equal(proxyOf('http://a.example/', { ...all, http_proxy: 'q' }), 'q:80');
    assert.equal(proxyOf('https://a.example/', { ...all, http_proxy: 'q' }), 'p:1');
    for (const none of ['*', 'a.example', '.example', '*.example', 'x,a.example:80', 'example'])
      assert.equal(proxyOf('http://a.example/', { ...all, no_proxy: none }), undefined, none);
    for (const none of ['b.example', 'a.example:81', 'ample', '10.0.0.0/8'])
      assert.equal(proxyOf('http://a.example/', { ...all, NO_PROXY: none }), 'p:1', none);
    assert.equal(proxyOf('http://10.1.2.3/', { ...all, no_proxy: '10.0.0.0/8' }), undefined);
    assert.equal(proxyOf('http://[::1]:8/', { ...all, no_proxy: '::1' }), undefined);
    const odd = proxyFor(new URL('http://a/'), { http_proxy: 'http://5%:p@q' });
    assert.equal(typeof odd === 'object' && atob(odd.authorization?.slice(6) ?? ''), '5%:p');
    assert.match(String(proxyOf('http://a/', { http_proxy: 'socks5://p:1' })), /names a socks5:\/\/ proxy/);
  });

  for (const [uri, shown] of [
    ['http://user:secret@host/x', 'http://host/x'],
    ['http://user:sec@secret@host/x', 'http://host/x'],
    ['http://user:secret/secret@host/', 'http://host/'],
    ['http://user:secret?#/secret@host', 'http://host'],
    ['HTTPS:\\\\user:secret@host', 'HTTPS:\\\\host'],
    ['http:user:secret@host', 'http:host'],
    ['http://user:secret@[::1', 'http://[::1'],
    ['ftp://user:secret@host/', 'ftp://host/'],
    ['http://host/?token=secret', 'http://host/'],
    ['http://host:80/a@b', 'http://host:80/a@b'],
    ['http://[::1]:80/a@b', 'http://[::1]:80/a@b'],
    ['file:///srv/a@b', 'file:///srv/a@b'],
    ['/srv/a:b@c', '/srv/a:b@c'],
  ] as const) {
    test(`of ${uri} no password is ever shown`, async () => {
      assert.equal(withoutCredentials(uri), shown);
      if (!uri.includes('secret')) return;
      const around = {
        disk: new Disk(),
        cacheDirectory: '/nowhere',
        onChange: () => {},
        onProgress: () => {},
      };
      const repository = openRepository({ uri }, '/nowhere', around);
      await repository.refresh(rig.signal);
      assert.ok(!JSON.stringify([repository.name, repository.root, repository.faults()]).includes('sec'));
    });
  }

  test('only the same host is followed, and https never to http', () => {
    const from = (uri: string, to: string) => {
      const next = redirected(new URL(uri), to);
      return typeof next === 'string' ? next.split(' ').slice(0, 4).join(' ') : next.href;
    };
    assert.equal(from('http://a/x', '/y'), 'http://a/y');
    assert.equal(from('http://a/x', 'https://a/x'), 'https://a/x');
    assert.equal(from('https://a/x', 'http://a/x'), 'redirects from https: to');
    assert.equal(from('http://a/x', 'http://a:8080/x'), 'redirects to another port');
    assert.equal(from('http://a/x', '//b/x'), 'redirects to another host');
    assert.equal(from('http://a/x', 'http://me@a/x'), 'redirects to another host');
  });
});
