import assert from 'node:assert/strict';
import { parseP5m } from '../../../server/src/core/ips/p5m.ts';
import type { VariantSet } from '../../../server/src/core/model.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { read } from '../../support/faults.ts';

suite('facts of IPS manifests', () => {
  test('the package is named by pkg.fmri', () => {
    const { id } = read('set name=pkg.fmri value=pkg://pub/a/b@1.0,5.11-1\n');
    assert.deepEqual(id, { name: 'a/b', version: '1.0,5.11-1', publisher: 'pub' });
    assert.deepEqual(read('set name=pkg.fmri value=pkg:/a-$(V)@$(W)\n').id, {
      name: 'a-$(V)',
      version: '$(W)',
    });
  });

  test('without one, deliveries are those of the file', () => {
    const manifest = parseP5m('file path=x\n', { path: '/w/library-z.p5m', macros: {} });
    assert.equal(manifest.id, undefined);
    assert.deepEqual(manifest.deliveries[0]?.package, { name: 'library-z' });
  });

  test('obsolete and renamed packages say so, in either form of set', () => {
    assert.equal(read('set name=pkg.obsolete value=true').state, 'obsolete');
    assert.equal(read('set pkg.renamed=true').state, 'renamed');
    assert.equal(read('set name=pkg.obsolete value=false').state, 'ordinary');
  });

  test('a file has its payload word, or its path', () => {
    const files = 'file a/b path=/c/d\nfile path=/e\nfile NOHASH path=f\nfile path=g hash=h\n';
    assert.deepEqual(
      read(files).files.map(({ path, payload }) => [path, payload]),
      [
        ['c/d', 'a/b'],
        ['e', 'e'],
        ['f', 'f'],
        ['g', 'h'],
      ],
    );
  });

  test('a mode is octal, and absent where the action has none or a wrong one', () => {
    const modes = read(
      'file path=a mode=0555\nfile path=b\nfile path=c mode=9\nfile path=d mode=$(M)\n',
    ).files;
    assert.deepEqual(
      modes.map(file => file.mode),
      [0o555, undefined, undefined, undefined],
    );
  });

  test('spans lead to the path and to the end of the action', () => {
    const text = '$(X)file path="a b" \\\n  mode=0555 \\\n';
    const [file] = read(text).files;
    assert.equal(text.slice(file?.span.start, file?.span.end), '"a b"');
    assert.equal(text.slice(file?.action.start, file?.action.end), 'file path="a b" \\\n  mode=0555');
  });

  test('run path and bypass of an action hide those of the manifest', () => {
    const { files } = read(`set name=pkg.depend.runpath value=m
set name=pkg.depend.bypass-generate value=x value=y
file path=a
file path=b pkg.depend.runpath=own pkg.depend.bypass-generate=z
`);
    assert.deepEqual(
      files.map(({ runPath, bypass, bypassInherited }) => ({ runPath, bypass, bypassInherited })),
      [
        { runPath: 'm', bypass: ['x', 'y'], bypassInherited: true },
        { runPath: 'own', bypass: ['z'], bypassInherited: false },
      ],
    );
  });

  test('deliveries know kind, target, mediator and line', () => {
    const { deliveries } = read('# c\nlink path=l target=../t mediator=m mediator-version=1\ndir path=d\n');
    const common = { package: { name: 'a' } };
    assert.deepEqual(deliveries, [
      {
        ...common,
        path: 'l',
        kind: 'link',
        target: '../t',
        mediator: 'm',
        origin: { file: '/w/a.p5m', line: 1 },
      },
      { ...common, path: 'dir:d', kind: 'dir', origin: { file: '/w/a.p5m', line: 2 } },
    ]);
  });

  test('variants of deliveries are narrowed to what the package declares', () => {
    const { deliveries, files, variants } = read(`set name=variant.arch value=i386 value=sparc
file path=a
file path=b variant.arch=i386 variant.arch=arm facet.doc=true
file path=c opensolaris.zone=global variant.debug.x=__NODEFAULT
`);
    assert.deepEqual(plain(variants), { arch: ['i386', 'sparc'] });
    assert.deepEqual(
      deliveries.map(one => plain(one.variants)),
      [
        { arch: ['i386', 'sparc'] },
        { arch: ['i386'] },
        { arch: ['i386', 'sparc'], 'opensolaris.zone': ['global'] },
      ],
    );
    assert.deepEqual(plain(files[1]?.variants), { arch: ['i386', 'arm'] });
    assert.deepEqual([...(files[1]?.facets ?? [])], [['doc', 'true']]);
    assert.equal(files[0]?.variants, undefined);
  });

  test('dependencies have requirements, predicate, tags and places', () => {
    const text = 'depend type=require-any fmri="pkg:/a@1" fmri=b variant.arch=i386\n';
    const [dependency] = read(text).dependencies;
    assert.deepEqual(dependency?.anyOf, [{ name: 'a', version: '1' }, { name: 'b' }]);
    assert.deepEqual(
      dependency?.spans?.map(span => text.slice(span.start, span.end)),
      ['"pkg:/a@1"', 'b'],
    );
    assert.deepEqual(dependency?.line, { start: 0, end: text.length });
    assert.deepEqual(plain(dependency?.variants), { arch: ['i386'] });
    const [conditional] = read('depend type=conditional fmri=a predicate=//p/b@2\n').dependencies;
    assert.deepEqual(conditional?.predicate, { name: 'b', version: '2' });
  });

  test('what is to be determined is left out, and macros leave a name open', () => {
    const text = `depend type=require fmri=__TBD
depend type=require fmri=a$(V)
depend type=require-any fmri=a$(V) fmri=b
depend type=nonsense fmri=c
`;
    assert.deepEqual(
      read(text).dependencies.map(one => one.anyOf),
      [[{ name: 'a$(V)', open: true }], [{ name: 'a$(V)', open: true }, { name: 'b' }]],
    );
  });

  test('only .p5m files are packages, unless told otherwise', () => {
    assert.equal(read('').fragment, false);
    assert.equal(parseP5m('', { path: '/w/a.mog', macros: {} }).fragment, true);
    assert.equal(parseP5m('', { path: '/w/a', macros: {}, fragment: false }).fragment, false);
  });
});

