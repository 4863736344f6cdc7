import type { ProcessIdentity } from './process-identity.ts';
import type { SiteStore, Sql } from './store-database.ts';

/** A command that waits for jobs. */
export interface RunRecord {
  readonly id: string;
  /** Runs of the same kind need not be there twice: the command and its sites, for instance. */
  readonly kind: string;
  readonly process: ProcessIdentity;
  /** Milliseconds since 1970. */
  readonly beganAt: number;
}

export type RunStart =
  | { readonly kind: 'begun'; readonly run: RunRecord }
  /** An equal run goes on already. */
  | { readonly kind: 'other'; readonly run: RunRecord };

/** A run whose end was never told counts as ended after, in milliseconds, when its process cannot be judged. */
const LONGEST = 86_400_000;

/** Records that a command begins to wait, unless one of its kind does so already. */
export function beginRun(
  store: SiteStore,
  kind: string,
  me: ProcessIdentity,
  isDead: (other: ProcessIdentity) => boolean,
): Promise<RunStart> {
  return store.write((sql): RunStart => {
    const now = store.source.now();
    for (const run of runsIn(sql)) {
      const ended = isDead(run.process) || now - run.beganAt > LONGEST;
      if (ended) sql('DELETE FROM run WHERE id = ?').run(run.id);
      else if (run.kind === kind) return { kind: 'other', run };
    }
    const run = { id: store.source.random(), kind, process: me, beganAt: now };
    sql('INSERT INTO run (id, kind, process, began_at) VALUES (?, ?, ?, ?)').run(
      run.id,
      kind,
      JSON.stringify(me),
      now,
    );
    return { kind: 'begun', run };
  });
}

/** Records that a command waits no more. */
export function endRun(store: SiteStore, id: string): Promise<void> {
  return store.write(sql => {
    sql('DELETE FROM run WHERE id = ?').run(id);
  });
}

function runsIn(sql: Sql): readonly RunRecord[] {
  const rows = sql('SELECT * FROM run').all();
  return rows.map(row => ({
    id: String(row.id),
    kind: String(row.kind),
    process: JSON.parse(String(row.process)),
    beganAt: Number(row.began_at),
  }));
}
