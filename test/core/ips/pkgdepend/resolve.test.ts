import assert from 'node:assert/strict';
import { readAuthored } from '../../../../server/src/core/ips/pkgdepend/authored.ts';
import { providerOf } from '../../../../server/src/core/ips/pkgdepend/provider.ts';
import { resolveAll } from '../../../../server/src/core/ips/pkgdepend/resolve.ts';

/** Resolves the first of some manifests among all of them. */
function resolved(...texts: readonly string[]) {
  const manifests = texts.map((text, index) => {
    const manifest = readAuthored(`${text}\n`);
    const provider = providerOf(manifest.about.get('pkg.fmri')?.[0] ?? '');
    assert.ok(typeof provider !== 'string');
    return { path: `/m${index}`, manifest, provider, named: true };
  });
  const [first] = resolveAll(manifests, [], { verbose: false, strict: false, skips: () => false });
  assert.ok(first);
  return { lines: first.lines, said: first.complaints.map(one => `${one.severity}: ${one.message}`) };
}

const FILE = 'owner=root group=bin mode=0555';
const needs = (path: string, tags = '') =>
  `depend fmri=__TBD type=require pkg.debug.depend.file=${path} pkg.debug.depend.reason=r ${tags}`;

/*
 * Each answer is what pkgdepend gives for the same manifests.
 */
suite('resolving dependencies on files', () => {
  test('every link on the way brings its package', () => {
    const { lines, said } = resolved(
      `set name=pkg.fmri value=a@1\n${needs('bin/run')}`,
      'set name=pkg.fmri value=b@1\nlink path=bin target=./usr/bin',
      'set name=pkg.fmri value=c@1\nlink path=usr/bin/run target=../lib/run',
      'set name=pkg.fmri value=d@1\nlink path=usr/lib target=/opt/lib',
      `set name=pkg.fmri value=e@1\nfile path=opt/lib/run ${FILE}`,
    );
    assert.deepEqual(said, []);
    assert.deepEqual(
      lines,
      ['b', 'c', 'd', 'e'].map(name => `depend fmri=pkg:/${name}@1 type=require`),
    );
  });

  test('require-any goes where one of the packages is required anyway', () => {
    const providers = ['b', 'c'].map(
      name => `set name=pkg.fmri value=${name}@1\nfile path=usr/bin/x ${FILE}`,
    );
    const any = resolved(`set name=pkg.fmri value=a@1\n${needs('usr/bin/x')}`, ...providers);
    assert.deepEqual(any.lines, ['depend fmri=pkg:/b@1 fmri=pkg:/c@1 type=require-any']);
    const one = resolved(
      `set name=pkg.fmri value=a@1\n${needs('usr/bin/x')}\ndepend fmri=c@1.5 type=require`,
      ...providers,
    );
    assert.deepEqual(one.lines, ['depend fmri=c@1.5 type=require']);
    const older = resolved(
      `set name=pkg.fmri value=a@1\n${needs('usr/bin/x')}\ndepend fmri=c@0.5 type=require`,
      ...providers,
    );
    assert.equal(older.lines.length, 2);
  });

  test('a link to a file that several packages deliver is needed where that package is', () => {
    const { lines } = resolved(
      `set name=pkg.fmri value=a@1\n${needs('usr/bin/l')}`,
      'set name=pkg.fmri value=b@1\nlink path=usr/bin/l target=x',
      ...['c', 'd'].map(name => `set name=pkg.fmri value=${name}@1\nfile path=usr/bin/x ${FILE}`),
    );
    assert.deepEqual(lines, [
      'depend fmri=pkg:/b@1 predicate=pkg:/c@1 type=conditional',
      'depend fmri=pkg:/b@1 predicate=pkg:/d@1 type=conditional',
      'depend fmri=pkg:/c@1 fmri=pkg:/d@1 type=require-any',
    ]);
  });

  test('a link that two packages deliver, to a file that two deliver, cannot be said', () => {
    const { said } = resolved(
      `set name=pkg.fmri value=a@1\n${needs('usr/bin/l')}`,
      ...['b', 'c'].map(name => `set name=pkg.fmri value=${name}@1\nlink path=usr/bin/l target=x`),
      ...['d', 'e'].map(name => `set name=pkg.fmri value=${name}@1\nfile path=usr/bin/x ${FILE}`),
    );
    assert.equal(said.length, 2);
    assert.match(said[0] ?? '', /^error: r: the link usr\/bin\/l is delivered by pkg:\/b@1 and by pkg:\/c@1/);
  });

  test('of two require-any the one with more packages goes, and is told', () => {
    const { lines, said } = resolved(
      `set name=pkg.fmri value=a@1\n${needs('usr/bin/x')}\n${needs('usr/bin/y')}`,
      ...['b', 'c'].map(
        name => `set name=pkg.fmri value=${name}@1\nfile path=usr/bin/x ${FILE}\nfile path=usr/bin/y ${FILE}`,
      ),
      `set name=pkg.fmri value=d@1\nfile path=usr/bin/y ${FILE}`,
    );
    assert.deepEqual(lines, ['depend fmri=pkg:/b@1 fmri=pkg:/c@1 type=require-any']);
    assert.match(said.join('\n'), /^warning: pkg:\/d@1 would do for r too/);
  });

  test('tags say only what the package itself does not', () => {
    const arch = 'set name=variant.arch value=i386 value=sparc';
    const { lines, said } = resolved(
      `set name=pkg.fmri value=a@1\n${arch}\n${needs('x', 'variant.arch=sparc')}\n${needs('y')}`,
      `set name=pkg.fmri value=b@1\n${arch}\nfile path=x ${FILE}\nfile path=y ${FILE}  variant.arch=i386`,
      `set name=pkg.fmri value=c@1\n${arch}\nfile path=y ${FILE} variant.arch=sparc`,
    );
    assert.deepEqual(said, []);
    assert.deepEqual(lines, [
      'depend fmri=pkg:/b@1 type=require',
      'depend fmri=pkg:/c@1 type=require variant.arch=sparc',
    ]);
  });

  test('what the package delivers itself needs no package', () => {
    const { lines, said } = resolved(`set name=pkg.fmri value=a@1\n${needs('x')}\nfile path=x ${FILE}`);
    assert.deepEqual([lines, said], [[], []]);
  });
});
