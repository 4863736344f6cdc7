import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Disk } from '../../server/src/io/disk.ts';
import { openRepository } from '../../server/src/io/repositories/index.ts';
import { type BenchRow, ms, quantile } from './bench-row.ts';
import { writeLargeRepository } from './large-repository.ts';
import { scratchDirectory } from './scratch-directory.ts';

const PACKAGES = 6000;
const PATHS = 1_500_000;
const LOOKUPS = 3000;

/** What a process that opened the repository says of itself. */
interface Opening {
  readonly read: number;
  /** Milliseconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Most memory that the process had (MB). */
  readonly memory: number;
  /** Milliseconds of each lookup. */
  readonly lookups: readonly number[];
}

/** (h) A repository as large as that of a distribution: indexed in a process of its own, asked, opened again. */
export async function largeIndex(): Promise<readonly BenchRow[]> {
  const root = scratchDirectory();
  try {
    const { paths, samples } = writeLargeRepository(join(root, 'repo'), PACKAGES, PATHS);
    const cold = await openedApart(root, samples);
    const warm = await openedApart(root, samples);
    const lookups = [...cold.lookups, ...warm.lookups];
    return [
      {
        what: `(h) indexing ${PACKAGES} packages with ${paths} paths`,
        measured: `${(cold.wall / 1000).toFixed(1)} s, ${cold.memory} MB`,
        beside: `${(cold.cpu / 1000).toFixed(1)} s of processor time`,
        aim: '< 60 s, < 1000 MB',
        met: cold.read === PACKAGES && cold.wall < 60_000 && cold.memory < 1000,
      },
      {
        what: '    a lookup that was not made before, 99 of 100',
        measured: ms(quantile(lookups, 0.99)),
        beside: `the middle one ${quantile(lookups, 0.5).toFixed(3)} ms`,
        aim: '< 1 ms',
        met: quantile(lookups, 0.99) < 1,
      },
      {
        what: '    opening it again',
        measured: ms(warm.wall),
        beside: `${warm.read} manifests read`,
        aim: 'no manifest read',
        met: warm.read === 0,
      },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function openedApart(root: string, samples: readonly string[]): Promise<Opening> {
  const step = Math.max(1, Math.floor(samples.length / LOOKUPS));
  const asked = samples.filter((_, at) => at % step === 0);
  const run = promisify(execFile)(process.execPath, [process.argv[1] ?? '', OPEN, root, ...asked], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse((await run).stdout);
}

/** The argument by which this program measures itself. */
export const OPEN = '--open-large-index';

/** What the process does that is measured: opens the repository below `root`, asks for paths, prints an `Opening`. */
export async function openLargeIndex(root: string, paths: readonly string[]): Promise<void> {
  const { signal } = new AbortController();
  const begun = performance.now();
  let read = 0;
  const repository = openRepository({ uri: join(root, 'repo') }, root, {
    disk: new Disk(),
    cacheDirectory: join(root, 'cache'),
    onChange: () => {},
    onProgress: () => read++,
  });
  await repository.refresh(signal);
  const wall = performance.now() - begun;
  const { user, system } = process.cpuUsage();
  const lookups: number[] = [];
  for (const path of paths) {
    const asked = performance.now();
    const { length } = await repository.deliveries(new Set([path]), signal);
    lookups.push(performance.now() - asked);
    if (length !== 1) throw new Error(`${length} packages deliver ${path}`);
  }
  repository.dispose();
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  const opening: Opening = { read, wall, cpu: (user + system) / 1000, memory, lookups };
  console.log(JSON.stringify(opening));
}
