import { spawnSync } from 'node:child_process';
import { existsSync, statSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { hostDirectory } from './project-root.ts';

/** Directory of the VS Code server inside the installed host. */
export const vscodeServer = join(hostDirectory, 'node_modules/code-server/lib/vscode');

/**
 * Installs the VS Code server below `test/host` unless it is there.
 * Answers why that was not possible, or nothing.
 */
export function installServer(): string | undefined {
  if (!isInstalled()) {
    console.error('Installing the workbench into test/host (once, about 450 MB) ...');
    const options = ['--prefix', hostDirectory, '--ignore-scripts', '--no-fund', '--no-audit'];
    if (!run('npm', ['ci', ...options])) return 'npm ci --prefix test/host --ignore-scripts failed';
  }
  // The server looks for its own dependencies here; they are installed beside it.
  const link = join(vscodeServer, 'node_modules');
  if (!existsSync(link)) symlinkSync('../../../../node_modules', link, 'dir');
  return undefined;
}

/** Path of a Chromium, installed first where that is possible, or why there is none. */
export function installChromium(): { readonly path: string } | { readonly missing: string } {
  const path = findChromium();
  if (path !== undefined) return { path };
  const advice =
    'no Chromium: install the packages chromium and fonts-dejavu-core, or set CHROMIUM to its path';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return { missing: advice };
  const apt = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
  run('apt-get', [...apt, 'update']);
  run('apt-get', [...apt, 'install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']);
  const installed = findChromium();
  return installed === undefined ? { missing: advice } : { path: installed };
}

/** Path of a program, as the shell would find it. */
export function which(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(directory => join(directory, program))
    .find(path => existsSync(path) && statSync(path).isFile());
}

function isInstalled(): boolean {
  const done = join(hostDirectory, 'node_modules/.package-lock.json');
  return (
    existsSync(join(vscodeServer, 'out/server-main.js')) &&
    existsSync(done) &&
    statSync(done).mtimeMs >= statSync(join(hostDirectory, 'package-lock.json')).mtimeMs
  );
}

function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named !== undefined) return existsSync(named) ? named : undefined;
  return which('chromium') ?? which('chromium-browser') ?? which('google-chrome');
}

/** Runs a program with the Node that runs us; its output goes to our standard error. */
function run(program: string, args: readonly string[]): boolean {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const env = { ...process.env, PATH, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(program, args, { stdio: ['ignore', 2, 2], env }).status === 0;
}
