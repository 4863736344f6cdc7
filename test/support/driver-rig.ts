import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Done, DRIVER_LIMITS, type DriverOptions, drive } from '../../client/src/grid/driver.ts';
import type {
  Answer,
  Command,
  JobOutput,
  Request,
  Run,
  Site,
  SiteReport,
} from '../../client/src/grid/model.ts';
import type { ProcessIdentity } from '../../client/src/grid/process-identity.ts';
import { enqueue, openStore, type SiteStore, type StoredJob } from '../../client/src/grid/store.ts';
import { BatchSystem, type Order, scripted } from './batch-system.ts';
import { randomOf } from './random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A site of the double. */
export function testSite(name: string, more: Partial<Site> = {}): Site {
  return {
    name,
    vo: 'bio',
    backend: 'scripted',
    packages: [],
    maintenance: [],
    tags: [],
    credentials: [],
    wallMinutes: 60,
    minimumFreeMiB: 1,
    lockWaitSeconds: 1,
    ...more,
  };
}

/** A request of the double. */
export function request(verb: Request['verb'], ...packages: string[]): Request {
  return { verb, packages, dryRun: false };
}

/** The report of an output of the double. */
export function readScripted(output: JobOutput, job: StoredJob): SiteReport {
  const complete = output.stdout === `ok ${job.id}`;
  return {
    job: job.id,
    verb: job.request.verb,
    dryRun: job.request.dryRun,
    complete,
    outcome: complete ? 'ok' : 'cut-off',
    actions: [],
    repairs: [],
    problems: [],
    log: [],
    faults: [],
  };
}

/** A batch system, a clock, a state directory, and as many processes as a test starts. */
export class DriverRig {
  readonly clock = new VirtualClock();
  readonly batch = new BatchSystem();
  readonly directory: string;
  readonly random: () => number;
  readonly dead = new Set<number>();
  readonly #stores: SiteStore[] = [];
  #pids = 100;

  /** `fast`: nothing needs to survive a loss of power. */
  constructor(seed = 1, fast = false) {
    this.random = randomOf(seed);
    const above = fast && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    this.directory = mkdtempSync(join(above, 'packwright-driver-'));
  }

  /** 32 hexadecimal digits. */
  readonly hex = (): string =>
    Array.from({ length: 32 }, () => Math.floor(this.random() * 16).toString(16)).join('');

  async store(fault?: (point: string) => void): Promise<SiteStore> {
    const source = { now: this.clock.now, random: this.hex, ...(fault ? { fault } : {}) };
    const opening = await openStore(this.directory, source, new AbortController().signal);
    if (opening.kind === 'fault') throw new Error(opening.fault.message);
    this.#stores.push(opening.store);
    return opening.store;
  }

  /** A process that can drive. Its commands arrive at once; a job ends when the test says so. */
  options(store: SiteStore, more: Partial<DriverOptions> = {}): DriverOptions {
    const me: ProcessIdentity = { host: 'here', boot: 'b', pid: ++this.#pids, start: '1' };
    return {
      store,
      backendOf: () => scripted,
      run: this.run,
      prepare: async () => ({ kind: 'ready', material: NOTHING }),
      compose: job => ({ id: job.id, name: `packwright-${job.site.name}`, script: '', wallMinutes: 60 }),
      checkCredentials: async () => ({ kind: 'good' }),
      read: readScripted,
      maintenanceAt: () => undefined,
      now: this.clock.now,
      random: this.random,
      newMark: this.hex,
      pause: this.clock.pause,
      me,
      isDead: other => this.dead.has(other.pid),
      limits: DRIVER_LIMITS,
      ...more,
    };
  }

  /** Reaches the batch system and its answer comes back. */
  readonly run: Run = async (command: Command): Promise<Answer> => ({
    kind: 'ended',
    lines: this.batch.obey(orderOf(command)),
    code: 0,
    stderr: '',
  });

  /** Asks for jobs, and tells them. */
  async ask(store: SiteStore, ...requests: readonly (readonly [Site, Request])[]): Promise<StoredJob[]> {
    const asked = await enqueue(
      store,
      requests.map(([site, wanted]) => ({ site, request: wanted })),
      'anna',
    );
    return asked.map(each => each.job);
  }

  /** Drives until `done`. */
  drive(options: DriverOptions, done: Done): Promise<void> {
    return this.clock.until(drive(options, done, new AbortController().signal));
  }

  async remove(): Promise<void> {
    for (const store of this.#stores) await store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What a command of the double says. */
export function orderOf(command: Command): Order {
  return JSON.parse(command.script);
}

/** Drives until nothing is open. */
export const allEnded: Done = open => open.size === 0;

const NOTHING = { plan: [], newest: [], vulnerabilities: { kind: 'none' }, endedJobs: [] } as const;
