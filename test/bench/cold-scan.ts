import { spawnSync } from 'node:child_process';
import { closeSync, lstatSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BenchRow, median, ms } from './bench-row.ts';
import { scratchDirectory } from './scratch-directory.ts';

const MOST_FILES = 3000;
const FEWEST_FILES = 2000;
const RUNS = 5;
const AIM = 3;

/** (b) A first check of thousands of real programs and scripts of this machine, beside `readelf` and plain reading. */
export function coldScan(): readonly BenchRow[] {
  const files = programs();
  if (files.length < FEWEST_FILES) {
    return [{ what: '(b) cold scan', measured: `only ${files.length} programs on this machine`, beside: '' }];
  }
  const work = scratchDirectory();
  try {
    return measured(files, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function measured(files: readonly string[], work: string): readonly BenchRow[] {
  const list = join(work, 'list');
  const manifest = join(work, 'machine.p5m');
  const loop = join(work, 'loop.cjs');
  writeFileSync(list, files.map(path => `${path}\0`).join(''));
  writeFileSync(manifest, manifestOf(files));
  writeFileSync(loop, LOOP);
  const contenders: Readonly<Record<'check' | 'readelf' | 'loop' | 'node', () => void>> = {
    check: () =>
      run(
        process.execPath,
        [resolve('out/cli.cjs'), 'check', '--proto', '/', '--format', 'json', manifest],
        work,
      ),
    readelf: () => run('sh', ['-c', `xargs -0 readelf -d < '${list}' > /dev/null 2>&1; true`], work),
    loop: () => run(process.execPath, [loop, list], work),
    node: () => run(process.execPath, ['-e', '0'], work),
  };
  const times: Record<keyof typeof contenders, number[]> = { check: [], readelf: [], loop: [], node: [] };
  for (const start of Object.values(contenders)) start();
  for (let turn = 0; turn < RUNS; turn++) {
    for (const [name, start] of Object.entries(contenders)) {
      const begun = performance.now();
      start();
      times[name as keyof typeof contenders].push(performance.now() - begun);
    }
  }
  const [check, readelf, plain, node] = [times.check, times.readelf, times.loop, times.node].map(median) as [
    number,
    number,
    number,
    number,
  ];
  const ratio = check / readelf;
  return [
    {
      what: `(b) cold scan of ${files.length} programs`,
      measured: ms(check),
      beside: `${ratio.toFixed(2)} x readelf -d, ${(check / plain).toFixed(2)} x plain reading`,
      aim: `under ${AIM} x readelf`,
      met: ratio < AIM,
    },
    { what: '    readelf -d, one process', measured: ms(readelf), beside: '' },
    { what: '    open and read 4 KiB of each', measured: ms(plain), beside: `of which Node.js ${ms(node)}` },
  ];
}

const LOOP = `
const { closeSync, openSync, readFileSync, readSync } = require('node:fs');
const buffer = Buffer.allocUnsafe(4096);
for (const path of readFileSync(process.argv[2], 'utf8').split('\\0')) {
  if (path === '') continue;
  const file = openSync(path, 'r');
  readSync(file, buffer, 0, 4096, 0);
  closeSync(file);
}
`;

function run(command: string, argv: readonly string[], work: string): void {
  const ran = spawnSync(command, argv, {
    cwd: work,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') },
  });
  if (ran.status === null || ran.status > 1) throw new Error(`${command} ${argv.join(' ')}: ${ran.stderr}`);
}

function manifestOf(files: readonly string[]): string {
  const lines = files.map(path => `file path=${path.slice(1)} owner=root group=bin mode=0755\n`);
  return `set name=pkg.fmri value=pkg:/bench/machine@1.0\n${lines.join('')}`;
}

/** ELF files and scripts below the usual directories, links not followed. */
function programs(): readonly string[] {
  const found: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of listed(directory)) {
      if (found.length >= MOST_FILES) return;
      const path = `${directory}/${entry}`;
      const status = lstatSync(path, { throwIfNoEntry: false });
      if (status?.isDirectory()) visit(path);
      else if (status?.isFile() && /^[\w./+-]+$/.test(path) && isProgram(path)) found.push(path);
    }
  };
  for (const directory of ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/libexec', '/opt', '/usr/local'])
    visit(directory);
  return found;
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  const head = Buffer.alloc(4);
  try {
    const file = openSync(path, 'r');
    readSync(file, head, 0, 4, 0);
    closeSync(file);
  } catch {
    return false;
  }
  return head.toString('latin1') === '\x7fELF' || head.toString('latin1', 0, 2) === '#!';
}
