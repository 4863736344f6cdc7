import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DocumentLimits,
  type Fetched,
  openDocuments,
} from '../../client/src/grid/download/documents.ts';
import { Clock, type DocumentServer, serve } from './document-server.ts';

const never = new AbortController().signal;

suite('documents from the network', () => {
  let server: DocumentServer;
  const clock = new Clock();
  teardown(() => server.close());

  /** A document is its text; one that begins with `<` is refused. */
  function texts(limits: Partial<DocumentLimits> = {}) {
    return openDocuments(
      { cacheDirectory: server.scratch.path('cache'), now: clock.now, limits },
      async bytes => {
        const text = bytes.toString();
        return text.startsWith('<')
          ? { kind: 'fault', reason: 'is a web page' }
          : { kind: 'value', value: text };
      },
    );
  }

  function cached(): string[] {
    return readdirSync(server.scratch.path('cache'));
  }

  test('a copy that the server confirms is not sent again, also by another process', async () => {
    server = await serve({
      '/a': (request, response) => {
        response.setHeader('etag', '"one"');
        if (request.headers['if-none-match'] !== '"one"') return 'content';
        response.writeHead(304).end();
        return undefined;
      },
    });
    const first = await texts()(`${server.url}/a`, never);
    const second = await texts()(`${server.url}/a`, never);
    assert.deepEqual(server.requests, ['GET /a', 'GET /a "one"']);
    assert.equal(said(first), 'content');
    assert.deepEqual(second, first);
  });

  test('a server is not asked again at once, but later', async () => {
    server = await serve({ '/a': () => 'content' });
    const fetch = texts();
    await fetch(`${server.url}/a`, never);
    await fetch(`${server.url}/a`, never);
    assert.equal(server.requests.length, 1);
    clock.later();
    await fetch(`${server.url}/a`, never);
    assert.equal(server.requests.length, 2);
  });

  test('who asks at the same time gets the same answer to one request', async () => {
    server = await serve({ '/a': () => 'content' });
    const fetch = texts();
    const all = await Promise.all(Array.from({ length: 50 }, () => fetch(`${server.url}/a`, never)));
    assert.deepEqual(new Set(all.map(said)), new Set(['content']));
    assert.equal(server.requests.length, 1);
  });

  test('who stops waiting is let go, and the others get their answer', async () => {
    const asked = Promise.withResolvers<() => void>();
    server = await serve({
      '/a': (_, response) => {
        asked.resolve(() => response.end('content'));
        return undefined;
      },
    });
    const fetch = texts();
    const leaving = new AbortController();
    const gone = assert.rejects(fetch(`${server.url}/a`, leaving.signal), { name: 'AbortError' });
    const kept = fetch(`${server.url}/a`, never);
    const answer = await asked.promise;
    leaving.abort();
    await gone;
    answer();
    assert.equal(said(await kept), 'content');
    assert.equal(server.requests.length, 1);
  });

  test('without a network the copy is used, and since when it is, is said', async () => {
    server = await serve({ '/a': () => 'content' });
    const fetch = texts();
    const since = clock.time;
    await fetch(`${server.url}/a`, never);
    await server.goAway();
    clock.later();
    const fetched = await fetch(`${server.url}/a`, never);
    assert.equal(said(fetched), 'content');
    assert.deepEqual(fetched.kind === 'document' && fetched.stale, {
      since,
      reason: `${server.url}/a cannot be reached: the host refuses the connection`,
    });
  });

  test('a page in place of the document does not replace the copy', async () => {
    let body = 'content';
    server = await serve({ '/a': () => body });
    const fetch = texts();
    await fetch(`${server.url}/a`, never);
    body = '<html>log in to the hotel network';
    clock.later();
    const fetched = await fetch(`${server.url}/a`, never);
    assert.equal(said(fetched), 'content');
    assert.match((fetched.kind === 'document' && fetched.stale?.reason) || '', /is a web page$/);
    await server.goAway();
    assert.equal(said(await texts()(`${server.url}/a`, never)), 'content');
  });

  test('a damaged copy is no copy', async () => {
    server = await serve({ '/a': () => 'content' });
    await texts()(`${server.url}/a`, never);
    const [name = ''] = cached();
    const path = join(server.scratch.path('cache'), name);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('content', 'c0ntent'));
    await server.goAway();
    assert.match(said(await texts()(`${server.url}/a`, never)), /cannot be reached/);
  });

  test('copies that were not confirmed for long make room, and what a killed process left goes', async () => {
    server = await serve({ '/a': () => 'a'.repeat(1000), '/b': () => 'b'.repeat(1000) });
    await texts()(`${server.url}/a`, never);
    const before = cached();
    const part = server.scratch.path('cache/.0123.download-part');
    writeFileSync(part, 'half');
    utimesSync(part, 0, 0);
    clock.later();
    await texts({ maxCache: 1500 })(`${server.url}/b`, never);
    assert.equal(cached().length, 1);
    assert.notDeepEqual(cached(), before);
  });

  test('without a cache directory that can be written, documents are had all the same', async () => {
    server = await serve({ '/a': () => 'content' });
    writeFileSync(server.scratch.path('cache'), 'a file');
    assert.equal(said(await texts()(`${server.url}/a`, never)), 'content');
  });

  const answers: readonly (readonly [name: string, path: string, said: RegExp])[] = [
    ['a missing document', '/missing', /^http:\S+\/missing answers 404 Not Found$/],
    ['a refusal', '/refused', /^http:\S+ answers 403 Forbidden$/],
    ['a body that is cut off', '/cut', /is cut off: the connection was closed too early$/],
    ['a body that comes too slowly', '/slow', /sent nothing for 1 s$/],
    ['a body that never ends', '/endless', /is larger than 1 MiB$/],
    ['a body that takes too long', '/drip', /was not done within 1 s$/],
    [
      'a redirection to a file',
      '/to-file',
      /leads to file:\/\/\/etc\/passwd, where this program does not go$/,
    ],
    [
      'a redirection with a password',
      '/to-secret',
      /leads to http:\/\/127\.0\.0\.1\/, where this program does not go$/,
    ],
    ['a circle of redirections', '/circle', /more than 5 times$/],
    ['a redirection', '/moved', /^content$/],
    ['a status with terminal escapes', '/escapes', /^http:\S+ answers 500 [^\x1b\x9b]*$/],
  ];
  for (const [name, path, expected] of answers)
    test(`${name} is answered with what it is`, async () => {
      server = await serve(SERVED);
      const limits = {
        idle: path === '/slow' ? 50 : 5000,
        total: path === '/drip' ? 300 : 20_000,
        maxBytes: 1_048_576,
      };
      assert.match(said(await texts(limits)(server.url + path, never)), expected);
      assert.ok(server.requests.length <= 6);
    });

  const SERVED: Parameters<typeof serve>[0] = {
    '/refused': (_, response) => {
      response.writeHead(403).end();
      return undefined;
    },
    '/cut': (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
      return undefined;
    },
    '/slow': (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half');
      return undefined;
    },
    '/endless': (_, response) => {
      const more = () => {
        if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
      };
      more();
      return undefined;
    },
    '/drip': (_, response) => {
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
      return undefined;
    },
    '/to-file': (_, response) => redirect(response, 'file:///etc/passwd'),
    '/to-secret': (_, response) => redirect(response, 'http://me:secret@127.0.0.1/'),
    '/circle': (_, response) => redirect(response, '/circle'),
    '/moved': (_, response) => redirect(response, '/content'),
    '/content': () => 'content',
    '/escapes': (_, response) => {
      response.writeHead(500, 'so\x9b31m').end();
      return undefined;
    },
  };

  test('an address with a password in it is refused, and the password is not repeated', async () => {
    server = await serve({});
    const reason = said(await texts()('https://me:secret@example.org/a', never));
    assert.match(reason, /^an address at example\.org has an account or a password/);
    assert.doesNotMatch(reason, /secret@/);
  });

  test('files of this machine are read where they are', async () => {
    server = await serve({});
    const path = server.scratch.path('some file');
    writeFileSync(path, 'content');
    assert.equal(said(await texts()(path, never)), 'content');
    assert.equal(said(await texts()(`file://${path.replace(' ', '%20')}`, never)), 'content');
    assert.match(said(await texts()(server.scratch.root, never)), /is not a file$/);
    assert.match(said(await texts({ maxBytes: 3 })(path, never)), /is larger than/);
    assert.match(said(await texts()('/dev/zero', never)), /is not a file$/);
    assert.match(said(await texts()('ftp://example.org/a', never)), /ftp: is not spoken/);
    assert.match(said(await texts()('a/b', never)), /is no address/);
  });
});

function redirect(response: import('node:http').ServerResponse, location: string): undefined {
  response.writeHead(302, { location }).end();
}

function said(fetched: Fetched<string>): string {
  return fetched.kind === 'document' ? fetched.value : fetched.reason;
}
