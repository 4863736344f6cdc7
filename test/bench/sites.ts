import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BenchRow, ms } from './bench-row.ts';
import { scratchDirectory } from './scratch-directory.ts';
import { makeFarm } from './sites-farm.ts';

const SIZES = [250, 500, 1000] as const;
const MEMORY_AIM = 300;
/** Of a site among the most beside one among the fewest: what is more than linear shows here. */
const GROWTH_AIM = 1.3;

/** What one run of the built program took. Times are milliseconds of the processor, but for `wall`. */
interface Measured {
  readonly sites: number;
  readonly wall: number;
  readonly own: number;
  /** All that it started and waited for: not the jobs here, which go on by themselves. */
  readonly started: number;
  /** MiB. */
  readonly memory: number;
  /** Kind -> commands. */
  readonly commands: Readonly<Record<string, number>>;
}

/** (f) `sites status` of many sites, half of them here and half at one batch system, beside a plain loop of the same. */
export function sites(): readonly BenchRow[] {
  const runs = SIZES.map(size => measuredAt(size));
  const [fewest, most] = [runs[0]!, runs.at(-1)!];
  const { plain } = fewest;
  const growth = perSite(most.own, most) / perSite(fewest.own, fewest);
  const polls = runs.map(run => run.commands.poll ?? 0);
  const once = most.commands.submit === most.sites && (most.commands.poll ?? 0) < most.sites / 10;
  return [
    {
      what: `(f) ${most.sites} sites: probe and report`,
      measured: seconds(most.wall),
      beside: `${runs.map(run => `${seconds(run.wall)} (${run.sites})`).join(', ')}`,
    },
    {
      what: '    largest memory of the process',
      measured: `${Math.round(most.memory)} MiB`,
      beside: runs.map(run => `${Math.round(run.memory)} MiB (${run.sites})`).join(', '),
      aim: `under ${MEMORY_AIM} MiB`,
      met: most.memory < MEMORY_AIM,
    },
    {
      what: '    commands run',
      measured: told(most.commands),
      beside: `polls: ${polls.join(', ')}`,
      aim: 'a poll for all jobs',
      met: once,
    },
    {
      what: '    processor time of the process, a site',
      measured: ms(perSite(most.own, most)),
      beside: `${growth.toFixed(2)} x that of one of ${fewest.sites}`,
      aim: `under ${GROWTH_AIM} x`,
      met: growth < GROWTH_AIM,
    },
    {
      what: '    ... of what it started, a site',
      measured: ms(perSite(most.started, most)),
      beside: `${(perSite(most.started, most) / perSite(fewest.started, fewest)).toFixed(2)} x`,
    },
    {
      what: `    ${fewest.sites} sites`,
      measured: seconds(fewest.wall),
      beside: `${(fewest.wall / plain.wall).toFixed(2)} x a plain loop of the same commands (${seconds(plain.wall)})`,
    },
    {
      what: '    processor time, with what it started',
      measured: seconds(fewest.own + fewest.started),
      beside: `${((fewest.own + fewest.started) / (plain.own + plain.started)).toFixed(2)} x`,
    },
  ];
}

/** A run in a directory of its own; the smallest keeps its commands, and a plain loop does them again. */
function measuredAt(size: number): Measured & { readonly plain: Measured } {
  const root = scratchDirectory();
  try {
    makeFarm(root, size);
    const kept = size === SIZES[0] ? join(root, 'commands') : undefined;
    if (kept) mkdirSync(kept);
    const watch = join(root, 'watch.cjs');
    writeFileSync(watch, WATCH);
    const argv = [
      '--require',
      watch,
      resolve('out/cli.cjs'),
      'sites',
      'status',
      '--wait=30m',
      '--state',
      'state',
    ];
    const first = timed(root, size, [...argv, '--format', 'json', '--output', 'status.json'], kept);
    checkStatus(root, size);
    if (!kept) return { ...first, plain: first };
    renameSync(join(root, 'spool'), join(root, 'spool-before'));
    const loop = join(root, 'loop.cjs');
    writeFileSync(loop, LOOP);
    return { ...first, plain: timed(root, size, [loop, kept, join(root, 'spool')]) };
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function timed(root: string, size: number, argv: readonly string[], kept?: string): Measured {
  const script = '"$@"; code=$?; times >times; exit $code';
  const begun = performance.now();
  const ran = spawnSync('sh', ['-c', script, 'sh', process.execPath, ...argv], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: join(root, 'home'), ...(kept && { BENCH_COMMANDS: kept }) },
  });
  const wall = performance.now() - begun;
  if (ran.status === null || ran.status > 1) throw new Error(`${argv.join(' ')}: ${ran.stderr}`);
  const { own, memory, commands } = JSON.parse(readFileSync(join(root, 'measured.json'), 'utf8'));
  const all = childTime(readFileSync(join(root, 'times'), 'utf8'));
  return { sites: size, wall, own, started: all - own, memory, commands };
}

