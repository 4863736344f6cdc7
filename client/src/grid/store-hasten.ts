import type { Site } from './model.ts';
import type { SiteStore } from './store-database.ts';
import { jobIn } from './store-jobs.ts';

/**
 * Lets jobs, and whatever stands before them at their sites, be tried at once though their site was not reached
 * lately or was in maintenance. A job that was tried and is still held up has a `notBefore` above 0 again.
 * `systemOf` tells the key of a batch system of which the job's row does not know it yet.
 */
export async function hasten(
  store: SiteStore,
  ids: readonly string[],
  systemOf: (site: Site) => string | undefined,
): Promise<void> {
  await store.write(sql => {
    const now = store.source.now();
    for (const id of ids) {
      const job = jobIn(sql, id);
      if (!job || job.endedAt !== undefined) continue;
      sql(`UPDATE job SET not_before = 0 WHERE vo = ? AND site = ? AND ended_at IS NULL
        AND state IN ('unreachable', 'maintenance')`).run(job.site.vo, job.site.name);
      const nudge = sql('UPDATE trouble SET not_before = min(not_before, ?) WHERE system = ?');
      for (const system of new Set([job.system, systemOf(job.site)])) if (system) nudge.run(now, system);
    }
  });
  store.stir();
}
