import assert from 'node:assert/strict';
import { readAuthored } from '../../../../server/src/core/ips/pkgdepend/authored.ts';
import { dependLines } from '../../../../server/src/core/ips/pkgdepend/need-lines.ts';
import {
  atPaths,
  inDirectories,
  RecordMaker,
} from '../../../../server/src/core/ips/pkgdepend/need-record.ts';

const { actions } = readAuthored(`
file path=b owner=root group=bin mode=0555
file path=a owner=root group=bin mode=0555
file path="c d" owner=root group=bin mode=0555 variant.arch=sparc
`);
const maker = new RecordMaker(new Map());
const [b, a, c] = actions as readonly [(typeof actions)[0], (typeof actions)[0], (typeof actions)[0]];

suite('depend lines', () => {
  test('are sorted as text, with keys in order and quotes where needed', () => {
    const records = [
      inDirectories('elf', b, ['libz.so.1'], ['usr/lib/64', 'lib/64'], maker),
      inDirectories('elf', a, ['libz.so.1'], ['usr/lib/64', 'lib/64'], maker),
      inDirectories('elf', c, ['libz.so.1'], ['lib'], maker),
      { ...inDirectories('elf', a, ['libz.so.1'], ['lib'], maker), warning: true },
      { ...atPaths('python', a, ['x/y.py', 'x/"y"'], maker), likely: true },
    ];
    assert.deepEqual(dependLines(records, new Map()), [
      `depend fmri=__TBD pkg.debug.depend.confidence=likely pkg.debug.depend.fullpath=x/y.py pkg.debug.depend.fullpath='x/"y"' pkg.debug.depend.reason=a pkg.debug.depend.type=python type=require`,
      'depend fmri=__TBD pkg.debug.depend.file=libz.so.1 pkg.debug.depend.path=lib pkg.debug.depend.reason="c d" pkg.debug.depend.type=elf type=require variant.arch=sparc',
      'depend fmri=__TBD pkg.debug.depend.file=libz.so.1 pkg.debug.depend.path=lib pkg.debug.depend.reason=a pkg.debug.depend.severity=warning pkg.debug.depend.type=elf type=require',
      'depend fmri=__TBD pkg.debug.depend.file=libz.so.1 pkg.debug.depend.path=lib/64 pkg.debug.depend.path=usr/lib/64 pkg.debug.depend.reason=a pkg.debug.depend.type=elf type=require',
      'depend fmri=__TBD pkg.debug.depend.file=libz.so.1 pkg.debug.depend.path=lib/64 pkg.debug.depend.path=usr/lib/64 pkg.debug.depend.reason=b pkg.debug.depend.type=elf type=require',
    ]);
  });

  test('equal lists are one, and lists that only look alike are not', () => {
    assert.equal(maker.shared(['a', 'b']), maker.shared(['a', 'b']));
    assert.deepEqual(maker.shared(['a\0b', 'c']), ['a\0b', 'c']);
    assert.deepEqual(maker.shared(['a', 'b\0c']), ['a', 'b\0c']);
    assert.deepEqual(maker.shared(['']), ['']);
    assert.deepEqual(maker.shared([]), []);
  });
});
