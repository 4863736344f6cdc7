import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { documentOf, type Found } from '../../client/src/sites/service/document.ts';
import { serveHttp } from '../../client/src/sites/service/http-service.ts';
import { type Served, ServedVo } from '../support/service.ts';

suite('the service over HTTP', function () {
  this.timeout(30_000);
  let vo: ServedVo;
  let served: Served;

  suiteSetup(async () => {
    vo = new ServedVo();
    served = await vo.serve(
      {},
      { names: ['VO.example.org'], limits: { head: 300, request: 300, connections: 8 } },
    );
  });
  suiteTeardown(() => vo.dispose());

  const PATHS = [
    '/',
    '/status.json',
    '/status.txt',
    '/sites/here',
    '/sites/here.json',
    '/runs',
    '/runs.json',
  ];

  for (const path of PATHS) {
    test(`${path} is told from a copy by its tag, and sent again only when it has changed`, async () => {
      const first = await served.get(path);
      const etag = String(first.headers.etag);
      assert.equal(first.status, 200);
      assert.match(etag, /^"[\w-]{43}"$/);
      assert.equal(Number(first.headers['content-length']), Buffer.byteLength(first.text));
      assert.equal(first.headers['cache-control'], 'no-cache');
      for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const again = await served.get(path, { 'If-None-Match': tags });
        assert.equal(again.status, 304, tags);
        assert.equal(again.text, '');
        assert.equal(again.headers.etag, etag);
      }
      assert.equal((await served.get(path, { 'If-None-Match': '"x"' })).status, 200);
    });

    test(`HEAD of ${path} has the head of GET and no body`, async () => {
      const [get, head] = [await served.get(path), await served.get(path, {}, 'HEAD')];
      const { date: _, ...wanted } = get.headers;
      const { date: __, ...got } = head.headers;
      assert.deepEqual(got, wanted);
      assert.equal(head.text, '');
    });
  }

  test('every answer forbids what a page of ours never needs, and names no server', async () => {
    for (const path of [...PATHS, '/nothing', '/healthz']) {
      const { headers } = await served.get(path);
      assert.match(
        String(headers['content-security-policy']),
        /^default-src 'none';.* ?frame-ancestors 'none'$/,
        path,
      );
      assert.equal(headers['x-content-type-options'], 'nosniff', path);
      assert.equal(headers['x-frame-options'], 'DENY', path);
      assert.equal(headers['referrer-policy'], 'no-referrer', path);
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin', path);
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin', path);
      assert.equal(headers.server, undefined, path);
      assert.equal(headers['x-powered-by'], undefined, path);
    }
  });

  test('the policy of the header is that of the page, and more', async () => {
    const { headers, text } = await served.get('/');
    const [, meta = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(text) ?? [];
    const policy = meta.replaceAll('&#39;', "'");
    assert.equal(headers['content-security-policy'], `${policy}; frame-ancestors 'none'`);
  });

  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])
    test(`${method} is not allowed`, async () => {
      const { status, headers } = await served.get('/', {}, method);
      assert.equal(status, 405);
      assert.equal(headers.allow, 'GET, HEAD');
    });

  const odd = [
    '/nothing',
    '/sites/..%2f',
    '/sites/..%2f..%2fetc%2fpasswd',
    '//',
    '/sites/%00',
    '/%ff',
    '/sites/here/x',
  ];
  for (const path of odd)
    test(`${path} is a page that says that nothing is there`, async () => {
      const { status, headers, text } = await served.get(path);
      assert.equal(status, 404);
      assert.equal(headers['content-type'], 'text/html; charset=utf-8');
      assert.doesNotMatch(text, /passwd/, 'nothing of the address comes back');
    });

  const hosts: readonly [host: string, status: number][] = [
    ['localhost:8017', 200],
    ['vo.example.org', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example:8017', 421],
  ];
  for (const [host, status] of hosts)
    test(`asked for as ${host} it answers ${status}`, async () => {
      assert.equal((await served.get('/', { Host: host })).status, status);
    });

  const raw: readonly [name: string, request: string, status: number][] = [
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['no host, as long ago', 'GET / HTTP/1.0\r\n\r\n', 400],
    [
      'two hosts',
      'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
      400,
    ],
    [
      'a whole address',
      'GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      404,
    ],
    ['a way up', 'GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 404],
    ['a NUL', 'GET /\0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    [
      'a long address',
      `GET /${'x'.repeat(3000)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      414,
    ],
    ['100 KB of address', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    ['100 KB of head', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
    ['a body that never comes', 'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n', 200],
    [
      'an upgrade',
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n',
      200,
    ],
  ];
  for (const [name, request, status] of raw)
    test(`a request with ${name} is answered ${status}, and the connection ends`, async () => {
      const answer = await served.raw(request);
      assert.equal(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]), status, answer.slice(0, 200));
      assert.doesNotMatch(answer, /passwd/);
    });

  test('who never finishes a request is cut off', async () => {
    const answer = await served.raw('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    assert.match(answer, /^HTTP\/1\.1 408 |^$/);
  });

  test('more connections than it takes are closed, and it answers again when the others have gone', async () => {
    const sockets = await Promise.all(
      Array.from(
        { length: 8 },
        () =>
          new Promise<ReturnType<typeof connect>>(resolve => {
            const socket = connect(served.port, '127.0.0.1', () => resolve(socket));
            socket.on('error', () => undefined);
          }),
      ),
    );
    const refused = await served.get('/').then(
      () => 'answered',
      (error: NodeJS.ErrnoException) => error.code,
    );
    assert.equal(refused, 'ECONNRESET');
    for (const socket of sockets) {
      const gone = new Promise(resolve => socket.once('close', resolve));
      socket.destroy();
      await gone;
    }
    const deadline = performance.now() + 5_000;
    let status = 0;
    while (status !== 200 && performance.now() < deadline)
      status = await served.get('/healthz').then(
        got => got.status,
        () => 0,
      );
    assert.equal(status, 200);
  });
});

suite('what the service keeps at hand', () => {
  test('many who ask at once are one, and what did not change is not made again', async () => {
    const asked: (string | undefined)[] = [];
    const waiting: ((found: Found) => void)[] = [];
    const ask = (_target: unknown, stamp?: string) => {
      asked.push(stamp);
      return new Promise<Found>(resolve => waiting.push(resolve));
    };
    const { shelf } = await import('../../client/src/sites/service/shelf.ts');
    const show = shelf(ask, 1_000);
    const many = Array.from({ length: 50 }, () => show({ kind: 'latest', format: 'html' }));
    waiting[0]?.({ kind: 'document', document: documentOf('one', 'html', 'stamp') });
    assert.equal(new Set(await Promise.all(many)).size, 1);
    const again = show({ kind: 'latest', format: 'html' });
    waiting[1]?.({ kind: 'same' });
    assert.equal(await again, await many[0]);
    assert.deepEqual(asked, [undefined, 'stamp']);
  });

  test('is bounded: what was used longest ago goes first', async () => {
    const asked: string[] = [];
    const { shelf } = await import('../../client/src/sites/service/shelf.ts');
    const show = shelf(async (target, stamp) => {
      asked.push(`${target.kind} ${stamp ?? 'anew'}`);
      if (stamp !== undefined) return { kind: 'same' };
      return { kind: 'document', document: documentOf('x'.repeat(400), 'text', 's') };
    }, 1_000);
    const [a, b, c] = [
      { kind: 'latest', format: 'text' },
      { kind: 'runs', format: 'json' },
      { kind: 'jobs', site: 'x' },
    ] as const;
    for (const target of [a, b, a, c, a, b]) await show(target);
    assert.deepEqual(asked, ['latest anew', 'runs anew', 'latest s', 'jobs anew', 'latest s', 'runs anew']);
  });

  test('earlier runs are found one after the other, and hold up nothing else', async () => {
    const under: string[] = [];
    let most = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const { shelf } = await import('../../client/src/sites/service/shelf.ts');
    const show = shelf(async target => {
      if (target.kind !== 'run') return { kind: 'none' };
      most = Math.max(most, under.push('run'));
      await promise;
      under.pop();
      return { kind: 'none' };
    }, 1_000);
    const runs = Array.from({ length: 20 }, (_, at) => show({ kind: 'run', at, format: 'html' }));
    assert.equal(await show({ kind: 'health' }), 'none');
    resolve();
    await Promise.all(runs);
    assert.equal(most, 1);
  });

  test('when nothing can be found it says so, and is asked again next time', async () => {
    const answers: Found[] = [{ kind: 'failed' }, { kind: 'none' }];
    const service = await serveHttp(async () => answers.shift()!, { host: '127.0.0.1', port: 0, names: [] });
    const url = `http://127.0.0.1:${service.address.port}/`;
    const failed = await fetch(url);
    assert.equal(failed.status, 503);
    assert.equal(failed.headers.get('retry-after'), '15');
    assert.match(await failed.text(), /its log tells why/);
    assert.equal((await fetch(url)).status, 404);
    await service.close();
  });
});
