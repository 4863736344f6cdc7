import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What a test may do to a request before the depot sees it; true: it was answered. */
export type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
) => boolean | undefined;

/** An HTTP server on this machine that notes what it was asked. */
export abstract class TestServer {
  /** `GET /versions/0/`, in order. */
  readonly asked: string[] = [];
  intercept: Intercept = () => undefined;
  readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.asked.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
      let body = '';
      request.on('data', chunk => {
        body += chunk;
      });
      request.on('end', () => {
        if (!this.intercept(request, response, body)) this.answer(request, response, body);
      });
    });
  }

  abstract answer(request: IncomingMessage, response: ServerResponse, body: string): void;

  /** Starts it; answers its address. */
  async start(port = 0): Promise<string> {
    await new Promise<void>(listening => this.server.listen(port, '127.0.0.1', () => listening()));
    return this.address;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await new Promise<void>(closed => this.server.close(() => closed()));
  }

  /** What was asked since the last call. */
  take(): readonly string[] {
    return this.asked.splice(0);
  }
}

interface Indexed {
  readonly publisher: string;
  readonly fmri: string;
  readonly type: string;
  readonly key: string;
  readonly token: string;
  readonly action: string;
}

/** Serves a repository directory of version 4 as `pkg.depotd` does: reading, and search over its manifests. */
export class DepotServer extends TestServer {
  readonly root: string;
  /** What `versions/0` tells. */
  operations =
    'pkg-server unknown\ncatalog 0 1\nfile 0 1\nmanifest 0 1\npublisher 0\nsearch 0 1\nstatus 0\nversions 0\n';
  defaultPublisher: string;
  #index: readonly Indexed[] | undefined;

  constructor(root: string, defaultPublisher = 'alpha.example') {
    super();
    this.root = root;
    this.defaultPublisher = defaultPublisher;
  }

  answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    this.#respond(request, response, body);
  }

  #respond(request: IncomingMessage, response: ServerResponse, body: string): ServerResponse {
    const path = new URL(request.url ?? '/', 'http://depot').pathname;
    const [first = '', ...rest] = path.split('/').slice(1);
    const publishers = readdirSync(join(this.root, 'publisher'));
    const publisher = publishers.includes(first) ? first : undefined;
    const [operation, version, ...words] = publisher ? rest : [first, ...rest];
    const argument = decodeURIComponent(words.join('/'));
    switch (`${operation}/${version}`) {
      case 'versions/0':
        return text(response, this.operations);
      case 'publisher/0':
        return text(
          response,
          JSON.stringify({
            packages: [],
            publishers: publishers.toReversed().map(name => ({ name })),
            version: 1,
          }),
        );
      case 'status/0':
        return text(
          response,
          JSON.stringify({
            repository: {
              configuration: { publisher: { prefix: this.defaultPublisher } },
              publishers: Object.fromEntries(publishers.map(name => [name, {}])),
            },
          }),
        );
      case 'catalog/1':
        return this.#file(
          request,
          response,
          join(this.root, 'publisher', publisher ?? '', 'catalog', argument),
        );
      case 'manifest/0': {
        const [name = '', number = ''] = argument.split('@');
        return this.#file(
          request,
          response,
          join(
            this.root,
            'publisher',
            publisher ?? '',
            'pkg',
            encodeURIComponent(name),
            encodeURIComponent(number),
          ),
        );
      }
      case 'search/1':
        return this.#search(response, publisher ?? '', argument, body);
      default:
        return text(response, 'no such operation', 404);
    }
  }

  /** Its search no longer knows what it read. */
  forget(): void {
    this.#index = undefined;
  }

  #file(request: IncomingMessage, response: ServerResponse, path: string): ServerResponse {
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status?.isFile()) return text(response, 'no such file', 404);
    const modified = status.mtime.toUTCString();
    if (request.headers['if-modified-since'] === modified) {
      return response.writeHead(304).end();
    }
    response.setHeader('last-modified', modified);
    response.setHeader('cache-control', 'must-revalidate, no-transform, max-age=7200');
    return text(response, readFileSync(path, 'utf8'));
  }

  #search(response: ServerResponse, publisher: string, argument: string, body: string): ServerResponse {
    if (!/\bsearch 0 1\b/.test(this.operations)) return text(response, 'no such operation', 404);
    const queries = argument === '' ? [...new URLSearchParams(body).values()] : [argument];
    const lines: string[] = [];
    for (const [number, query] of queries.entries()) {
      const [, kind, most, words = ''] = /^(?:True|False)_([12])_(\d+|None)_None_(.*)$/.exec(query) ?? [];
      if (kind === undefined) return text(response, 'not a query', 404);
      const found = this.#matches(publisher, words).slice(0, most === 'None' ? undefined : Number(most));
      lines.push(...found.map(one => row(number, kind, one)));
    }
    if (lines.length === 0 && queries.length === 1) {
      return response.writeHead(204).end();
    }
    response.write('Return from search v1\n');
    for (const line of lines) response.write(`${line}\n`);
    return response.end();
  }

  #matches(publisher: string, query: string): readonly Indexed[] {
    this.#index ??= this.#read();
    const fields = query.split(/(?<!\\):/).map(field => field.replaceAll('\\:', ':'));
    const [token = '', key = '', type = ''] = fields.toReversed();
    const pattern = token
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const wanted = new RegExp(`^${pattern}$`, 'u');
    return this.#index.filter(
      one =>
        one.publisher === publisher &&
        (key === '' || one.key === key) &&
        (type === '' || one.type === type) &&
        wanted.test(one.token),
    );
  }

  #read(): readonly Indexed[] {
    const index: Indexed[] = [];
    for (const publisher of readdirSync(join(this.root, 'publisher'))) {
      const directory = join(this.root, 'publisher', publisher, 'pkg');
      for (const name of readdirSync(directory)) {
        for (const version of readdirSync(join(directory, name))) {
          const fmri = `pkg:/${decodeURIComponent(name)}@${decodeURIComponent(version)}`;
          for (const action of readFileSync(join(directory, name, version), 'utf8').split('\n'))
            index.push(...tokensOf(action).map(one => ({ publisher, fmri, action, ...one })));
        }
      }
    }
    return index;
  }
}

function row(number: number, kind: string, { fmri, token, action }: Indexed): string {
  return kind === '2' ? `${number} 2 ${fmri} ${encodeURIComponent(token)} ${action}` : `${number} 1 ${fmri}`;
}

/** What `pkg5` indexes of an action: paths and base names, names of users and groups, values of attributes. */
function tokensOf(action: string): readonly Pick<Indexed, 'type' | 'key' | 'token'>[] {
  const type = action.slice(0, action.indexOf(' '));
  const values = new Map<string, string[]>();
  for (const [, key = '', double, single, plain] of action.matchAll(
    /(\S+?)=(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S*))/g,
  )) {
    const value = double?.replace(/\\(["'])/g, '$1') ?? single?.replace(/\\(["'])/g, '$1') ?? plain ?? '';
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const one = (key: string, name: string) => (values.get(name) ?? []).map(token => ({ type, key, token }));
  if (type === 'user') return one('name', 'username');
  if (type === 'group') return one('name', 'groupname');
  if (type === 'set') return one(values.get('name')?.[0] ?? '', 'value');
  if (!['file', 'dir', 'link', 'hardlink'].includes(type)) return [];
  const path = values.get('path')?.[0] ?? '';
  return [
    { type, key: 'path', token: `/${path}` },
    { type, key: 'basename', token: path.slice(path.lastIndexOf('/') + 1) },
  ];
}

function text(response: ServerResponse, body: string, status = 200): ServerResponse {
  response.writeHead(status, {
    'content-type': 'text/plain;charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  return response.end(body);
}
