import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findings as kinds } from '../../server/src/core/findings/index.ts';
import { packwright } from './command-line.ts';

const example = resolve('examples/greetings');

/** What takes a module of one's own, or a library with symbol versions. */
const ELSEWHERE = new Set(['plug-in', 'symbol-version']);

suite('example workspace', () => {
  test('good packages have no finding', async () => {
    const good = globSync('manifests/*.{p5m,mog}', { cwd: example });
    const { code, out } = await packwright(['check', '--fail-on', 'hint', ...good], example);
    assert.equal(out, `nothing found in ${good.length} manifests\n`);
    assert.equal(code, 0);
  });

  test('every finding there is appears in the broken ones', async () => {
    const { out } = await packwright(['check', '--format', 'json'], example);
    const found: readonly { code: string; manifest: string }[] = JSON.parse(out).findings;
    const codes = new Set(kinds.map(each => each.code));
    assert.deepEqual(
      [...new Set(found.map(each => each.code))].sort(),
      [...codes.difference(ELSEWHERE)].sort(),
    );
    assert.deepEqual(
      found.filter(each => !/^manifests\/broken\/|^packwright\.yaml$/.test(each.manifest)),
      [],
    );
  });

  test('fixing all leaves nothing that has a sure repair, in a copy', async () => {
    const root = mkdtempSync(join(tmpdir(), 'packwright-example-'));
    try {
      cpSync(example, root, { recursive: true });
      const { out } = await packwright(['check', '--fix'], root);
      assert.match(out, /^fixed manifests\/broken\/undeclared\.p5m$/m);
      assert.doesNotMatch(out, /--fix repairs/);
      assert.equal((await packwright(['check', '--diff'], root)).out, '');
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  test('the catalog of the repository is signed as pkg(7) clients expect', () => {
    const files = globSync('repo/publisher/*/catalog/*', { cwd: example });
    assert.equal(files.length, 4);
    for (const file of files) {
      const text = readFileSync(join(example, file), 'utf8');
      const signature = JSON.parse(text)._SIGNATURE['sha-1'];
      const unsigned = text.replace(/,"_SIGNATURE":\{[^}]*\}\}\n$/, '}\n');
      assert.equal(createHash('sha1').update(unsigned).digest('hex'), signature, file);
    }
  });

  test('proto area and repository are small enough to be checked in', () => {
    const sizes = globSync('{proto,repo}/**', { cwd: example })
      .map(path => statSync(join(example, path)))
      .filter(status => status.isFile());
    assert.ok(sizes.length > 20);
    assert.ok(sizes.every(({ size }) => size < 8192));
  });

  test('build.sh makes the same tree from the sources', function () {
    this.timeout(30_000);
    const root = mkdtempSync(join(tmpdir(), 'packwright-example-'));
    try {
      for (const part of ['src', 'repository', 'build.sh', 'make-repository.mjs'])
        cpSync(join(example, part), join(root, part), { recursive: true });
      const built = spawnSync('sh', ['build.sh'], { cwd: root, encoding: 'utf8' });
      assert.equal(built.status, 0, built.stderr);
      const compared = built.stderr.includes('makes no x86-64 programs') ? 'repo/**' : '{proto,repo}/**';
      const paths = globSync(compared, { cwd: example }).filter(path =>
        statSync(join(example, path)).isFile(),
      );
      assert.ok(paths.length > 10);
      for (const path of paths) {
        const made = readFileSync(join(root, path));
        const kept = readFileSync(join(example, path));
        // Compilers differ in the code they make: of ELF files only the kind is compared.
        if (kept.toString('latin1', 0, 4) === '\x7fELF')
          assert.equal(made.toString('latin1', 0, 4), '\x7fELF', path);
        else assert.ok(made.equals(kept), path);
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
