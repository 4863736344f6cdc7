import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packwright } from './command-line.ts';
import { inTree } from './package-tree.ts';

const tree = `
-- packwright.yaml --
proto: [proto]
-- greet.p5m --
set name=pkg.fmri value=pkg:/application/greet@1.0
file path=usr/bin/greet owner=root group=bin mode=0555
-- perl.p5m --
set name=pkg.fmri value=pkg:/runtime/perl@5.42
file path=usr/bin/perl owner=root group=bin mode=0444
-- proto/usr/bin/greet --
#!/usr/bin/perl
-- proto/usr/bin/perl --
data
`;
const good = tree.replace('mode=0555\n', 'mode=0555\ndepend fmri=pkg:/runtime/perl type=require\n');

suite('packwright check', () => {
  test('says what needs what, who delivers it and the line to add', () =>
    inTree(tree, async root => {
      const { code, out, err } = await packwright(['check'], root);
      assert.equal(code, 1);
      assert.equal(err, '');
      assert.equal(
        out,
        [
          'greet.p5m:2:11  error  undeclared',
          '  usr/bin/greet line 1 needs /usr/bin/perl, which runtime/perl delivers',
          '  + depend fmri=pkg:/runtime/perl type=require',
          '',
          '1 error in 1 of 2 manifests; --fix repairs it',
          '',
        ].join('\n'),
      );
    }));

  test('a line is that of the file which is named', () =>
    inTree(
      tree.replace('mode=0555\n', 'mode=0555\nhardlink path=usr/bin/first target=perl\n'),
      async root => {
        const { out } = await packwright(['check'], root);
        assert.match(out, /^ {2}usr\/bin\/first needs \/usr\/bin\/perl, which runtime\/perl delivers \(and/m);
        const { findings } = JSON.parse((await packwright(['check', '--format', 'json'], root)).out);
        assert.equal(findings[0].neededBy[0], 'usr/bin/first');
        assert.equal(findings[0].neededByLine, undefined);
      },
    ));

  test('a fault of a payload names its line', () =>
    inTree(
      tree
        .replaceAll('usr/bin/greet', 'usr/lib/python3.12/greet.py')
        .replace('#!/usr/bin/perl', 'import os\nx = ('),
      async root => {
        const { out } = await packwright(['check'], root);
        assert.match(out, /^ {2}usr\/lib\/python3\.12\/greet\.py line 2: "\(" is never closed/m);
      },
    ));

  test('says so when nothing is found', () =>
    inTree(good, async root => {
      assert.deepEqual(await packwright(['check'], root), {
        code: 0,
        out: 'nothing found in 2 manifests\n',
        err: '',
      });
    }));

  test('colours are codes around the same text', () =>
    inTree(tree, async root => {
      const plain = await packwright(['check'], root);
      const coloured = await packwright(['check'], root, true);
      assert.match(coloured.out, /\u001b\[/);
      assert.equal(coloured.out.replace(/\u001b\[[\d;]*m/g, ''), plain.out);
    }));

  const arguments_: readonly [name: string, argv: readonly string[], code: number, err: RegExp | ''][] = [
    ['a missing path is named', ['absent.p5m'], 2, /^packwright: absent\.p5m: no such file or directory\n$/],
    [
      'a file of another kind is refused',
      ['proto/usr/bin/greet'],
      2,
      /is no manifest: their names end in \.p5m or \.mog/,
    ],
    ['an unknown option is refused', ['--nonsense'], 2, /unknown option '--nonsense'/],
    ['an unknown format is refused', ['--format', 'xml'], 2, /Allowed choices are text, json/],
    ['an unknown severity is refused', ['--fail-on', 'all'], 2, /Allowed choices are error, warning, hint/],
    ['--diff and --fix exclude each other', ['--diff', '--fix'], 2, /cannot be used with/],
    ['one of several manifests can be named', ['perl.p5m'], 0, ''],
    ['a directory can be named', ['.'], 1, ''],
    ['a manifest can be named', ['greet.p5m'], 1, ''],
  ];
  for (const [name, argv, code, err] of arguments_) {
    test(name, () =>
      inTree(tree, async root => {
        const said = await packwright(['check', ...argv], root);
        assert.equal(said.code, code, said.err);
        if (err === '') assert.equal(said.err, '');
        else assert.match(said.err, err);
        assert.doesNotMatch(said.err + said.out, /\n\s+at /);
      }),
    );
  }

  const limits: readonly [policy: string, failOn: string, code: number][] = [
    ['closure', 'hint', 1],
    ['closure', 'warning', 0],
    ['direct', 'warning', 1],
    ['direct', 'error', 0],
  ];
  for (const [policy, failOn, code] of limits) {
    test(`an indirect need with policy ${policy} and --fail-on ${failOn} exits with ${code}`, () =>
      inTree(
        `${good}-- on-top.p5m --
set name=pkg.fmri value=pkg:/application/on-top@1.0
file usr/bin/greet path=usr/bin/on-top owner=root group=bin mode=0555
depend fmri=pkg:/application/greet type=require
`.replace('proto: [proto]', `proto: [proto]\npolicy: { transitive: ${policy} }`),
        async root => {
          assert.equal((await packwright(['check', '--fail-on', failOn], root)).code, code);
        },
      ));
  }

  test('--quiet keeps what counts, and no notes', () =>
    inTree(tree.replace('[proto]', '[proto, absent]'), async root => {
      const loud = await packwright(['check', 'perl.p5m'], root);
      assert.match(loud.out, /nothing found/);
      const { out, err } = await packwright(['check', '--quiet', '--fail-on', 'error'], root);
      assert.match(out, /undeclared/);
      assert.equal(err, '');
    }));

  test('proto areas that are not built are one note, and no finding', () =>
    inTree(tree, async root => {
      rmSync(join(root, 'proto'), { recursive: true });
      const { code, out, err } = await packwright(['check'], root);
      assert.equal(code, 0);
      assert.match(out, /nothing found in 2 manifests/);
      assert.equal(err, 'note: the proto area is not built yet, so payload there was not looked at: proto\n');
    }));

  test('--proto and --repository count instead of the settings', () =>
    inTree(tree.replace('proto: [proto]', 'proto: [absent]'), async root => {
      rmSync(join(root, 'perl.p5m'));
      const repository = resolve('examples/greetings/repo');
      const { out } = await packwright(['check', '--proto', 'proto', '--repository', repository], root);
      assert.match(out, /needs \/usr\/bin\/perl, which runtime\/perl delivers/);
    }));

  test('a repository that is gone is a fault: the answer is incomplete', () =>
    inTree(tree, async root => {
      const { code, err } = await packwright(['check', '--repository', 'gone'], root);
      assert.equal(code, 2);
      assert.match(err, /^packwright: gone: /);
    }));

  test('where not everything could be asked, nothing found is not said of everything', () =>
    inTree('\n-- a.p5m --\nset name=pkg.fmri value=pkg:/a@1\n', async root => {
      const { out } = await packwright(['check', '--repository', 'gone'], root);
      assert.equal(out, 'nothing found in 1 manifest, as far as could be looked\n');
    }));

  test('a manifest that is a directory, and one that is binary, do no harm', () =>
    inTree(tree, async root => {
      mkdirSync(join(root, 'directory.p5m'));
      writeFileSync(
        join(root, 'binary.p5m'),
        Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256)),
      );
      const { code, out, err } = await packwright(['check', 'binary.p5m', 'greet.p5m'], root);
      assert.ok(code === 1 || code === 2);
      assert.match(out, /undeclared/);
      assert.doesNotMatch(out + err, /[\u0000-\u0008\u000b-\u001f]/);
      assert.doesNotMatch(err, /unexpected error/);
      assert.equal((await packwright(['check', 'directory.p5m'], root)).code, 0);
    }));

  test('a manifest that cannot be read is a fault', () =>
    inTree(tree, async root => {
      symlinkSync('nowhere', join(root, 'dangling.p5m'));
      symlinkSync('loop.p5m', join(root, 'loop.p5m'));
      const { code, err } = await packwright(['check', 'loop.p5m'], root);
      assert.equal(code, 2);
      assert.match(err, /loop\.p5m: /);
      assert.doesNotMatch(err, /unexpected/);
    }));

  test('control characters of a manifest are shown escaped', () =>
    inTree(tree, async root => {
      writeFileSync(join(root, 'evil.p5m'), 'fi\u001b[2Jle path=usr/bin/x\u0007 mode=0555\n');
      const { out } = await packwright(['check', 'evil.p5m'], root);
      assert.match(out, /\\e\[2J/);
      assert.doesNotMatch(out, /\u001b|\u0007/);
    }));
});

suite('packwright check --fix', () => {
  test('writes what is missing, reports the rest, and a second time writes nothing', () =>
    inTree(tree, async root => {
      const path = join(root, 'greet.p5m');
      const first = await packwright(['check', '--fix'], root);
      assert.equal(first.code, 0, first.out);
      assert.equal(first.out, 'fixed greet.p5m\n\nnothing found in 2 manifests\n');
      const fixed = readFileSync(path, 'utf8');
      assert.match(fixed, /^depend .*fmri=pkg:\/runtime\/perl/m);
      assert.equal((await packwright(['check', '--fix'], root)).out, 'nothing found in 2 manifests\n');
      assert.equal(readFileSync(path, 'utf8'), fixed);
    }));

  test('a read-only manifest is a fault and stays as it is', () =>
    inTree(tree, async root => {
      const path = join(root, 'greet.p5m');
      const before = readFileSync(path, 'utf8');
      chmodSync(path, 0o444);
      const { code, err } = await packwright(['check', '--fix'], root);
      assert.equal(code, 2);
      assert.match(err, /greet\.p5m: is read-only/);
      assert.equal(readFileSync(path, 'utf8'), before);
    }));

  test('--diff prints what --fix writes, and writes nothing', () =>
    inTree(tree, async root => {
      const path = join(root, 'greet.p5m');
      const before = readFileSync(path, 'utf8');
      const { code, out } = await packwright(['check', '--diff'], root);
      assert.equal(code, 1);
      assert.equal(readFileSync(path, 'utf8'), before);
      await packwright(['check', '--fix'], root);
      const added = readFileSync(path, 'utf8')
        .split('\n')
        .filter(line => !before.includes(line));
      assert.deepEqual(
        out.split('\n').filter(line => /^[-+]/.test(line)),
        ['--- a/greet.p5m', '+++ b/greet.p5m', ...added.map(line => `+${line}`)],
      );
    }));
});
