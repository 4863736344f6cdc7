import type { Caught, ImplicitDependency, Need } from '../../core/model.ts';
import { SharedNeeds } from '../../core/shared-needs.ts';

/** What was caught in one file, on its way: the lists of candidates by their numbers. */
export interface SentCaught extends Omit<Caught, 'dependencies'> {
  readonly dependencies: readonly (Omit<ImplicitDependency, 'anyOf'> & { readonly anyOf: number })[];
}

/** The candidates that a message has first, numbered on from those of the messages before. */
export interface SentLists {
  readonly needs: readonly Need[];
  /** For each list its length, and the numbers of its needs. */
  readonly lists: Uint32Array;
}

/** The sending end: each list of candidates, and each of them, is sent once, however many files have it. */
export class NeedsSender {
  readonly #shared = new SharedNeeds();
  readonly #lists = new Map<readonly Need[], number>();
  readonly #needs = new Map<Need, number>();
  #freshNeeds: Need[] = [];
  #freshLists: number[] = [];

  /** What was caught, ready to be sent with the next `fresh`. */
  sent({ dependencies, ...rest }: Caught): SentCaught {
    return {
      ...rest,
      dependencies: dependencies.map(need => ({ ...need, anyOf: this.#list(this.#shared.of(need.anyOf)) })),
    };
  }

  /** What was not sent yet. */
  fresh(): SentLists {
    const fresh = { needs: this.#freshNeeds, lists: Uint32Array.from(this.#freshLists) };
    this.#freshNeeds = [];
    this.#freshLists = [];
    return fresh;
  }

  #list(list: readonly Need[]): number {
    let number = this.#lists.get(list);
    if (number === undefined) {
      number = this.#lists.size;
      this.#lists.set(list, number);
      this.#freshLists.push(list.length);
      for (const need of list) this.#freshLists.push(this.#need(need));
    }
    return number;
  }

  #need(need: Need): number {
    let number = this.#needs.get(need);
    if (number === undefined) {
      number = this.#needs.size;
      this.#needs.set(need, number);
      this.#freshNeeds.push(need);
    }
    return number;
  }
}

/** The receiving end of one sender. The same list is always the same array. */
export class NeedsReceiver {
  readonly #lists: (readonly Need[])[] = [];
  readonly #needs: Need[] = [];

  /** Takes what is new in a message: before what was caught. */
  take({ needs, lists }: SentLists): void {
    for (const need of needs) this.#needs.push(need);
    for (let at = 0; at < lists.length; ) {
      const end = at + 1 + lists[at]!;
      const list: Need[] = [];
      for (at++; at < end; at++) list.push(this.#needs[lists[at]!]!);
      this.#lists.push(list);
    }
  }

  /** As it was before it was sent. */
  received({ dependencies, ...rest }: SentCaught): Caught {
    return {
      ...rest,
      dependencies: dependencies.map(need => ({ ...need, anyOf: this.#lists[need.anyOf]! })),
    };
  }
}