suite('macros in IPS manifests', () => {
  test('values are expanded, repeatedly', () => {
    const { files } = read('file $(A)/x path=$(B)\n', { A: 'a$(C)', B: '$(A)/y', C: 'c' });
    assert.deepEqual([files[0]?.payload, files[0]?.path, files[0]?.unset], ['ac/x', 'ac/y', []]);
  });

  test('the lines stay as written', () => {
    const [line] = read('file path=$(A)\n', { A: 'a' }).lines;
    assert.equal(line?.kind === 'action' && line.attributes[0]?.value, '$(A)');
  });

  test('a prefix can comment the line out, vanish, or stay open', () => {
    const files = (macros: Record<string, string>): unknown =>
      read('$(X)file path=a\n', macros).files.map(file => file.optional);
    assert.deepEqual(files({ X: '#' }), []);
    assert.deepEqual(files({ X: '# no ' }), []);
    assert.deepEqual(files({ X: '' }), [false]);
    assert.deepEqual(files({}), [true]);
  });

  test('a macro can stand for attributes, for a name or for nothing before one', () => {
    const { files } = read('file $(ATTRIBUTES) $(KEY)=0555\nfile $(X)path=b\n', {
      ATTRIBUTES: 'path="a b" owner=root',
      KEY: 'mode',
    });
    assert.deepEqual(
      files.map(({ path, mode }) => [path, mode]),
      [
        ['a b', 0o555],
        ['b', undefined],
      ],
    );
  });

  test('what has no value is named, and its path is delivered by nobody', () => {
    const { files, deliveries } = read('file $(A)/$(B) path=$(A)/c\nlink path=l target=$(T)\n');
    assert.deepEqual(files[0]?.unset, ['A', 'B']);
    assert.deepEqual(
      deliveries.map(({ path, kind }) => [path, kind]),
      [['l', 'file']],
    );
  });

  test('only the names of our own form ask for files', () => {
    const text =
      'set name=packwright.depend.link value=/usr//x\nset name=constructor value=x\nset name=toString value=x\n';
    assert.deepEqual(
      read(text).fileDependencies.map(one => one.anyOf),
      [['usr/x', 'dir:usr/x']],
    );
  });

  test('a macro that contains itself ends', () => {
    const time = cpuTime(() => read('file path=$(A) mode=$(B)\n', { A: '$(A)$(A)', B: '$(B)' }));
    assert.ok(time < 1000);
  });

  test('a declared variant with an open macro restricts nothing', () => {
    const { variants, deliveries } = read(
      'set name=variant.arch value=$(ARCH)\nfile path=a variant.arch=i386\n',
    );
    assert.equal(variants.size, 0);
    assert.deepEqual(plain(deliveries[0]?.variants), { arch: ['i386'] });
  });
});

function plain(set: VariantSet | undefined): Record<string, string[]> | undefined {
  return set && Object.fromEntries([...set].map(([name, values]) => [name, [...values]]));
}
