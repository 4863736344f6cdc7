import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { catcherOptions } from '../../core/catcher-options.ts';
import type { CatcherOptions, Payload, PayloadHead } from '../../core/model.ts';
import { Disk } from '../disk.ts';
import { inflate } from '../inflate.ts';
import type { PlugInAnswer, PlugInQuestion, PlugInStart } from './plug-in-protocol.ts';
import { receivedFile, type SentFile } from './sent-file.ts';

/*
 * The thread in which one module of the user's catchers runs: whatever it does, throwing, looping or filling its
 * memory, ends this thread and nothing else.
 */

/** As much of a catcher as is called; the rest of the module may be anything. */
interface OwnCatcher {
  readonly name: string;
  claims(head: PayloadHead): unknown;
  inspect(file: Payload, options: CatcherOptions): unknown;
}

const HEAD = 64;
const disk = new Disk();

void run(workerData as PlugInStart);

async function run({ module, settings }: PlugInStart): Promise<void> {
  try {
    const options = catcherOptions({ ...settings.base, compressed: settings.compressed, inflate });
    const catchers = catchersIn(await import(pathToFileURL(module).href));
    tell({ kind: 'ready', names: catchers.map(one => one.name) });
    parentPort?.on('message', ({ files }: PlugInQuestion) => {
      for (const file of files) tell(attempt({ catchers, options, module }, file));
    });
  } catch (error) {
    tell({ kind: 'broken', message: `cannot be loaded: ${messageOf(error, module)}` });
  }
}

function catchersIn(loaded: { readonly default?: unknown }): readonly OwnCatcher[] {
  const given = Array.isArray(loaded.default) ? loaded.default : [loaded.default];
  for (const one of given) {
    if (
      typeof one?.name !== 'string' ||
      typeof one?.claims !== 'function' ||
      typeof one?.inspect !== 'function'
    )
      throw new TypeError('its default export is no catcher { name, doc, claims(head), inspect(file) }');
  }
  return given;
}

/** What was loaded, and what it is told. */
interface Loaded {
  readonly catchers: readonly OwnCatcher[];
  readonly options: CatcherOptions;
  readonly module: string;
}

function attempt(loaded: Loaded, file: SentFile): PlugInAnswer {
  try {
    return { kind: 'said', answers: said(loaded, file) };
  } catch (error) {
    return { kind: 'broken', message: `failed at ${file.path}: ${messageOf(error, loaded.module)}` };
  }
}

function said({ catchers, options }: Loaded, file: SentFile) {
  const found = receivedFile(file, disk);
  try {
    const { path, mode, size, runPath } = file;
    // What is read stays as it was: a plug-in may keep it.
    const read = (offset: number, length: number) => found.read(offset, length).slice();
    const payload: Payload = { path, mode, size, read, ...(runPath !== undefined && { runPath }) };
    const head = { path, mode, bytes: read(0, HEAD) };
    return catchers
      .filter(one => one.claims(head))
      .map(one => ({ catcher: one.name, answer: plain(one.inspect(payload, options)) }));
  } finally {
    found.close();
  }
}

/** What can be sent: plain data and nothing else. */
function plain(answer: unknown): unknown {
  if (answer instanceof Promise) throw new TypeError('inspect must answer at once, not a promise');
  return JSON.parse(JSON.stringify(answer ?? null));
}

function tell(answer: PlugInAnswer): void {
  parentPort?.postMessage(answer);
}

/** What was thrown, and the line of the module where. */
function messageOf(error: unknown, module: string): string {
  if (!(error instanceof Error)) return textOf(error);
  const { message, stack } = error;
  if (error instanceof SyntaxError) return `${message}; "node --check" shows where`;
  const { href } = pathToFileURL(module);
  const frame = String(stack).split(`${href}:`)[1];
  const line = /^\d+/.exec(frame ?? '')?.[0];
  return line === undefined ? String(message) : `${message} (line ${line})`;
}

/** Anything can be thrown, also what cannot be made a text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something was thrown that is no error';
  }
}
