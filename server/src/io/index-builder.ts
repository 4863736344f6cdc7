import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { InputFault, Manifest, Package } from '../core/model.ts';
import { type OpenIndex, rowJson, whenFree } from './index-database.ts';
import { deliveryBody, kindNumber, packageBody } from './index-rows.ts';

/** One version of a package that a repository has now. */
export interface WantedVersion {
  readonly name: string;
  readonly version: string;
  /** Another value means another manifest. */
  readonly signature: string;
}

/** What an index is made of: one publisher of a repository. */
export interface PublisherSource {
  readonly name: string;
  /** Changes with its catalog; taken before anything is read. */
  readonly stamp: string;
  /** Changes with manifests that could not be read the last time. */
  stampOf(faulty: readonly string[]): string;
  /** Reads the catalog. */
  read(): CatalogAnswer | Promise<CatalogAnswer>;
  /** Reads one version: what the index keeps of it, and what is wrong with it. */
  load(version: WantedVersion): LoadedVersion | Promise<LoadedVersion>;
}

/** What the catalog of a publisher says. */
export interface CatalogAnswer {
  readonly versions: readonly WantedVersion[];
  readonly faults: readonly InputFault[];
}

/** What an index keeps of one version of a package. */
export interface LoadedVersion {
  readonly package: Package;
  readonly deliveries: Manifest['deliveries'];
  readonly fault?: InputFault;
}

/** How a build gets on: package versions read, and how many there are to read in this publisher. */
export type BuildProgress = (done: number, total: number) => void;

/** Milliseconds of work between two turns of the event loop. */
const SLICE = 12;

/** Rows after which the time is looked at. */
const SOME_ROWS = 256;

/**
 * Brings an index up to date, reading only what is new or changed. Answers whether it changed.
 *
 * All of it is one transaction that this process alone may write: nothing half-written is ever seen, and a
 * process that dies leaves the index as it was. Whoever waits for the lock finds the work done.
 */
