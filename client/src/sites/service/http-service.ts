import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ask } from './document.ts';
import { isOurHost, plainHost } from './host-names.ts';
import { documentReply, noticeReply, type Reply, refusal } from './replies.ts';
import { type Show, shelf } from './shelf.ts';
import { targetOf } from './targets.ts';

/** Where and for whom is listened. */
export interface HttpOptions {
  /** Name or address; 0 as port: any. */
  readonly host: string;
  readonly port: number;
  /** Names by which the service is reached beside its addresses. */
  readonly names: readonly string[];
  readonly limits?: Partial<HttpLimits>;
}

/** How much anybody may have of a service. Times are milliseconds. */
export interface HttpLimits {
  readonly connections: number;
  /** Until the head of a request is there, and all of it. */
  readonly head: number;
  readonly request: number;
  /** Between two requests, and while nobody takes what is sent. */
  readonly idle: number;
  /** Until an answer is taken. */
  readonly answer: number;
}

const LIMITS: HttpLimits = {
  connections: 256,
  head: 10_000,
  request: 15_000,
  idle: 30_000,
  answer: 300_000,
};

/** Bytes of a request's head, and of its address. */
const LONGEST = { head: 16_384, url: 2_048 };
/** Bytes of documents that are kept at hand. */
const SHELF = 134_217_728;

/** A service that listens. */
export interface HttpService {
  /** Where it can be reached. */
  readonly address: AddressInfo;
  /** Ends the connections, those in the middle of an answer too. */
  close(): Promise<void>;
}

/** Listens, and answers with what `ask` finds; only reading is possible. Rejects with the system's error. */
export async function serveHttp(ask: Ask, options: HttpOptions): Promise<HttpService> {
  const limits = { ...LIMITS, ...options.limits };
  const names = new Set([options.host, ...options.names].map(plainHost));
  const show = shelf(ask, SHELF);
  const server = createServer(
    {
      maxHeaderSize: LONGEST.head,
      headersTimeout: limits.head,
      requestTimeout: limits.request,
      keepAliveTimeout: limits.idle,
      connectionsCheckingInterval: Math.min(1_000, limits.head),
    },
    (request, response) => {
      answer(request, response, names, show, limits.answer).catch(() => response.destroy());
    },
  );
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = 1_000;
  server.timeout = limits.idle;
  await listening(server, options);
  return {
    address: server.address() as AddressInfo,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: plainHost(host), port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  names: ReadonlySet<string>,
  show: Show,
  longest: number,
): Promise<void> {
  const late = setTimeout(() => response.destroy(), longest).unref();
  response.once('close', () => clearTimeout(late));
  const { status, headers, body } = await replyTo(request, names, show);
  // Nobody reads what comes with a request.
  if (hasBody(request)) response.setHeader('Connection', 'close');
  response.writeHead(status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function replyTo(request: IncomingMessage, names: ReadonlySet<string>, show: Show): Promise<Reply> {
  const { method, url = '', headers, socket, headersDistinct } = request;
  if ((headersDistinct.host?.length ?? 0) !== 1) return refusal(400, 'A request names one host.');
  if (!isOurHost(headers.host, names, socket.localAddress))
    return refusal(421, 'This service has another name: packwright sites serve --host-name NAME adds one.');
  if (method !== 'GET' && method !== 'HEAD')
    return refusal(405, 'This service can only be read.', { Allow: 'GET, HEAD' });
  if (url.length > LONGEST.url) return refusal(414, 'This address is too long.');
  const target = targetOf(url);
  const shown = target ? await show(target) : 'none';
  if (shown === 'none')
    return noticeReply(404, 'Nothing is here', 'No site, run or document of the service has this address.');
  if (shown === 'failed')
    return noticeReply(503, 'Not now', 'The service cannot read its state at present; its log tells why.');
  return documentReply(shown, headers);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
