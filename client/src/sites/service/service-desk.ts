import { setTimeout as pause } from 'node:timers/promises';
import { driverRow, jobs, type SnapshotEntry, snapshots } from '../../grid/store.ts';
import { isBad, type StatusReport } from '../../report/status-report.ts';
import { keepDriving } from '../keep-driving.ts';
import { LONGEST_WAIT, probeRun } from '../probe-run.ts';
import { type SitesPlace, siteNames } from '../sites-place.ts';
import type { OpenState } from '../state.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Ask, documentOf, type Found } from './document.ts';
import { LatestEdition } from './edition.ts';
import { healthOf } from './health.ts';
import { findPage } from './library.ts';
import type { Said, ServiceStart } from './protocol.ts';
import { type Clock, followTimetable, type Timetable, timetable } from './schedule.ts';
import { SitesKeeper } from './sites-keeper.ts';
import { StoreDoor } from './store-door.ts';
import type { Target } from './targets.ts';

/** Milliseconds between two looks for jobs that somebody has to move on. */
const LOOK = 1_000;
/** After a failure the next try comes so many milliseconds later. */
const REST = 15_000;
/** A run that takes longer, in milliseconds, is overdue. */
const ALLOWANCE = LONGEST_WAIT + 900_000;

/**
 * The work of a service: makes the runs of its timetable, moves jobs on, whoever asked for them, and finds the
 * documents that it is asked for. Everything that lasts is in the store; several services may share one.
 */
export class ServiceDesk {
  readonly #start: ServiceStart;
  readonly #tell: (said: Said) => void;
  readonly #clock: Clock;
  readonly #times: Timetable;
  readonly #sites: SitesKeeper;
  readonly #door: StoreDoor;
  /** A connection of its own: a store tells only of what others change. */
  readonly #runsDoor: StoreDoor;
  readonly #latest: LatestEdition;
  readonly #closing = new AbortController();
  readonly #startedAt: number;
  #doneUntil: number;
  #failedAt: number | undefined;
  #runningSince: number | undefined;

  constructor(start: ServiceStart, tell: (said: Said) => void, clock: Clock = CLOCK) {
    this.#start = start;
    this.#tell = tell;
    this.#clock = clock;
    this.#times = timetable(start.cron, start.zone);
    this.#sites = new SitesKeeper(start.sitesFile, tell);
    this.#door = new StoreDoor(start.stateDirectory, tell, this.#closing.signal);
    this.#runsDoor = new StoreDoor(start.stateDirectory, () => undefined, this.#closing.signal);
    this.#latest = new LatestEdition(Date.now);
    this.#startedAt = clock.now();
    this.#doneUntil = this.#startedAt;
  }

