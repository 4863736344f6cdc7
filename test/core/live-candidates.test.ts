import assert from 'node:assert/strict';
import { LiveCandidates } from '../../server/src/core/live-candidates.ts';
import type { Delivery, Repository } from '../../server/src/core/model.ts';
import { needsOf } from '../../server/src/core/need-grid.ts';

const { signal } = new AbortController();

/** A repository of these files and links (`usr/lib64 -> lib`), and what it was asked. */
function repository(paths: readonly string[]): Repository & { readonly asked: string[] } {
  const asked: string[] = [];
  const all = paths.map((line): Delivery => {
    const [path = '', target] = line.split(' -> ');
    const by = { name: 'a' };
    return target === undefined
      ? { path, kind: 'file', package: by }
      : { path, kind: 'link', target, package: by };
  });
  return {
    name: 'r',
    kind: 'repository',
    asked,
    packages: async () => new Map(),
    deliveries: async places => {
      asked.push(...places);
      return all.filter(one => places.has(one.path));
    },
    occupied: async directories =>
      new Set([...directories].filter(one => all.some(({ path }) => path.startsWith(`${one}/`)))),
    faults: () => [],
  };
}

const DIRECTORIES = ['usr/lib', 'usr/lib64', 'opt/x', ''];

suite('the candidates that anybody delivers', () => {
  test('are those at which something stands, or that a link may lead to', async () => {
    const one = repository(['usr/lib/a/b.py', 'usr/lib64 -> lib', 'c.py']);
    const candidates = new LiveCandidates();
    const list = needsOf([{ directories: DIRECTORIES, files: ['a/b.py', 'c.py'] }]);
    const plain = ['usr/lib/a/b.py', 'user:x', 'dir:nowhere/at/all', 'opt/x/y'];
    await candidates.ask([list, plain], [one], signal);
    assert.deepEqual(candidates.of(list), ['usr/lib/a/b.py', 'usr/lib64/a/b.py', 'usr/lib64/c.py', 'c.py']);
    assert.deepEqual(candidates.of(plain), ['usr/lib/a/b.py', 'dir:nowhere/at/all']);
  });

  test('are not asked for in directories that nothing lies in, unless a repository cannot tell', async () => {
    const list = needsOf([{ directories: DIRECTORIES, files: ['a/b.py'] }]);
    const one = repository(['usr/lib/z', 'usr/lib/a/c.py']);
    await new LiveCandidates().ask([list], [one], signal);
    assert.ok(one.asked.includes('usr/lib/a/b.py'));
    assert.ok(!one.asked.some(place => place.startsWith('opt/x/') || place.startsWith('usr/lib64/')));
    const { occupied, ...silent } = repository(['opt/x/a/b.py']);
    const candidates = new LiveCandidates();
    await candidates.ask([list], [one, silent], signal);
    assert.deepEqual(candidates.of(list), ['opt/x/a/b.py']);
  });

  test('are remembered: no place is asked for twice', async () => {
    const one = repository(['usr/lib/a/b.py']);
    const candidates = new LiveCandidates();
    const list = (file: string) => needsOf([{ directories: DIRECTORIES, files: [file] }]);
    await candidates.ask([list('a/b.py')], [one], signal);
    await candidates.ask([list('a/b.py'), list('a/d.py')], [one], signal);
    assert.equal(new Set(one.asked).size, one.asked.length);
  });
});
