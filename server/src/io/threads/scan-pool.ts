import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Caught, FileEntry, PayloadFile } from '../../core/model.ts';
import type { ScanAnswer, ScanQuestion, ScanSetup } from './scan-protocol.ts';
import { sentFile } from './sent-file.ts';
import { NeedsReceiver } from './sent-needs.ts';

/** A file that is to be looked at. */
export interface Unseen {
  readonly entry: FileEntry;
  readonly found: PayloadFile;
}

interface Thread {
  readonly worker: Worker;
  readonly receiver: NeedsReceiver;
}

/** More threads than this only get into each other's way at the disk. */
const MOST_THREADS = 4;
/** Files that a thread has at a time. */
const CHUNK = 96;
/** What makes starting threads worth it; a Python file counts as many. */
const WORTH = 8000;
const PYTHON = 4;
/** Room of a thread for what it soon forgets (MiB): less of it is looked through again and again. */
const YOUNG = 64;
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
  #threads: readonly Thread[] = [];
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
   * The first of some files, as many as are worth it; `undefined` where all of them are not. Finding each takes a look
   * at the disk: `pause` is called between them.
   */
  async enough(
    files: Iterator<Unseen, void>,
    pause: () => Promise<void> | undefined,
  ): Promise<readonly Unseen[] | undefined> {
    const taken: Unseen[] = [];
    for (let work = 0; work < WORTH; ) {
      const turn = pause();
      if (turn) await turn;
      const { value } = files.next();
      if (!value) return undefined;
      taken.push(value);
      work += value.entry.path.endsWith('.py') ? PYTHON : 1;
    }
    return taken;
  }

  /** Looks at all of them, after what was asked before; `keep` is called for each that a thread answered. */
  scan(
    files: Iterator<Unseen, void>,
    keep: (file: Unseen, caught: Caught) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#waiting++;
    const answer = this.#turn.then(() => this.#scan(files, keep, signal));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  /** A thread has one question at a time, or its answers would be taken for others. */
  async #scan(
    files: Iterator<Unseen, void>,
    keep: (file: Unseen, caught: Caught) => void,
    signal: AbortSignal,
  ): Promise<void> {
    clearTimeout(this.#resting);
    try {
      await Promise.all(this.#started().map(thread => this.#drain(thread, files, keep, signal)));
    } finally {
      this.#waiting--;
      if (this.#waiting === 0) this.#rest();
    }
    signal.throwIfAborted();
  }

  dispose(): void {
    clearTimeout(this.#resting);
    for (const { worker } of this.#threads) void worker.terminate();
    this.#threads = [];
  }

  /** Gives a thread one chunk after the other until none is left. */
  async #drain(
    thread: Thread,
    files: Iterator<Unseen, void>,
    keep: (file: Unseen, caught: Caught) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for (let chunk = some(files); chunk.length > 0 && !signal.aborted; chunk = some(files)) {
      const answer = await asked(thread.worker, {
        files: chunk.map(({ entry, found }) => sentFile(entry, found)),
      });
      if (!answer) return this.#drop(thread);
      thread.receiver.take(answer.fresh);
      for (const [at, file] of chunk.entries()) {
        const caught = answer.caught[at];
        if (caught) keep(file, thread.receiver.received(caught));
      }
    }
  }

  #started(): readonly Thread[] {
    if (this.#threads.length > 0) return this.#threads;
    const count = Math.min(MOST_THREADS, availableParallelism());
    this.#threads = Array.from({ length: count }, () => {
      const worker = new Worker(this.#program, {
        workerData: this.#setup,
        execArgv: [],
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
      });
      worker.unref();
      return { worker, receiver: new NeedsReceiver() };
    });
    return this.#threads;
  }

  #drop(thread: Thread): void {
    this.#threads = this.#threads.filter(one => one !== thread);
    void thread.worker.terminate();
  }

  #rest(): void {
    this.#resting = setTimeout(() => this.dispose(), REST);
    this.#resting.unref();
  }
}

/** The next chunk. */
function some(files: Iterator<Unseen, void>): readonly Unseen[] {
  const chunk: Unseen[] = [];
  while (chunk.length < CHUNK) {
    const { value } = files.next();
    if (!value) break;
    chunk.push(value);
  }
  return chunk;
}

/** The answer of a thread; nothing when it failed. */
function asked(thread: Worker, question: ScanQuestion): Promise<ScanAnswer | undefined> {
  return new Promise(done => {
    const take = (answer: string) => finish(JSON.parse(answer));
    const fail = () => finish(undefined);
    const finish = (answer: ScanAnswer | undefined) => {
      thread.off('message', take).off('error', fail).off('exit', fail).unref();
      done(answer);
    };
    thread.ref();
    thread.on('message', take).on('error', fail).on('exit', fail);
    thread.postMessage(JSON.stringify(question));
  });
}
