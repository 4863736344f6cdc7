import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { catchers } from '../../server/src/core/catchers/index.ts';
import { findings } from '../../server/src/core/findings/index.ts';
import { packwright } from './command-line.ts';
import { inTree } from './package-tree.ts';

const example = resolve('examples/greetings');

suite('packwright', () => {
  const helps: readonly [name: string, argv: readonly string[]][] = [
    ['--help', ['--help']],
    ['help', ['help']],
  ];
  for (const [name, argv] of helps) {
    test(`${name} lists the commands, with examples`, async () => {
      const { code, out } = await packwright(argv, example);
      assert.equal(code, 0);
      for (const command of ['check', 'why', 'explain', 'lsp', 'doctor'])
        assert.match(out, new RegExp(`^  ${command}\\b`, 'm'));
      assert.match(out, /^Examples:/m);
    });
  }

  for (const command of ['check', 'why', 'explain', 'lsp', 'doctor']) {
    test(`help ${command} and ${command} --help are the same`, async () => {
      const { code, out } = await packwright(['help', command], example);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^Usage: packwright ${command}`));
      assert.equal((await packwright([command, '--help'], example)).out, out);
    });
  }

  test('no command shows the help and cannot work', async () => {
    const { code, err } = await packwright([], example);
    assert.equal(code, 2);
    assert.match(err, /^Usage: packwright/);
  });

  test('a misspelt command is told what may be meant', async () => {
    const { code, err } = await packwright(['chekc'], example);
    assert.equal(code, 2);
    assert.match(err, /unknown command 'chekc'[\s\S]*Did you mean check\?/);
  });
});

suite('packwright explain', () => {
  test('without a name it lists all', async () => {
    const { code, out } = await packwright(['explain'], example);
    assert.equal(code, 0);
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .filter(line => line.startsWith('  '))
        .map(line => line.trim().split(' ')[0]),
      [...findings.map(each => each.code), ...catchers.map(each => each.name)],
    );
  });

  for (const { code: name } of findings) {
    test(`${name} is explained`, async () => {
      const { code, out } = await packwright(['explain', name], example);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^${name}: `));
      assert.match(out, /What to do/);
      assert.doesNotMatch(out, /\*\*|`/);
    });
  }

  for (const { name } of catchers) {
    test(`the catcher ${name} is explained`, async () => {
      const { code, out } = await packwright(['explain', name], example);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^${name}: `));
      assert.match(out, /catchers: \{ [\w-]+: (?:off|on) \}/);
    });
  }

  test('an unknown name is told which there are', async () => {
    const { code, err } = await packwright(['explain', 'nonsense'], example);
    assert.equal(code, 2);
    assert.match(err, /no finding and no catcher is called nonsense; there are: undeclared/);
  });
});

suite('packwright why', () => {
  const places: readonly [name: string, argv: readonly string[], told: RegExp][] = [
    [
      'a built file',
      ['proto/usr/bin/greet'],
      /usr\/bin\/greet needs libgreeting\.so\.1: declared \(system\/library, library\/greeting\)/,
    ],
    ['an installed path', ['/usr/bin/greet'], /usr\/bin\/greet needs libgreeting\.so\.1: declared/],
    [
      'a file line',
      ['manifests/broken/undeclared.p5m:6'],
      /chime-hourly needs \/usr\/bin\/perl: not declared \(runtime\/perl\)/,
    ],
    [
      'a depend line',
      ['manifests/application-greet.p5m:24'],
      /greet-all needs \/usr\/bin\/bash: declared \(shell\/bash\)/,
    ],
    [
      'one need',
      ['proto/usr/bin/chime', 'libbells.so.1'],
      /libbells\.so\.1: not declared \(library\/bells\)/,
    ],
  ];
  for (const [name, argv, told] of places) {
    test(`${name} has a proof`, async () => {
      const { code, out, err } = await packwright(['why', ...argv], example);
      assert.equal(code, 0, err);
      assert.match(out, told);
    });
  }

  test('what nobody has to deliver is told as such', () =>
    inTree(
      `
-- packwright.yaml --
proto: [proto]
-- a.p5m --
set name=pkg.fmri value=pkg:/a@1.0
file path=usr/bin/a owner=root group=bin mode=0555
-- b.p5m --
set name=pkg.fmri value=pkg:/b@1.0
file path=usr/lib/python3.12/site-packages/x/y.py owner=root group=bin mode=0444
-- proto/usr/bin/a --
#!/usr/bin/python3.12
import x.y
`,
      async root => {
        const { out } = await packwright(['why', 'proto/usr/bin/a'], root);
        assert.match(out, /a needs x\.y: not declared \(b\)/);
        assert.match(out, /a needs x: delivered by no known package, and need not be\n/);
        assert.match(out, /a needs \/usr\/bin\/python3\.12: delivered by no known package\n/);
      },
    ));

  test('one need leaves out the others', async () => {
    const { out } = await packwright(['why', 'proto/usr/bin/chime', 'libbells.so.1'], example);
    assert.doesNotMatch(out, /needs libgreeting/);
  });

  test('a place without needs says so', async () => {
    const { code, out } = await packwright(['why', 'manifests/text-hello.p5m'], example);
    assert.equal(code, 0);
    assert.match(out, /no payload need is known here/);
  });

  const refusals: readonly [name: string, argv: readonly string[], told: RegExp][] = [
    [
      'a path that nobody installs',
      ['usr/bin/absent'],
      /no such file, and no manifest around here installs it/,
    ],
    ['a line behind the end', ['manifests/text-hello.p5m:99'], /has no line 99/],
    ['a file of no manifest', ['README.md'], /no manifest delivers this file/],
  ];
  for (const [name, argv, told] of refusals) {
    test(`${name} cannot be told about`, async () => {
      const { code, err } = await packwright(['why', ...argv], example);
      assert.equal(code, 2);
      assert.match(err, told);
    });
  }
});

suite('packwright doctor', () => {
  test('tells what there is in the example', async () => {
    const { code, out } = await packwright(['doctor'], example);
    assert.match(out, /ok {2}settings +packwright\.yaml/);
    assert.match(out, /ok {2}proto area +proto: built/);
    assert.match(out, /ok {2}repository +\.\/repo: ready, \d+ packages, \d+ paths/);
    assert.match(out, /ok {2}cache +\//);
    assert.equal(code, 0, out);
  });

  test('a bare directory is told what is missing and what to do', () =>
    inTree('\n-- README --\n', async root => {
      const { code, out } = await packwright(['doctor'], root);
      assert.equal(code, 0);
      assert.match(out, /no packwright\.yaml here or above[\s\S]*→ write packwright\.yaml/);
      assert.match(out, /none found/);
    }));

  test('a repository that is gone is trouble', () =>
    inTree('\n-- packwright.yaml --\nrepositories: [{ uri: ./gone }]\n', async root => {
      const { code, out } = await packwright(['doctor'], root);
      assert.equal(code, 1);
      assert.match(out, /!! {2}repository +\.\/gone: /);
    }));

  test('a gate whose build runs pkgdepend gets a proposal', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const manifests = names.map(
      name =>
        `-- ${name}.p5m --\nset name=pkg.fmri value=pkg:/x/${name}@1\nfile path=usr/bin/${name} mode=0555 owner=root group=bin\n`,
    );
    return inTree(`\n${manifests.join('')}`, async root => {
      const { out } = await packwright(['doctor'], root);
      assert.match(
        out,
        /6 of 6 manifests with files declare no dependency[\s\S]*policy: \{ generated: \[script, elf\] \}/,
      );
    });
  });
});
