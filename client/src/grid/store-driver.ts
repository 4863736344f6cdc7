import type { ProcessIdentity } from './process-identity.ts';
import type { SiteStore, Sql } from './store-database.ts';
import type { Sender } from './store-jobs.ts';

/** The process that moves jobs on, as it last said. */
export interface DriverRow extends Sender {
  /** When it became the driver; milliseconds since 1970. */
  readonly since: number;
  /** Another process may replace it after. */
  readonly leaseUntil: number;
}

/** Why a batch system is not spoken to at present. */
export interface SystemTrouble {
  readonly system: string;
  /** In a row. */
  readonly failures: number;
  /** When it was first not reached; milliseconds since 1970. */
  readonly since: number;
  /** Not tried again before. */
  readonly notBefore: number;
  readonly reason: string;
}

/** The last driver; whether it lives is for `isDead` and its lease to say. `undefined`: it resigned. */
export function driverRow(store: SiteStore): Promise<DriverRow | undefined> {
  return store.read(driverIn);
}

/**
 * Becomes the driver when there is none, it is dead, or its lease ran out; otherwise tells who is.
 * The lease is in milliseconds.
 */
export async function elect(
  store: SiteStore,
  candidate: Sender,
  lease: number,
  isDead: (other: ProcessIdentity) => boolean,
): Promise<DriverRow> {
  const free = (row: DriverRow | undefined) =>
    !row || row.leaseUntil <= store.source.now() || isDead(row.process);
  const seen = await driverRow(store);
  if (seen && !free(seen)) return seen;
  return store.write(sql => {
    const row = driverIn(sql);
    if (row && !free(row)) return row;
    const now = store.source.now();
    const mine = { ...candidate, since: now, leaseUntil: now + lease };
    sql(`INSERT OR REPLACE INTO driver (one, token, process, since, lease_until) VALUES (1, ?, ?, ?, ?)`).run(
      mine.token,
      JSON.stringify(mine.process),
      now,
      mine.leaseUntil,
    );
    return mine;
  });
}

/** Says that the driver lives; `false`: another one has replaced it, and it must stop at once. */
export function renew(store: SiteStore, token: string, lease: number): Promise<boolean> {
  const text = 'UPDATE driver SET lease_until = ? WHERE token = ? AND lease_until > ?';
  return store.write(sql => {
    const now = store.source.now();
    return sql(text).run(now + lease, token, now).changes === 1;
  });
}

/** Makes room for another driver. The jobs that this one was sending are nobody's then. */
export function resign(store: SiteStore, token: string): Promise<void> {
  return store.write(sql => {
    sql('DELETE FROM driver WHERE token = ?').run(token);
    sql(`UPDATE job SET sender = NULL WHERE state = 'submitting' AND sender ->> 'token' = ?`).run(token);
  });
}

/** Whether this driver still leads. */
export function leads(store: SiteStore, token: string): Promise<boolean> {
  return store.read(sql => {
    const row = driverIn(sql);
    return row?.token === token && row.leaseUntil > store.source.now();
  });
}

/** The batch systems that could not be reached lately, by key. */
export function troubles(store: SiteStore): Promise<ReadonlyMap<string, SystemTrouble>> {
  return store.read(sql => {
    const rows = sql('SELECT * FROM trouble').all().map(troubleFrom);
    return new Map(rows.map(trouble => [trouble.system, trouble]));
  });
}

/** Keeps that a batch system was not reached, or, with `undefined`, that it was. */
export function setTrouble(
  store: SiteStore,
  system: string,
  trouble: SystemTrouble | undefined,
): Promise<void> {
  return store.write(sql => {
    if (!trouble) {
      sql('DELETE FROM trouble WHERE system = ?').run(system);
      return;
    }
    const { failures, since, notBefore, reason } = trouble;
    sql(`INSERT OR REPLACE INTO trouble (system, failures, since, not_before, reason)
      VALUES (?, ?, ?, ?, ?)`).run(system, failures, since, notBefore, reason);
  });
}

function driverIn(sql: Sql): DriverRow | undefined {
  const row = sql('SELECT * FROM driver').get();
  if (!row) return undefined;
  return {
    token: String(row.token),
    process: JSON.parse(String(row.process)),
    since: Number(row.since),
    leaseUntil: Number(row.lease_until),
  };
}

function troubleFrom(row: Record<string, unknown>): SystemTrouble {
  return {
    system: String(row.system),
    failures: Number(row.failures),
    since: Number(row.since),
    notBefore: Number(row.not_before),
    reason: String(row.reason),
  };
}
