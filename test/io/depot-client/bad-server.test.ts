import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { DepotRig, differences } from '../../support/depot-rig.ts';
import { DepotServer } from '../../support/depot-server.ts';

const REPOSITORY = join(process.cwd(), 'test/data/ips-repository/repository');
/** For depots from which nothing good comes. */
const HASTY = { pace: { idle: 150, slow: 100, tries: 2 } };
const BASE = /catalog\.base\.C$/;
const BOMB = gzipSync(Buffer.alloc(32 * 1024 * 1024));
const ATTRS = /alpha\.example\/catalog\/1\/catalog\.attrs$/;

/** A way to answer badly, where it happens, and what is said of it. */
interface Badness {
  readonly name: string;
  readonly at: RegExp;
  readonly answer: (response: ServerResponse) => void;
  readonly says: RegExp;
}

const text =
  (body: string, status = 200, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
  };

const badnesses: readonly Badness[] = [
  {
    name: 'cuts off a body of known length',
    at: BASE,
    answer: response => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"alpha', () => response.destroy());
    },
    says: /catalog\.base\.C: cuts its answer off/,
  },
  {
    name: 'cuts off a body in chunks',
    at: BASE,
    answer: response => {
      response.writeHead(200);
      response.write('{"alpha', () => response.destroy());
    },
    says: /cuts its answer off/,
  },
  {
    name: 'accepts and says nothing',
    at: /versions/,
    answer: () => {},
    says: /^sends nothing more/,
  },
  {
    name: 'stops in the middle',
    at: ATTRS,
    answer: response => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{');
    },
    says: /sends nothing more/,
  },
  {
    name: 'sends byte after byte',
    at: ATTRS,
    answer: response => {
      response.writeHead(200, { 'content-length': 100_000 });
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    },
    says: /sends too little in a long time/,
  },
  {
    name: 'closes without a word',
    at: /versions/,
    answer: response => response.destroy(),
    says: /connection closed|cannot be reached/,
  },
  {
    name: 'redirects in a circle',
    at: ATTRS,
    answer: text('', 302, { location: '/alpha.example/catalog/1/catalog.attrs' }),
    says: /redirects more than 5 times/,
  },
  {
    name: 'redirects to another scheme',
    at: ATTRS,
    answer: text('', 302, { location: 'file:///etc/passwd' }),
    says: /redirects to a file: address, which is not followed/,
  },
  {
    name: 'sends rubbish instead of a catalog',
    at: ATTRS,
    answer: text('{"created": '),
    says: /catalog\.attrs is no valid JSON/,
  },
  {
    name: 'sends a list instead of a catalog',
    at: BASE,
    answer: text('[]'),
    says: /catalog\.base\.C is no JSON object/,
  },
  {
    name: 'sends a catalog of another version',
    at: ATTRS,
    answer: text('{"version":7}'),
    says: /is of catalog version 7/,
  },
  {
    name: 'sends part of another catalog',
    at: BASE,
    answer: text('{"alpha.example":{"evil":[{"version":"1.0,5.11-1:20260101T000000Z"}]}}\n'),
    says: /catalog\.base\.C does not agree with its signature/,
  },
  {
    name: 'announces too much',
    at: ATTRS,
    answer: text('', 200, { 'content-length': String(17 * 1024 * 1024) }),
    says: /sends more than 16 MiB/,
  },
  {
    name: 'sends a bomb',
    at: ATTRS,
    answer: response => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB);
    },
    says: /sends more than 16 MiB/,
  },
  {
    name: 'packs with something else',
    at: ATTRS,
    answer: text('x', 200, { 'content-encoding': 'zip' }),
    says: /packs its answer in an unknown way \(zip\)/,
  },
  {
    name: 'sends endless headers',
    at: ATTRS,
    answer: text('{}', 200, { 'x-long': 'x'.repeat(60_000) }),
    says: /does not speak HTTP \(HPE_HEADER_OVERFLOW\)/,
  },
  {
    name: 'wants a password',
    at: /versions/,
    answer: text('', 401),
    says: /wants a user name and password \(status 401\)/,
  },
  {
    name: 'says that nothing changed, whatever it is asked',
    at: /catalog/,
    answer: text('', 304),
    says: /^catalog\.attrs: says that a text did not change \(status 304\)/,
  },
  {
    name: 'sends a part of what it is asked for',
    at: BASE,
    answer: text('{}', 206, { 'content-range': 'bytes 0-1/100' }),
    says: /^catalog\.base\.C: answers with a part of what was asked for/,
  },
  {
    name: 'lost its catalog',
    at: ATTRS,
    answer: text('', 404),
    says: /^catalog\.attrs: does not have it \(status 404\)/,
  },
  {
    name: 'is asked too often',
    at: /versions/,
    answer: text('', 429),
    says: /^is asked too often \(status 429\)/,
  },
  { name: 'forbids', at: ATTRS, answer: text('', 403), says: /refuses to tell \(status 403\)/ },
  { name: 'fails', at: ATTRS, answer: text('', 500), says: /has trouble of its own \(status 500\)/ },
  {
    name: 'is another server',
    at: /versions/,
    answer: text('<html>'),
    says: /is no IPS depot \(versions\/0/,
  },
  {
    name: 'knows nothing of versions',
    at: /versions/,
    answer: text('', 404),
    says: /is no IPS depot \(there is no versions\/0/,
  },
  {
    name: 'tells publishers badly',
    at: /publisher\/0/,
    answer: text('{"publishers":7}'),
    says: /it lists no publishers/,
  },
];

suite('A depot that answers badly', () => {
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

  const misbehave = ({ at, answer }: Pick<Badness, 'at' | 'answer'>, times = Number.POSITIVE_INFINITY) => {
    let left = times;
    depot.intercept = (request, response) => {
      if (left <= 0 || !at.test(decodeURIComponent(request.url ?? ''))) return false;
      left--;
      answer(response);
      return true;
    };
  };

  for (const badness of badnesses) {
    test(`one that ${badness.name} is told, and what was copied before stays in use`, async () => {
      const uri = await depot.start();
      misbehave(badness);
      const first = await rig.ready(uri, HASTY);

      await rig.until(() => badness.says.test(first.faults()[0]?.message ?? ''));
      assert.deepEqual(await rig.versionsOf(first, 'evil'), []);
      rig.closeAll();
      depot.intercept = () => false;
      assert.deepEqual(await differences(await rig.ready(uri)), []);
      rig.closeAll();
      misbehave(badness);
      assert.deepEqual(await differences(await rig.ready(uri, HASTY)), []);
    });
  }

  for (const name of [
    'fails',
    'cuts off a body of known length',
    'closes without a word',
    'stops in the middle',
  ]) {
    test(`one that ${name} twice is asked again`, async () => {
      const badness = badnesses.find(one => one.name === name);
      if (badness) misbehave(badness, 2);
      const repository = await rig.ready(await depot.start(), { pace: { idle: 300 } });
      assert.deepEqual(repository.faults(), []);
      assert.deepEqual(await differences(repository), []);
    });
  }

  test('one without publishers says so', async () => {
    misbehave({ at: /publisher\/0/, answer: text('{"packages":[],"publishers":[],"version":1}') });
    const repository = await rig.ready(await depot.start());
    assert.match(repository.faults()[0]?.message ?? '', /^has no publisher and so no packages/);
  });

  test('one that cannot tell its publishers any more is asked for them otherwise', async () => {
    misbehave({ at: /publisher\/0/, answer: text('', 500) });
    const repository = await rig.ready(await depot.start());
    assert.deepEqual(await differences(repository), []);
  });

  test('one that refuses is not asked again', async () => {
    misbehave({ at: ATTRS, answer: text('', 403) });
    await rig.ready(await depot.start());
    assert.equal(depot.take().filter(one => ATTRS.test(one)).length, 1);
  });

  test('a redirection is followed to the letter, and packing without a header understood', async () => {
    depot.intercept = (request, response) => {
      const [path = '', query] = (request.url ?? '').split('?');
      if (!BASE.test(path)) return false;
      if (query === undefined) response.writeHead(307, { location: `${path}?copy=2` }).end();
      else {
        const body = readFileSync(
          join(REPOSITORY, path.replace('/catalog/1/', '/catalog/').replace(/^/, 'publisher')),
        );
        response.writeHead(200, { 'content-encoding': 'deflate' }).end(deflateRawSync(body));
      }
      return true;
    };
    assert.deepEqual(await differences(await rig.ready(await depot.start())), []);
  });

  test('a copy that comes slowly holds up nobody, and is not asked for again at once', async () => {
    misbehave({
      at: BASE,
      answer: response => {
        response.writeHead(200, { 'content-length': 10_000_000 });
        const timer = setInterval(() => response.write(' '.repeat(100)), 10);
        response.once('close', () => clearInterval(timer));
      },
    });
    const pace = { quiet: 200, slow: 600, rate: 100_000 };
    const repository = await rig.ready(await depot.start(), { pace });
    assert.match(repository.faults()[0]?.message ?? '', /^does not answer/);
    await rig.until(() => /sends too little/.test(repository.faults()[0]?.message ?? ''));
    assert.equal(
      depot.take().filter(one => one.endsWith('alpha.example/catalog/1/catalog.base.C')).length,
      1,
    );
  });

  test('another host is never contacted', async () => {
    const other = new DepotServer(REPOSITORY);
    const elsewhere = (await other.start()).replace('127.0.0.1', 'localhost');
    misbehave({ at: /./, answer: text('', 302, { location: elsewhere }) });
    const repository = await rig.ready(await depot.start());
    assert.match(
      repository.faults()[0]?.message ?? '',
      /^redirects to another host \(localhost\), and only the one/,
    );
    assert.deepEqual(other.take(), []);
    await other.stop();
  });

  test('a catalog with a wrong signature is fetched once more past all caches', async () => {
    const root = rig.scratch.path('repository');
    cpSync(REPOSITORY, root, { recursive: true });
    const file = join(root, 'publisher/alpha.example/catalog/catalog.base.C');
    writeFileSync(file, readFileSync(file, 'utf8').replace('1.2.3', '1.2.9'));
    depot = new DepotServer(root);
    const past: unknown[] = [];
    depot.intercept = request => {
      if (ATTRS.test(request.url ?? '')) past.push(request.headers['cache-control']);
      return false;
    };
    const repository = await rig.ready(await depot.start());
    assert.deepEqual(past, ['no-cache', 'no-cache']);
    assert.match(repository.faults()[0]?.message ?? '', /catalog\.base\.C does not agree with its signature/);
    assert.deepEqual(await rig.versionsOf(repository, 'library/libone'), [
      '5.0,5.11-1:20260101T010900Z ordinary',
    ]);
  });

  test('a manifest that is not what the catalog lists is told, and not used', async () => {
    depot.operations = depot.operations.replace('search 0 1\n', '');
    misbehave({ at: /manifest\/0\/app\/gone@1\.0/, answer: text('file x path=usr/bin/evil\n') });
    const repository = await rig.ready(await depot.start());
    assert.deepEqual(await rig.deliverersOf(repository, 'usr/bin/evil'), []);
    const told = repository.faults().find(({ path }) => path.includes('app%2Fgone@1.0'));
    assert.match(told?.message ?? '', /^is not the manifest that the catalog lists \(its SHA-1 differs\)/);
  });

  test('names that lead out of the cache are left out', async () => {
    const entry = [{ version: '1.0,5.11-1:20260101T000000Z' }];
    const base = { 'beta-lab': { '../../evil': entry, good: [...entry, { version: '../1.0' }] } };
    depot.intercept = (request, response) => {
      if (!request.url?.includes('/beta-lab/catalog/')) return false;
      const attrs = {
        version: 1,
        created: '1',
        'last-modified': '2',
        parts: { 'catalog.base.C': {}, '../x': {} },
      };
      text(JSON.stringify(request.url.endsWith('attrs') ? attrs : base))(response);
      return true;
    };
    const repository = await rig.ready(await depot.start());
    assert.deepEqual(await rig.versionsOf(repository, 'good'), ['1.0,5.11-1:20260101T000000Z ordinary']);
    assert.deepEqual(await rig.versionsOf(repository, '../../evil'), []);
    assert.match(repository.faults()[0]?.message ?? '', /^has 2 entries without a valid name/);
    assert.deepEqual(
      depot.take().filter(one => one.includes('..')),
      [],
    );
  });

  test('one that speaks no HTTP is told', async () => {
    const server: Server = createServer(socket => socket.end('220 ready\r\n'));
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', () => listening()));
    const { port } = server.address() as { port: number };
    const repository = await rig.ready(`http://127.0.0.1:${port}`);
    assert.match(repository.faults()[0]?.message ?? '', /^does not speak HTTP/);
    server.close();
  });
});
