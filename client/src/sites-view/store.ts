import { commands, type Disposable, type Event, EventEmitter } from 'vscode';
import type {
  Answer,
  Ask,
  SiteDetail,
  SiteSummary,
  SitesView,
  WorkerStart,
} from '../sites/worker-protocol.ts';
import { candidates, findSitesFile } from './location.ts';
import { startWorker, type WorkerClient } from './worker-client.ts';

/** What the window knows of sites. */
export type SitesState =
  /** Nothing is read, and nothing is sent. */
  { readonly kind: 'untrusted' } | { readonly kind: 'none' } | { readonly kind: 'starting' } | SitesView;

/** What changed: the whole, or these sites only. */
export type SitesChange = 'all' | readonly string[];

/** What a store is made of. */
export interface StoreParts {
  /** Path of the worker's program. */
  readonly module: string;
  readonly start: Omit<WorkerStart, 'sitesFile'>;
  readonly isTrusted: () => boolean;
  readonly note: (text: string) => void;
}

/** What the window knows of sites, and its way to ask for more. The worker does the work. */
export class SiteStore implements Disposable {
  readonly #parts: StoreParts;
  readonly #changes = new EventEmitter<SitesChange>();
  readonly #details = new Map<string, Promise<SiteDetail>>();
  #state: SitesState = { kind: 'starting' };
  #worker: { readonly path: string; readonly client: WorkerClient } | undefined;
  /** One after the other: a worker begins when the one before it has ended. */
  #turns: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  /** The one event. */
  get onDidChange(): Event<SitesChange> {
    return this.#changes.event;
  }

  get state(): SitesState {
    return this.#state;
  }

  /** The sites; none while nothing is known. */
  get sites(): readonly SiteSummary[] {
    return this.#state.kind === 'ready' ? this.#state.sites : [];
  }

  /** Looks again which sites file counts; resolves when that is known, not when it is read. */
  locate(): Promise<void> {
    this.#turns = this.#turns.then(() => this.#locate()).catch(error => this.#parts.note(String(error)));
    return this.#turns;
  }

  /** As `locate`; what is known is read again at once. */
  async refresh(): Promise<void> {
    await this.locate();
    this.#details.clear();
    await this.#worker?.client.ask({ kind: 'refresh' });
  }

  /** Asks the worker. Rejects with a sentence when it cannot, or when nothing may be done here. */
  async ask<A extends Ask>(ask: A): Promise<Exclude<Answer<A>, { readonly fault: string }>> {
    if (!this.#parts.isTrusted()) throw new Error(untrusted);
    await this.#turns;
    if (!this.#worker) throw new Error('There is no sites file: open one, or name it in the settings.');
    return this.#worker.client.ask(ask);
  }

  /** Everything about a site, remembered until something changes there. */
  detail(site: string): Promise<SiteDetail> {
    const known = this.#details.get(site);
    if (known) return known;
    const asked = this.ask({ kind: 'site', site });
    this.#details.set(site, asked);
    asked.catch(() => this.#details.delete(site));
    return asked;
  }

  /** Ends the worker; its jobs go on. */
  async close(): Promise<void> {
    this.#disposed = true;
    await this.#turns.catch(() => undefined);
    await this.#worker?.client.close();
  }

  dispose(): void {
    this.#changes.dispose();
  }

  async #locate(): Promise<void> {
    const path = this.#parts.isTrusted() ? await findSitesFile(candidates()) : undefined;
    if (this.#disposed) return;
    if (path === undefined || this.#worker?.path !== path) await this.#end();
    if (!this.#parts.isTrusted()) return this.#become({ kind: 'untrusted' });
    if (path === undefined) return this.#become({ kind: 'none' });
    if (!this.#worker) this.#begin(path);
  }

  async #end(): Promise<void> {
    const { client } = this.#worker ?? {};
    this.#worker = undefined;
    this.#details.clear();
    await client?.close();
  }

  #begin(path: string): void {
    const { module, start, note } = this.#parts;
    this.#become({ kind: 'starting' });
    const client = startWorker(
      module,
      { ...start, sitesFile: path },
      {
        onView: view => this.#become(view),
        onNote: note,
        onDeath: message => {
          note(message);
          this.#worker = undefined;
          this.#become({ kind: 'failed', path, message });
        },
      },
    );
    this.#worker = { path, client };
  }

  #become(next: SitesState): void {
    if (this.#disposed) return;
    const before = this.#state;
    this.#state = next;
    const change = changed(before, next);
    for (const site of change === 'all' ? [...this.#details.keys()] : change) this.#details.delete(site);
    void commands.executeCommand('setContext', 'packwright.sites', contextOf(next));
    this.#changes.fire(change);
  }
}

/** Said by whatever would send something from an untrusted workspace. */
export const untrusted =
  'In Restricted Mode nothing is read from sites or sent to them: trust the workspace first.';

/** Which sites are another than before; `all` when there are others. */
function changed(before: SitesState, after: SitesState): SitesChange {
  if (before.kind !== 'ready' || after.kind !== 'ready') return 'all';
  if (before.sites.map(({ name }) => name).join() !== after.sites.map(({ name }) => name).join())
    return 'all';
  return after.sites.flatMap((site, index) =>
    JSON.stringify(site) === JSON.stringify(before.sites[index]) ? [] : [site.name],
  );
}

/** Value of the context key that the view's welcome texts go by. */
function contextOf(state: SitesState): string {
  if (state.kind === 'ready') return state.sites.length > 0 ? 'ready' : 'empty';
  if (state.kind === 'unreadable') return 'none';
  if (state.kind === 'broken') return state.open > 0 ? 'broken-waiting' : 'broken';
  return state.kind;
}
