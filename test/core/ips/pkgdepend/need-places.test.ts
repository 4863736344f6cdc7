import assert from 'node:assert/strict';
import { placesOf, placesOfGrids } from '../../../../server/src/core/ips/pkgdepend/need-places.ts';
import { needsOf } from '../../../../server/src/core/need-grid.ts';

const LIBRARY = ['usr/lib/python3.11', 'usr/lib/python3.11/site-packages', 'usr/lib/pkg/python3.11'];
const MODULE = ['a/b/__init__.py', 'a/b.so', 'a/b.py'];

suite('places of needs', () => {
  test('a package is a file in directories, sorted', () =>
    assert.deepEqual(placesOfGrids(needsOf([{ directories: LIBRARY, files: ['a/__init__.py'] }])), {
      files: ['__init__.py'],
      directories: ['usr/lib/pkg/python3.11/a', 'usr/lib/python3.11/a', 'usr/lib/python3.11/site-packages/a'],
      whole: [],
    }));

  const grids: readonly (readonly [string, readonly string[], readonly (readonly string[])[]])[] = [
    ['a module', LIBRARY, [MODULE]],
    ['a module and names in it', LIBRARY, [MODULE, ['a/b/c.py', 'a/b/c/__init__.py']]],
    ['a library in 64 too', ['lib', 'usr/lib'], [['x.so', '64/x.so', 'x/__init__.py']]],
    ['one directory', ['opt/x'], [MODULE]],
    ['a file twice', LIBRARY, [['x.so', '64/x.so', 'x/__init__.py'], ['x.so']]],
    ['a directory that is one of the files’ own', ['lib', 'lib/a'], [['a/b.py', 'b.py']]],
    ['a directory in another, named as a file', ['lib', 'lib/64'], [['x.so', '64/x.so']]],
    ['the root', ['', 'lib'], [['x.py', 'lib/x.py']]],
    ['a directory twice', ['lib', 'lib'], [['x.py', 'y.py']]],
  ];
  for (const [what, directories, files] of grids)
    test(`${what}: told by one directory as by all of them`, () => {
      const list = needsOf(files.map(one => ({ directories, files: one })));
      assert.deepEqual(placesOfGrids(list) ?? placesOf(list), placesOf(list));
    });

  test('names are no places, whatever lies below them', () =>
    assert.equal(placesOfGrids(needsOf([{ directories: ['dir:a'], files: ['b'] }])), undefined));
});
