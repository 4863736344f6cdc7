import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ScratchTree } from '../support/scratch-tree.ts';
import { packwright } from './command-line.ts';

const IMAGE = resolve('test/data/ips-repository/image');
const ARCHIVE = resolve('test/data/ips-repository/archive.p5p');

const TREE = `
-- foo.p5m --
set name=pkg.fmri value=pkg:/foo@1.0,5.11-2:20260101T000000Z
# a comment
file path=usr/bin/a owner=root group=bin mode=0555
depend type=optional \\
    fmri=pkg:/old@1
link path=opt/tool target=../usr/bin/run
-- bar.p5m --
set name=pkg.fmri value=pkg:/bar@2
file path=usr/bin/run owner=root group=bin mode=0555
-- proto/usr/bin/a (mode=0555) --
#!/opt/tool/run -x
-- proto/usr/bin/run (mode=0555) --
#!/opt/elsewhere/run
`;

suite('packwright depend', () => {
  let tree: ScratchTree;
  setup(() => {
    tree = new ScratchTree(TREE);
  });
  teardown(() => tree.remove());

  const depend = (...argv: readonly string[]) => packwright(['depend', ...argv], tree.root);
  const written = (name: string) => readFileSync(tree.path(name), 'utf8');

  test('generate prints attributes in the order of the original', async () => {
    const { code, out } = await depend('generate', '-dproto', 'foo.p5m');
    assert.equal(code, 0);
    assert.equal(
      out,
      'depend fmri=__TBD pkg.debug.depend.file=run pkg.debug.depend.path=opt/tool ' +
        'pkg.debug.depend.reason=usr/bin/a pkg.debug.depend.type=script type=require\n' +
        'set name=packwright.depend.link value=usr/bin/run\n',
    );
  });

  test('generate takes combined letters, and echoes the manifest as it is', async () => {
    const { out } = await depend('generate', '-Imd', 'proto', '--strict-compat', 'foo.p5m');
    assert.ok(out.startsWith(written('foo.p5m')), out);
    assert.match(out, /^depend fmri=__TBD .*file=run/m);
  });

  test('generate writes several manifests into a directory', async () => {
    tree.write('out/keep', '');
    const { code, out } = await depend(
      'generate',
      '--output-dir',
      'out',
      '--suffix=dep',
      '-d',
      'proto',
      'foo.p5m',
      'bar.p5m',
    );
    assert.equal(code, 0);
    assert.equal(out, '');
    assert.match(written('out/foo.p5m.dep'), /file=run .*reason=usr\/bin\/a/);
    assert.match(written('out/bar.p5m.dep'), /path=opt\/elsewhere/);
  });

  test('a missing payload is told with the places that were searched, and the rest is printed', async () => {
    tree.write('foo.p5m', `${written('foo.p5m')}file path=usr/lib/gone owner=root group=bin mode=0444\n`);
    const { code, out, err } = await depend('generate', '-d', 'proto', 'foo.p5m');
    assert.equal(code, 1);
    assert.match(out, /reason=usr\/bin\/a/);
    assert.match(err, /^foo\.p5m:7: error: usr\/lib\/gone: .* is in none of .*\/proto; /);
  });

  test('a payload with a macro in its path is told to be none yet', async () => {
    tree.write('foo.p5m', 'file path=usr/lib/$(X)/y owner=root group=bin mode=0444\n');
    const { err } = await depend('generate', '-d', 'proto', 'foo.p5m');
    assert.match(err, /holds a macro without a value, so run pkgmogrify first/);
  });

  test('resolve writes MANIFEST.res beside the manifest', async () => {
    const generated = await depend('generate', '-md', 'proto', 'foo.p5m');
    tree.write('foo.dep', generated.out);
    const { code } = await depend('resolve', '-mS', 'foo.dep', 'bar.p5m');
    assert.equal(code, 1);
    tree.write(
      'bar.p5m',
      'set name=pkg.fmri value=pkg:/bar@2\nfile path=usr/bin/run/run owner=root group=bin mode=0555\n',
    );
    assert.equal((await depend('resolve', '-mS', 'foo.dep', 'bar.p5m')).code, 0);
    assert.equal(
      written('foo.dep.res'),
      `${written('foo.p5m').replace(/depend [^/]*fmri=pkg:\/old@1\n/, '')}` +
        'depend fmri=pkg:/old@1 type=optional\ndepend fmri=pkg:/bar@2 type=require\n',
    );
    await depend('resolve', '-vmS', 'foo.dep', 'bar.p5m');
    assert.match(written('foo.dep.res'), /^set name=packwright\.depend\.link value=usr\/bin\/run\n/m);
    assert.equal(written('bar.p5m.res').includes('depend'), false);
  });

  test('resolve -m ends every line as the original does, and keeps depend lines that make no sense', async () => {
    tree.write(
      'foo.dep',
      'set name=pkg.fmri value=foo\r\nset name=a \\\r\n  value=b\r\ndepend type=require\r\n' +
        'depend type=require fmri=x\r\ndepend fmri="y type=require\n',
    );
    const { code } = await depend('resolve', '-mS', 'foo.dep');
    assert.equal(code, 1);
    assert.equal(
      written('foo.dep.res'),
      'set name=pkg.fmri value=foo\nset name=a \\\n  value=b\ndepend type=require\n' +
        'depend fmri="y type=require\ndepend fmri=x type=require\n',
    );
  });

  test('with --strict-compat an absolute path is what only a link leads on from', async () => {
    tree.write(
      'foo.dep',
      'set name=pkg.fmri value=foo\nlink path=opt/bin target=../usr/bin\n' +
        'depend fmri=__TBD type=require pkg.debug.depend.file=/usr/bin/run\n' +
        'depend fmri=__TBD type=require pkg.debug.depend.file=/opt/bin/run\n',
    );
    const { code, err } = await depend('resolve', '--strict-compat', '-So', 'foo.dep', 'bar.p5m');
    assert.equal(code, 1);
    assert.match(err, /^foo\.dep:3: error: .*\/usr\/bin\/run/);
    assert.doesNotMatch(err, /opt\/bin/);
    assert.equal((await depend('resolve', '-So', 'foo.dep', 'bar.p5m')).code, 0);
  });

  test('with --strict-compat imports count as the original compiles them', async () => {
    tree.write('py.p5m', 'file path=usr/lib/python3.11/a.py owner=root group=bin mode=0444\n');
    const text = '  """\n  return is no code here\n  """\n';
    tree.write(
      'proto/usr/lib/python3.11/a.py',
      `#!/usr/bin/python3.11\ndef f():\n${text}  import before\n  return 1\n  import behind\nimport after\n` +
        'if after:\n  raise X\nimport last\nassert False\nimport never\n',
    );
    const { out } = await depend('generate', '--strict-compat', '-dproto', 'py.p5m');
    assert.deepEqual(
      [...out.matchAll(/file=([a-z]+)\.py /g)].map(([, name]) => name),
      ['after', 'before', 'last'],
    );
  });

  test('what nobody delivers is told with who delivers that name elsewhere', async () => {
    tree.write(
      'foo.dep',
      'set name=pkg.fmri value=foo\ndepend fmri=__TBD type=require pkg.debug.depend.file=run ' +
        'pkg.debug.depend.path=opt/bin pkg.debug.depend.path=sbin pkg.debug.depend.reason=usr/bin/a\n',
    );
    const { code, err } = await depend('resolve', '-S', '-o', 'foo.dep', 'bar.p5m');
    assert.equal(code, 1);
    assert.match(
      err,
      /^foo\.dep:2: error: usr\/bin\/a needs run, and no package delivers it\n {4}looked for opt\/bin\/run, sbin\/run\n/,
    );
    assert.match(err, /near: usr\/bin\/run of pkg:\/bar@2\n/);
  });

  test('a need that is only likely is a warning', async () => {
    tree.write(
      'foo.dep',
      'set name=pkg.fmri value=foo\ndepend fmri=__TBD type=require pkg.debug.depend.file=x pkg.debug.depend.confidence=likely\n',
    );
    const { code, err } = await depend('resolve', '-So', 'foo.dep');
    assert.equal(code, 0);
    assert.match(err, /^foo\.dep:2: warning: /);
  });

  test('users, groups and link targets are resolved too, and only warned of', async () => {
    tree.write(
      'foo.dep',
      'set name=pkg.fmri value=foo\nset name=packwright.depend.user value=web\n' +
        'set name=packwright.depend.link value=opt/x\nset name=packwright.depend.group value=nobodys\n',
    );
    tree.write('users', 'set name=pkg.fmri value=users@1\nuser username=web group=web\n');
    tree.write('dirs', 'set name=pkg.fmri value=dirs@1\ndir path=opt/x owner=root group=bin mode=0755\n');
    const { code, out, err } = await depend('resolve', '-So', 'foo.dep', 'users', 'dirs');
    assert.equal(code, 0);
    assert.match(out, /^depend fmri=pkg:\/dirs@1 type=require\ndepend fmri=pkg:\/users@1 type=require$/m);
    assert.match(
      err,
      /^foo\.dep:4: warning: the package needs group nobodys \(group\), and no package delivers it/,
    );
  });

  test('a manifest with absurdly many variants is told, not waited for', async () => {
    const variants = Array.from({ length: 24 }, (_, n) => `set name=variant.v${n} value=a value=b\n`).join(
      '',
    );
    const needs = Array.from(
      { length: 200 },
      (_, n) => `depend fmri=__TBD type=require pkg.debug.depend.file=usr/bin/run variant.v${n % 24}=a\n`,
    ).join('');
    tree.write('foo.dep', `set name=pkg.fmri value=foo\n${variants}${needs}`);
    const { code, err } = await depend('resolve', '-So', 'foo.dep', 'bar.p5m');
    assert.equal(code, 1);
    assert.match(err, /24 variants make 16777216 combinations, and only 512 of them are looked at/);
  }).timeout(20_000);

  test('links in a circle end', async () => {
    tree.write(
      'foo.dep',
      'set name=pkg.fmri value=foo\nlink path=a target=b\nlink path=b target=a/../a\n' +
        'depend fmri=__TBD type=require pkg.debug.depend.file=a/x pkg.debug.depend.file=b\n',
    );
    const { code, err } = await depend('resolve', '-So', 'foo.dep');
    assert.equal(code, 1);
    assert.match(err, /no package delivers it/);
  });

  test('a dependency that differs by variant is tagged, and one that is missing in a variant is told so', async () => {
    tree.write(
      'foo.dep',
      'set name=pkg.fmri value=foo\nset name=variant.arch value=i386 value=sparc\n' +
        'depend fmri=__TBD type=require pkg.debug.depend.file=usr/lib/l pkg.debug.depend.reason=r\n',
    );
    tree.write(
      'one',
      'set name=pkg.fmri value=one@1\nset name=variant.arch value=i386 value=sparc\n' +
        'file path=usr/lib/l owner=root group=bin mode=0555 variant.arch=i386\n',
    );
    const { code, out, err } = await depend('resolve', '-So', 'foo.dep', 'one');
    assert.equal(code, 1);
    assert.match(out, /^depend fmri=pkg:\/one@1 type=require variant\.arch=i386$/m);
    assert.match(err, /no package delivers it for arch=sparc\n/);
  });

  suite('beyond the manifests', () => {
    setup(() =>
      tree.write(
        'foo.dep',
        'set name=pkg.fmri value=foo\n' +
          'depend fmri=__TBD type=require pkg.debug.depend.reason=r pkg.debug.depend.file=etc/passwd\n',
      ),
    );

    test('-R names an image, in which what is installed counts', async () => {
      const { code, out } = await depend('-R', IMAGE, 'resolve', '-o', 'foo.dep');
      assert.equal(code, 0);
      assert.match(out, /^depend fmri=pkg:\/system\/base@1\.1-2026\.1\.0\.2 type=require$/m);
    });

    test('--repository names an archive, in which the newest counts', async () => {
      const { code, out } = await depend('resolve', `--repository=${ARCHIVE}`, '-o', 'foo.dep');
      assert.equal(code, 0);
      assert.match(out, /^depend fmri=pkg:\/system\/base@2\.0-2026\.2\.0\.1 type=require$/m);
    });

    test('paths with .. and a leading slash, users and directories are asked for there too', async () => {
      tree.write(
        'foo.dep',
        'set name=pkg.fmri value=foo\n' +
          'depend fmri=__TBD type=require pkg.debug.depend.file=passwd pkg.debug.depend.path=opt/../etc\n' +
          'depend fmri=__TBD type=require pkg.debug.depend.file=/etc/passwd\n' +
          'set name=packwright.depend.directory value=etc\n',
      );
      const { code, out, err } = await depend('-R', IMAGE, 'resolve', '-o', 'foo.dep');
      assert.equal(err, '');
      assert.equal(code, 0);
      assert.match(out, /^depend fmri=pkg:\/system\/base@1\.1-2026\.1\.0\.2 type=require$/m);
    });

    test('a manifest hides the installed package of its name', async () => {
      tree.write(
        'base',
        'set name=pkg.fmri value=pkg:/system/base@9\nfile path=etc/other owner=root group=bin mode=0444\n',
      );
      const { code, err } = await depend('-R', IMAGE, 'resolve', '-o', 'foo.dep', 'base');
      assert.equal(code, 1);
      assert.match(err, /etc\/passwd, and no package delivers it/);
    });

    test('-e limits the installed packages, and -E tells what was not needed', async () => {
      tree.write('some', '# these\nsystem/base\nno/such\n');
      const limited = await depend('-R', IMAGE, 'resolve', '-E', '-e', 'some', '-o', 'foo.dep');
      assert.equal(limited.code, 0);
      assert.match(limited.out, /were not used in\ndependency resolution:\n\tno\/such\n$/);
      const open = await depend('-R', IMAGE, 'resolve', '-Eo', 'foo.dep');
      assert.match(open.out, /had dependencies resolve to them:\n\tsystem\/base\n$/);
    });

    test('-e counts with -S too, and for a repository that stands in for the image', async () => {
      tree.write('base', 'system/base\n');
      tree.write('other', 'no/such\n');
      assert.equal((await depend('-R', IMAGE, 'resolve', '-S', '-e', 'base', '-o', 'foo.dep')).code, 0);
      assert.equal((await depend('-R', IMAGE, 'resolve', '-S', '-o', 'foo.dep')).code, 1);
      assert.match(
        (await depend('resolve', '-S', '-e', 'base', '-o', 'foo.dep')).err,
        /no package delivers it/,
      );
      const from = (file: string) => depend('resolve', '-e', file, '--repository', ARCHIVE, '-o', 'foo.dep');
      assert.equal((await from('base')).code, 0);
      const { code, err } = await from('other');
      assert.equal(code, 1);
      assert.match(err, /in 1 manifest, .*archive\.p5p \(what -e names of it\)\n/);
    });

    test('-E knows a pattern with a version by the packages that it matches', async () => {
      tree.write('some', 'system/base@1.1\nsystem/base@9\n');
      const { out } = await depend('-R', IMAGE, 'resolve', '-E', '-e', 'some', '-o', 'foo.dep');
      assert.match(out, /were not used in\ndependency resolution:\n\tsystem\/base@9\n$/);
    });

    test('a repository that cannot be read is told, and nothing is called absent from it', async () => {
      const { code, err } = await depend('resolve', '--repository', 'gone', '-o', 'foo.dep');
      assert.equal(code, 1);
      assert.match(err, /^packwright: depend: gone: does not exist/);
      assert.match(err, /in 1 manifest, .*gone \(which could not be read\)\n/);
    });

    test('what only an older version delivers, or a package that does not count, is told', async () => {
      tree.write(
        'foo.dep',
        'set name=pkg.fmri value=foo\ndepend fmri=__TBD type=require pkg.debug.depend.file=usr/lib/libone.so.1\n',
      );
      const { err } = await depend('resolve', '--repository', ARCHIVE, '-o', 'foo.dep');
      assert.match(
        err,
        /near: usr\/lib\/libone\.so\.1 of library\/libone@1\.2\.[^ ]*, which is not its newest version\n/,
      );
      tree.write('other', 'no/such\n');
      const few = await depend('-R', IMAGE, 'resolve', '-e', 'other', '-o', 'foo.dep');
      assert.match(
        few.err,
        /near: usr\/lib\/libone\.so\.1 of library\/libone@1\.2\.[^ ]*, which -e does not name\n/,
      );
    });

    test('what is no image is refused', async () => {
      const { code, err } = await depend('-R', '.', 'resolve', '-o', 'foo.dep');
      assert.equal(code, 1);
      assert.match(err, /is no image .* -S/);
    });
  });

  const misuses: readonly (readonly [argv: readonly string[], said: RegExp])[] = [
    [[], /name generate or resolve/],
    [['generate', 'foo.p5m'], /name at least one proto area/],
    [['generate', '-d', 'nowhere', 'foo.p5m'], /proto area nowhere is no directory/],
    [['generate', '-d', 'proto', 'gone.p5m'], /the manifest gone\.p5m is not there/],
    [['generate', '-D', 'ORIGIN=/x', '-d', 'proto', 'foo.p5m'], /ORIGIN may not be given/],
    [['generate', '-d', 'proto', '--suffix', 'x', 'foo.p5m'], /--suffix needs --output-dir/],
    [['generate', '-d', 'proto', '--output-dir', '.', 'foo.p5m'], /foo\.p5m would be written over/],
    [
      ['generate', '-d', 'proto', '--output-dir', 'proto', 'foo.p5m', 'proto/foo.p5m'],
      /foo\.p5m and .*foo\.p5m would both be|would be written over/,
    ],
    [['generate', '-x', 'foo.p5m'], /there is no option -x/],
    [['resolve', '-o', '-d', '.', 'foo.p5m'], /-o cannot be used with -d or -s/],
    [['resolve', '-S', 'gone.p5m'], /the manifest gone\.p5m is no file/],
    [['resolve', '-d', 'nowhere', 'foo.p5m'], /nowhere is no directory/],
    [['frobnicate'], /there is no "frobnicate"/],
  ];
  for (const [argv, said] of misuses) {
    test(`depend ${argv.join(' ')} is misuse`, async () => {
      const { code, out, err } = await depend(...argv);
      assert.equal(code, 2);
      assert.match(err + out, said);
    });
  }
});

test('the manual names every option of depend', async () => {
  const { out } = await packwright(['depend', '--help'], '.');
  const manual = readFileSync(join('docs', 'command-line.md'), 'utf8');
  const options = [...out.matchAll(/^ {2}(-[A-Za-z-]+)/gm)].map(([, option = '']) => option);
  assert.ok(options.length > 12);
  for (const option of options.filter(one => one !== '-h')) assert.ok(manual.includes(`\`${option}`), option);
});
