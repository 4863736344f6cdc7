import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BenchRow, median, ms } from './bench-row.ts';
import { type MixedArea, mixedArea } from './mixed-area.ts';
import { scratchDirectory } from './scratch-directory.ts';

/** What the proto area is made of. */
const WANTED = { elf: 2700, python: 5000, shell: 1000 };
const RUNS = 3;
/** Files that the slow ones get: each starts programs for every file. */
const SAMPLE = 200;
/** Wanted: how many times `readelf -d` for the same ELF files, and Python files a second. */
const MOST_READELF = 3;
const LEAST_PYTHON = 5000;

/**
 * (i) `depend generate` over a large mixed proto area, whole processes, beside what this machine has of peers:
 * `readelf`, rpm's dependency generators and `dpkg-shlibdeps`.
 */
export function peers(): readonly BenchRow[] {
  const work = scratchDirectory();
  try {
    return rowsOf(mixedArea(work, WANTED), work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function rowsOf(area: MixedArea, work: string): readonly BenchRow[] {
  const { elf, python, shell } = area;
  const all = elf.length + python.length + shell.length;
  const elfOnly = manifestOf(area, elf, join(work, 'elf.p5m'));
  const pythonOnly = manifestOf(area, python, join(work, 'python.p5m'));
  const times = measured({
    mixed: () => generate(area, area.manifest),
    elf: () => generate(area, elfOnly),
    strict: () => generate(area, elfOnly, '--strict-compat'),
    python: () => generate(area, pythonOnly),
    readelf: () => overFiles('readelf', ['-d'], elf),
  });
  const ratio = times.elf / times.readelf;
  const strict = times.strict / times.readelf;
  const rate = python.length / (times.python / 1000);
  return [
    {
      what: `(i) depend generate, ${all} files`,
      measured: ms(times.mixed),
      beside: `${elf.length} ELF, ${python.length} Python, ${shell.length} shell; ${perSecond(all, times.mixed)}`,
    },
    {
      what: `    its ELF files alone`,
      measured: ms(times.elf),
      beside: `${ratio.toFixed(2)} x readelf -d (${ms(times.readelf)}); with --strict-compat ${strict.toFixed(2)} x`,
      aim: `under ${MOST_READELF} x readelf`,
      met: ratio < MOST_READELF,
    },
    {
      what: '    its Python files alone',
      measured: ms(times.python),
      beside: perSecond(python.length, times.python),
      aim: `${LEAST_PYTHON} files/s`,
      met: rate >= LEAST_PYTHON,
    },
    ...others(area, times, work),
  ];
}

/** The generators of rpm and dpkg over a sample, where they are installed. */
function others(
  { elf, python, shell }: MixedArea,
  times: Readonly<Record<'mixed', number>>,
  work: string,
): readonly BenchRow[] {
  const rows: BenchRow[] = [];
  const ours = (elf.length + python.length + shell.length) / times.mixed;
  const sample = [...elf.slice(0, SAMPLE), ...python.slice(0, SAMPLE), ...shell.slice(0, SAMPLE)];
  const add = (what: string, files: readonly string[], start: () => void): void => {
    const time = measured({ time: start }, 1).time;
    const beside = `${perSecond(files.length, time)}; depend generate is ${(ours / (files.length / time)).toFixed(0)} x as fast a file`;
    rows.push({ what: `    ${what}, ${files.length} of the files`, measured: ms(time), beside });
  };
  if (existsSync('/usr/lib/rpm/rpmdeps'))
    add('rpmdeps --requires', sample, () => overFiles('/usr/lib/rpm/rpmdeps', ['--requires'], sample));
  else rows.push(absent('rpmdeps', 'rpm'));
  if (existsSync('/usr/bin/dpkg-shlibdeps')) {
    const libraries = elf.slice(0, SAMPLE);
    add('dpkg-shlibdeps', libraries, () => shlibdeps(libraries, work));
  } else rows.push(absent('dpkg-shlibdeps', 'dpkg-dev'));
  return rows;
}

function absent(program: string, from: string): BenchRow {
  return { what: `    ${program}`, measured: 'not here', beside: `apt-get install ${from}` };
}

/** The middle time of each, in milliseconds; taken in turns, so that a busy moment meets all of them. */
function measured<Name extends string>(
  contenders: Readonly<Record<Name, () => void>>,
  runs = RUNS,
): Record<Name, number> {
  const names = Object.keys(contenders) as Name[];
  const times = new Map<Name, number[]>(names.map(name => [name, []]));
  for (let turn = 0; turn < runs; turn++) {
    for (const name of names) {
      const begun = performance.now();
      contenders[name]();
      times.get(name)?.push(performance.now() - begun);
    }
  }
  return Object.fromEntries(names.map(name => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

function generate({ directory }: MixedArea, manifest: string, ...options: readonly string[]): void {
  const argv = [resolve('out/cli.cjs'), 'depend', 'generate', ...options, '-d', directory, manifest];
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (status === null || status > 1) throw new Error(`depend generate: ${stderr}`);
}

function overFiles(command: string, argv: readonly string[], files: readonly string[]): void {
  const input = files.map(file => `${file}\0`).join('');
  spawnSync('xargs', ['-0', command, ...argv], { input, stdio: ['pipe', 'ignore', 'ignore'] });
}

function shlibdeps(files: readonly string[], work: string): void {
  mkdirSync(join(work, 'debian'), { recursive: true });
  const control = 'Source: x\nMaintainer: x <x@x>\n\nPackage: x\nArchitecture: any\nDescription: x\n';
  writeFileSync(join(work, 'debian/control'), control);
  spawnSync('dpkg-shlibdeps', ['-O', '--ignore-missing-info', ...files], { cwd: work, stdio: 'ignore' });
}

function manifestOf({ directory }: MixedArea, files: readonly string[], path: string): string {
  const lines = files.map(
    file => `file path=${file.slice(directory.length + 1)} owner=root group=bin mode=0555\n`,
  );
  writeFileSync(path, `set name=pkg.fmri value=pkg:/bench/part@1.0\n${lines.join('')}`);
  return path;
}

function perSecond(files: number, time: number): string {
  return `${Math.round(files / (time / 1000)).toLocaleString('en')} files/s`;
}
