import { availableParallelism } from 'node:os';
import type { Caught, FileEntry, PayloadFile } from '../../core/model.ts';
import type { ScanSetup } from './scan-protocol.ts';
import { ScanThread } from './scan-thread.ts';
import { sentFile } from './sent-file.ts';

/** A file that is to be looked at. */
export interface Unseen {
  readonly entry: FileEntry;
  readonly found: PayloadFile;
}

/** More threads than this only get into each other's way at the disk. */
const MOST_THREADS = 4;
/** Files in a question. */
const CHUNK = 96;
/** Questions that a thread has at a time, so that it need not wait for the next one. */
const AHEAD = 2;
/** What makes starting threads worth it; a Python file counts as many. */
const WORTH = 8000;
const PYTHON = 4;
/** How long idle threads are kept (ms). */
const REST = 10_000;

/**
 * Threads that look at payload, for when there is much of it: otherwise starting them takes longer than the work.
 *
 * What they answer is what the main thread would find; a thread that fails leaves its files to the main thread.
 */
export class ScanPool {
  readonly #program: string;
  readonly #setup: ScanSetup;
  #threads: ScanThread[] = [];
  #resting: NodeJS.Timeout | undefined;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** `program`: the file of the thread. */
  constructor(program: string, setup: ScanSetup) {
    this.#program = program;
    this.#setup = setup;
  }

  /** Whether so many files can be worth it. */
  mayBeWorth(files: number): boolean {
    return files * PYTHON >= WORTH;
  }

  /**
   * The first of some files (`undefined`: none), as many as are worth it; `undefined` where all of them are not. Finding each takes a look
   * at the disk: `pause` is called between them.
   */
  async enough(
    files: Iterator<Unseen | undefined, void>,
    pause: () => Promise<void> | undefined,
  ): Promise<readonly Unseen[] | undefined> {
    const taken: Unseen[] = [];
    for (let work = 0; work < WORTH; ) {
      const turn = pause();
      if (turn) await turn;
      const { value, done } = files.next();
      if (done) return undefined;
      if (!value) continue;
      taken.push(value);
      work += value.entry.path.endsWith('.py') ? PYTHON : 1;
    }
    return taken;
  }

  /**
   * Looks at all of them, after what was asked before; `keep` is called for each that a thread answered. `beside`: the
   * main thread has work meanwhile, so that one core is left to it.
   */
  scan(
    files: Iterator<Unseen | undefined, void>,
    keep: (file: Unseen, caught: Caught) => void,
    signal: AbortSignal,
    beside = false,
  ): Promise<void> {
    this.#waiting++;
    const answer = this.#turn.then(() => this.#scan(files, keep, signal, beside));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  async #scan(
    files: Iterator<Unseen | undefined, void>,
    keep: (file: Unseen, caught: Caught) => void,
    signal: AbortSignal,
    beside: boolean,
  ): Promise<void> {
    clearTimeout(this.#resting);
    try {
      const threads = this.#started(Math.max(1, availableParallelism() - Number(beside)));
      const drains = threads.flatMap(thread => Array<ScanThread>(AHEAD).fill(thread));
      await Promise.all(drains.map(thread => this.#drain(thread, files, keep, signal)));
    } finally {
      this.#waiting--;
      if (this.#waiting === 0) this.#rest();
    }
    signal.throwIfAborted();
  }

  dispose(): void {
    clearTimeout(this.#resting);
    for (const thread of this.#threads) thread.terminate();
    this.#threads = [];
  }

  /** Gives a thread one chunk after the other until none is left. */
  async #drain(
    thread: ScanThread,
    files: Iterator<Unseen | undefined, void>,
    keep: (file: Unseen, caught: Caught) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for (let chunk = some(files); chunk.length > 0 && !signal.aborted; chunk = some(files)) {
      const answer = await thread.ask({ files: chunk.map(({ entry, found }) => sentFile(entry, found)) });
      if (!answer) return this.#drop(thread);
      thread.receiver.take(answer.fresh);
      for (const [at, file] of chunk.entries()) {
        const caught = answer.caught[at];
        if (caught) keep(file, thread.receiver.received(caught));
      }
    }
  }

  /** As many threads as are wanted; those that are there stay. */
  #started(wanted: number): readonly ScanThread[] {
    const count = Math.min(MOST_THREADS, wanted);
    while (this.#threads.length < count) this.#threads.push(new ScanThread(this.#program, this.#setup));
    return this.#threads.slice(0, count);
  }

  #drop(thread: ScanThread): void {
    this.#threads = this.#threads.filter(one => one !== thread);
    thread.terminate();
  }

  #rest(): void {
    this.#resting = setTimeout(() => this.dispose(), REST);
    this.#resting.unref();
  }
}

/** The next chunk. */
function some(files: Iterator<Unseen | undefined, void>): readonly Unseen[] {
  const chunk: Unseen[] = [];
  while (chunk.length < CHUNK) {
    const { value, done } = files.next();
    if (done) break;
    if (value) chunk.push(value);
  }
  return chunk;
}
