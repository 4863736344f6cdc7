import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Catches } from '../../core/catch-memory.ts';
import { printable } from '../../core/formats/printable.ts';
import type { CatchMemory, Caught, FileEntry, PayloadFile, PlugInCatcher } from '../../core/model.ts';
import { caughtIn } from '../../core/plug-in-answer.ts';
import {
  isAnswer,
  type PlugInAnswer,
  type PlugInQuestion,
  type PlugInSettings,
  type PlugInStart,
} from './plug-in-protocol.ts';
import { sentFile } from './sent-file.ts';

/** How long loading, and each file, may take (ms). */
const PATIENCE = 5000;
/** Memory of its thread (MiB). */
const MEMORY = 128;
/** How often its memory is looked at (ms). */
const MEASURED = 100;
/** Of what is told of it (characters). */
const LONGEST = 400;
/** Files under way at a time. */
const BATCH = 64;

/** One file and what was found of it. */
type Asked = Parameters<PlugInCatcher['inspect']>[0][number];
type Reply = Awaited<ReturnType<PlugInCatcher['inspect']>>;

/**
 * A module of the user's own catchers, in a thread of its own with a limit of time and memory.
 *
 * Once broken it says so at every question and is not started again until the settings change or its file does.
 */
export class PlugInHost implements PlugInCatcher {
  readonly name: string;
  readonly #module: string;
  readonly #program: string;
  readonly #reserved: ReadonlySet<string>;
  readonly #settings: PlugInSettings;
  readonly #memory: CatchMemory = new Catches();
  #thread: Worker | undefined;
  #broken: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** `program`: the file of our own thread; `reserved`: names that catchers of the project have. */
  constructor(module: string, program: string, reserved: ReadonlySet<string>, settings: PlugInSettings) {
    this.name = basename(module);
    this.#module = module;
    this.#program = program;
    this.#reserved = reserved;
    this.#settings = settings;
  }

  inspect(files: readonly Asked[], signal: AbortSignal): Promise<Reply> {
    const answer = this.#turn.then(() => this.#inspect(files, signal));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  dispose(): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
  }

  async #inspect(files: readonly Asked[], signal: AbortSignal): Promise<Reply> {
    const caught = new Map<FileEntry, Caught>();
    const open: Asked[] = [];
    for (const asked of files) {
      const known = this.#memory.find(asked.entry, asked.found, modeOf(asked));
      if (known) caught.set(asked.entry, known);
      else open.push(asked);
    }
    for (let at = 0; at < open.length && this.#broken === undefined; at += BATCH) {
      signal.throwIfAborted();
      await this.#ask(open.slice(at, at + BATCH), caught, signal);
    }
    return this.#broken === undefined ? { caught } : { caught, broken: this.#broken };
  }

  async #ask(batch: readonly Asked[], caught: Map<FileEntry, Caught>, signal: AbortSignal): Promise<void> {
    const thread = await this.#started(signal);
    if (!thread) return;
    const question: PlugInQuestion = { files: batch.map(({ entry, found }) => sentFile(entry, found)) };
    for (const { found } of batch) found.close();
    const answers = this.#answers(thread, batch.length, signal, at => batch[at]?.entry.path);
    thread.postMessage(question);
    for (const [at, answer] of (await answers).entries()) {
      const asked = batch[at];
      if (!asked) continue;
      const said = this.#judged(answer, asked.entry);
      if (said) caught.set(asked.entry, this.#memory.keep(asked.entry, asked.found, modeOf(asked), said));
    }
  }

  /** What the catchers of the module said of one file together. */
  #judged(answer: PlugInAnswer, { path }: FileEntry): Caught | undefined {
    if (answer.kind !== 'said') return undefined;
    const all = answer.answers.map(one => caughtIn(one.answer, one.catcher, path));
    const wrong = all.find(one => typeof one === 'string');
    if (wrong !== undefined) {
      this.#fail(`failed at ${path}: ${wrong}`);
      return undefined;
    }
    const good = all.filter(one => typeof one !== 'string');
    return {
      dependencies: good.flatMap(one => one.dependencies),
      faults: good.flatMap(one => one.faults),
      provides: good.flatMap(one => one.provides ?? []),
    };
  }

  async #started(signal: AbortSignal): Promise<Worker | undefined> {
    if (this.#thread) return this.#thread;
    const start: PlugInStart = { module: this.#module, settings: this.#settings };
    const thread = new Worker(this.#program, {
      workerData: start,
      env: {},
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    this.#thread = thread;
    // Also between two questions, when nobody else listens.
    thread.on('error', error => this.#fail(`ended: ${error.message}`));
    thread.on('exit', () => {
      if (this.#thread === thread) this.#fail('ended by itself');
    });
    const [ready] = await this.#answers(thread, 1, signal, () => undefined);
    if (ready?.kind !== 'ready') return undefined;
    const taken = ready.names.find(name => this.#reserved.has(name) || !/^[a-z][a-z0-9-]*$/.test(name));
    if (taken === undefined) return thread;
    this.#fail(`its catcher "${taken}" needs a name of its own, in small letters, digits and -`);
    return undefined;
  }

  /** So many answers of the thread; fewer when it breaks. An abort ends the thread: it cannot be told to stop. */
  #answers(
    thread: Worker,
    count: number,
    signal: AbortSignal,
    pathOf: (at: number) => string | undefined,
  ): Promise<readonly PlugInAnswer[]> {
    const answers: PlugInAnswer[] = [];
    const guard = setInterval(() => void this.#measure(thread), MEASURED);
    return new Promise((done, gone) => {
      const watch = setTimeout(() => finish(slow(pathOf(answers.length))), PATIENCE);
      const finish = (broken?: string) => {
        clearTimeout(watch);
        clearInterval(guard);
        signal.removeEventListener('abort', abort);
        for (const [event, listener] of listeners) thread.off(event, listener);
        if (broken !== undefined) this.#fail(broken);
        done(answers);
      };
      const abort = () => {
        finish();
        this.dispose();
        gone(signal.reason);
      };
      signal.addEventListener('abort', abort);
      const take = (answer: unknown) => {
        if (!isAnswer(answer)) return finish('sent a message that is no answer');
        if (answer.kind === 'broken') return finish(answer.message);
        answers.push(answer);
        watch.refresh();
        if (answers.length === count) finish();
      };
      const listeners = [
        ['message', take],
        ['exit', () => finish()],
      ] as const;
      for (const [event, listener] of listeners) thread.on(event, listener);
    });
  }

  /** The limits of a thread leave out what lies outside of its heap: buffers. */
  async #measure(thread: Worker): Promise<void> {
    const used = await thread.getHeapStatistics?.().catch(() => undefined);
    if (used && used.external_memory > MEMORY * 2 ** 20 && this.#thread === thread)
      this.#fail(`took more than ${MEMORY} MiB of memory, and was stopped`);
  }

  #fail(message: string): void {
    this.#broken ??= printable(message.replace(/\s*\n\s*/g, ' '), LONGEST);
    this.dispose();
  }
}

function slow(path: string | undefined): string {
  const what = path === undefined ? 'did not load' : `did not answer for ${path}`;
  return `${what} within ${PATIENCE / 1000} s, and was stopped`;
}

function modeOf({ entry, found }: { readonly entry: FileEntry; readonly found: PayloadFile }): number {
  return entry.mode ?? found.mode;
}
