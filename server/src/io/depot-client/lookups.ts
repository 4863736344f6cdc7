import type { Delivery, InputFault, Need, Package, Repository } from '../../core/model.ts';
import type { Depot } from './depot.ts';
import { belowKey, type DepotSearch, deliveriesIn, impliedBy } from './depot-search.ts';
import type { SearchAnswer } from './search-answers.ts';
import type { Failure } from './transport.ts';

/** What looking up brought. */
export interface LookedUp {
  readonly deliveries: readonly Delivery[];
  /** True: the search does not work, and manifests are to be read instead. */
  readonly gaveUp: boolean;
}

/** Tells a version by name and version. */
type Versions = (name: string, version: string) => Package | undefined;

/** Looks up in a depot's search who delivers something, and remembers what it could not learn. */
export class Lookups {
  readonly #depot: Depot;
  readonly #indexed: Pick<Repository, 'packages'>;
  #faults: readonly InputFault[] = [];

  constructor(depot: Depot, indexed: Pick<Repository, 'packages'>) {
    this.#depot = depot;
    this.#indexed = indexed;
  }

  /** What could not be looked up, as of the last question. */
  get faults(): readonly InputFault[] {
    return this.#faults;
  }

  async deliveries(needs: ReadonlySet<Need>, signal: AbortSignal): Promise<LookedUp> {
    const ask = (search: DepotSearch, open: ReadonlySet<string>) => search.ask(open, signal);
    return this.#lookUp([...needs], ask, deliveriesIn, signal);
  }

  async below(directories: ReadonlySet<string>, signal: AbortSignal): Promise<LookedUp> {
    const byKey = new Map([...directories].map(one => [belowKey(one), one]));
    const named = (keys: ReadonlySet<string>) => [...keys].map(key => byKey.get(key) ?? '');
    const ask = (search: DepotSearch, open: ReadonlySet<string>) => search.askBelow(named(open), signal);
    return this.#lookUp(
      [...byKey.keys()],
      ask,
      (answer, key, of) => impliedBy(answer, byKey.get(key) ?? '', of),
      signal,
    );
  }

  async #lookUp(
    keys: readonly string[],
    ask: (search: DepotSearch, open: ReadonlySet<string>) => Promise<Failure | undefined>,
    read: (answer: SearchAnswer, key: string, of: Versions) => readonly Delivery[],
    signal: AbortSignal,
  ): Promise<LookedUp> {
    const deliveries: Delivery[] = [];
    const faults: InputFault[] = [];
    let gaveUp = false;
    for (const search of this.#depot.searches) {
      const failure = await this.#askOpen(search, keys, ask);
      if (failure?.unreachable === false) {
        this.#depot.giveUpSearch(search.publisher);
        gaveUp = true;
        continue;
      }
      const known = search.known(keys);
      if (failure)
        faults.push(
          this.#fault(
            keys.filter(key => !known.has(key)),
            failure.message,
          ),
        );
      const of = await this.#versions(search.publisher, known, signal);
      for (const [key, answer] of known) deliveries.push(...read(answer, key, of));
    }
    this.#faults = faults;
    return { deliveries, gaveUp };
  }

  /** Asks for what is not known, unless the depot is known not to answer. */
  async #askOpen(
    search: DepotSearch,
    keys: readonly string[],
    ask: (search: DepotSearch, open: ReadonlySet<string>) => Promise<Failure | undefined>,
  ): Promise<Failure | undefined> {
    const known = search.known(keys);
    const open = new Set(keys.filter(key => !known.has(key)));
    if (open.size === 0) return undefined;
    if (this.#depot.contact.failing) return { failure: true, unreachable: true, message: 'does not answer' };
    const failure = await ask(search, open);
    if (failure?.unreachable) this.#depot.contact.failed(failure);
    return failure;
  }

  async #versions(
    publisher: string,
    known: ReadonlyMap<string, SearchAnswer>,
    signal: AbortSignal,
  ): Promise<Versions> {
    const names = new Set([...known.values()].flatMap(answer => answer.map(([name]) => name)));
    const found = await this.#indexed.packages(names, signal);
    const all = [...found.values()].flat().filter(one => one.id.publisher === publisher);
    const byName = new Map(all.map(one => [`${one.id.name}@${one.id.version}`, one]));
    return (name, version) => byName.get(`${name}@${version}`);
  }

  #fault(keys: readonly string[], why: string): InputFault {
    const [first = ''] = keys;
    const more = keys.length > 1 ? ` and ${keys.length - 1} other paths` : '';
    const message = `${why}: who delivers ${first}${more} is not known; check again when it does`;
    return { code: 'unreachable', path: this.#depot.address.text, message };
  }
}
