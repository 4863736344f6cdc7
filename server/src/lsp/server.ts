import {
  ErrorCodes,
  ExitNotification,
  InitializedNotification,
  type InitializeParams,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type MessageConnection,
  MessageType,
  ResponseError,
  type ServerCapabilities,
  ShutdownRequest,
} from 'vscode-languageserver/node';
import { name, version } from '../../../package.json';
import type { InitializationOptions } from '../protocol.ts';
import { type Ports, Session } from '../session.ts';
import { abilitiesOf } from './abilities.ts';
import { Configuration, liveConfiguration } from './configuration.ts';
import type { Context, Feature } from './context.ts';
import { Documents } from './documents.ts';
import { features } from './features.ts';
import { foldersOf } from './workspace-folders.ts';

/** What the server asks of the process it runs in. */
export interface Life {
  /** The client named its process: the server ends with it. */
  follow(processId: number): void;
  /** The client said `exit`, after `shutdown` or without. */
  exit(): void;
  /** Makes the session's way to the world; `portsOf` in earnest. */
  ports(configuration: Configuration, options: InitializationOptions): Ports;
}

/** A server that runs. */
export interface Server {
  /** True once the client said `shutdown`. */
  readonly orderly: boolean;
  /** Writes to the client's log; for errors that nobody else sees. */
  log(message: string): void;
}

/** Serves one client until it says `exit`. Call `connection.listen()` after. */
export function serve(connection: MessageConnection, life: Life): Server {
  const stopping = new AbortController();
  const log = (message: string) => {
    connection
      .sendNotification(LogMessageNotification.type, { type: MessageType.Error, message })
      .catch(() => {});
  };
  let running: { readonly context: Context; readonly all: readonly Feature[] } | undefined;

  connection.onRequest(InitializeRequest.type, params => {
    if (running) return new ResponseError(ErrorCodes.InvalidRequest, 'initialize was sent twice');
    running = start(connection, life, params, stopping.signal, log);
    if (typeof params.processId === 'number') life.follow(params.processId);
    return resultOf(running.all, running.context);
  });
  connection.onNotification(InitializedNotification.type, () => {
    if (running) for (const feature of running.all) feature.begin?.(running.context);
  });
  connection.onRequest(ShutdownRequest.type, () => {
    stopping.abort();
    running?.context.session.dispose();
  });
  connection.onNotification(ExitNotification.type, () => life.exit());
  connection.onRequest(method =>
    running
      ? new ResponseError(ErrorCodes.MethodNotFound, `${method} is not answered here`)
      : new ResponseError(ErrorCodes.ServerNotInitialized, `${method} came before initialize`),
  );
  return {
    log,
    get orderly() {
      return stopping.signal.aborted;
    },
  };
}

function start(
  connection: MessageConnection,
  life: Life,
  params: InitializeParams,
  stopping: AbortSignal,
  log: (message: string) => void,
): { readonly context: Context; readonly all: readonly Feature[] } {
  const abilities = abilitiesOf(params.capabilities);
  const options = optionsOf(params.initializationOptions);
  const configuration = new Configuration(connection, abilities, options.settings);
  const session = new Session(life.ports(configuration, options));
  session.setFolders(foldersOf(params));
  const documents = new Documents((path, document) => {
    void session.edit(path, { text: document.getText(), version: document.version });
  });
  const context: Context = { connection, session, abilities, options, documents, stopping, log };
  const all = [...features, liveConfiguration(configuration)];
  for (const feature of all) feature.attach(context);
  return { context, all };
}

function resultOf(all: readonly Feature[], { abilities }: Context): InitializeResult {
  const capabilities: ServerCapabilities = { positionEncoding: 'utf-16' };
  for (const feature of all) Object.assign(capabilities, feature.capabilities?.(abilities));
  return { capabilities, serverInfo: { name, version } };
}

function optionsOf(value: unknown): InitializationOptions {
  return typeof value === 'object' && value !== null ? value : {};
}
