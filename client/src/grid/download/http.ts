import { plainText } from '../plain-text.ts';

/** Bounds of one download. */
export interface DownloadLimits {
  /** Bytes as they are sent. */
  readonly maxBytes: number;
  /** Milliseconds without a byte. */
  readonly idle: number;
  /** Milliseconds for the whole. */
  readonly total: number;
}

/** What tells a server which copy we have. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** What came of a download; reasons are clauses that follow an address: "answers 403 Forbidden". */
export type Downloaded =
  | ({ readonly kind: 'body'; readonly bytes: Buffer } & Validators)
  /** The copy that the validators belong to is the current one. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'fault'; readonly reason: string };

/**
 * Gets an `http:` or `https:` address. Certificates are checked; redirections are followed to these two schemes only,
 * and from `https:` to `https:` only. Rejects only when the signal is aborted.
 */
export async function download(
  url: string,
  known: Validators,
  limits: DownloadLimits,
  signal: AbortSignal,
): Promise<Downloaded> {
  const watch = new Watch(limits, signal);
  try {
    const response = await follow(url, known, watch);
    return 'kind' in response ? response : await answerIn(response, limits.maxBytes, watch);
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'fault', reason: watch.why ?? reasonOf(error) };
  } finally {
    watch.stop();
  }
}

const MOST_REDIRECTIONS = 5;

/** The two clocks of a download. */
class Watch {
  /** Set when a clock ran out. */
  why: string | undefined;
  readonly #controller = new AbortController();
  readonly #total: NodeJS.Timeout;
  readonly #idle: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor({ idle, total }: DownloadLimits, signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#controller.signal]);
    this.#total = setTimeout(() => this.#end(`was not done within ${seconds(total)}`), total);
    this.#idle = setTimeout(() => this.#end(`sent nothing for ${seconds(idle)}`), idle);
  }

  /** A byte came. */
  tick(): void {
    this.#idle.refresh();
  }

  stop(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#idle);
    this.#controller.abort();
  }

  #end(why: string): void {
    this.why ??= why;
    this.#controller.abort();
  }
}

function seconds(milliseconds: number): string {
  return `${Math.max(1, Math.round(milliseconds / 1000))} s`;
}

async function follow(url: string, known: Validators, watch: Watch): Promise<Response | Downloaded> {
  let at = url;
  for (let count = 0; count <= MOST_REDIRECTIONS; count++) {
    const response = await fetch(at, { redirect: 'manual', headers: headers(known), signal: watch.signal });
    watch.tick();
    const location = REDIRECTIONS.has(response.status) ? response.headers.get('location') : undefined;
    if (!location) return response;
    await response.body?.cancel();
    const next = URL.canParse(location, at) ? new URL(location, at) : undefined;
    if (!next) return { kind: 'fault', reason: `leads to "${plainText(location)}", which is no address` };
    if (!isFit(next, at)) {
      const where = plainText(`${next.protocol}//${next.host}${next.pathname}`);
      return { kind: 'fault', reason: `leads to ${where}, where this program does not go` };
    }
    at = next.href;
  }
  return { kind: 'fault', reason: `leads from one address to another more than ${MOST_REDIRECTIONS} times` };
}

const REDIRECTIONS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function isFit({ protocol, username, password }: URL, from: string): boolean {
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && from.startsWith('http:'));
}

function headers({ etag, lastModified }: Validators): Record<string, string> {
  return {
    accept: '*/*',
    'accept-encoding': 'identity',
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
  };
}

async function answerIn(response: Response, maxBytes: number, watch: Watch): Promise<Downloaded> {
  const { status } = response;
  if (status === 304) return { kind: 'unchanged' };
  const said = `answers ${status} ${plainText(response.statusText, 60)}`.trim();
  if (status === 404 || status === 410) return { kind: 'absent', reason: said };
  if (status !== 200) return { kind: 'fault', reason: said };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    watch.tick();
    size += chunk.length;
    if (size > maxBytes)
      return { kind: 'fault', reason: `is larger than ${Math.floor(maxBytes / 1_048_576)} MiB` };
    chunks.push(chunk);
  }
  const etag = header(response, 'etag');
  const lastModified = header(response, 'last-modified');
  return {
    kind: 'body',
    bytes: Buffer.concat(chunks),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
}

function header(response: Response, name: string): string | undefined {
  const value = response.headers.get(name);
  return value !== null && /^[ -~]{1,500}$/.test(value) ? value : undefined;
}

/** The built-in fetch hides why it failed one level down. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  const { code = '', message = '' } = (cause ?? error) as {
    readonly code?: string;
    readonly message?: string;
  };
  const known = REASONS.get(code);
  if (known !== undefined) return known;
  if (/CERT|SELF_SIGNED|ISSUER|ERR_TLS/.test(code))
    return `has a certificate that is not trusted (${code}): where the authority is your own, name its file in NODE_EXTRA_CA_CERTS`;
  return `cannot be had (${plainText(code || message || 'unknown error', 120)})`;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'cannot be reached: the host refuses the connection'],
  ['ENOTFOUND', 'cannot be reached: the host name is not known'],
  ['EAI_AGAIN', 'cannot be reached: the host name cannot be looked up now'],
  ['EHOSTUNREACH', 'cannot be reached: there is no way to the host'],
  ['ENETUNREACH', 'cannot be reached: there is no network'],
  ['ETIMEDOUT', 'cannot be reached: the host does not answer'],
  ['UND_ERR_CONNECT_TIMEOUT', 'cannot be reached: the host does not answer'],
  ['ECONNRESET', 'is cut off: the connection was closed too early'],
  ['UND_ERR_SOCKET', 'is cut off: the connection was closed too early'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'is cut off: fewer bytes came than were announced'],
]);
