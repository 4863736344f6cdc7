import { Worker } from 'node:worker_threads';
import type { ScanAnswer, ScanQuestion, ScanSetup } from './scan-protocol.ts';
import { NeedsReceiver } from './sent-needs.ts';

/** Room of a thread for what it soon forgets (MiB): less of it is looked through again and again. */
const YOUNG = 64;

/** A thread that looks at payload. It answers one question after the other, in their order. */
export class ScanThread {
  readonly receiver = new NeedsReceiver();
  readonly #worker: Worker;
  readonly #waiting: ((answer: ScanAnswer | undefined) => void)[] = [];
  #ended = false;

  /** `program`: the file of the thread. */
  constructor(program: string, setup: ScanSetup) {
    this.#worker = new Worker(program, {
      workerData: setup,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
    });
    const end = () => this.#end();
    this.#worker.on('message', (answer: string) => this.#answer(JSON.parse(answer)));
    this.#worker.on('error', end).on('exit', end).unref();
  }

  /** The answer, as text on its way, which is quicker than a copy; nothing when the thread ended. */
  ask(question: ScanQuestion): Promise<ScanAnswer | undefined> {
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise(done => {
      this.#waiting.push(done);
      this.#worker.ref();
      this.#worker.postMessage(JSON.stringify(question));
    });
  }

  terminate(): void {
    this.#end();
    void this.#worker.terminate();
  }

  #answer(answer: ScanAnswer): void {
    this.#waiting.shift()?.(answer);
    if (this.#waiting.length === 0) this.#worker.unref();
  }

  #end(): void {
    this.#ended = true;
    for (const done of this.#waiting.splice(0)) done(undefined);
  }
}
