import assert from 'node:assert/strict';
import { basename, dirname, join, normalise } from '../../server/src/core/paths.ts';

suite('installed paths', () => {
  const spellings: readonly [path: string, normal: string][] = [
    ['usr/bin', 'usr/bin'],
    ['/usr/bin/', 'usr/bin'],
    ['//usr///bin', 'usr/bin'],
    ['usr/./bin/.', 'usr/bin'],
    ['usr/lib/../bin', 'usr/bin'],
    ['../../usr', 'usr'],
    ['usr/../../lib', 'lib'],
    ['usr/...', 'usr/...'],
    ['/', ''],
    ['', ''],
  ];
  for (const [path, normal] of spellings) {
    test(`"${path}" is "${normal}"`, () => assert.equal(normalise(path), normal));
  }

  test('a relative path is seen from its directory', () =>
    assert.equal(join('usr/bin', '../lib/x'), 'usr/lib/x'));
  test('an absolute path replaces the directory', () => assert.equal(join('usr/bin', '/lib/x'), 'lib/x'));
  test('the directory of a path in the root is the root', () => assert.equal(dirname('kernel'), ''));
  test('a path splits into directory and name', () => {
    assert.deepEqual([dirname('usr/bin/sh'), basename('usr/bin/sh')], ['usr/bin', 'sh']);
  });
});