  /** Opens the store and reads the sites file; a sentence when that cannot be done, and nothing is to come then. */
  async open(): Promise<string | undefined> {
    try {
      const place = this.#sites.current();
      if (!place) return `${this.#start.sitesFile} cannot be used: packwright sites list tells why`;
      const newest = await this.#newest(place);
      // What was missed while no service was there is made up for.
      if (newest) this.#doneUntil = Math.min(newest.beganAt, this.#startedAt);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Runs and drives until it is closed. */
  async run(): Promise<void> {
    const { signal } = this.#closing;
    await Promise.all([this.#keepDriving(signal), this.#keepRunning(signal)]);
    await Promise.all([this.#door.close(), this.#runsDoor.close()]);
  }

  /** Ends everything that goes on; jobs at sites go on. */
  close(): void {
    this.#closing.abort();
  }

  readonly ask: Ask = async (target, stamp) => {
    try {
      return await this.#find(target, stamp);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#trouble((error as Error).message);
      return { kind: 'failed' };
    }
  };

  async #find(target: Target, stamp: string | undefined): Promise<Found> {
    const place = this.#sites.current();
    if (!place) return { kind: 'failed' };
    if (target.kind === 'health') return this.#health(place);
    const changes = await this.#door.changes();
    return this.#door.use(state => findPage(target, stamp, { place, state, changes }, this.#latest));
  }

  async #health(place: SitesPlace): Promise<Found> {
    const now = this.#clock.now();
    const newest = await this.#newest(place);
    const last = this.#times.last(now);
    const { problem } = this.#sites;
    const health = healthOf({
      now,
      startedAt: this.#startedAt,
      next: this.#times.next(now),
      driver: await this.#door.use(livingDriver),
      allowance: ALLOWANCE,
      ...(last !== undefined && last > this.#doneUntil ? { due: last } : {}),
      ...(newest ? { newest } : {}),
      ...(this.#failedAt === undefined ? {} : { failedAt: this.#failedAt }),
      ...(this.#runningSince === undefined ? {} : { runningSince: this.#runningSince }),
      ...(problem === undefined ? {} : { sitesFile: problem }),
    });
    const text = `${JSON.stringify(health, undefined, 2)}\n`;
    const document = documentOf(text, 'json', undefined, health.status === 'ok' ? 200 : 503);
    return { kind: 'document', document };
  }

  async #keepRunning(signal: AbortSignal): Promise<void> {
    const skipped = (due: number) => {
      const text = `the run of ${iso(due)} is left out: the one before still went on`;
      this.#tell({ kind: 'note', text });
    };
    if (this.#start.onceAtStart) await this.#run(this.#startedAt);
    const doneUntil = this.#start.onceAtStart ? this.#startedAt : this.#doneUntil;
    const options = { clock: this.#clock, doneUntil, skipped };
    await followTimetable(this.#times, due => this.#run(due), options, signal);
  }

  /** One run, unless another process has made it. Never rejects. */
  async #run(due: number): Promise<void> {
    this.#runningSince = this.#clock.now();
    try {
      const place = this.#sites.current();
      if (!place) throw new Error(`${this.#start.sitesFile} cannot be used`);
      const newest = await this.#newest(place);
      if (newest && newest.beganAt >= due) {
        this.#tell({ kind: 'note', text: `the run of ${iso(due)} was made by another process` });
        return;
      }
      await this.#probe(place);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#failedAt = this.#clock.now();
      this.#trouble(`the run of ${iso(due)} failed: ${(error as Error).message}`);
    } finally {
      this.#runningSince = undefined;
    }
  }

  async #probe(place: SitesPlace): Promise<void> {
    const begun = this.#clock.now();
    const names = siteNames(place);
    const probe = (state: OpenState) => probeRun(place, names, LONGEST_WAIT, state, this.#around());
    const run = await this.#runsDoor.use(probe);
    if (run.kind === 'other') this.#tell({ kind: 'note', text: `no run now: ${run.who}` });
    else this.#tell({ kind: 'run', text: runLine(run.report, begun, this.#clock.now()) });
  }

  /** Moves jobs on whenever some are open, with the sites file as it is. */
  async #keepDriving(signal: AbortSignal): Promise<void> {
    let seen = '';
    while (!signal.aborted) {
      const place = this.#sites.current();
      const nap = await this.#drive(place, seen).then(
        changes => {
          seen = changes;
          return LOOK;
        },
        error => {
          if (!signal.aborted) this.#trouble((error as Error).message);
          return REST;
        },
      );
      await CLOCK.pause(nap, signal);
    }
  }

  /** Tells up to which changes of the store there was nothing to do. */
  async #drive(place: SitesPlace | undefined, seen: string): Promise<string> {
    const changes = await this.#door.changes();
    if (!place || changes === seen) return changes;
    const open = await this.#door.use(({ store }) =>
      jobs(store, { vo: place.file.vo, open: true, limit: 1 }),
    );
    if (open.length === 0) return changes;
    const changed = () => this.#sites.current() !== place;
    await keepDriving(place, this.#start.stateDirectory, changed, this.#around());
    return '';
  }

  #newest({ file }: SitesPlace): Promise<SnapshotEntry | undefined> {
    return this.#door.use(async ({ store }) => (await snapshots(store, file.vo, 1))[0]);
  }

  #around(): Surroundings {
    const { env, cacheDirectory } = this.#start;
    const note = (text: string) => this.#tell({ kind: 'note', text });
    return { env, cacheDirectory, note, signal: this.#closing.signal };
  }

  #trouble(text: string): void {
    this.#tell({ kind: 'trouble', text });
  }
}

const CLOCK: Clock = {
  now: Date.now,
  pause: (milliseconds, signal) => pause(milliseconds, undefined, { signal }).catch(() => undefined),
};

async function livingDriver({ store, isDead }: OpenState) {
  const row = await driverRow(store);
  if (!row || isDead(row.process) || row.leaseUntil <= Date.now()) return null;
  return { host: row.process.host, pid: row.process.pid };
}

function runLine({ sites }: StatusReport, begun: number, ended: number): string {
  const bad = sites.filter(({ state }) => isBad(state)).length;
  const seconds = Math.round((ended - begun) / 1000);
  return `run of ${iso(begun)}: ${sites.length} ${sites.length === 1 ? 'site' : 'sites'}, ${bad} bad; took ${seconds} s`;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
