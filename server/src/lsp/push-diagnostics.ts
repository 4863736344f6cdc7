import { PublishDiagnosticsNotification } from 'vscode-languageserver/node';
import { calmly } from './after.ts';
import type { Context, Feature } from './context.ts';
import { uriOf } from './convert.ts';
import { emptyReport, type Report, reportOf, settingsReport } from './reports.ts';
import { described } from './requests.ts';

/** Keystrokes nearer to each other than this (ms) are answered together. */
const PAUSE = 25;

/** What a client was sent last for a document. */
interface Published {
  readonly uri: string;
  readonly resultId: string;
  readonly version: number | undefined;
}

/** Diagnostics for clients that cannot ask for them: of what is open, and of broken settings files. */
export const pushDiagnostics: Feature = {
  attach() {},

  begin(context) {
    if (context.abilities.pull) return;
    const publisher = new Publisher(context);
    const soon = calmly(PAUSE, context.stopping, () => publisher.run());
    context.session.onChange(change => {
      if (change !== 'status') soon();
    });
    soon();
  },
};

class Publisher {
  readonly #context: Context;
  readonly #published = new Map<string, Published>();
  #running = new AbortController();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Says what is new; a round that still runs is given up, for its answers are stale. */
  run(): void {
    this.#running.abort();
    this.#context.documents.flush();
    this.#running = new AbortController();
    const signal = AbortSignal.any([this.#running.signal, this.#context.stopping]);
    this.#round(signal).catch(error => {
      if (!signal.aborted) this.#context.log(`publishing diagnostics: ${described(error)}`);
    });
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { documents, session } = this.#context;
    for (const path of documents.paths) {
      const report = await reportOf(session, path, signal);
      signal.throwIfAborted();
      this.#tell(path, report);
    }
    for (const tree of session.trees) {
      if (!documents.get(tree.settingsFile)) this.#tell(tree.settingsFile, settingsReport(session, tree));
    }
    const settings = new Set(session.trees.map(tree => tree.settingsFile));
    for (const path of this.#published.keys()) {
      if (!documents.get(path) && !settings.has(path)) this.#tell(path, emptyReport);
    }
  }

  #tell(path: string, { items, resultId }: Report): void {
    const document = this.#context.documents.get(path);
    const before = this.#published.get(path);
    const version = this.#context.session.buffers.get(path)?.version;
    if (
      before ? before.resultId === resultId && before.version === version : !document && items.length === 0
    ) {
      return;
    }
    const uri = document?.uri ?? before?.uri ?? uriOf(path);
    if (document || items.length > 0) this.#published.set(path, { uri, resultId, version });
    else this.#published.delete(path);
    void this.#context.connection.sendNotification(PublishDiagnosticsNotification.type, {
      uri,
      ...(version !== undefined && { version }),
      diagnostics: items,
    });
  }
}
