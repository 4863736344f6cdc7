import {
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Context, Feature } from './context.ts';
import { pathOf } from './convert.ts';
import { lookAgain } from './watch.ts';

/** How long an edit waits for the next one when nobody asks (ms). */
const PAUSE = 5;

/**
 * What the client has open, by path. Only local files are kept.
 *
 * Edits are told on as late as possible: of many keystrokes in a row only the last text is read.
 */
export class Documents {
  readonly #open = new Map<string, TextDocument>();
  readonly #untold = new Set<string>();
  readonly #tell: (path: string, document: TextDocument) => void;

  constructor(tell: (path: string, document: TextDocument) => void) {
    this.#tell = tell;
  }

  /** Absolute paths, the one that was edited last first. */
  get paths(): readonly string[] {
    return [...this.#open.keys()].reverse();
  }

  get(path: string): TextDocument | undefined {
    return this.#open.get(path);
  }

  /** Keeps a document; it becomes the one that was edited last. */
  keep(path: string, document: TextDocument): void {
    this.#open.delete(path);
    this.#open.set(path, document);
    if (this.#untold.size === 0) setTimeout(() => this.flush(), PAUSE);
    this.#untold.add(path);
  }

  drop(path: string): void {
    this.#open.delete(path);
    this.#untold.delete(path);
  }

  /** Tells on every edit that was not told yet: before a question is answered, and when the keys rest. */
  flush(): void {
    for (const path of this.#untold) {
      const document = this.#open.get(path);
      if (document) this.#tell(path, document);
    }
    this.#untold.clear();
  }
}

/** Keeps buffers in step with the client, and the session with the buffers. */
export const synchronisation: Feature = {
  capabilities: () => ({
    textDocumentSync: {
      openClose: true,
      change: TextDocumentSyncKind.Incremental,
      save: { includeText: false },
    },
  }),

  attach(context) {
    const { connection, documents, session } = context;
    connection.onNotification(DidOpenTextDocumentNotification.type, ({ textDocument }) => {
      const { uri, languageId, version, text } = textDocument;
      keep(context, TextDocument.create(uri, languageId, version, text));
      lookAgain(context);
    });
    connection.onNotification(DidChangeTextDocumentNotification.type, ({ textDocument, contentChanges }) => {
      const path = pathOf(textDocument.uri);
      const document = path === undefined ? undefined : documents.get(path);
      if (document) keep(context, TextDocument.update(document, contentChanges, textDocument.version));
    });
    connection.onNotification(DidCloseTextDocumentNotification.type, ({ textDocument }) => {
      const path = pathOf(textDocument.uri);
      if (path === undefined) return;
      documents.drop(path);
      void session.edit(path, undefined);
    });
    connection.onNotification(DidSaveTextDocumentNotification.type, ({ textDocument }) => {
      const path = pathOf(textDocument.uri);
      if (path !== undefined) void session.changed([path]);
      lookAgain(context);
    });
  },
};

function keep({ documents }: Context, document: TextDocument): void {
  const path = pathOf(document.uri);
  if (path !== undefined) documents.keep(path, document);
}
