import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { projectRoot } from '../host/project-root.ts';

/** Absolute paths of what users install. */
export interface Packages {
  /** For npm: the command line. */
  readonly tarball: string;
  /** For VS Code. */
  readonly vsix: string;
}

/** Keys of package.json that are about a checkout and would do harm, or nothing, at users. */
const checkoutKeys = ['scripts', 'devDependencies', 'optionalDependencies', 'allowScripts', 'private'];

/**
 * Packs what `.vscodeignore` lets through, with a package.json of its own, from a directory beside
 * the checkout: whatever happens, the checkout's package.json stays as it is.
 *
 * Needs a build in `out/`.
 */
export function packAll(directory: string): Packages {
  const staging = mkdtempSync(join(tmpdir(), 'packwright-pack-'));
  try {
    const { name, version } = stage(staging);
    const target = resolve(directory);
    mkdirSync(target, { recursive: true });
    const vsix = join(target, `${name}-${version}.vsix`);
    vsce(['package', '--no-dependencies', '--out', vsix], staging);
    run('npm', ['pack', '--silent', '--pack-destination', target], staging);
    return { tarball: join(target, `${name}-${version}.tgz`), vsix };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function stage(staging: string): { readonly name: string; readonly version: string } {
  for (const file of vsce(['ls', '--no-dependencies'], projectRoot).split('\n').filter(Boolean)) {
    cpSync(join(projectRoot, file), join(staging, file));
  }
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  for (const key of checkoutKeys) delete manifest[key];
  writeFileSync(join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

function vsce(args: readonly string[], directory: string): string {
  return run(process.execPath, [join(projectRoot, 'node_modules/@vscode/vsce/vsce'), ...args], directory);
}

function run(program: string, args: readonly string[], cwd: string): string {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}
