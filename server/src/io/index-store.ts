import type { StatementSync } from 'node:sqlite';
import type { Delivery, InputFault, Package, PackageId, VariantSet } from '../core/model.ts';
import { directoryNeed, NAME_PREFIXES } from '../core/needs.ts';
import { type OpenIndex, rowJson } from './index-database.ts';
import { deliveryFrom, type PackageBody, packageBodyIn } from './index-rows.ts';

/** What an index knows of a publisher: of which state of its catalog, and what was wrong then. */
export interface IndexedPublisher {
  readonly stamp: string;
  readonly faults: readonly InputFault[];
}

/** How much an index knows. */
export interface IndexCounts {
  /** Names of packages. */
  readonly packages: number;
  /** Deliveries in all versions, directories and names left out. */
  readonly paths: number;
}

/** Bounds of a look below a directory: packages told, children looked at, rows of each. */
const MOST_BELOW = 32;
const MOST_CHILDREN = 64;
const MOST_OF_CHILD = 100;

const ALL_COUNTS = 'SELECT count(DISTINCT name) AS packages, total(last - first + 1) AS paths FROM package';

/** What is no path (`needs.ts`) has a prefix, so that the index of paths alone can count it. */
const OTHER_COUNT = `SELECT count(*) AS deliveries FROM delivery WHERE ${NAME_PREFIXES.map(
  prefix => `path >= '${prefix}:' AND path < '${prefix};'`,
).join(' OR ')}`;

interface Owner {
  readonly id: PackageId;
  readonly variants: VariantSet;
}

/** Most answers kept in memory; a tree asks some thousands. */
const MOST_REMEMBERED = 200_000;

/**
 * The persistent path -> package index of one repository, read side.
 *
 * Answers are remembered until `forget`, so that what was asked once costs a look into a map.
 * Every method but `forget` and `close` throws what SQLite throws.
 */
export class IndexStore {
  readonly open: OpenIndex;
  readonly #compare: (a: string | undefined, b: string | undefined) => number;
  readonly #statements: Readonly<Record<'path' | 'below' | 'owner' | 'name', StatementSync>>;
  readonly #paths = new Map<string, readonly Delivery[]>();
  readonly #below = new Map<string, readonly Delivery[]>();
  readonly #occupied = new Map<string, boolean>();
  readonly #names = new Map<string, readonly Package[]>();
  readonly #owners = new Map<number, Owner>();
  #counts: IndexCounts | undefined;

