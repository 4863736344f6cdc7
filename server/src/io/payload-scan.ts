import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Catcher, CatchMemory, Caught, FileEntry, PayloadSource, World } from '../core/model.ts';
import type { Settings } from '../core/tree.ts';
import { Slices } from './slices.ts';
import { ScanPool, type Unseen } from './threads/scan-pool.ts';

/** The files of a manifest, and where their payload is. */
interface Scanned {
  readonly files: readonly FileEntry[];
  readonly payloads: PayloadSource;
}

/** Has threads look at the payload of a tree where there is enough of it to be worth it. */
export class PayloadScan {
  readonly #program: string | undefined;
  readonly #slices = new Slices();
  #pool: ScanPool | undefined;
  #memory: CatchMemory | undefined;
  /** How many looks ahead are under way. */
  #ahead = 0;

  /** `programs`: directory of our built programs; absent: there are no threads. */
  constructor(programs: string | undefined) {
    const program = programs && join(programs, 'scan-worker.cjs');
    this.#program = program && existsSync(program) ? program : undefined;
  }

  /** Takes over the settings; what is caught goes into `memory`. */
  configure({ base, compressed }: Settings, catchers: readonly Catcher[], memory: CatchMemory): void {
    this.dispose();
    this.#memory = memory;
    const setup = { catchers: catchers.map(one => one.name), base, compressed };
    this.#pool = this.#program === undefined ? undefined : new ScanPool(this.#program, setup);
  }

  /** The `scan` of a world whose payload is there. */
  of(payloads: PayloadSource): NonNullable<World['scan']> {
    return async (files, signal) => {
      if (this.#ahead === 0 && this.#isMuchUnseen(files, payloads))
        await this.scan([{ files, payloads }], signal);
    };
  }

  /**
   * Looks at the files of manifests whose checks have begun, from the last one on: the checks look themselves at what they
   * find unseen, from the first one on, and both meet somewhere. A file that both look at is only looked at twice.
   */
  async ahead(manifests: readonly Scanned[], signal: AbortSignal): Promise<void> {
    this.#ahead++;
    try {
      const last = manifests.map(({ files, payloads }) => ({ files: files.toReversed(), payloads }));
      await this.scan(last.reverse(), signal, true);
    } finally {
      this.#ahead--;
    }
  }

  /** Looks at the files of several manifests that were not looked at yet; `beside` other work of the main thread. */
  async scan(manifests: Iterable<Scanned>, signal: AbortSignal, beside = false): Promise<void> {
    const pool = this.#pool;
    const memory = this.#memory;
    if (!pool || !memory) return;
    const all = [...manifests];
    if (!pool.mayBeWorth(all.reduce((sum, { files }) => sum + files.length, 0))) return;
    const unseen = unseenIn(all, memory);
    const first = await pool.enough(unseen, () => {
      signal.throwIfAborted();
      return this.#slices.pause();
    });
    if (!first) return;
    const keep = ({ entry, found }: Unseen, caught: Caught) =>
      memory.keep(entry, found, entry.mode ?? found.mode, caught);
    // The rest is looked for while the threads work.
    await pool.scan(chained(first, unseen, memory), keep, signal, beside);
  }

  /** Judged by some of the files: after a keystroke all but a few were looked at before. */
  #isMuchUnseen(files: readonly FileEntry[], payloads: PayloadSource): boolean {
    if (!this.#pool?.mayBeWorth(files.length) || !this.#memory || !payloads.built) return false;
    const step = Math.ceil(files.length / SAMPLE);
    const some = files.filter((_, at) => at % step === 0);
    return this.#pool.mayBeWorth([...unseenOf(some, payloads, this.#memory)].filter(Boolean).length * step);
  }

  dispose(): void {
    this.#pool?.dispose();
    this.#pool = undefined;
  }
}

const SAMPLE = 200;

/** Files one after the other, `undefined` where there is nothing to do: who asks may rest after each. */
type Sought = Generator<Unseen | undefined, void>;

function* unseenIn(manifests: readonly Scanned[], memory: CatchMemory): Sought {
  for (const { files, payloads } of manifests) if (payloads.built) yield* unseenOf(files, payloads, memory);
}

/** The files whose payload was not looked at yet, as far as another thread may look at it; of those seen `undefined`. */
function* unseenOf(files: readonly FileEntry[], payloads: PayloadSource, memory: CatchMemory): Sought {
  for (const entry of files) {
    if (entry.unset.length > 0 || entry.bypass.length > 0) continue;
    const found = payloads.find(entry.payload);
    if (!found || 'code' in found || found.real === undefined) continue;
    const one = { entry, found };
    yield isSeen(one, memory) ? undefined : one;
  }
}

/** What was found first may have been seen meanwhile. */
function* chained(first: readonly Unseen[], rest: Sought, memory: CatchMemory): Sought {
  for (const one of first) if (!isSeen(one, memory)) yield one;
  yield* rest;
}

function isSeen({ entry, found }: Unseen, memory: CatchMemory): boolean {
  return memory.find(entry, found, entry.mode ?? found.mode) !== undefined;
}
