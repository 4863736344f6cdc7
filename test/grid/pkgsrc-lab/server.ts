import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A web server on a port of its own. */
export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a directory; below /chunked without lengths. Without listing a directory is forbidden. */
export async function serve(directory: string, options: { readonly listing: boolean }): Promise<Served> {
  const server = createServer((request, response) => answer(directory, options.listing, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(
  directory: string,
  listing: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const chunked = request.url?.startsWith('/chunked/');
  const path = join(directory, decodeURI(request.url ?? '').replace(/^\/chunked/, ''));
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) {
    response.writeHead(404, 'Not Found').end();
    return;
  }
  if (status.isDirectory()) {
    if (listing)
      response.end(
        readdirSync(path)
          .map(name => `<a href="${name}">${name}</a>`)
          .join('\n'),
      );
    else response.writeHead(403, 'Forbidden').end();
    return;
  }
  const since = request.headers['if-modified-since'];
  if (since && Math.floor(status.mtimeMs / 1000) <= Date.parse(since) / 1000) {
    response.writeHead(304, 'Not Modified').end();
    return;
  }
  const content = readFileSync(path);
  if (chunked) response.write(content.subarray(0, 10));
  else response.setHeader('content-length', content.length);
  response.end(content.subarray(chunked ? 10 : 0));
}
