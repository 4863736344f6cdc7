import type { Places } from './need-record.ts';

/**
 * Answers about places, remembered: thousands of records share their lists (`RecordMaker`), and are asked the same.
 * Of one list of files, or of paths, the last answer is kept.
 */
export class ByPlaces<T> {
  readonly #known = new Map<readonly string[], Known<T>>();

  /** `under`: what the answer depends on beside the places. */
  of({ files, directories, whole }: Places, under: unknown, make: () => T): T {
    const list = whole.length > 0 ? whole : files;
    let known = this.#known.get(list);
    if (!known || known.directories !== directories || known.under !== under) {
      known = { directories, under, answer: make() };
      this.#known.set(list, known);
    }
    return known.answer;
  }
}

interface Known<T> {
  readonly directories: readonly string[];
  readonly under: unknown;
  readonly answer: T;
}
