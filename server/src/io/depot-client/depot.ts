import type { InputFault, PackageId } from '../../core/model.ts';
import type { PublisherSource } from '../index-builder.ts';
import type { DepotAddress } from './address.ts';
import { copiedCatalog, syncCatalog } from './catalog-sync.ts';
import { Contact } from './contact.ts';
import { type DepotCache, nameOf } from './depot-cache.ts';
import { offers, operationsIn } from './depot-facts.ts';
import { DepotFiles, LIMITS } from './depot-files.ts';
import { DepotPublisher, keyOf } from './depot-publisher.ts';
import { DepotSearch } from './depot-search.ts';
import { fetchManifests } from './manifest-fetch.ts';
import { publisherNames } from './publisher-names.ts';
import { SearchAnswers } from './search-answers.ts';
import { SearchModes } from './search-modes.ts';
import { type Failure, refusal, type Transport } from './transport.ts';

/** A depot, as the copy on disk has it; `sync` brings the copy up to date. Only methods with a signal use the network. */
export class Depot {
  readonly address: DepotAddress;
  readonly transport: Transport;
  readonly contact: Contact;
  /** Seconds until the depot wants to be asked again, where it says so. */
  maxAge: number | undefined;
  /** What is wrong beside that it cannot be reached. */
  faults: readonly InputFault[] = [];
  readonly #files: DepotFiles;
  readonly #cache: DepotCache;
  readonly #modes: SearchModes;
  /** True when every manifest was read that is to be read. */
  complete = false;
  #publishers: readonly DepotPublisher[] = [];
  #searches = new Map<string, DepotSearch>();
  #failure: Failure | undefined;
  #added = new Map<string, Set<string>>();
  /** Publishers with versions that matter and that nobody read before. */
  readonly #wanted = new Set<string>();

  /** `offline`: it is never asked. */
  constructor(address: DepotAddress, transport: Transport, cache: DepotCache, offline = false) {
    this.address = address;
    this.transport = transport;
    this.#cache = cache;
    this.#files = new DepotFiles(transport, cache);
    this.contact = new Contact(cache, offline);
    this.#modes = new SearchModes(cache);
    this.#load();
  }

  /** True when all of a catalog was copied at some time. */
  get hasCopy(): boolean {
    return this.#publishers.length > 0;
  }

