import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import type { Route } from './connections.ts';
import type { Pace } from './pace.ts';

/** One question to a depot. */
export interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Bytes that an answer may have, unpacked. */
  readonly limit: number;
}

/** A whole answer. */
export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Why there is no answer: `silent`: nobody is there; `broken`: it was cut off, too slow or no HTTP;
 * `refused`: it is one that is not taken, and asking again would not help.
 */
export interface Trouble {
  readonly trouble: 'silent' | 'broken' | 'refused';
  /** Completes "The depot ...". */
  readonly message: string;
  /** Less may be had. */
  readonly tooLarge?: true;
  /** It came, and too slowly. */
  readonly tooSlow?: true;
}

/** Most bytes that the headers of an answer may have. */
const MOST_HEADERS = 32 * 1024;

/**
 * Asks once. What comes is bounded in size and time, and is complete: an answer that was cut off is trouble.
 *
 * `heard` is called when headers came and for each piece of the body. Throws only when the signal is aborted.
 */
export async function exchange(
  question: Question,
  route: Route,
  pace: Pace,
  heard: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Exchange | Trouble> {
  signal.throwIfAborted();
  const answer = await new Promise<Exchange | Trouble>(settle => {
    const running = new Running(question, pace, heard, settle);
    running.start(route, signal);
  });
  signal.throwIfAborted();
  return 'trouble' in answer ? answer : unpacked(answer, question.limit);
}

/** Connections that stand. */
const connected = new WeakSet<object>();

class Running {
  readonly #question: Question;
  readonly #pace: Pace;
  readonly #heard: (bytes: number) => void;
  readonly #settle: (answer: Exchange | Trouble) => void;
  readonly #chunks: Buffer[] = [];
  #request: ClientRequest | undefined;
  #size = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    question: Question,
    pace: Pace,
    heard: (bytes: number) => void,
    settle: (answer: Exchange | Trouble) => void,
  ) {
    this.#question = question;
    this.#pace = pace;
    this.#heard = heard;
    this.#settle = settle;
  }

  start(route: Route, signal: AbortSignal): void {
    const { method, headers, body } = this.#question;
    const secure = route.options.protocol === 'https:';
    const { request: ask } = process.getBuiltinModule(secure ? 'node:https' : 'node:http');
    const options = { ...route.options, agent: route.agent, method, signal, maxHeaderSize: MOST_HEADERS };
    const request = ask({
      ...options,
      headers: { host: this.#question.url.host, ...route.headers, ...headers },
    });
    this.#request = request;
    request.once('socket', socket => {
      // It waited for a connection that another question had before.
      if (connected.has(socket)) {
        this.#awaitMore();
        return;
      }
      this.#arm(this.#pace.connect, 'does not accept the connection');
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected.add(socket);
        this.#awaitMore();
      });
    });
    request.once('response', response => this.#receive(response));
    request.on('error', error => this.#end(troubleOf(error)));
    request.end(body);
  }

  #receive(response: IncomingMessage): void {
    const { limit } = this.#question;
    this.#since = performance.now();
    this.#heard(0);
    this.#awaitMore();
    if (Number(response.headers['content-length'] ?? 0) > limit) this.#end(tooLarge(limit));
    response.on('data', (chunk: Buffer) => this.#add(chunk));
    response.on('error', () => this.#end(CUT_OFF));
    response.once('close', () => {
      if (!response.complete) {
        this.#end(CUT_OFF);
        return;
      }
      const { statusCode: status = 0, headers } = response;
      this.#end({ status, headers, body: Buffer.concat(this.#chunks) });
    });
  }

  #add(chunk: Buffer): void {
    this.#size += chunk.length;
    this.#chunks.push(chunk);
    this.#heard(chunk.length);
    this.#awaitMore();
    const { limit } = this.#question;
    if (this.#size > limit) this.#end(tooLarge(limit));
    else if (this.#isSlow())
      this.#end({ trouble: 'broken', tooSlow: true, message: 'sends too little in a long time' });
  }

  /** The longer it takes, the faster it must have been: no answer lasts for ever, however large it may be. */
  #isSlow(): boolean {
    const { slow, rate } = this.#pace;
    const time = performance.now() - this.#since;
    return time > slow && this.#size / time < (rate / 1000) * (time / slow);
  }

  #awaitMore(): void {
    this.#arm(this.#pace.idle, 'sends nothing more');
  }

  #arm(time: number, what: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#end({ trouble: 'silent', message: `${what} (waited ${Math.round(time / 100) / 10} s)` });
    }, time);
  }

  #end(answer: Exchange | Trouble): void {
    clearTimeout(this.#timer);
    this.#settle(answer);
    if ('trouble' in answer) this.#request?.destroy();
  }
}

const CUT_OFF: Trouble = { trouble: 'broken', message: 'cuts its answer off' };

function tooLarge(limit: number): Trouble {
  const size = limit >= 1024 * 1024 ? `${Math.round(limit / 1024 / 1024)} MiB` : `${limit} bytes`;
  return { trouble: 'refused', tooLarge: true, message: `sends more than ${size} where less is expected` };
}

function troubleOf(error: NodeJS.ErrnoException): Trouble {
  const { code = '', message } = error;
  if (code.startsWith('HPE_')) return { trouble: 'broken', message: `does not speak HTTP (${code})` };
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return {
      trouble: 'refused',
      message: `does not speak TLS as it should (${tlsWords(message)}); if its address begins with http://, write that`,
    };
  if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || CERTIFICATE.test(code)) {
    const remedy = 'if it has a certificate of its own authority, name that in caFile';
    return { trouble: 'refused', message: `cannot be trusted (${message}); ${remedy}` };
  }
  const words = MESSAGES[code] ?? (code === '' ? message : `${message}`);
  return { trouble: 'silent', message: `cannot be reached (${words})` };
}

/** `write EPROTO 1234:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../x.c:9:` is too much. */
function tlsWords(message: string): string {
  return message.match(/SSL routines:[^:]*:([^:]+)/)?.[1] ?? message.slice(0, 100);
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

const MESSAGES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed',
  EPIPE: 'connection closed',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'host names cannot be looked up now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no network',
  ETIMEDOUT: 'timed out',
};

type Unpack = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

/** What unpacks the usual ways of packing. */
function unpacker(coding: string): Unpack | undefined {
  const { brotliDecompress, gunzip, inflate, inflateRaw } = process.getBuiltinModule('node:zlib');
  if (coding === 'gzip' || coding === 'x-gzip') return promisify(gunzip);
  if (coding === 'deflate')
    return async (bytes, options) => promisify(isZlib(bytes) ? inflate : inflateRaw)(bytes, options);
  return coding === 'br' ? promisify(brotliDecompress) : undefined;
}

/** Whether packed bytes have the header of zlib (RFC 1950), which some servers leave out. */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 15) === 8 && (first * 256 + second) % 31 === 0;
}

async function unpacked(answer: Exchange, limit: number): Promise<Exchange | Trouble> {
  const coding = (answer.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'identity' || coding === '' || answer.body.length === 0) return answer;
  const unpack = unpacker(coding);
  if (!unpack)
    return { trouble: 'refused', message: `packs its answer in an unknown way (${coding.slice(0, 40)})` };
  try {
    return { ...answer, body: await unpack(answer.body, { maxOutputLength: limit }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(limit);
    return { trouble: 'broken', message: `packs its answer badly (${(error as Error).message})` };
  }
}
