import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomOf } from '../support/random.ts';

/*
 * A made repository whose shape is that of some thousand real manifests: how many paths a package has, how deep they
 * lie, how long their names are, how many share a directory, what kinds of actions there are. The lines are as
 * published ones: attributes in order, with every hash.
 */

/** Paths of a package at these shares of all packages, and the number there; between them it grows evenly in its logarithm. */
const PATHS_OF: readonly (readonly [share: number, paths: number])[] = [
  [0, 1],
  [0.1, 2],
  [0.25, 5],
  [0.5, 12],
  [0.75, 40],
  [0.9, 117],
  [0.95, 190],
  [0.99, 420],
  [0.999, 3000],
  [1, 18000],
];
/** Depth of a path, and the share of all paths (percent) that lie no deeper. */
const DEPTHS: readonly (readonly [depth: number, percent: number])[] = [
  [3, 6],
  [4, 18],
  [5, 37],
  [6, 63],
  [7, 74],
  [8, 80],
  [9, 86],
  [10, 97],
  [11, 100],
];
/** Paths in one directory, on the average. */
const SIBLINGS = 5;
/** Of a thousand actions these are no files. */
const LINKS = 43;
const DIRECTORIES = 35;
const HARD_LINKS = 13;

/** What was written. */
export interface LargeRepository {
  readonly paths: number;
  /** Some of the paths, evenly chosen. */
  readonly samples: readonly string[];
}

/** Writes a repository of version 4 with so many packages, and about so many paths. */
export function writeLargeRepository(root: string, packages: number, paths: number): LargeRepository {
  const counts = Array.from({ length: packages }, (_, at) => pathsAt((at + 0.5) / packages));
  const scale = paths / counts.reduce((sum, one) => sum + one, 0);
  const random = new Random(20260901);
  const samples: string[] = [];
  const base: Record<string, object[]> = {};
  const dependency: Record<string, object[]> = {};
  const publisher = join(root, 'publisher/bench');
  let written = 0;
  for (const [at, count] of counts.entries()) {
    const stem = `${TOPICS[at % TOPICS.length]}/${random.name(4, 14)}-${at}`;
    const version = `${1 + (at % 9)}.${at % 17}.${at % 5},5.11-2026.${at % 12}.0.${at % 7}:20260901T080000Z`;
    const depend = Array.from(
      { length: at % 4 },
      (_, more) => `depend fmri=pkg:/system/library-${(at + more) % 50}@0.5.11-2026.0.0.0 type=require`,
    );
    const own = Math.max(1, Math.round(count * scale));
    const lines = new Lines(random, at);
    const actions = Array.from({ length: own }, () => lines.next());
    written += own;
    if (lines.last !== '') samples.push(lines.last);
    const text = [
      `set name=pkg.fmri value=pkg://bench/${stem}@${version}`,
      ...SETS,
      ...actions,
      ...depend,
      '',
    ].join('\n');
    const directory = join(publisher, 'pkg', encodeURIComponent(stem));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, encodeURIComponent(version)), text);
    base[stem] = [{ version }];
    if (depend.length > 0) dependency[stem] = [{ version, actions: depend }];
  }
  writeCatalog(root, publisher, base, dependency);
  return { paths: written, samples };
}

function writeCatalog(root: string, publisher: string, base: object, dependency: object): void {
  mkdirSync(join(publisher, 'catalog'), { recursive: true });
  writeFileSync(join(root, 'pkg5.repository'), '[publisher]\nprefix = bench\n\n[repository]\nversion = 4\n');
  const parts = { 'catalog.base.C': {}, 'catalog.dependency.C': {} };
  writeFileSync(join(publisher, 'catalog/catalog.attrs'), JSON.stringify({ parts, version: 1 }));
  writeFileSync(join(publisher, 'catalog/catalog.base.C'), JSON.stringify({ bench: base }));
  writeFileSync(join(publisher, 'catalog/catalog.dependency.C'), JSON.stringify({ bench: dependency }));
}

function pathsAt(share: number): number {
  const above = PATHS_OF.findIndex(([at]) => at >= share);
  const [low, fewer] = PATHS_OF[above - 1] ?? [0, 1];
  const [high, more] = PATHS_OF[above] ?? [1, 1];
  return Math.exp(Math.log(fewer) + ((share - low) / (high - low)) * (Math.log(more) - Math.log(fewer)));
}

/** Makes the actions of one package, one directory after the other. */
class Lines {
  readonly #random: Random;
  readonly #top: string;
  #directory = '';
  #left = 0;
  #made = 0;
  last = '';

  constructor(random: Random, at: number) {
    this.#random = random;
    this.#top = `${ROOTS[at % ROOTS.length]}/${random.name(4, 12)}-${at}`;
  }

  next(): string {
    const random = this.#random;
    if (this.#left-- <= 0) this.#enter();
    const kind = random.below(1000);
    if (kind < DIRECTORIES)
      return `dir group=bin mode=0755 owner=root path=${this.#directory}/${this.#name()}`;
    const path = `${this.#directory}/${this.#name()}`;
    if (kind < DIRECTORIES + LINKS) return `link path=${path} target=${random.name(4, 12)}.so.1`;
    if (kind < DIRECTORIES + LINKS + HARD_LINKS) return `hardlink path=${path} target=${random.name(4, 12)}`;
    this.last = path;
    const content = `${random.hex(64)}`;
    return `file ${random.hex(40)} chash=${random.hex(40)} group=bin mode=0644 owner=root path=${path} pkg.content-hash=file:sha512t_256:${content} pkg.content-hash=gzip:sha512t_256:${random.hex(64)} pkg.csize=${random.below(9000)} pkg.size=${random.below(30_000)}`;
  }

  #enter(): void {
    this.#left = this.#random.below(2 * SIBLINGS - 1);
    const share = this.#random.below(100);
    const [depth] = DEPTHS.find(([, percent]) => share < percent) ?? [6];
    const missing = Math.max(0, depth - 1 - this.#top.split('/').length);
    const below = Array.from({ length: missing }, () => `/${this.#random.name(3, 13)}`);
    this.#directory = `${this.#top}${below.join('')}`;
  }

  #name(): string {
    return `${this.#random.name(3, 13)}${this.#made++}${this.#made % 3 === 0 ? '' : '.py'}`;
  }
}

const TOPICS = [
  'library',
  'library/python',
  'developer',
  'system/library',
  'x11',
  'desktop',
  'runtime',
  'image',
];
const ROOTS = [
  'usr/share',
  'usr/lib',
  'usr/lib/python3.12/vendor-packages',
  'usr/include',
  'opt',
  'usr/gnu/share',
];
const SETS = [
  'set name=pkg.summary value="A package that was made to be measured"',
  'set name=info.classification value="org.opensolaris.category.2008:System/Libraries"',
  'set name=variant.arch value=i386',
];

/** What looks random and is the same in every run. */
class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomOf(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  name(least: number, most: number): string {
    let text = '';
    for (let left = least + this.below(most - least + 1); left > 0; left -= 2)
      text += SYLLABLES[this.below(SYLLABLES.length)];
    return text;
  }

  hex(length: number): string {
    let text = '';
    while (text.length < length) text += this.below(0x10000).toString(16).padStart(4, '0');
    return text;
  }
}

const SYLLABLES = [...'bcdfghklmnprst'].flatMap(one => [...'aeiou'].map(two => one + two));
