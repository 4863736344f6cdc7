import type { Need, Repository } from './model.ts';
import { isPlace, kindOf, nameOf } from './needs.ts';
import { dirname } from './paths.ts';

/** No real chain of questions has more places at once; what lies beyond is asked in the next batch. */
const BATCH = 50_000;

/**
 * Which of the places that a need is looked for anybody delivers, remembered for as long as no repository changes.
 *
 * A catcher names dozens of places for each module or library, the same lists for file after file and package after
 * package, and nearly all of the places are empty: those need not be looked at again for every package.
 */
export class LiveCandidates {
  readonly #lists = new Map<readonly Need[], readonly Need[]>();
  readonly #asked = new Set<Need>();
  /** Places at which something stands -> whether that is a link. */
  readonly #standing = new Map<Need, boolean>();
  /** Whether any of them is a link. */
  #hasLinks = false;
  /** Directories -> whether a link stands at them or above. */
  readonly #linked = new Map<string, boolean>();

  /** Asks the repositories after lists that are new. */
  async ask(
    lists: Iterable<readonly Need[]>,
    repositories: readonly Repository[],
    signal: AbortSignal,
  ): Promise<void> {
    const fresh = [...lists].filter(list => !this.#lists.has(list));
    let open = new Set<Need>();
    for (const list of fresh) {
      this.#open(list, open);
      if (open.size < BATCH) continue;
      await this.#look(open, repositories, signal);
      open = new Set();
    }
    if (open.size > 0) await this.#look(open, repositories, signal);
    for (const list of fresh) this.#lists.set(list, this.#liveIn(list));
  }

  /** The needs of a list that something stands at, or that a link may lead to; all of them where nobody asked. */
  of(list: readonly Need[]): readonly Need[] {
    return this.#lists.get(list) ?? list;
  }

  /** Takes in the places that decide about a list and were not asked for yet: itself, and the directories above. */
  #open(list: readonly Need[], open: Set<Need>): void {
    let last = '';
    for (const need of list) {
      if (this.#asked.has(need)) continue;
      this.#asked.add(need);
      open.add(need);
      if (isBelow(need, last)) continue;
      last = directoryOf(need);
      for (let at = last; at !== '' && !this.#asked.has(at); at = dirname(at)) {
        this.#asked.add(at);
        open.add(at);
      }
    }
  }

  async #look(
    places: ReadonlySet<Need>,
    repositories: readonly Repository[],
    signal: AbortSignal,
  ): Promise<void> {
    const answers = await Promise.all(repositories.map(one => one.deliveries(places, signal)));
    for (const { path, kind } of answers.flat()) {
      if (kind === 'link') this.#hasLinks = true;
      this.#standing.set(path, kind === 'link' || this.#standing.get(path) === true);
    }
  }

  #liveIn(list: readonly Need[]): readonly Need[] {
    const live: Need[] = [];
    let last = '';
    let linked = false;
    for (const need of list) {
      if (this.#hasLinks && !isBelow(need, last)) {
        last = directoryOf(need);
        linked = this.#isLinked(last);
      }
      // Who delivers something in a directory makes it: that is asked later.
      if (linked || this.#standing.has(need) || kindOf(need) === 'dir') live.push(need);
    }
    return live;
  }

  #isLinked(directory: string): boolean {
    if (directory === '') return false;
    let linked = this.#linked.get(directory);
    if (linked === undefined) {
      linked = this.#standing.get(directory) === true || this.#isLinked(dirname(directory));
      this.#linked.set(directory, linked);
    }
    return linked;
  }
}

/** Directory that a need lies in; the empty string for what is no path. */
function directoryOf(need: Need): string {
  return isPlace(need) ? dirname(nameOf(need)) : '';
}

/** Whether a need is a path directly in a directory: those of a list mostly follow one another. */
function isBelow(need: Need, directory: string): boolean {
  return directory !== '' && need.lastIndexOf('/') === directory.length && need.startsWith(directory);
}
