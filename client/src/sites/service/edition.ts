import { createHash } from 'node:crypto';
import { maintenanceAt } from '../../grid/maintenance.ts';
import { snapshots } from '../../grid/store.ts';
import { type StatusReport, statusReport } from '../../report/status-report.ts';
import { statusInput } from '../knowledge.ts';
import { type SitesPlace, siteNames } from '../sites-place.ts';
import type { OpenState } from '../state.ts';

/** What is asked about. */
export interface Source {
  readonly place: SitesPlace;
  readonly state: OpenState;
  /** Another text whenever something may have changed in the store. */
  readonly changes: string;
}

/** The report of all sites as it is known. */
export interface Edition {
  readonly report: StatusReport;
  readonly place: SitesPlace;
  /** Of all that its pages show; a later edition that says the same has the same. */
  readonly digest: string;
}

/**
 * The latest edition. It is made anew only when somebody asks after something changed, and never for more than a
 * fifth of the time, however much is asked and changed. While it says the same it is the same, with the time at
 * which that was first known.
 */
export class LatestEdition {
  readonly #now: () => number;
  #held: Edition | undefined;
  #seen = '';
  #restUntil = 0;
  #making: Promise<Edition> | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Rejects with a `StoreError` when the store fails. */
  async current(source: Source): Promise<Edition> {
    const held = this.#held;
    const seen = `${source.changes} ${maintenances(source.place, this.#now())}`;
    const stands = held?.place === source.place && (seen === this.#seen || this.#now() < this.#restUntil);
    if (held && stands) return held;
    this.#making ??= this.#make(source, seen).finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make({ place, state: { store } }: Source, seen: string): Promise<Edition> {
    const begun = this.#now();
    const report = statusReport(await statusInput(place, siteNames(place), store));
    const [newest] = await snapshots(store, place.file.vo, 1);
    const wishes = place.file.sites.map(({ packages }) => packages);
    const hash = createHash('sha256');
    // One after the other: all together are a text of a hundred megabytes.
    for (const part of [report.vo, report.faults, newest?.at ?? 0, wishes, ...report.sites])
      hash.update(`${JSON.stringify(part)}\n`);
    const digest = hash.digest('base64url');
    const made = this.#held?.digest === digest ? { ...this.#held, place } : { report, place, digest };
    this.#held = made;
    this.#seen = seen;
    this.#rest(begun);
    return made;
  }

  /** Makes something of the latest edition: the time that this takes counts, too. */
  async using<T>(work: () => Promise<T>): Promise<T> {
    const begun = this.#now();
    try {
      return await work();
    } finally {
      this.#rest(begun);
    }
  }

  #rest(begun: number): void {
    const ended = this.#now();
    this.#restUntil = Math.max(this.#restUntil, ended + 4 * (ended - begun));
  }
}

/** What only time changes in a report. */
function maintenances({ file }: SitesPlace, now: number): string {
  const open = file.sites.flatMap((site, at) => {
    const until = site.maintenance.length > 0 && maintenanceAt(site, now)?.until;
    return until ? [`${at}:${until}`] : [];
  });
  return open.join(' ');
}