/** The second line of what `times` prints: `1m2.50s 0m0.75s`, of user and system. */
function childTime(text: string): number {
  const times = [...(text.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60_000 + Number(rest) * 1000, 0);
}

function checkStatus(root: string, size: number): void {
  const status = JSON.parse(readFileSync(join(root, 'status.json'), 'utf8'));
  const states: string[] = status.sites.map((site: { state: string }) => site.state);
  const wrong = states.filter((state, at) => state !== (at % 2 === 0 ? 'ok' : 'absent'));
  if (states.length !== size || wrong.length > 0)
    throw new Error(`${states.length} sites, ${wrong.length} wrong`);
}

const perSite = (time: number, run: Measured): number => time / run.sites;

const seconds = (time: number): string => `${(time / 1000).toFixed(1)} s`;

function told(commands: Measured['commands']): string {
  const all = Object.values(commands).reduce((sum, count) => sum + count, 0);
  return `${all}: ${Object.entries(commands)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')}`;
}

/** Tells at a process's end what it took, and counts the commands that it gave to shells, by the function that they call. */
const MEASURE = `
const { writeFileSync } = require('node:fs');
const commands = {};
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const own = (userCPUTime + systemCPUTime) / 1000;
  writeFileSync('measured.json', JSON.stringify({ own, memory: maxRSS / 1024, commands }));
});
`;

const WATCH = `${MEASURE}
const childProcess = require('node:child_process');
const { join } = require('node:path');
const { spawn } = childProcess;
let serial = 0;
childProcess.spawn = (...given) => {
  const child = spawn(...given);
  const { stdin } = child;
  const end = stdin.end.bind(stdin);
  stdin.end = (text, ...more) => {
    const kind = /\\{ serve '?(\\w+)'?/.exec(String(text).slice(-400))?.[1] ?? 'other';
    commands[kind] = (commands[kind] ?? 0) + 1;
    const directory = process.env.BENCH_COMMANDS;
    if (directory && kind !== 'other')
      writeFileSync(join(directory, \`\${kind}-\${String(serial++).padStart(6, '0')}\`), text);
    return end(text, ...more);
  };
  return child;
};
`;

/** Submits, waits until the jobs here have ended, polls once, fetches: eight commands at a time, and nothing is kept. */
const LOOP = `${MEASURE}
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const { join } = require('node:path');
const [directory, spool] = process.argv.slice(2);
const names = readdirSync(directory).sort();
const run = name =>
  new Promise(done => {
    const child = spawn('timeout', ['-k', '2', '300', 'sh', '-s'], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdout.resume();
    child.once('close', done);
    child.stdin.end(readFileSync(join(directory, name), 'utf8'));
  });
const all = async kind => {
  const left = names.filter(name => name.startsWith(kind));
  const worker = async () => { for (let name = left.shift(); name; name = left.shift()) await run(name); };
  await Promise.all(Array.from({ length: 8 }, worker));
};
const ended = id => existsSync(join(spool, id, 'end')) || existsSync(join(spool, id, 'batch.out'));
const pause = () => new Promise(done => setTimeout(done, 200));
(async () => {
  await all('submit');
  while (!readdirSync(spool).filter(id => !id.startsWith('.')).every(ended)) await pause();
  for (const name of names.filter(each => each.startsWith('poll')).slice(-2)) await run(name);
  await all('fetch');
})();
`;
