import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { TestServer } from './depot-server.ts';

const DATA = join(process.cwd(), 'test/data/ips-repository');

/** One recorded answer; where it is that of a file of the repository, its path there. */
interface Exchange {
  readonly scenario: number;
  readonly seq: number;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly file?: string;
}

/**
 * Answers as the real depot did when it was recorded, at a moment of the recording: the last answer before it. What nobody asked
 * then has status 404.
 */
export class DepotReplay extends TestServer {
  /** Scenario and exchange up to which it happened. */
  moment: readonly [scenario: number, seq: number] = [7, 1000];
  readonly #exchanges: readonly Exchange[];

  constructor() {
    super();
    const lines = readFileSync(join(DATA, 'http/exchanges.jsonl'), 'utf8').trimEnd().split('\n');
    this.#exchanges = lines.map(line => JSON.parse(line));
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const found = request.method === 'GET' ? this.#recorded(request.url ?? '') : undefined;
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    const { 'last-modified': modified } = found.headers;
    if (modified !== undefined && request.headers['if-modified-since'] === modified) {
      response.writeHead(304, { date: found.headers.date ?? '' }).end();
      return;
    }
    response.writeHead(found.status, found.headers);
    response.end(found.text ?? readFileSync(join(DATA, 'repository', found.file ?? '')));
  }

  #recorded(url: string): Exchange | undefined {
    const [scenario, seq] = this.moment;
    const happened = (one: Exchange) =>
      one.scenario < scenario || (one.scenario === scenario && one.seq <= seq);
    // Some clients leave `@` as it is, and some do not.
    const same = (one: Exchange) => decodeURIComponent(one.path) === decodeURIComponent(url);
    return this.#exchanges.findLast(one => happened(one) && same(one));
  }
}