  /** What there is to know that is no fault. */
  get note(): string | undefined {
    const notes = [this.hasCopy ? this.contact.note : undefined, this.#cache.note];
    return notes.filter(one => one !== undefined).join('. ') || undefined;
  }

  /** The publishers in search order, as the copy has them; a fault where there is none. */
  sources(): readonly PublisherSource[] | InputFault {
    if (this.hasCopy) return this.#publishers.map(one => one.source());
    const why = this.#failure?.message ?? this.contact.message;
    return this.#fault(why ?? 'has not answered yet; what it delivers is known when it does');
  }

  /** Searches of those publishers whose files are looked up so. */
  get searches(): readonly DepotSearch[] {
    return [...this.#searches.values()];
  }

  /** Whether the search of a publisher is what tells its files. */
  isSearched(publisher: string | undefined): boolean {
    return publisher !== undefined && this.#searches.has(publisher);
  }

  /** Brings the copies of the catalogs up to date. Answers whether they changed. */
  async sync(signal: AbortSignal): Promise<boolean> {
    if (this.contact.offline) return false;
    this.transport.forgetPreference();
    const before = this.#publishers.map(one => `${one.copy.stamp} ${one.searched}`).join();
    const failure = await this.#syncAll(signal);
    this.#failure = failure;
    if (failure?.unreachable || (failure?.status ?? 0) >= 500) this.contact.failed(failure as Failure);
    else if (!failure) this.contact.succeeded();
    else this.faults = [this.#fault(failure.message)];
    this.#load();
    if (failure) this.#noteUnknown(failure);
    return this.#publishers.map(one => `${one.copy.stamp} ${one.searched}`).join() !== before;
  }

  /** Looks again whether every manifest is there. */
  check(): boolean {
    this.complete = this.#wanted.size === 0 && this.#publishers.every(one => one.complete);
    return this.complete;
  }

  /** Fetches the manifests that files are looked up in. Answers whether any came. */
  async fetchManifests(
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<boolean> {
    let fetched = 0;
    for (const publisher of this.#publishers) {
      if (publisher.complete && !this.#added.has(publisher.name)) continue;
      const places = publisher.wanted(this.#added.get(publisher.name) ?? new Set());
      const answer = await fetchManifests(this.#files, publisher, places, progress, signal);
      fetched += answer.fetched;
      if (answer.failure) {
        this.contact.failed(answer.failure);
        break;
      }
      this.#added.delete(publisher.name);
      this.#wanted.delete(publisher.name);
    }
    this.check();
    if (fetched > 0)
      this.#cache.keepOnly('manifest', new Set(this.#publishers.flatMap(one => one.fileNames())));
    return fetched > 0;
  }

  /** Notes versions of which it matters what they deliver; answers whether manifests are to be read for that. */
  want(versions: readonly PackageId[]): boolean {
    for (const publisher of this.#publishers) {
      const unread = publisher.unread(versions.filter(one => one.publisher === publisher.name));
      if (unread.length === 0) continue;
      this.#added.set(publisher.name, new Set([...(this.#added.get(publisher.name) ?? []), ...unread]));
      this.#wanted.add(publisher.name);
    }
    return this.#wanted.size > 0 && !this.check();
  }

  /** From now on the files of a publisher are looked up in its manifests, until its catalog changes. */
  giveUpSearch(publisher: string): void {
    const stamp = this.#publishers.find(one => one.name === publisher)?.copy.stamp;
    if (stamp === undefined) return;
    this.#modes.set(publisher, stamp, false);
    this.#load();
  }

  /** Gives back the memory that catalogs took. */
  forget(): void {
    for (const publisher of this.#publishers) publisher.forget();
  }

  close(): void {
    this.transport.close();
  }

  /** Publishers of which there is no copy must not seem to have no packages. */
  #noteUnknown({ message }: Failure): void {
    const unknown = this.#order().filter(name => !this.#publishers.some(one => one.name === name));
    if (unknown.length === 0) return;
    this.faults = [this.#fault(`${message}; nothing is known of the packages of ${unknown.join(', ')}`)];
  }

  #fault(message: string): InputFault {
    return { code: 'unreachable', path: this.address.text, message };
  }

  async #syncAll(signal: AbortSignal): Promise<Failure | undefined> {
    const [versions, publishers] = await Promise.all([
      this.#files.fetch('versions/0/', LIMITS.small, signal, { keep: false }),
      this.#files.fetch('publisher/0/', LIMITS.small, signal, { keep: false }),
    ]);
    if ('failure' in versions) return asNoDepot(versions);
    const operations = operationsIn(versions.text);
    if (!operations)
      return refusal('is no IPS depot (versions/0 is not answered as by one); correct the address');
    if (!offers(operations, 'catalog', '1') || !offers(operations, 'manifest', '0')) {
      return refusal('offers no catalog (it is a mirror, perhaps); name the depot that it mirrors');
    }
    const ordered = await publisherNames(this.#files, this.address, publishers, operations, signal);
    if ('failure' in ordered) return ordered;
    this.#files.keep({ key: ORDER, text: JSON.stringify(ordered) });
    return this.#syncCatalogs(ordered, offers(operations, 'search', '1'), signal);
  }

  async #syncCatalogs(
    names: readonly string[],
    search: boolean,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const updates = await Promise.all(names.map(name => this.#syncCatalog(name, names.length === 1, signal)));
    const faults: InputFault[] = [];
    for (const [index, update] of updates.entries()) {
      const name = names[index] ?? '';
      if ('failure' in update) {
        if (update.unreachable || (update.status ?? 0) >= 500) return update;
        faults.push(this.#fault(`${update.message} (publisher ${name})`));
        continue;
      }
      this.maxAge = update.maxAge;
      const added = update.added.slice(0, MOST_ADDED).map(keyOf);
      if (added.length > 0) this.#added.set(name, new Set([...(this.#added.get(name) ?? []), ...added]));
      await this.#decideMode(name, search, signal);
    }
    this.faults = faults;
    this.#load();
    const [fault] = faults;
    if (fault && !this.hasCopy) return refusal(fault.message);
    this.#clean();
    return undefined;
  }

  /** Where a depot has one publisher, that may be no part of its paths. */
  async #syncCatalog(name: string, single: boolean, signal: AbortSignal): ReturnType<typeof syncCatalog> {
    const update = await syncCatalog(this.#files, name, signal);
    if (!single || !('failure' in update) || (update.status !== 404 && update.status !== 400)) return update;
    const { transport } = this;
    transport.plain = transport.plain === undefined ? name : undefined;
    const other = await syncCatalog(this.#files, name, signal);
    if (!('failure' in other)) return other;
    transport.plain = undefined;
    return update;
  }

  /** Tries the search of a publisher once for each state of its catalog. */
  async #decideMode(name: string, offered: boolean, signal: AbortSignal): Promise<void> {
    const copy = copiedCatalog(this.#files, name);
    if (!copy || this.#modes.get(name, copy.stamp) !== undefined) return;
    const wrong = offered ? await this.#searchOf(name, copy.stamp).probe(signal) : { unreachable: false };
    if (!wrong?.unreachable) this.#modes.set(name, copy.stamp, wrong === undefined);
  }

  #searchOf(name: string, stamp: string): DepotSearch {
    return new DepotSearch(name, this.transport, new SearchAnswers(this.#cache, name, stamp));
  }

  /** Takes over what is on disk; what did not change stays as it is. */
  #load(): void {
    const before = this.#publishers;
    const copies = this.#order().flatMap(name => copiedCatalog(this.#files, name) ?? []);
    this.#publishers = copies.map(copy => {
      const searched = this.#modes.get(copy.publisher, copy.stamp) ?? false;
      const same = before.find(one => one.copy.stamp === copy.stamp && one.name === copy.publisher);
      if (same?.searched === searched) return same;
      return new DepotPublisher(copy, searched, this.#cache, this.address.text);
    });
    const searches = new Map<string, DepotSearch>();
    for (const { name, copy, searched } of this.#publishers) {
      if (!searched) continue;
      const same = this.#publishers.every((one, index) => one === before[index])
        ? this.#searches.get(name)
        : undefined;
      searches.set(name, same ?? this.#searchOf(name, copy.stamp));
    }
    this.#searches = searches;
    for (const name of this.#wanted)
      if (!copies.some(one => one.publisher === name)) this.#wanted.delete(name);
    this.check();
  }

  #order(): readonly string[] {
    try {
      const names: unknown = JSON.parse(this.#files.kept(ORDER)?.text ?? '[]');
      return Array.isArray(names) ? names.filter(name => typeof name === 'string') : [];
    } catch {
      return [];
    }
  }

  /** Removes what belongs to catalogs of before. */
  #clean(): void {
    this.#cache.keepOnly('part', new Set(this.#publishers.flatMap(one => one.copy.keys).map(nameOf)));
    this.#cache.keepOnlyLines(this.#publishers.map(({ name, copy }) => `${name} ${copy.stamp}`));
  }
}

const ORDER = 'publishers';
const MOST_ADDED = 500;

function asNoDepot(failure: Failure): Failure {
  if (failure.status !== 404) return failure;
  return refusal('is no IPS depot (there is no versions/0 below this address); correct the address');
}
