import type { DepotCache } from './depot-cache.ts';

/** Whether the search of each publisher works, as it was tried for one state of its catalog. */
export class SearchModes {
  readonly #cache: DepotCache;

  constructor(cache: DepotCache) {
    this.#cache = cache;
  }

  /** `undefined`: it was not tried for this state. */
  get(publisher: string, stamp: string): boolean | undefined {
    const text = this.#cache.read('state', key(publisher))?.text;
    if (text === `${stamp} works`) return true;
    return text === `${stamp} fails` ? false : undefined;
  }

  set(publisher: string, stamp: string, works: boolean): void {
    this.#cache.write('state', { key: key(publisher), text: `${stamp} ${works ? 'works' : 'fails'}` });
  }
}

function key(publisher: string): string {
  return `search ${publisher}`;
}