  constructor(open: OpenIndex, compare: (a: string | undefined, b: string | undefined) => number) {
    this.open = open;
    this.#compare = compare;
    const prepare = (sql: string) => open.database.prepare(sql);
    this.#statements = {
      path: prepare('SELECT package, kind, body FROM delivery WHERE path = ? ORDER BY id'),
      below: prepare('SELECT path, package FROM delivery WHERE path >= ? AND path < ? ORDER BY path LIMIT ?'),
      owner: prepare('SELECT publisher, name, version, body FROM package WHERE id = ?'),
      name: prepare(
        'SELECT publisher, version, body, last - first + 1 AS delivers FROM package WHERE name = ? ORDER BY publisher, version',
      ),
    };
  }

  /** Who delivers a path, in any version. */
  deliveries(path: string): readonly Delivery[] {
    const known = this.#paths.get(path);
    if (known) return known;
    const rows = this.#statements.path.all(path);
    const found = rows.map(row => {
      const owner = this.#owner(Number(row.package));
      return deliveryFrom(path, Number(row.kind), row.body as string | null, owner.id, owner.variants);
    });
    return remember(this.#paths, path, found);
  }

  /**
   * Implied deliveries of a directory, for at most 32 of the packages that deliver something below it.
   *
   * Goes from one child to the next, so that a child with thousands of files costs no more than any other.
   */
  below(directory: string): readonly Delivery[] {
    const known = this.#below.get(directory);
    if (known) return known;
    const names = new Set<string>();
    const found = new Map<number, Delivery>();
    for (const prefix of [`${directory}/`, `${directoryNeed(directory)}/`]) {
      for (const row of this.#samples(prefix)) {
        const id = Number(row.package);
        if (found.has(id)) continue;
        if (names.size >= MOST_BELOW) break;
        // What the package declares, and not the tags of this one path: others of it may lie there too.
        const { id: by, variants } = this.#owner(id);
        const tags = variants.size > 0 ? { variants } : {};
        names.add(by.name);
        found.set(id, { path: directoryNeed(directory), kind: 'dir', implied: true, package: by, ...tags });
      }
    }
    return remember(this.#below, directory, [...found.values()]);
  }

  /** Whether any path lies in a directory, at any depth. */
  isOccupied(directory: string): boolean {
    const known = this.#occupied.get(directory);
    if (known !== undefined) return known;
    const prefix = `${directory}/`;
    const found = this.#statements.below.all(prefix, after(prefix), 1).length > 0;
    return remember(this.#occupied, directory, found);
  }

  /** Some rows of each of the first children. */
  *#samples(prefix: string): Generator<Record<string, unknown>> {
    const end = after(prefix);
    let from = prefix;
    for (let child = 0; child < MOST_CHILDREN; child++) {
      const rows = this.#statements.below.all(from, end, MOST_OF_CHILD);
      yield* rows;
      const last = String(rows.at(-1)?.path ?? end);
      if (rows.length < MOST_OF_CHILD) return;
      const slash = last.indexOf('/', prefix.length);
      from = slash < 0 ? `${last}\0` : after(last.slice(0, slash + 1));
    }
  }

  /** Every version of a package, newest first. */
  packages(name: string): readonly Package[] {
    const known = this.#names.get(name);
    if (known) return known;
    const rows = this.#statements.name.all(name);
    const found = rows.map((row): Package => {
      const id = { name, version: String(row.version), publisher: String(row.publisher) };
      return { id, ...packageBodyIn(String(row.body)), delivers: Number(row.delivers) };
    });
    return remember(
      this.#names,
      name,
      found.sort((a, b) => this.#compare(b.id.version, a.id.version)),
    );
  }

  /** Publishers by name. */
  publishers(): ReadonlyMap<string, IndexedPublisher> {
    const rows = this.open.database.prepare('SELECT name, stamp, faults FROM publisher').all();
    return new Map(
      rows.map(row => [String(row.name), { stamp: String(row.stamp), faults: rowJson(String(row.faults)) }]),
    );
  }

  /** Faults of single manifests, as of when they were read. */
  packageFaults(): readonly InputFault[] {
    const rows = this.open.database
      .prepare('SELECT fault FROM package WHERE fault IS NOT NULL ORDER BY id')
      .all();
    return rows.map(row => rowJson(String(row.fault)));
  }

  /** Package names and deliveries known. */
  counts(): IndexCounts {
    if (this.#counts) return this.#counts;
    const all = this.open.database.prepare(ALL_COUNTS).get();
    const others = this.open.database.prepare(OTHER_COUNT).get();
    const paths = Number(all?.paths ?? 0) - Number(others?.deliveries ?? 0);
    this.#counts = { packages: Number(all?.packages ?? 0), paths };
    return this.#counts;
  }

  /** Drops what is remembered: the index was changed. */
  forget(): void {
    this.#counts = undefined;
    this.#paths.clear();
    this.#below.clear();
    this.#occupied.clear();
    this.#names.clear();
    this.#owners.clear();
  }

  close(): void {
    this.forget();
    if (this.open.database.isOpen) this.open.database.close();
  }

  #owner(id: number): Owner {
    const known = this.#owners.get(id);
    if (known) return known;
    const row = this.#statements.owner.get(id);
    const body: PackageBody = packageBodyIn(String(row?.body ?? '{}'));
    const owner = {
      id: { name: String(row?.name), version: String(row?.version), publisher: String(row?.publisher) },
      variants: body.variants,
    };
    this.#owners.set(id, owner);
    return owner;
  }
}

/** The first string behind all that begin with this prefix, which ends in a slash. */
function after(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}

function remember<T>(memory: Map<string, T>, key: string, value: T): T {
  if (memory.size >= MOST_REMEMBERED) memory.clear();
  memory.set(key, value);
  return value;
}
