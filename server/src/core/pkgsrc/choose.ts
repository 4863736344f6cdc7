import type { SummaryPackage } from './summary.ts';
import type { SummaryIndex } from './summary-index.ts';

/** Something that a chosen package has to match. */
export interface Demand {
  readonly pattern: string;
  /** Whose dependency it is; absent: it was asked for. */
  readonly by?: SummaryPackage;
}

/** A demand and the package that meets it. */
export interface Met extends Demand {
  readonly with: SummaryPackage;
}

/** What came of choosing: a package for every demand, or the first reason why there cannot be one. */
export type Choice =
  | { readonly kind: 'chosen'; readonly met: readonly Met[] }
  /** No package at all matches. */
  | { readonly kind: 'nothing'; readonly demand: Demand }
  /** `demand` and `other` want versions of one package, and no set of packages satisfies both. */
  | { readonly kind: 'contradiction'; readonly demand: Demand; readonly other: Met }
  /** Given up after too many attempts. */
  | { readonly kind: 'entangled' };

/**
 * Chooses one version of each package so that every pattern and every dependency of what is chosen is met, the best
 * ones first. It goes back to the latest choice that stands in the way (conflict-directed backjumping), so that what
 * has nothing to do with a contradiction is not tried again.
 */
export function choose(patterns: readonly string[], index: SummaryIndex): Choice {
  const search = new Search(patterns, index);
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const choice = search.step();
    if (choice) return choice;
  }
  return { kind: 'entangled' };
}

/** Far more than a real repository takes, and done in a second. */
const MOST_STEPS = 500_000;

type Failure = Extract<Choice, { readonly kind: 'nothing' | 'contradiction' }>;

/** The demand at the same place of the queue, and how it was met. */
interface Frame {
  /** Candidates that were not tried yet. */
  readonly rest: readonly SummaryPackage[];
  readonly chosen: SummaryPackage;
  /** False: another frame chose it. */
  readonly own: boolean;
  /** Length of the queue before the dependencies of the chosen one were added. */
  readonly queued: number;
  /** Frames that stood in the way of the candidates before. */
  readonly blamed: ReadonlySet<number>;
}

class Search {
  readonly #index: SummaryIndex;
  readonly #queue: { readonly demand: Demand; readonly from: number }[];
  readonly #frames: Frame[] = [];
  /** Name -> the frame that chose a version of it. */
  readonly #owners = new Map<string, number>();
  #failure: Failure | undefined;

  constructor(patterns: readonly string[], index: SummaryIndex) {
    this.#index = index;
    this.#queue = patterns.map(pattern => ({ demand: { pattern }, from: -1 }));
  }

  /** Meets one more demand or goes back; the answer at the end. */
  step(): Choice | undefined {
    const next = this.#queue[this.#frames.length];
    if (!next) return { kind: 'chosen', met: this.#met() };
    const candidates = this.#index.matching(next.demand.pattern);
    const there = candidates.find(each => this.#chosen(each.name)?.chosen === each);
    if (there)
      this.#push({ rest: [], chosen: there, own: false, queued: this.#queue.length, blamed: new Set() });
    else if (candidates.length === 0) this.#failure ??= { kind: 'nothing', demand: next.demand };
    if (there || this.#tryOne(candidates, new Set(next.from < 0 ? [] : [next.from]))) return undefined;
    return this.#failure;
  }

  #chosen(name: string): Frame | undefined {
    const owner = this.#owners.get(name);
    return owner === undefined ? undefined : this.#frames[owner];
  }

  /** Chooses the first candidate that no other choice excludes, going back as far as it takes; false at the end. */
  #tryOne(candidates: readonly SummaryPackage[], blamed: Set<number>): boolean {
    let rest = candidates;
    for (;;) {
      const free = this.#firstFree(rest, blamed);
      if (free) {
        const queued = this.#queue.length;
        this.#push({ rest: free.rest, chosen: free.chosen, own: true, queued, blamed });
        const from = this.#frames.length - 1;
        for (const pattern of free.chosen.depends)
          this.#queue.push({ demand: { pattern, by: free.chosen }, from });
        return true;
      }
      const back = Math.max(-1, ...blamed);
      if (back < 0) return false;
      const frame = this.#cutTo(back);
      blamed.delete(back);
      for (const each of frame.blamed) blamed.add(each);
      rest = frame.rest;
    }
  }

  #firstFree(candidates: readonly SummaryPackage[], blamed: Set<number>) {
    for (const [at, chosen] of candidates.entries()) {
      const owner = this.#owners.get(chosen.name);
      if (owner === undefined) return { chosen, rest: candidates.slice(at + 1) };
      blamed.add(owner);
      this.#contradicted(owner);
    }
    return undefined;
  }

  /** Remembers the first contradiction: it is the one that a reader understands. */
  #contradicted(owner: number): void {
    const demand = this.#queue[this.#frames.length]?.demand;
    const first = this.#queue[owner]?.demand;
    const chosen = this.#frames[owner]?.chosen;
    if (demand && first && chosen)
      this.#failure ??= { kind: 'contradiction', demand, other: { ...first, with: chosen } };
  }

  #push(frame: Frame): void {
    this.#frames.push(frame);
    if (frame.own) this.#owners.set(frame.chosen.name, this.#frames.length - 1);
  }

  /** Takes back the choices from `place` on; answers the one that was there. */
  #cutTo(place: number): Frame {
    const frame = this.#frames[place] as Frame;
    for (const { own, chosen } of this.#frames.slice(place)) if (own) this.#owners.delete(chosen.name);
    this.#frames.length = place;
    this.#queue.length = frame.queued;
    return frame;
  }

  #met(): readonly Met[] {
    return this.#frames.map(({ chosen }, at) => ({ ...(this.#queue[at]?.demand as Demand), with: chosen }));
  }
}
