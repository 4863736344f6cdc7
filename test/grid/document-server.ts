import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScratchTree } from '../support/scratch-tree.ts';

/** A real HTTP server on a port of its own, and a cache directory, for one test. */
export interface DocumentServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** `METHOD PATH` of every request, in order; with `if-none-match` behind it where it was given. */
  readonly requests: readonly string[];
  readonly scratch: ScratchTree;
  /** From now on nobody answers at the address. */
  goAway(): Promise<void>;
  close(): Promise<void>;
}

/** Answers a request; a plain value is the body of a 200. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => string | Buffer | undefined;

/** Starts a server; what the function answers to a path without an entry is 404. */
export async function serve(answers: Readonly<Record<string, Answering>>): Promise<DocumentServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { 'if-none-match': match } = request.headers;
    requests.push(`${request.method} ${request.url}${match === undefined ? '' : ` ${match}`}`);
    const answer = answers[request.url ?? ''];
    if (!answer) {
      response.writeHead(404).end();
      return;
    }
    const body = answer(request, response);
    if (body !== undefined) response.end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const scratch = new ScratchTree();
  const goAway = async () => {
    if (!server.listening) return;
    const closed = new Promise(resolve => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    scratch,
    goAway,
    async close() {
      await goAway();
      scratch.remove();
    },
  };
}

/** A clock that a test sets. */
export class Clock {
  time = Date.UTC(2026, 10, 20, 10);
  readonly now = () => this.time;

  /** Longer than any answer counts as fresh. */
  later(): void {
    this.time += 600_000;
  }
}
