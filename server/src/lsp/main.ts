import { Console } from 'node:console';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageReader,
  type MessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { portsOf } from './ports.ts';
import { described } from './requests.ts';
import { serve } from './server.ts';

/** How often the client's process is looked for (ms). */
const HEARTBEAT = 2000;

run();

/** Serves the client at standard input. The process ends with it, however it ends. */
function run(): void {
  // Standard output is the protocol's: whatever else is said goes to standard error.
  globalThis.console = new Console(process.stderr, process.stderr);
  const leave = () => process.exit(server.orderly ? 0 : 1);
  const connection = createMessageConnection(...channel(leave), console);
  const server = serve(connection, { ports: portsOf, exit: leave, follow: id => follow(id, leave) });
  process.on('uncaughtException', error => server.log(`uncaught: ${described(error)}`));
  process.on('unhandledRejection', reason => server.log(`unhandled: ${described(reason)}`));
  connection.onClose(leave);
  connection.listen();
}

/** `--node-ipc` as VS Code starts it, standard input and output for everybody else. */
function channel(leave: () => void): readonly [MessageReader, MessageWriter] {
  if (process.argv.includes('--node-ipc')) {
    process.on('disconnect', leave);
    return [new IPCMessageReader(process), new IPCMessageWriter(process)];
  }
  process.stdin.on('end', leave);
  process.stdin.on('close', leave);
  // A client that is gone breaks the pipe; there is nobody left to tell.
  process.stdout.on('error', leave);
  return [new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout)];
}

function follow(processId: number, leave: () => void): void {
  setInterval(() => {
    if (!isAlive(processId)) leave();
  }, HEARTBEAT).unref();
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