export async function buildIndex(
  index: OpenIndex,
  sources: readonly PublisherSource[],
  progress: BuildProgress,
  signal: AbortSignal,
): Promise<boolean> {
  const { database } = index;
  await whenFree(() => database.exec('BEGIN IMMEDIATE'), signal);
  try {
    const build = new Build(index, progress, signal);
    const changed = await build.run(sources);
    database.exec(changed ? 'COMMIT' : 'ROLLBACK');
    return changed;
  } catch (error) {
    if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** The stamp that an up-to-date index has for a publisher whose manifests at `faulty` could not be read. */
export function currentStamp(source: PublisherSource, faulty: readonly string[]): string {
  return faulty.length === 0 ? source.stamp : `${source.stamp} ${source.stampOf(faulty)}`;
}

/** Paths of a publisher's manifests that could not be read the last time. */
export function faultyPaths(database: DatabaseSync, publisher: string): readonly string[] {
  const rows = database
    .prepare('SELECT fault FROM package WHERE publisher = ? AND fault IS NOT NULL ORDER BY id')
    .all(publisher);
  return rows.map(row => rowJson<InputFault>(String(row.fault)).path);
}

interface StoredVersion {
  readonly id: number;
  readonly signature: string;
  readonly faulty: boolean;
}

class Build {
  readonly #index: OpenIndex;
  readonly #progress: BuildProgress;
  readonly #signal: AbortSignal;
  readonly #insertPackage: StatementSync;
  readonly #insertDelivery: StatementSync;
  #next: number;
  #sliceEnds = performance.now() + SLICE;

  constructor(index: OpenIndex, progress: BuildProgress, signal: AbortSignal) {
    this.#index = index;
    this.#progress = progress;
    this.#signal = signal;
    const { database } = index;
    this.#insertPackage = database.prepare(
      `INSERT INTO package (publisher, name, version, signature, body, first, last, fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertDelivery = database.prepare(
      'INSERT INTO delivery (id, package, path, kind, body) VALUES (?, ?, ?, ?, ?)',
    );
    this.#next =
      Number(database.prepare('SELECT coalesce(max(id), 0) AS last FROM delivery').get()?.last) + 1;
  }

  async run(sources: readonly PublisherSource[]): Promise<boolean> {
    const { database } = this.#index;
    const stamps = new Map(
      database
        .prepare('SELECT name, stamp FROM publisher')
        .all()
        .map(row => [String(row.name), row.stamp]),
    );
    let changed = false;
    for (const name of stamps.keys()) {
      if (sources.some(source => source.name === name)) continue;
      for (const stored of this.#stored(name).values()) this.#remove(stored.id);
      database.prepare('DELETE FROM publisher WHERE name = ?').run(name);
      changed = true;
    }
    for (const source of sources) {
      if (stamps.get(source.name) === this.#stamp(source)) continue;
      await this.#update(source);
      changed = true;
    }
    return changed;
  }

  async #update(source: PublisherSource): Promise<void> {
    const answer = source.read();
    const { versions, faults } = answer instanceof Promise ? await answer : answer;
    const gone = this.#stored(source.name);
    const added: WantedVersion[] = [];
    for (const version of versions) {
      const key = `${version.name}@${version.version}`;
      const stored = gone.get(key);
      if (stored && stored.signature === version.signature && !stored.faulty) gone.delete(key);
      else added.push(version);
    }
    for (const { id } of gone.values()) {
      this.#remove(id);
      await this.#breathe();
    }
    for (const [done, version] of added.entries()) {
      const loaded = source.load(version);
      await this.#insert(source, version, loaded instanceof Promise ? await loaded : loaded);
      this.#progress(done + 1, added.length);
      await this.#breathe();
    }
    this.#index.database
      .prepare('INSERT OR REPLACE INTO publisher (name, stamp, faults) VALUES (?, ?, ?)')
      .run(source.name, this.#stamp(source), JSON.stringify(faults));
  }

  #stamp(source: PublisherSource): string {
    return currentStamp(source, faultyPaths(this.#index.database, source.name));
  }

  #stored(publisher: string): Map<string, StoredVersion> {
    const sql =
      'SELECT id, name, version, signature, fault IS NOT NULL AS faulty FROM package WHERE publisher = ?';
    const rows = this.#index.database.prepare(sql).all(publisher);
    return new Map(
      rows.map(row => [
        `${row.name}@${row.version}`,
        { id: Number(row.id), signature: String(row.signature), faulty: row.faulty === 1 },
      ]),
    );
  }

  #remove(id: number): void {
    const { database } = this.#index;
    database
      .prepare(
        'DELETE FROM delivery WHERE id BETWEEN (SELECT first FROM package WHERE id = ?1) AND (SELECT last FROM package WHERE id = ?1)',
      )
      .run(id);
    database.prepare('DELETE FROM package WHERE id = ?').run(id);
  }

  async #insert(source: PublisherSource, version: WantedVersion, loaded: LoadedVersion): Promise<void> {
    const first = this.#next;
    const last = first + loaded.deliveries.length - 1;
    const { variants } = loaded.package;
    const fault = loaded.fault ? JSON.stringify(loaded.fault) : null;
    const id = this.#insertPackage.run(
      source.name,
      version.name,
      version.version,
      version.signature,
      packageBody(loaded.package),
      first,
      last,
      fault,
    ).lastInsertRowid;
    for (const delivery of loaded.deliveries) {
      if (this.#next % SOME_ROWS === 0) await this.#breathe();
      const body = deliveryBody(delivery, variants);
      this.#insertDelivery.run(this.#next++, id, delivery.path, kindNumber(delivery.kind), body);
    }
  }

  async #breathe(): Promise<void> {
    if (performance.now() < this.#sliceEnds) return;
    await turn();
    this.#signal.throwIfAborted();
    this.#sliceEnds = performance.now() + SLICE;
  }
}
