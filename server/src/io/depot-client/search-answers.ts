import type { DepotCache } from './depot-cache.ts';

/** What a depot's search said of one need: the actions by version, as texts; none where only the package is known. */
export type SearchAnswer = readonly (readonly [name: string, version: string, action: string])[];

/** What was asked of a publisher's search while its catalog is the same, kept on disk. */
export class SearchAnswers {
  readonly #cache: DepotCache;
  readonly #file: string;
  readonly #known = new Map<string, SearchAnswer>();
  #read = false;

  /** `stamp`: of the catalog; with another one nothing is known. */
  constructor(cache: DepotCache, publisher: string, stamp: string) {
    this.#cache = cache;
    this.#file = `${publisher} ${stamp}`;
  }

  /** The name of what is kept, for those that throw away the rest. */
  get file(): string {
    return this.#file;
  }

  get(key: string): SearchAnswer | undefined {
    if (!this.#read) this.#load();
    return this.#known.get(key);
  }

  add(answers: ReadonlyMap<string, SearchAnswer>): void {
    for (const [key, answer] of answers) this.#known.set(key, answer);
    this.#cache.append(
      this.#file,
      [...answers].map(one => JSON.stringify(one)),
    );
  }

  #load(): void {
    this.#read = true;
    for (const line of this.#cache.lines(this.#file)) {
      const entry = readLine(line);
      if (entry) this.#known.set(entry[0], entry[1]);
    }
  }
}

function readLine(line: string): readonly [string, SearchAnswer] | undefined {
  try {
    const [key, answer]: readonly unknown[] = JSON.parse(line);
    return typeof key === 'string' && isAnswer(answer) ? [key, answer] : undefined;
  } catch {
    return undefined;
  }
}

function isAnswer(value: unknown): value is SearchAnswer {
  return (
    Array.isArray(value) &&
    value.every(row => Array.isArray(row) && row.length === 3 && row.every(one => typeof one === 'string'))
  );
}
