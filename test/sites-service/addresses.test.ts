import assert from 'node:assert/strict';
import { isLoopback, isOurHost } from '../../client/src/sites/service/host-names.ts';
import { type Target, targetOf } from '../../client/src/sites/service/targets.ts';

suite('addresses of the service', () => {
  const at = Date.UTC(2026, 10, 20, 16, 2, 11, 480);
  const targets: readonly [path: string, target: Target | undefined][] = [
    ['/', { kind: 'latest', format: 'html' }],
    ['/?utm=1&x=%', { kind: 'latest', format: 'html' }],
    ['/status.json', { kind: 'latest', format: 'json' }],
    ['/status.txt', { kind: 'latest', format: 'text' }],
    ['/sites/north', { kind: 'site', last: 'north' }],
    ['/sites/north.json?x', { kind: 'site', last: 'north.json' }],
    ['/sites/n%6frth', { kind: 'site', last: 'north' }],
    ['/sites/..%2f', { kind: 'site', last: '../' }],
    ['/sites/%00', { kind: 'site', last: '\0' }],
    ['/sites/north/jobs.json', { kind: 'jobs', site: 'north' }],
    ['/runs', { kind: 'runs', format: 'html' }],
    ['/runs.json', { kind: 'runs', format: 'json' }],
    ['/runs/2026-11-20T16:02:11.480Z', { kind: 'run', at, format: 'html' }],
    ['/runs/2026-11-20T16:02:11.480Z.json', { kind: 'run', at, format: 'json' }],
    ['/runs/2026-11-20T16%3A02%3A11.480Z', { kind: 'run', at, format: 'html' }],
    ['/healthz', { kind: 'health' }],
    ['', undefined],
    ['*', undefined],
    ['http://evil.example/', undefined],
    ['//', undefined],
    ['//status.json', undefined],
    ['/status.json/', undefined],
    ['/sites', undefined],
    ['/sites/', undefined],
    ['/sites/../status.json', undefined],
    ['/sites/north/', undefined],
    ['/sites/north/secrets', undefined],
    ['/sites/%ff', undefined],
    ['/%', undefined],
    ['/runs/2026-13-20T16:02:11.480Z', undefined],
    ['/runs/0', undefined],
    ['/runs/../../etc/passwd', undefined],
    ['/constructor', undefined],
    ['/__proto__', undefined],
    ['/\n', undefined],
  ];
  for (const [path, target] of targets)
    test(`${JSON.stringify(path)} is ${target ? `the ${target.kind}` : 'nothing'}`, () =>
      assert.deepEqual(targetOf(path), target));

  const names = new Set(['vo.example.org', '0.0.0.0']);
  const hosts: readonly [header: string | undefined, ours: boolean, local?: string][] = [
    ['localhost', true],
    ['LocalHost:8017', true],
    ['localhost.', true],
    ['127.0.0.1:8017', true],
    ['127.1.2.3', true],
    ['[::1]:8017', true],
    ['vo.example.org', true],
    ['VO.example.ORG:443', true],
    ['vo.example.org.', true],
    ['192.0.2.7:8017', true, '192.0.2.7'],
    ['192.0.2.7:8017', true, '::ffff:192.0.2.7'],
    ['192.0.2.8', false, '192.0.2.7'],
    ['[2001:db8::7]', true, '2001:db8::7'],
    ['evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['localhost@evil.example', false],
    ['evil.example#localhost', false],
    ['localhost:x', false],
    ['local host', false],
    ['', false],
    [undefined, false],
  ];
  for (const [header, ours, local = '127.0.0.1'] of hosts)
    test(`a request for ${header ?? 'no host'}, come to ${local}, is ${ours ? 'answered' : 'refused'}`, () =>
      assert.equal(isOurHost(header, names, local), ours));

  test('loopback is told from the rest', () => {
    assert.deepEqual(['127.0.0.1', '::1', '127.9.9.9'].map(isLoopback), [true, true, true]);
    assert.deepEqual(['0.0.0.0', '::', '192.0.2.7', 'localhost'].map(isLoopback), [
      false,
      false,
      false,
      false,
    ]);
  });
});
