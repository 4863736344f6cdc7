import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

/** A running server that was initialised with one folder, and is told and asked over standard input and output. */
export interface RunningServer {
  readonly connection: ProtocolConnection;
  stop(): Promise<void>;
}

/** Starts the built server for a client that pulls diagnostics. */
export async function startServer(root: string, cachePath: string): Promise<RunningServer> {
  const child = spawn(process.execPath, [resolve('out/server.cjs'), '--stdio'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
    console,
  );
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) =>
    items.map(() => null),
  );
  for (const method of ['client/registerCapability', 'window/workDoneProgress/create'])
    connection.onRequest(method, () => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'bench' }],
    capabilities: {
      workspace: {
        configuration: true,
        workspaceFolders: true,
        didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
      },
      textDocument: { diagnostic: { dynamicRegistration: false } },
    },
    initializationOptions: { trusted: true, cachePath },
  });
  await connection.sendNotification('initialized', {});
  return { connection, stop: () => stopped(connection, child) };
}

async function stopped(connection: ProtocolConnection, child: ChildProcess): Promise<void> {
  const ended = new Promise(done => child.once('exit', done));
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  await ended;
  connection.dispose();
}
