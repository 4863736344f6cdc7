import type { SiteStore } from './store-database.ts';
import { jobsIn, type StoredJob } from './store-jobs.ts';

/** Read again after so many milliseconds, whatever the store says of changes. */
const LONGEST = 30_000;

/** The jobs that have not ended, as a driver knows them; the store decides. */
export class JobBook {
  readonly #store: SiteStore;
  #open = new Map<string, StoredJob>();
  #seen = '';
  #readAt = 0;

  constructor(store: SiteStore) {
    this.#store = store;
  }

  /** By id, in the order in which they were asked for. */
  get open(): ReadonlyMap<string, StoredJob> {
    return this.#open;
  }

  /** Reads what others changed. */
  async refresh(now: number): Promise<void> {
    const changes = this.#store.changes();
    if (changes === this.#seen && now - this.#readAt < LONGEST) return;
    this.#seen = changes;
    this.#readAt = now;
    // Within the reading, so that no own change comes between.
    await this.#store.read(sql => {
      this.#open = new Map(jobsIn(sql, { open: true }).map(job => [job.id, job]));
    });
  }

  /** Takes over what the driver itself changed; `undefined`: it was changed otherwise, and is read again. */
  put(jobs: readonly (StoredJob | undefined)[]): void {
    for (const job of jobs) {
      if (!job) this.#seen = '';
      else if (job.endedAt !== undefined) this.#open.delete(job.id);
      else this.#open.set(job.id, job);
    }
  }
}
