import { StoreError } from '../../grid/store.ts';
import { type OpenState, openState } from '../state.ts';
import type { Said } from './protocol.ts';

/** The store of a service that runs for months: one that failed is opened anew at the next use. */
export class StoreDoor {
  readonly #directory: string;
  readonly #tell: (said: Said) => void;
  readonly #signal: AbortSignal;
  #opening: Promise<OpenState> | undefined;
  #openings = 0;

  constructor(directory: string, tell: (said: Said) => void, signal: AbortSignal) {
    this.#directory = directory;
    this.#tell = tell;
    this.#signal = signal;
  }

  /** Another text whenever something may have changed in the store. Rejects when it cannot be used. */
  async changes(): Promise<string> {
    return this.use(async ({ store }) => `${this.#openings} ${store.changes()}`);
  }

  /** Does something with the store; rejects with what the store, or the work, rejects with. */
  async use<T>(work: (state: OpenState) => Promise<T>): Promise<T> {
    const opening = this.#opened();
    try {
      return await work(await opening);
    } catch (error) {
      if (error instanceof StoreError && this.#opening === opening) {
        this.#opening = undefined;
        await opening.then(({ store }) => store.close()).catch(() => undefined);
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#opening?.then(({ store }) => store.close()).catch(() => undefined);
  }

  #opened(): Promise<OpenState> {
    this.#opening ??= this.#open().catch(error => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<OpenState> {
    const opening = await openState(this.#directory, undefined, this.#signal);
    if (opening.kind === 'fault') throw new StoreError(opening.fault);
    this.#openings++;
    for (const path of opening.setAside) {
      const text = `${path} is an earlier history that was damaged; delete it when it is not needed`;
      this.#tell({ kind: 'note', text });
    }
    return opening.state;
  }
}
