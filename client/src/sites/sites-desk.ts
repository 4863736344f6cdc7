import { setTimeout as pause } from 'node:timers/promises';
import { jobs, keepStandings, prune } from '../grid/store.ts';
import { answerTo, type Means } from './answers.ts';
import { keepDriving } from './keep-driving.ts';
import { openOffers } from './offers.ts';
import { overview } from './overview.ts';
import type { SitesOpening, SitesPlace } from './sites-place.ts';
import { watchSites } from './sites-watch.ts';
import { defaultStateDirectory, type OpenState, openState } from './state.ts';
import type { Answer, Ask, FromWorker, ReadyView, SitesView, WorkerStart } from './worker-protocol.ts';

/** Milliseconds between two looks at the store, while jobs are open and otherwise. */
const LOOKS = { open: 250, quiet: 1000 };
/** What only time changes (a lease, a maintenance) is told after so many milliseconds. */
const LONGEST_UNTOLD = { open: 5_000, quiet: 60_000 };
/** So long nobody may move jobs on until it is told, in milliseconds. */
const PATIENCE = 5_000;
/** After a failure the next try comes so many milliseconds later. */
const REST = 15_000;

/**
 * The work for one window: watches a sites file and the store, tells what changed, answers what is asked, and moves
 * jobs on as long as some are open. It asks nothing of a site by itself.
 */
export class SitesDesk {
  readonly #start: WorkerStart;
  readonly #tell: (message: FromWorker) => void;
  readonly #watch: ReturnType<typeof watchSites>;
  readonly #offers: ReturnType<typeof openOffers>;
  readonly #closing = new AbortController();
  #wake = new AbortController();
  #state: OpenState | undefined;
  #opening: Promise<OpenState> | undefined;
  #driving: { readonly place: SitesPlace; readonly ended: Promise<void> } | undefined;
  /** Jobs of a probe of all sites that was asked for here. */
  #run: readonly string[] | undefined;
  #trouble: { readonly text: string; readonly until: number } | undefined;
  #told = '';
  #seen = '';
  #lastFile: SitesOpening | undefined;
  #lastOpen = 0;
  /** Looking at many sites takes time: between two looks at all of them it rests four times as long. */
  #restUntil = 0;
  #nextTelling = 0;
  #drivenAt = Date.now();

  constructor(start: WorkerStart, tell: (message: FromWorker) => void) {
    this.#start = start;
    this.#tell = tell;
    this.#watch = watchSites(start.sitesFile);
    this.#offers = openOffers(start.cacheDirectory);
  }

  /** Watches and drives until it is closed. */
  async run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const open = await this.#look().catch(error => this.#failed(error));
      const signal = AbortSignal.any([this.#wake.signal, this.#closing.signal]);
      await pause(open > 0 ? LOOKS.open : LOOKS.quiet, undefined, { signal }).catch(() => undefined);
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
    }
    await this.#driving?.ended;
    await this.#state?.store.close();
  }

  /** Faults are values; a bug is told as one too, so that nobody waits for ever. */
  async answer(ask: Ask): Promise<Answer<Ask>> {
    try {
      if (ask.kind === 'refresh') return this.#refresh();
      const means = await this.#means();
      const answer = await answerTo(ask, means);
      if (isRun(ask, means.place) && 'jobs' in answer) this.#run = answer.jobs;
      return answer;
    } catch (error) {
      return { fault: (error as Error).message };
    } finally {
      // Who has just asked for something sees it at once.
      this.#restUntil = 0;
      this.#wake.abort();
    }
  }

  /** Ends everything that goes on; jobs at sites go on. */
  close(): void {
    this.#closing.abort();
  }

