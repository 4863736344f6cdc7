import type { Need } from './model.ts';

/**
 * Makes equal lists of needs the same array, so that they can be told apart without comparing them. A list that
 * was seen before is known by itself: catchers that share their lists cost nothing here.
 */
export class SharedNeeds {
  readonly #byList = new WeakMap<readonly Need[], readonly Need[]>();
  readonly #byText = new Map<string, readonly Need[]>();

  /** The first list that was equal to this one. */
  of(list: readonly Need[]): readonly Need[] {
    const known = this.#byList.get(list);
    if (known) return known;
    const text = list.join('\0');
    const first = this.#byText.get(text) ?? list;
    if (first === list) this.#byText.set(text, list);
    this.#byList.set(list, first);
    return first;
  }
}
