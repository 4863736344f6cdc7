import type { Need } from './model.ts';
import { gridsOf } from './need-grid.ts';

/**
 * Makes equal lists of needs the same array, so that they can be told apart without comparing them. A list that
 * was seen before is known by itself: catchers that share their lists cost nothing here. Lists made of the same
 * grids (`need-grid.ts`) are equal.
 */
export class SharedNeeds {
  readonly #byList = new WeakMap<readonly Need[], readonly Need[]>();
  readonly #byText = new Map<string, readonly Need[]>();
  readonly #directories = new WeakMap<readonly string[], number>();
  readonly #numbers = new Map<string, number>();

  /** The first list that was equal to this one. */
  of(list: readonly Need[]): readonly Need[] {
    const known = this.#byList.get(list);
    if (known) return known;
    const text = this.#textOf(list);
    const first = this.#byText.get(text) ?? list;
    if (first === list) this.#byText.set(text, list);
    this.#byList.set(list, first);
    return first;
  }

  #textOf(list: readonly Need[]): string {
    return gridsOf(list)
      .map(({ directories, files }) => `${this.#numberOf(directories)}\0${files.join('\0')}`)
      .join('\0\0');
  }

  /** Equal for equal directories, which lists mostly share. */
  #numberOf(directories: readonly string[]): number {
    const known = this.#directories.get(directories);
    if (known !== undefined) return known;
    const text = directories.join('\0');
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    this.#directories.set(directories, number);
    return number;
  }
}
