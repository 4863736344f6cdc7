import type { SiteStore } from './store-database.ts';

/** How a site stood after a run: a word of the report, which the store does not judge. */
export interface Standing {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly state: string;
}

/** Keeps how sites of a VO stand at the end of a run. `states`: site -> state. */
export function keepStandings(
  store: SiteStore,
  vo: string,
  states: ReadonlyMap<string, string>,
): Promise<void> {
  return store.write(sql => {
    const at = store.source.now();
    for (const [site, state] of states)
      sql('INSERT OR REPLACE INTO standing (vo, site, at, state) VALUES (?, ?, ?, ?)').run(
        vo,
        site,
        at,
        state,
      );
  });
}

/** The last so many standings of each site of a VO until a time (milliseconds since 1970), newest last. */
export function standings(
  store: SiteStore,
  vo: string,
  limit: number,
  until: number = Number.MAX_SAFE_INTEGER,
): Promise<ReadonlyMap<string, readonly Standing[]>> {
  return store.read(sql => {
    const rows = sql(`SELECT site, at, state FROM (
      SELECT site, at, state, row_number() OVER (PARTITION BY site ORDER BY at DESC) AS place
      FROM standing WHERE vo = ? AND at <= ?) WHERE place <= ? ORDER BY site, at`).all(vo, until, limit);
    const found = new Map<string, Standing[]>();
    for (const row of rows) {
      const site = String(row.site);
      const standing = { at: Number(row.at), state: String(row.state) };
      found.set(site, [...(found.get(site) ?? []), standing]);
    }
    return found;
  });
}
