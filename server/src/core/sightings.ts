import type { ActionEntry, Caught, ImplicitDependency, PayloadFault, PayloadFile } from './model.ts';
import { SharedNeeds } from './shared-needs.ts';

/** What one action of a manifest needs by itself, and what its payload says. */
export interface Sighting {
  /** Needs of the action, from catchers to which the rest of the manifest does not matter. */
  readonly own: readonly ImplicitDependency[];
  /** Absent where nothing was looked at, or nothing could be. */
  readonly payload?: { readonly found: PayloadFile; readonly caught: Caught };
  readonly fault?: { readonly fault: PayloadFault; readonly location?: string };
}

/**
 * What was seen of the actions of one manifest, for its next check: an edit leaves nearly all of them as they were.
 *
 * It holds for as long as neither the settings nor any payload changes.
 */
export class Sightings {
  /** Equal lists of needs are the same array, check after check. */
  readonly lists = new SharedNeeds();
  #others = NOTHING;
  #files = NOTHING;

  /** What is still known of the `dir`, `link` and `hardlink` actions. */
  others(entries: readonly ActionEntry[]): KnownSightings {
    return new KnownSightings(this.#others, entries);
  }

  /** What is still known of the `file` actions. */
  files(entries: readonly ActionEntry[]): KnownSightings {
    return new KnownSightings(this.#files, entries);
  }

  /** Keeps what was seen of all actions. */
  keep(others: Seen, files: Seen): void {
    this.#others = unmoved(others);
    this.#files = unmoved(files);
  }
}

/** Actions, and what was seen of each. */
export interface Seen {
  readonly entries: readonly ActionEntry[];
  readonly sightings: readonly Sighting[];
}

const NOTHING: Seen = { entries: [], sightings: [] };

/** What is known of the actions of a list: of those before and after the ones that changed. */
export class KnownSightings {
  readonly #before: readonly Sighting[];
  /** Known are those at an index below this, and `#tail` at the end. */
  readonly #head: number;
  readonly #tail: number;
  readonly #moved: number;

  constructor(before: Seen, now: readonly ActionEntry[]) {
    const { entries, sightings } = before;
    const most = Math.min(entries.length, now.length);
    this.#before = sightings;
    this.#moved = entries.length - now.length;
    let head = 0;
    while (head < most && entries[head] === asRead(now[head])) head++;
    let tail = 0;
    while (tail < most - head && entries.at(-1 - tail) === asRead(now.at(-1 - tail))) tail++;
    this.#head = head;
    this.#tail = now.length - tail;
  }

  at(index: number): Sighting | undefined {
    if (index < this.#head) return this.#before[index];
    return index < this.#tail ? undefined : this.#before[index + this.#moved];
  }
}

function unmoved({ entries, sightings }: Seen): Seen {
  return { entries: entries.map(one => one.asRead ?? one), sightings };
}

function asRead(entry: ActionEntry | undefined): ActionEntry | undefined {
  return entry?.asRead ?? entry;
}
