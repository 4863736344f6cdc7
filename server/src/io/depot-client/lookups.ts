import type { Delivery, InputFault, Need, Package, Repository } from '../../core/model.ts';
import type { Depot } from './depot.ts';
import { belowKey, type DepotSearch, deliveriesIn, impliedBy } from './depot-search.ts';
import type { SearchAnswer } from './search-answers.ts';
import type { Failure } from './transport.ts';
import { SILENT, whileHeard } from './waiting.ts';

/** What looking up brought. */
export interface LookedUp {
  readonly deliveries: readonly Delivery[];
  /** True: the search does not work, and manifests are to be read instead. */
  readonly gaveUp: boolean;
}

/** Asks one search for what is not known. */
type Ask = (
  search: DepotSearch,
  open: ReadonlySet<string>,
  signal: AbortSignal,
) => Promise<Failure | undefined>;

/** Tells a version by name and version. */
type Versions = (name: string, version: string) => Package | undefined;

/** Looks up in a depot's search who delivers something, and remembers what it could not learn. */
export class Lookups {
  readonly #depot: Depot;
  readonly #quiet: number;
  readonly #indexed: Pick<Repository, 'packages'>;
  /** What was read of answers: publisher and key -> deliveries. */
  readonly #read = new Map<string, readonly Delivery[]>();
  /** What could not be asked. */
  readonly #unknown = new Set<string>();

  /** A search that is silent for `quiet` milliseconds counts as gone. */
  constructor(depot: Depot, indexed: Pick<Repository, 'packages'>, quiet: number) {
    this.#depot = depot;
    this.#quiet = quiet;
    this.#indexed = indexed;
  }

  /** What could not be looked up while the depot does not answer. */
  get faults(): readonly InputFault[] {
    const [first = ''] = this.#unknown;
    if (first === '' || !this.#depot.contact.failing) return [];
    const more = this.#unknown.size > 1 ? ` and ${this.#unknown.size - 1} others` : '';
    const why = this.#depot.contact.message ?? 'does not answer';
    const message = `${why}: who delivers ${first}${more} is not known; check again when it answers`;
    return [{ code: 'unreachable', path: this.#depot.address.text, message }];
  }

  /** True once after the depot came back, when there were things that it could not be asked. */
  recovered(): boolean {
    if (this.#depot.contact.failing || this.#unknown.size === 0) return false;
    this.#unknown.clear();
    return true;
  }

  /** Versions may have come or gone. */
  forget(): void {
    this.#read.clear();
  }

  async deliveries(needs: ReadonlySet<Need>, signal: AbortSignal): Promise<LookedUp> {
    const ask: Ask = (search, open, stop) => search.ask(open, stop);
    return this.#lookUp([...needs], ask, deliveriesIn, signal);
  }

  async below(directories: ReadonlySet<string>, signal: AbortSignal): Promise<LookedUp> {
    const byKey = new Map([...directories].map(one => [belowKey(one), one]));
    const named = (keys: ReadonlySet<string>) => [...keys].map(key => byKey.get(key) ?? '');
    const ask: Ask = (search, open, stop) => search.askBelow(named(open), stop);
    return this.#lookUp(
      [...byKey.keys()],
      ask,
      (answer, key, of) => impliedBy(answer, byKey.get(key) ?? '', of),
      signal,
    );
  }

  async #lookUp(
    keys: readonly string[],
    ask: Ask,
    read: (answer: SearchAnswer, key: string, of: Versions) => readonly Delivery[],
    signal: AbortSignal,
  ): Promise<LookedUp> {
    const answers = await Promise.all(
      this.#depot.searches.map(async search => {
        const failure = await this.#askOpen(search, keys, ask, signal);
        if (failure?.unreachable === false) {
          this.#depot.giveUpSearch(search.publisher);
          return undefined;
        }
        const known = search.known(keys);
        for (const key of keys) if (!known.has(key)) this.#unknown.add(key);
        return this.#deliveriesIn(search.publisher, known, read, signal);
      }),
    );
    const deliveries = answers.flatMap(answer => answer ?? []);
    return { deliveries, gaveUp: answers.includes(undefined) };
  }

  async #deliveriesIn(
    publisher: string,
    known: ReadonlyMap<string, SearchAnswer>,
    read: (answer: SearchAnswer, key: string, of: Versions) => readonly Delivery[],
    signal: AbortSignal,
  ): Promise<readonly Delivery[]> {
    const unread = new Map([...known].filter(([key]) => !this.#read.has(`${publisher} ${key}`)));
    if (unread.size > 0) {
      const of = await this.#versions(publisher, unread, signal);
      for (const [key, answer] of unread) this.#read.set(`${publisher} ${key}`, read(answer, key, of));
    }
    return [...known.keys()].flatMap(key => this.#read.get(`${publisher} ${key}`) ?? []);
  }

  /** Asks for what is not known, unless the depot is known not to answer. */
  async #askOpen(
    search: DepotSearch,
    keys: readonly string[],
    ask: Ask,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const known = search.known(keys);
    const open = new Set(keys.filter(key => !known.has(key)));
    if (open.size === 0) return undefined;
    if (this.#depot.contact.failing) return SILENT;
    const { transport, contact } = this.#depot;
    const work = async (stop: AbortSignal) => (await ask(search, open, stop)) ?? 'answered';
    const answer = (await whileHeard(transport, this.#quiet, signal, work)) ?? SILENT;
    if (answer === 'answered') return undefined;
    if (answer.unreachable) contact.failed(answer);
    return answer;
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
}
