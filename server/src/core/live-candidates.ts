import type { Need, Repository } from './model.ts';
import { gridsOf } from './need-grid.ts';
import { isPlace, kindOf, nameOf } from './needs.ts';
import { dirname } from './paths.ts';

/** No real chain of questions has more places at once; what lies beyond is asked in the next batch. */
const BATCH = 50_000;

/** Who is asked. */
interface Asked {
  readonly repositories: readonly Repository[];
  readonly signal: AbortSignal;
}

/**
 * Which of the places that a need is looked for anybody delivers, remembered for as long as no repository changes.
 *
 * A catcher names dozens of places for each module or library, the same lists for file after file and package after
 * package, and nearly all of the places are empty. So the directories are asked after first, the places only in those
 * that something lies in, and none is looked at again for every package.
 */
export class LiveCandidates {
  /** The restrictions for which repositories learned what older versions deliver (`known-packages.ts`). */
  readonly learned = new Set<string>();
  readonly #lists = new Map<readonly Need[], readonly Need[]>();
  readonly #asked = new Set<Need>();
  /** Directories that were asked after, with all above them. */
  readonly #directories = new Set<string>();
  /** Those of them that something lies in, as far as repositories can tell. */
  readonly #occupied = new Set<string>();
  /** Places at which something stands -> whether that is a link. */
  readonly #standing = new Map<Need, boolean>();
  /** Whether any of them is a link. */
  #hasLinks = false;
  /** Directories -> whether a link stands at them or above. */
  readonly #linked = new Map<string, boolean>();

  /** Forgets all answers: repositories know more than when they were asked. */
  forget(): void {
    this.#hasLinks = false;
    for (const known of [
      this.#lists,
      this.#asked,
      this.#directories,
      this.#occupied,
      this.#standing,
      this.#linked,
    ])
      known.clear();
  }

  /** Asks the repositories after lists that are new. */
  async ask(
    lists: Iterable<readonly Need[]>,
    repositories: readonly Repository[],
    signal: AbortSignal,
  ): Promise<void> {
    const fresh = [...lists].filter(list => !this.#lists.has(list));
    if (fresh.length === 0) return;
    const asked = { repositories, signal };
    await this.#explore(directoriesOf(fresh), asked);
    await this.#explore(this.#directoriesWithin(fresh), asked);
    await this.#look(this.#placesIn(fresh), asked);
    for (const list of fresh) this.#lists.set(list, this.#liveIn(list));
  }

  /** The needs of a list that something stands at, or that a link may lead to; all of them where nobody asked. */
  of(list: readonly Need[]): readonly Need[] {
    return this.#lists.get(list) ?? list;
  }

  /** Finds out what stands at directories and above them, and whether anything lies in them. */
  async #explore(directories: ReadonlySet<string>, asked: Asked): Promise<void> {
    const open = new Set<string>();
    for (const directory of directories) {
      for (let at = directory; at !== '' && !this.#directories.has(at); at = dirname(at)) {
        this.#directories.add(at);
        open.add(at);
      }
    }
    if (open.size === 0) return;
    await this.#look(open, asked);
    for (const repository of asked.repositories) {
      const occupied = repository.occupied ? await repository.occupied(open, asked.signal) : open;
      for (const directory of occupied) this.#occupied.add(directory);
    }
  }

  async #look(places: ReadonlySet<Need>, { repositories, signal }: Asked): Promise<void> {
    for (const part of partsOf(places)) {
      const answers = await Promise.all(repositories.map(one => one.deliveries(part, signal)));
      for (const { path, kind } of answers.flat()) {
        if (kind === 'link') this.#hasLinks = true;
        this.#standing.set(path, kind === 'link' || this.#standing.get(path) === true);
      }
    }
  }

  /** The directories that the places of lists lie in, further down than those that the lists are made of. */
  #directoriesWithin(lists: readonly (readonly Need[])[]): ReadonlySet<string> {
    const found = new Set<string>();
    for (const list of lists) this.#each(list, (_, directory) => found.add(directory));
    return found;
  }

  /** The places of lists that were not asked after yet, in directories that something lies in. */
  #placesIn(lists: readonly (readonly Need[])[]): ReadonlySet<Need> {
    const found = new Set<Need>();
    for (const list of lists) {
      this.#each(list, (need, directory) => {
        if (!this.#mayHold(directory) || this.#asked.has(need)) return;
        this.#asked.add(need);
        found.add(need);
      });
    }
    return found;
  }

  #liveIn(list: readonly Need[]): readonly Need[] {
    const live: Need[] = [];
    this.#each(list, (need, directory) => {
      // Who delivers something in a directory makes it: that is asked later.
      if (kindOf(need) === 'dir' || (this.#mayHold(directory) && this.#isLive(need, directory)))
        live.push(need);
    });
    return live;
  }

  #isLive(need: Need, directory: string): boolean {
    return this.#isLinked(directory) || this.#standing.has(need);
  }

  /** Each need of a list, and its directory, but for those below directories that nothing lies in. */
  #each(list: readonly Need[], take: (need: Need, directory: string) => void): void {
    let at = 0;
    let directory = '';
    for (const { directories, files } of gridsOf(list)) {
      for (const base of directories) {
        const end = at + files.length;
        if (!this.#mayHold(base)) at = end;
        for (; at < end; at++) {
          const need = list[at]!;
          // Those of a list mostly follow one another in one directory.
          if (!isBelow(need, directory)) directory = directoryOf(need);
          take(need, directory);
        }
      }
    }
  }

  /** Whether a file can be found in a directory, or by a link on the way to it. */
  #mayHold(directory: string): boolean {
    return directory === '' || this.#occupied.has(directory) || this.#isLinked(directory);
  }

  #isLinked(directory: string): boolean {
    if (directory === '' || !this.#hasLinks) return false;
    let linked = this.#linked.get(directory);
    if (linked === undefined) {
      linked = this.#standing.get(directory) === true || this.#isLinked(dirname(directory));
      this.#linked.set(directory, linked);
    }
    return linked;
  }
}

/** The directories that lists are made of. */
function directoriesOf(lists: readonly (readonly Need[])[]): ReadonlySet<string> {
  return new Set([...new Set(lists.flatMap(gridsOf).map(grid => grid.directories))].flat());
}

/** Directory that a need lies in; the empty string for what is no path. */
function directoryOf(need: Need): string {
  return isPlace(need) ? dirname(nameOf(need)) : '';
}

/** Whether a need is a path directly in a directory. */
function isBelow(need: Need, directory: string): boolean {
  return directory !== '' && need.lastIndexOf('/') === directory.length && need.startsWith(directory);
}

function* partsOf(places: ReadonlySet<Need>): Generator<ReadonlySet<Need>> {
  if (places.size <= BATCH) return yield places;
  const all = [...places];
  for (let at = 0; at < all.length; at += BATCH) yield new Set(all.slice(at, at + BATCH));
}
