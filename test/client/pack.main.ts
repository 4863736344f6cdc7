/** Installs what users get, the tarball with npm and the VSIX with the editor, and looks at it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { installServer } from '../host/parts.ts';
import { projectRoot } from '../host/project-root.ts';
import { installExtension } from '../host/server.ts';
import { finish, runSuites, scratchDirectory } from '../host/suite-program.ts';
import { packAll } from '../tools/packages.ts';

/** What users get has these and nothing beside them. */
const allowed =
  /^(package\.json|package\.nls\.json|README\.md|CHANGELOG\.md|LICENSE(\.txt)?|\.vsixmanifest|out\/(extension|server|cli|command-line|depend-generate|plug-in-worker|scan-worker|sites-worker|sites-service)\.cjs|docs\/.*\.(md|json)|schemas\/[\w.-]+\.json|syntaxes\/[\w.-]+\.json|media\/[\w.-]+\.(png|svg))$/i;

/** Keys of package.json that make an installation fetch or run something. */
const unwanted = ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies', 'bundleDependencies'];

function filesIn(directory: string): readonly string[] {
  return globSync('**/*', { cwd: directory, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .concat(globSync('.*', { cwd: directory }))
    .sort();
}

function assertClean(directory: string): void {
  assert.deepEqual(
    filesIn(directory).filter(file => !allowed.test(file)),
    [],
  );
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  assert.deepEqual(
    unwanted.filter(key => Object.keys(manifest[key] ?? {}).length > 0),
    [],
  );
}

function npm(args: readonly string[], cwd: string): void {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const { status, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', env: { ...process.env, PATH } });
  assert.equal(status, 0, stderr);
}

function packageSuites(scratch: string): void {
  suite('packages', () => {
    const serverMissing = installServer();
    const { tarball, vsix } = packAll(join(scratch, 'packages'));
    const kilobytes = (file: string) => Math.ceil(statSync(file).size / 1024);

    test(`the tarball of ${kilobytes(tarball)} KB installs offline, brings no Node and runs`, () => {
      const prefix = join(scratch, 'npm');
      mkdirSync(prefix);
      writeFileSync(join(prefix, 'package.json'), '{}');
      npm(['install', '--offline', '--no-audit', '--no-fund', tarball], prefix);
      const installed = globSync('node_modules/*', { cwd: prefix }).filter(
        name => !name.endsWith('.package-lock.json'),
      );
      assert.deepEqual(installed, ['node_modules/packwright']);
      assertClean(join(prefix, 'node_modules/packwright'));
      const program = join(prefix, 'node_modules/.bin/packwright');
      // As a shell would start it: by its first line.
      const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
      const { status, stdout, stderr } = spawnSync(program, ['--version'], {
        encoding: 'utf8',
        env: { ...process.env, PATH },
      });
      assert.equal(status, 0, stderr);
      const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
      assert.match(stdout, new RegExp(`\\b${version}\\b`));
    });

    if (serverMissing !== undefined) console.log(`not run: VSIX: ${serverMissing}`);
    else
      test(`the VSIX of ${kilobytes(vsix)} KB holds no Node, no sources and no tests`, () => {
        const extensions = join(scratch, 'extensions');
        installExtension(vsix, extensions, scratch);
        const [installed] = globSync('packwright.packwright-*', { cwd: extensions });
        assert.ok(installed !== undefined, 'it is installed');
        assertClean(join(extensions, installed));
      });

    test('packing leaves the checkout as it was', () => {
      const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
      assert.ok(Object.keys(manifest.optionalDependencies).some(name => name.startsWith('node-')));
      assert.ok(manifest.scripts.build);
    });
  });
}

async function main(): Promise<void> {
  const scratch = scratchDirectory();
  try {
    finish(await runSuites(() => packageSuites(scratch)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch(error => {
  console.error(error);
  finish({ passes: 0, failures: 1 });
});
