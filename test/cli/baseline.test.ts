import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packwright } from './command-line.ts';
import { inTree } from './package-tree.ts';

const TREE = `
-- packwright.yaml --
proto: [proto]
-- perl.p5m --
set name=pkg.fmri value=pkg:/runtime/perl@5.36
file path=usr/bin/perl owner=root group=bin mode=0555
-- ruby.p5m --
set name=pkg.fmri value=pkg:/runtime/ruby@3
file path=usr/bin/ruby owner=root group=bin mode=0555
-- app.p5m --
set name=pkg.fmri value=pkg:/app/one@1.0
file path=usr/bin/one owner=root group=bin mode=0555
-- proto/usr/bin/one (mode=0755) --
#!/usr/bin/perl
-- proto/usr/bin/perl (mode=0755) --
x
-- proto/usr/bin/ruby (mode=0755) --
x
`;

suite('packwright check --baseline', () => {
  test('what was there is not reported; a finding in its place is', () =>
    inTree(TREE, async root => {
      assert.equal((await packwright(['check'], root)).code, 1);
      const wrote = await packwright(['check', '--baseline', 'known.json', '--update-baseline'], root);
      assert.equal(wrote.code, 0, wrote.err);
      const after = await packwright(['check', '--baseline', 'known.json'], root);
      assert.equal(after.code, 0, after.out);
      assert.match(after.out, /nothing found/);
      assert.match(after.err, /the baseline hides 1 finding/);
      writeFileSync(join(root, 'proto/usr/bin/one'), '#!/usr/bin/ruby\n');
      const swapped = await packwright(['check', '--baseline', 'known.json', '--format', 'json'], root);
      assert.equal(swapped.code, 1);
      const { findings, baseline } = JSON.parse(swapped.out);
      assert.deepEqual(
        findings.map((one: { what: string }) => one.what),
        ['/usr/bin/ruby'],
      );
      assert.equal(baseline.hidden, 0);
      assert.match(baseline.stale[0].message, /perl/);
      assert.match(swapped.err, /undeclared in app\.p5m is not found any more: needs \/usr\/bin\/perl/);
    }));

  test('a line above moves a finding, and it stays the same', () =>
    inTree(TREE, async root => {
      await packwright(['check', '--baseline', 'known.json', '--update-baseline'], root);
      const path = join(root, 'app.p5m');
      writeFileSync(path, `# moved\n\n${readFileSync(path, 'utf8')}`);
      assert.equal((await packwright(['check', '--baseline', 'known.json'], root)).code, 0);
    }));

  test('entries of manifests that were not looked at stay, and are not called stale', () =>
    inTree(TREE, async root => {
      await packwright(['check', '--baseline', 'known.json', '--update-baseline'], root);
      const before = readFileSync(join(root, 'known.json'), 'utf8');
      const part = await packwright(['check', '--baseline', 'known.json', 'perl.p5m'], root);
      assert.doesNotMatch(part.err, /not found any more/);
      await packwright(['check', '--baseline', 'known.json', '--update-baseline', 'perl.p5m'], root);
      assert.equal(readFileSync(join(root, 'known.json'), 'utf8'), before);
    }));

  test('entries of a manifest that is gone are told, and taken out', () =>
    inTree(TREE, async root => {
      const update = ['check', '--baseline', 'known.json', '--update-baseline'];
      await packwright(update, root);
      renameSync(join(root, 'app.p5m'), join(root, 'renamed.p5m'));
      const { code, err } = await packwright(['check', '--baseline', 'known.json'], root);
      assert.equal(code, 1);
      assert.match(err, /undeclared in app\.p5m is not found any more/);
      await packwright(update, root);
      assert.doesNotMatch(readFileSync(join(root, 'known.json'), 'utf8'), /app\.p5m/);
    }));

  test('a newer version of what is too old makes no other finding', () =>
    inTree(TREE, async root => {
      const uri = resolve('test/data/ips-repository/archive.p5p');
      writeFileSync(join(root, 'packwright.yaml'), `proto: [proto]\nrepositories: [{uri: ${uri}}]\n`);
      const app = join(root, 'app.p5m');
      writeFileSync(app, `${readFileSync(app, 'utf8')}depend type=require fmri=pkg:/runtime/perl@9\n`);
      await packwright(['check', '--baseline', 'known.json', '--update-baseline'], root);
      assert.match(readFileSync(join(root, 'known.json'), 'utf8'), /newest known is [^"]*perl@5\.36/);
      const perl = join(root, 'perl.p5m');
      writeFileSync(perl, readFileSync(perl, 'utf8').replace('5.36', '5.38'));
      const { code, out } = await packwright(['check', '--baseline', 'known.json'], root);
      assert.equal(code, 0, out);
    }));

  test('--quiet hides no finding from a baseline, and --diff fails for new ones only', () =>
    inTree(TREE, async root => {
      const known = ['check', '--baseline', 'known.json'];
      await packwright([...known, '--update-baseline', '--quiet', '--fail-on', 'error'], root);
      const all = readFileSync(join(root, 'known.json'), 'utf8');
      await packwright([...known, '--update-baseline'], root);
      assert.equal(readFileSync(join(root, 'known.json'), 'utf8'), all);
      const quiet = await packwright([...known, '--quiet', '--fail-on', 'error', '--format', 'json'], root);
      assert.deepEqual(JSON.parse(quiet.out).baseline.stale, []);
      assert.equal((await packwright([...known, '--diff'], root)).code, 0);
      assert.equal((await packwright([...known, '--diff', '--update-baseline'], root)).code, 2);
    }));

  test('a byte order mark is no damage, a directory is no baseline', () =>
    inTree(TREE, async root => {
      writeFileSync(join(root, 'known.json'), '\ufeff{"version":1,"findings":[]}\r\n');
      assert.equal((await packwright(['check', '--baseline', 'known.json'], root)).code, 1);
      const { code, err } = await packwright(['check', '--baseline', 'proto'], root);
      assert.equal(code, 2);
      assert.match(err, /proto is a directory; name a file/);
    }));

  for (const [text, complaint] of [
    [undefined, /does not exist; --update-baseline writes it/],
    ['{"version":', /is no JSON/],
    ['{"version":2,"findings":[]}', /is no baseline of version 1/],
    ['{"version":1,"findings":[{"id":5}]}', /is no baseline of version 1/],
  ] as const) {
    test(`a baseline that says ${text} is refused`, () =>
      inTree(TREE, async root => {
        if (text !== undefined) writeFileSync(join(root, 'known.json'), text);
        const { code, err } = await packwright(['check', '--baseline', 'known.json'], root);
        assert.equal(code, 2);
        assert.match(err, complaint);
      }));
  }

  test('a damaged one is not written over, and the advice that is given leads on', () =>
    inTree(TREE, async root => {
      const update = ['check', '--baseline', 'known.json', '--update-baseline'];
      writeFileSync(join(root, 'known.json'), '{"version":');
      const { code, err } = await packwright(update, root);
      assert.equal(code, 2);
      assert.match(err, /take it away, and --update-baseline writes it anew/);
      rmSync(join(root, 'known.json'));
      assert.equal((await packwright(update, root)).code, 0);
      assert.equal((await packwright(['check', '--baseline', 'known.json'], root)).code, 0);
    }));

  test('one that cannot be written is a complaint, and leaves nothing behind', () =>
    inTree(TREE, async root => {
      const { code, err } = await packwright(
        ['check', '--baseline', 'absent/known.json', '--update-baseline'],
        root,
      );
      assert.equal(code, 2);
      assert.match(err, /absent\/known\.json cannot be written \(ENOENT\)/);
    }));
});