  #refresh(): Answer<Ask> {
    this.#trouble = undefined;
    this.#nextTelling = 0;
    this.#seen = '';
    return { done: true };
  }

  async #means(): Promise<Means> {
    const opening = this.#watch.current();
    const { sitesFile } = this.#start;
    if (opening.kind === 'unreadable') throw new Error(`${sitesFile} ${opening.problem}.`);
    if (opening.kind === 'faults') throw new Error(`${sitesFile} has faults: the Problems view lists them.`);
    return {
      place: opening.place,
      state: await this.#opened(),
      offers: this.#offers,
      signal: this.#closing.signal,
    };
  }

  /** Looks at file and store; tells and drives as needed; answers how many jobs are open. */
  async #look(): Promise<number> {
    const opening = this.#watch.current();
    const { store } = await this.#opened();
    const changes = store.changes();
    const isNew = changes !== this.#seen || this.#lastFile !== opening;
    const now = Date.now();
    if (now < this.#nextTelling && !(isNew && now >= this.#restUntil)) return this.#lastOpen;
    this.#seen = changes;
    this.#lastFile = opening;
    const view = await this.#view();
    this.#show(view);
    const after = Date.now();
    this.#restUntil = after + 4 * (after - now);
    this.#lastOpen = view.kind === 'failed' ? 0 : view.open;
    this.#nextTelling = this.#restUntil + (this.#lastOpen > 0 ? LONGEST_UNTOLD.open : LONGEST_UNTOLD.quiet);
    if (opening.kind === 'place' && this.#lastOpen > 0) this.#drive(opening.place);
    return this.#lastOpen;
  }

  async #view(): Promise<SitesView> {
    const path = this.#start.sitesFile;
    const opening = this.#watch.current();
    const state = await this.#opened();
    if (opening.kind === 'place') return this.#ready(opening.place, state);
    const open = (await jobs(state.store, { open: true })).length;
    if (opening.kind === 'faults') return { kind: 'broken', path, faults: opening.faults, open };
    return { kind: 'unreadable', path, problem: opening.problem, open };
  }

  async #ready(place: SitesPlace, state: OpenState): Promise<SitesView> {
    const view = await overview(place, state);
    const now = Date.now();
    if (view.open === 0 || view.driver) this.#drivenAt = now;
    await this.#endRun(view, place, state);
    const trouble = this.#trouble ? { trouble: this.#trouble.text } : {};
    return { ...view, ...trouble, idle: now - this.#drivenAt > PATIENCE };
  }

  /** How the sites stand at the end of a run is kept: reports tell what changed between two of them. */
  async #endRun(
    { sites }: Pick<ReadyView, 'sites'>,
    { file }: SitesPlace,
    { store }: OpenState,
  ): Promise<void> {
    const moving = sites.flatMap(site => site.jobs.filter(({ state }) => !STUCK.has(state)));
    if (!this.#run || moving.some(({ id }) => this.#run?.includes(id))) return;
    this.#run = undefined;
    await keepStandings(store, file.vo, new Map(sites.map(({ name, state }) => [name, state])));
    await prune(store, file.retention);
  }

  #show(view: SitesView): void {
    const text = JSON.stringify(view);
    if (text !== this.#told) this.#tell({ kind: 'view', view });
    this.#told = text;
  }

  #drive(place: SitesPlace): void {
    if (this.#driving || this.#closing.signal.aborted) return;
    if (this.#trouble && Date.now() < this.#trouble.until) return;
    const { env, cacheDirectory, stateDirectory } = this.#start;
    const stop = () => {
      const opening = this.#watch.current();
      return opening.kind !== 'place' || opening.place !== place;
    };
    const note = (text: string) => this.#tell({ kind: 'note', text });
    const around = { env, cacheDirectory, note, signal: this.#closing.signal };
    const ended = keepDriving(place, stateDirectory, stop, around)
      .then(() => {
        this.#trouble = undefined;
      })
      .catch(error => {
        if (this.#closing.signal.aborted) return;
        this.#trouble = { text: (error as Error).message, until: Date.now() + REST };
      })
      .finally(() => {
        this.#driving = undefined;
        this.#wake.abort();
      });
    this.#driving = { place, ended };
  }

  #opened(): Promise<OpenState> {
    if (this.#state) return Promise.resolve(this.#state);
    const { stateDirectory, env } = this.#start;
    this.#opening ??= openState(stateDirectory ?? defaultStateDirectory(env), undefined, this.#closing.signal)
      .then(opening => {
        if (opening.kind === 'fault') throw new Error(opening.fault.message);
        this.#state = opening.state;
        return opening.state;
      })
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }

  /** The store cannot be used: it is tried again from its opening on. */
  async #failed(error: unknown): Promise<number> {
    if (this.#closing.signal.aborted) return 0;
    const path = this.#start.sitesFile;
    this.#show({ kind: 'failed', path, message: (error as Error).message });
    const { store } = this.#state ?? {};
    this.#state = undefined;
    await store?.close().catch(() => undefined);
    const signal = AbortSignal.any([this.#wake.signal, this.#closing.signal]);
    await pause(REST, undefined, { signal }).catch(() => undefined);
    return 0;
  }
}

/** What is in one of these may stay so for days: a run does not wait for it. */
const STUCK: ReadonlySet<string> = new Set(['maintenance', 'unreachable']);

/** Whether all sites are to be looked at. */
function isRun(ask: Ask, place: SitesPlace): boolean {
  return ask.kind === 'request' && ask.verb === 'probe' && ask.sites.length >= place.file.sites.length;
}
