import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultHook } from './fault-points.ts';
import { StoreError, storeFault } from './store-fault.ts';
import { inodeOf, setAside } from './store-place.ts';

/** Values that a store takes from outside. */
export interface StoreSource {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 32 random hexadecimal digits. */
  readonly random: () => string;
  readonly fault?: FaultHook;
}

/** Prepares a statement, once for each text. */
export type Sql = (text: string) => StatementSync;

/** A change that waits for its transaction. */
interface Unit {
  readonly change: (sql: Sql) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** A process that writes for longer than this, in milliseconds, is reported. */
const LONGEST_WAIT = 30_000;

/**
 * An open store. The other files of the store are functions of it.
 *
 * Changes that are asked for at the same time share one transaction, and each of them is on the disk when
 * its promise resolves.
 */
export class SiteStore {
  readonly file: string;
  readonly source: StoreSource;
  readonly #database: DatabaseSync;
  readonly #inode: number;
  readonly #statements = new Map<string, StatementSync>();
  readonly #closing = new AbortController();
  #waiting: Unit[] = [];
  #flushing: Promise<void> | undefined;
  #stirred = 0;
  /** Set once the file is damaged: it is closed then. */
  #damage: StoreError | undefined;

  constructor(database: DatabaseSync, file: string, source: StoreSource) {
    this.#database = database;
    this.#inode = inodeOf(file) ?? 0;
    this.file = file;
    this.source = source;
  }

  /** Asks something, in one view of the store. */
  async read<T>(query: (sql: Sql) => T): Promise<T> {
    try {
      return await whenFree(() => this.#inTransaction('BEGIN', () => query(this.#sql)), this.#closing.signal);
    } catch (error) {
      throw this.#storeError(error);
    }
  }

  /** Changes something; what `change` gives is on the disk when the promise resolves. */
  write<T>(change: (sql: Sql) => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ change, resolve, reject });
    this.#flushing ??= new Promise<void>(setImmediate).then(() => this.#flush());
    return promise as Promise<T>;
  }

  /** Another text whenever another process changed something, or this one what is asked for (`stir`). */
  changes(): string {
    try {
      return `${this.#sql('PRAGMA data_version').get()?.data_version} ${this.#stirred}`;
    } catch (error) {
      throw this.#storeError(error);
    }
  }

  /** Tells a driver of this process that something was asked for: SQLite tells only of other connections. */
  stir(): void {
    this.#stirred++;
  }

  /** Waits for changes under way, and closes. */
  async close(): Promise<void> {
    await this.#flushing;
    this.#closing.abort();
    if (this.#database.isOpen) this.#database.close();
  }

  readonly #sql: Sql = text => {
    const known = this.#statements.get(text);
    if (known) return known;
    const made = this.#database.prepare(text);
    this.#statements.set(text, made);
    return made;
  };

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const units = this.#waiting;
      this.#waiting = [];
      try {
        const outcomes = await whenFree(() => this.#commit(units), this.#closing.signal);
        this.source.fault?.('store:after-commit');
        for (const [index, outcome] of outcomes.entries()) settle(units[index]!, outcome);
      } catch (error) {
        const fault = this.#storeError(error);
        for (const unit of units) unit.reject(fault);
      }
    }
    this.#flushing = undefined;
  }

  #commit(units: readonly Unit[]): readonly Outcome[] {
    return this.#inTransaction('BEGIN IMMEDIATE', () => {
      this.source.fault?.('store:begun');
      const outcomes = units.map(unit => this.#attempt(unit));
      this.source.fault?.('store:before-commit');
      return outcomes;
    });
  }

  /** A bug in one change must not take the others with it; a failure of the disk takes them all. */
  #attempt(unit: Unit): Outcome {
    this.#database.exec('SAVEPOINT unit');
    try {
      const value = unit.change(this.#sql);
      this.#database.exec('RELEASE unit');
      return { value };
    } catch (error) {
      if (isOfSqlite(error) && !isConstraint(error)) throw error;
      this.#database.exec('ROLLBACK TO unit; RELEASE unit');
      return { error };
    }
  }

  #inTransaction<T>(begin: string, work: () => T): T {
    this.#database.exec(begin);
    try {
      const value = work();
      this.#database.exec('COMMIT');
      return value;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full.
    }
  }

  /** What is not SQLite's is thrown on as it is. */
  #storeError(error: unknown): unknown {
    if (this.#damage) return this.#damage;
    if (!isOfSqlite(error)) return error;
    const fault = storeFault(error, this.file);
    if (fault.code !== 'damaged' || isSound(this.#database)) return new StoreError(fault);
    this.#database.close();
    this.#damage = new StoreError(setAside(this.file, this.#inode, this.source.now(), messageOf(error)));
    return this.#damage;
  }
}

/** Whether SQLite finds nothing wrong in a whole file. Looks at all of it: only when something is wrong. */
export function isSound(database: DatabaseSync): boolean {
  try {
    return database.prepare('PRAGMA integrity_check(1)').get()?.integrity_check === 'ok';
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return (error as Error).message;
}

/** Calls as soon as no other process holds the lock that the call needs; the event loop goes on meanwhile. */
export async function whenFree<T>(call: () => T, signal: AbortSignal): Promise<T> {
  let waited = 0;
  for (let wait = 5; ; wait = Math.min(wait * 2, 250)) {
    signal.throwIfAborted();
    try {
      return call();
    } catch (error) {
      if (!isBusy(error) || waited > LONGEST_WAIT) throw error;
    }
    await pause(wait, undefined, { signal });
    waited += wait;
  }
}

function settle(unit: Unit, outcome: Outcome): void {
  if ('error' in outcome) unit.reject(outcome.error);
  else unit.resolve(outcome.value);
}

function isOfSqlite(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_SQLITE_ERROR';
}

function primaryCode(error: unknown): number {
  return isOfSqlite(error) ? ((error as { errcode?: number }).errcode ?? 0) & 0xff : 0;
}

function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === 5 || code === 6;
}

function isConstraint(error: unknown): boolean {
  return primaryCode(error) === 19;
}
