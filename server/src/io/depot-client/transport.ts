import { setTimeout as pause } from 'node:timers/promises';
import { type DepotAddress, pathBelow, redirected } from './address.ts';
import type { Connections } from './connections.ts';
import { type Exchange, exchange, type Question, type Trouble } from './exchange.ts';
import type { Pace } from './pace.ts';

/** Why a depot does not give what it was asked for. */
export interface Failure {
  readonly failure: true;
  /** Completes "The depot ...", remedy included. */
  readonly message: string;
  /** What it answered, if it answered. */
  readonly status?: number;
  /** True when nobody was there at all, or what came was no whole answer. */
  readonly unreachable: boolean;
  /** True when it was more than is taken. */
  readonly tooLarge?: true;
  /** True when it came so slowly that trying again would only take as long again. */
  readonly tooSlow?: true;
}

/** What is asked for below the address of a depot. */
export interface Request {
  /** Relative, quoted. */
  readonly path: string;
  readonly limit: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A form, for a POST. */
  readonly body?: string;
  /** How often it is tried; by default as the pace says. */
  readonly tries?: number;
}

const MOST_REDIRECTS = 5;
/** So many bytes are a sign of life. */
const PIECE = 8 * 1024;

/**
 * Asks a depot: its address first, then the other addresses of the same packages where that does not answer. The one that
 * answered is asked first from then on.
 */
export class Transport {
  /** Grows whenever something is heard. */
  heard = 0;
  /** The publisher that is no part of paths: an old depot has but one. */
  plain: string | undefined;
  /** Why the last question had no answer, while it is tried again. */
  trouble: Failure | undefined;
  #open = 0;
  #unheard = 0;
  readonly #addresses: readonly DepotAddress[];
  readonly #connections: Connections;
  readonly #pace: Pace;
  readonly #agent: string;
  #preferred = 0;

  /** `version` is that of this program. */
  constructor(addresses: readonly DepotAddress[], connections: Connections, pace: Pace, version: string) {
    this.#addresses = addresses;
    this.#connections = connections;
    this.#pace = pace;
    this.#agent = `packwright/${version}`;
  }

  /** True while there are questions without an answer. */
  get isAsking(): boolean {
    return this.#open > 0;
  }

  /** An answer of status 2xx or 304. Tries again, with growing pauses, what may be different then. */
  async ask(request: Request, signal: AbortSignal): Promise<Exchange | Failure> {
    this.#open++;
    try {
      return await this.#askPatiently(request, signal);
    } finally {
      this.#open--;
    }
  }

  async #askPatiently(request: Request, signal: AbortSignal): Promise<Exchange | Failure> {
    const { tries = this.#pace.tries } = request;
    let failed: Failure = { failure: true, message: 'was not asked', unreachable: true };
    for (let trial = 0; trial < tries; trial++) {
      if (trial > 0)
        await pause(this.#pace.retry * 2 ** (trial - 1) * (0.5 + Math.random()), undefined, { signal });
      const answer = await this.#askAll(request, signal);
      this.trouble = 'failure' in answer && answer.unreachable ? answer : undefined;
      if (!('failure' in answer)) return answer;
      failed = answer;
      if (!isPassing(answer) || answer.tooSlow) break;
    }
    return failed;
  }

  /** Begins with the first address again. */
  forgetPreference(): void {
    this.#preferred = 0;
  }

  close(): void {
    this.#connections.close();
  }

  async #askAll(request: Request, signal: AbortSignal): Promise<Exchange | Failure> {
    let first: Failure | undefined;
    for (let step = 0; step < this.#addresses.length; step++) {
      const index = (this.#preferred + step) % this.#addresses.length;
      const address = this.#addresses[index];
      if (!address) continue;
      const answer = await this.#askOne(address, request, signal);
      if (!('failure' in answer)) {
        this.#preferred = index;
        return answer;
      }
      first ??= answer;
      if (!isPassing(answer)) break;
    }
    return first ?? { failure: true, message: 'has no address', unreachable: true };
  }

  async #askOne(address: DepotAddress, request: Request, signal: AbortSignal): Promise<Exchange | Failure> {
    let url = new URL(pathBelow(address, request.path, this.plain), address.url);
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const answer = await this.#exchange(url, request, signal);
      if ('trouble' in answer) return failureOf(answer);
      if (!REDIRECTS.has(answer.status)) return judged(answer);
      const next = redirected(url, answer.headers.location);
      if (typeof next === 'string') return refusal(next);
      url = next;
    }
    return refusal(`redirects more than ${MOST_REDIRECTS} times, in a circle perhaps; correct the address`);
  }

  async #exchange(url: URL, request: Request, signal: AbortSignal): Promise<Exchange | Trouble> {
    const route = this.#connections.route(url);
    if (typeof route === 'string') return { trouble: 'refused', message: `cannot be asked: ${route}` };
    const { body, limit } = request;
    const form = body === undefined ? undefined : { 'content-type': 'application/x-www-form-urlencoded' };
    const question: Question = {
      method: body === undefined ? 'GET' : 'POST',
      url,
      limit,
      ...(body !== undefined && { body }),
      headers: {
        'user-agent': this.#agent,
        accept: '*/*',
        'accept-encoding': 'gzip, deflate, br',
        ...form,
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        ...request.headers,
      },
    };
    return exchange(question, route, this.#pace, bytes => this.#hear(bytes), signal);
  }

  /** The beginning of an answer counts, and then every few KiB: whoever sends less in a long time is as good as silent. */
  #hear(bytes: number): void {
    this.#unheard += bytes;
    if (bytes !== 0 && this.#unheard < PIECE) return;
    this.#unheard = 0;
    this.heard++;
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Whether the same question may have an answer a little later, or elsewhere. */
function isPassing({ status, unreachable }: Failure): boolean {
  return unreachable || status === 408 || status === 429 || (status !== undefined && status >= 500);
}

function failureOf({ trouble, message, tooLarge, tooSlow }: Trouble): Failure {
  if (trouble === 'refused') return { ...refusal(message), ...(tooLarge && { tooLarge }) };
  return { failure: true, message, unreachable: true, ...(tooSlow && { tooSlow }) };
}

/** What is not taken, and would not be better another time. */
export function refusal(message: string): Failure {
  return { failure: true, message, unreachable: false };
}

function judged(answer: Exchange): Exchange | Failure {
  const { status } = answer;
  if (status === 206)
    return refusal('answers with a part of what was asked for (status 206), and the whole was asked for');
  if ((status >= 200 && status < 300) || status === 304) return answer;
  return { failure: true, status, message: told(status), unreachable: false };
}

function told(status: number): string {
  if (status === 401 || status === 407)
    return `wants a user name and password (status ${status}), and none is ever sent; use an address that is open`;
  if (status === 403) return 'refuses to tell (status 403); ask who runs it, or correct the address';
  if (status === 404) return 'does not have it (status 404)';
  if (status === 429) return 'is asked too often (status 429); it is asked again later';
  if (status >= 500) return `has trouble of its own (status ${status}); it is asked again later`;
  return `does not take the question (status ${status})`;
}
