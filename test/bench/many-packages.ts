import { spawnSync } from 'node:child_process';
import { copyFileSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type BenchRow, median, ms } from './bench-row.ts';
import { scratchDirectory } from './scratch-directory.ts';

const PACKAGES = 742;
const PATHS = 12_600;
const RUNS = 3;
const AIM = 2000;
/** Larger files are left out, so that copying does not take all the time (bytes). */
const LARGEST = 1_000_000;

/** (j) One check of hundreds of packages with their payload, of all kinds of files that this machine has. */
export function manyPackages(): readonly BenchRow[] {
  const work = scratchDirectory();
  try {
    const paths = spread(everything(), PATHS);
    writeTree(work, paths);
    const times = Array.from({ length: RUNS + 1 }, () => check(work)).slice(1);
    const time = median(times);
    return [
      {
        what: `(j) check of ${PACKAGES} packages, ${paths.length} files`,
        measured: ms(time),
        beside: `${Math.round(paths.length / (time / 1000)).toLocaleString('en')} files/s`,
        aim: `under ${AIM / 1000} s`,
        met: time < AIM,
      },
    ];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function check(work: string): number {
  const begun = performance.now();
  const argv = [resolve('out/cli.cjs'), 'check', '--format', 'json'];
  const env = { ...process.env, XDG_CACHE_HOME: join(work, 'cache') };
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: work, env, maxBuffer: 1 << 30 });
  if (status === null || status > 1) throw new Error(`check: ${stderr}`);
  return performance.now() - begun;
}

function writeTree(work: string, paths: readonly string[]): void {
  mkdirSync(join(work, 'manifests'));
  writeFileSync(join(work, 'packwright.yaml'), 'proto: [proto]\n');
  const each = Math.ceil(paths.length / PACKAGES);
  for (let at = 0; at * each < paths.length; at++) {
    const lines = [`set name=pkg.fmri value=pkg:/bench/part-${at}@1.0`];
    for (const path of paths.slice(at * each, (at + 1) * each)) {
      const copy = join(work, 'proto', path);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(path, copy);
      const mode = (lstatSync(path).mode & 0o777).toString(8);
      lines.push(`file path=${path.slice(1)} owner=root group=bin mode=0${mode}`);
    }
    writeFileSync(join(work, `manifests/part-${at}.p5m`), `${lines.join('\n')}\n`);
  }
}

/** So many of all, from everywhere among them. */
function spread(all: readonly string[], count: number): readonly string[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, at) => all[Math.floor(at * step)] ?? '');
}

function everything(): readonly string[] {
  const found: string[] = [];
  const visit = (directory: string): void => {
    for (const name of readdirSync(directory).sort()) {
      const path = `${directory}/${name}`;
      const status = lstatSync(path, { throwIfNoEntry: false });
      if (status?.isDirectory()) visit(path);
      else if (status?.isFile() && status.size < LARGEST && /^[\w./+-]+$/.test(path)) found.push(path);
    }
  };
  for (const directory of ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/share']) visit(directory);
  return found;
}
