import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {
  ClientCapabilities,
  CodeAction,
  Diagnostic,
  InitializeResult,
  Range,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';

/** Something the server sent. */
export interface Sent {
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test client reads what comes, whatever its type.
  readonly params: any;
}

/** What a client of a test says of itself. */
export interface ClientOptions {
  readonly capabilities?: ClientCapabilities;
  readonly folders?: readonly string[];
  readonly options?: object;
  readonly processId?: number | null;
  /** Answers of the client to `workspace/configuration`. */
  readonly configuration?: () => unknown;
}

/** An editor without a face: speaks the protocol, and remembers what the server sent. */
export class LspClient {
  readonly connection: MessageConnection;
  readonly sent: Sent[] = [];
  readonly #texts = new Map<string, { text: string; version: number }>();
  readonly #waiting = new Set<() => void>();
  #result: InitializeResult | undefined;

  constructor(connection: MessageConnection, configuration: () => unknown = () => null) {
    this.connection = connection;
    connection.onNotification((method, params) => this.#note(method, params));
    connection.onProgress(progressType, 'partial', params => this.#note('partial', params));
    connection.onRequest((method, params) => {
      this.#note(method, params);
      if (method === 'workspace/configuration') {
        const { items } = params as { items: readonly unknown[] };
        return items.map(configuration);
      }
      return null;
    });
    connection.onError(() => {});
    connection.listen();
  }

  /** What the server answered to `initialize`. */
  get capabilities(): InitializeResult['capabilities'] {
    return this.#result?.capabilities ?? {};
  }

  async initialize({
    capabilities = {},
    folders = [],
    options,
    processId = null,
  }: ClientOptions): Promise<this> {
    this.#result = await this.request('initialize', {
      processId,
      rootUri: null,
      capabilities,
      workspaceFolders: folders.map(path => ({ uri: uri(path), name: path })),
      initializationOptions: { status: true, ...options },
    });
    this.notify('initialized', {});
    return this;
  }

  /** Sends a request. `token` cancels it. */
  request<T>(method: string, params: unknown, token = new CancellationTokenSource().token): Promise<T> {
    return this.connection.sendRequest<T>(method, params, token);
  }

  notify(method: string, params: unknown): void {
    void this.connection.sendNotification(method, params);
  }

  /** Opens a document; without a text the one on disk. */
  open(path: string, text = readFileSync(path, 'utf8'), languageId = 'p5m'): void {
    this.#texts.set(path, { text, version: 1 });
    this.notify('textDocument/didOpen', { textDocument: { uri: uri(path), languageId, version: 1, text } });
  }

  /** Replaces the first occurrence of `before` in an open document, as typing would. */
  type(path: string, before: string, after: string): void {
    const document = this.#document(path);
    const at = document.text.indexOf(before);
    if (at < 0) throw new Error(`${JSON.stringify(before)} is not in ${path}`);
    const range = {
      start: positionAt(document.text, at),
      end: positionAt(document.text, at + before.length),
    };
    document.text = document.text.slice(0, at) + after + document.text.slice(at + before.length);
    document.version++;
    this.notify('textDocument/didChange', {
      textDocument: { uri: uri(path), version: document.version },
      contentChanges: [{ range, text: after }],
    });
  }

  save(path: string): void {
    this.notify('textDocument/didSave', { textDocument: { uri: uri(path) } });
  }

  close(path: string): void {
    this.#texts.delete(path);
    this.notify('textDocument/didClose', { textDocument: { uri: uri(path) } });
  }

  text(path: string): string {
    return this.#document(path).text;
  }

  version(path: string): number {
    return this.#document(path).version;
  }

  /** Asks for the diagnostics of a document. */
  pull(
    path: string,
    previousResultId?: string,
  ): Promise<{ kind: string; resultId: string; items: Diagnostic[] }> {
    return this.request('textDocument/diagnostic', {
      textDocument: { uri: uri(path) },
      ...(previousResultId !== undefined && { previousResultId }),
    });
  }

  /** Code actions where the `n`-th diagnostic is, or at a range. */
  actions(
    path: string,
    range: Range,
    diagnostics: readonly Diagnostic[] = [],
    only?: string[],
  ): Promise<CodeAction[]> {
    return this.request('textDocument/codeAction', {
      textDocument: { uri: uri(path) },
      range,
      context: { diagnostics, ...(only && { only }) },
    });
  }

  /** Waits for something the server sends, or sent since `from` things were there. */
  async wait(
    method: string,
    fits: (params: Sent['params']) => boolean = () => true,
    from = 0,
  ): Promise<Sent['params']> {
    for (;;) {
      const found = this.sent.slice(from).find(one => one.method === method && fits(one.params));
      if (found) return found.params;
      await new Promise<void>(resolve => this.#waiting.add(resolve));
    }
  }

  /** Waits for pushed diagnostics of a document that fit. */
  async pushed(path: string, fits: (items: Diagnostic[]) => boolean, from = 0): Promise<Diagnostic[]> {
    const params = await this.wait(
      'textDocument/publishDiagnostics',
      params => params.uri === uri(path) && fits(params.diagnostics),
      from,
    );
    return params.diagnostics;
  }

  /** The text after an edit, if it is about this document. */
  edited(path: string, edit: WorkspaceEdit | undefined): string {
    const changed = edit?.documentChanges?.flatMap(change =>
      'edits' in change && change.textDocument.uri === uri(path) ? (change.edits as TextEdit[]) : [],
    );
    const edits = changed ?? edit?.changes?.[uri(path)] ?? [];
    const text = this.#texts.get(path)?.text ?? readFileSync(path, 'utf8');
    return [...edits].reverse().reduce((result, { range, newText }) => {
      const start = offsetAt(result, range.start);
      return result.slice(0, start) + newText + result.slice(offsetAt(result, range.end));
    }, text);
  }

  #document(path: string): { text: string; version: number } {
    const document = this.#texts.get(path);
    if (!document) throw new Error(`${path} is not open`);
    return document;
  }

  #note(method: string, params: unknown): void {
    this.sent.push({ method, params });
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the library compares it by identity only.
const progressType = { __: undefined, _pr: undefined } as any;

/** The built server in a process of its own. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly client: LspClient;
  /** The exit code, once it ended. */
  readonly ended: Promise<number | null>;
}

/** Starts `out/server.cjs` and speaks to it over its standard input and output. */
export function startServer(configuration?: () => unknown): ServerProcess {
  const child = spawn(process.execPath, ['out/server.cjs', '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  return { child, client: new LspClient(connection, configuration), ended };
}

/** Both ends of a connection within this process. */
export function pair(): readonly [server: MessageConnection, client: MessageConnection] {
  const up = new PassThrough();
  const down = new PassThrough();
  return [
    createMessageConnection(new StreamMessageReader(up), new StreamMessageWriter(down)),
    createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up)),
  ];
}

export function uri(path: string): string {
  return pathToFileURL(path).href;
}

export function path(address: string): string {
  return fileURLToPath(address);
}

/** `LINE:COLUMN: CODE: MESSAGE`, from zero as in the protocol. */
export function shown(items: readonly Diagnostic[]): string[] {
  return items.map(
    ({ range, code, message }) => `${range.start.line}:${range.start.character}: ${code}: ${message}`,
  );
}

function positionAt(text: string, offset: number): Range['start'] {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length - 1, character: offset - start };
}

function offsetAt(text: string, { line, character }: Range['start']): number {
  let start = 0;
  for (let i = 0; i < line; i++) start = text.indexOf('\n', start) + 1;
  return start + character;
}
