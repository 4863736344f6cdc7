import assert from 'node:assert/strict';
import { gridsOf, joinedNeeds, needsOf } from '../../server/src/core/need-grid.ts';
import { SharedNeeds } from '../../server/src/core/shared-needs.ts';

const DIRECTORIES = ['opt/x/a', 'opt/x', ''];

suite('lists of candidates made of directories and files', () => {
  test('go directory by directory, and the root adds nothing to a file', () => {
    assert.deepEqual(needsOf([{ directories: ['lib', ''], files: ['a.py', 'a/b.py'] }]), [
      'lib/a.py',
      'lib/a/b.py',
      'a.py',
      'a/b.py',
    ]);
  });

  test('joined keep what they are made of, unless two of them name one place: then each is named once', () => {
    const one = needsOf([{ directories: DIRECTORIES, files: ['b/__init__.py', 'b.py'] }]);
    const other = needsOf([{ directories: DIRECTORIES, files: ['b/c.py'] }]);
    const apart = joinedNeeds([one, [], other]);
    assert.deepEqual(apart, [...one, ...other]);
    assert.deepEqual(gridsOf(apart), [...gridsOf(one), ...gridsOf(other)]);
    assert.equal(joinedNeeds([[], one]), one);
    // `opt/x` + `a/b.py` is `opt/x/a` + `b.py`.
    const within = needsOf([{ directories: DIRECTORIES, files: ['a/b.py'] }]);
    const together = joinedNeeds([one, within]);
    assert.deepEqual(together, [...new Set([...one, ...within])]);
    assert.equal(together.length, one.length + 2);
    assert.deepEqual(joinedNeeds([other, other]), other);
  });

  test('are the same array when they are equal, from wherever their directories come', () => {
    const shared = new SharedNeeds();
    const list = (directories: readonly string[], file: string) =>
      shared.of(needsOf([{ directories, files: [file] }]));
    assert.equal(list(['lib', 'usr/lib'], 'z'), list(['lib', 'usr/lib'], 'z'));
    assert.notEqual(list(['lib', 'usr/lib'], 'z'), list(['usr/lib', 'lib'], 'z'));
    assert.notEqual(list(['lib', 'usr/lib'], 'z'), list(['lib', 'usr/lib'], 'y'));
    assert.equal(shared.of(['bin/a', 'bin/b']), shared.of(['bin/a', 'bin/b']));
  });
});
