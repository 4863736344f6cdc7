import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { type AgentOptions, Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, rootCertificates, connect as tlsConnect } from 'node:tls';
import { bare, type Environment, type HttpProxy, proxyFor } from './proxy.ts';

/** How one address is reached. */
export interface Route {
  readonly agent: Agent;
  /** What `http.request` is to be told beside the method and the headers. */
  readonly options: RequestOptions;
  readonly headers: Readonly<Record<string, string>>;
}

const MOST_CONNECTIONS = 4;

/** The connections to a depot: kept open, few at a time, through the proxy of the environment where there is one. */
export class Connections {
  readonly #environment: Environment;
  readonly #caFile: string | undefined;
  readonly #connect: number;
  readonly #agents = new Map<string, Agent>();
  #ca: readonly string[] | undefined;

  /** `caFile`: a PEM file with authorities that count beside the usual ones; `connect`: milliseconds. */
  constructor(environment: Environment, caFile: string | undefined, connect: number) {
    this.#environment = environment;
    this.#caFile = caFile;
    this.#connect = connect;
  }

  /** How an address is reached; a string says why it cannot be. */
  route(url: URL): Route | string {
    const proxy = proxyFor(url, this.#environment);
    if (typeof proxy === 'string') return proxy;
    const tls = url.protocol === 'https:';
    const wrong = tls ? this.#readAuthorities() : undefined;
    if (wrong !== undefined) return wrong;
    const agent = this.#agent(tls, proxy);
    const host = bare(url.hostname);
    const path = url.pathname;
    if (!proxy || tls) {
      const port = url.port || (tls ? 443 : 80);
      return { agent, options: { host, port, path, protocol: url.protocol }, headers: {} };
    }
    const authorization = proxy.authorization && { 'proxy-authorization': proxy.authorization };
    return {
      agent,
      options: { host: proxy.host, port: proxy.port, path: url.href, protocol: 'http:' },
      headers: { host: url.host, ...authorization },
    };
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #agent(tls: boolean, proxy: HttpProxy | undefined): Agent {
    const key = `${tls} ${proxy ? `${proxy.host}:${proxy.port}` : ''}`;
    const known = this.#agents.get(key);
    if (known) return known;
    const options: AgentOptions = { keepAlive: true, maxSockets: MOST_CONNECTIONS, scheduling: 'lifo' };
    if (this.#ca) options.ca = [...this.#ca];
    let agent: Agent;
    if (!tls) agent = new Agent(options);
    else agent = proxy ? new TunnelAgent(options, proxy, this.#connect) : new TlsAgent(options);
    this.#agents.set(key, agent);
    return agent;
  }

  #readAuthorities(): string | undefined {
    if (this.#caFile === undefined || this.#ca) return undefined;
    try {
      const text = readFileSync(this.#caFile, 'latin1');
      if (!text.includes('-----BEGIN CERTIFICATE-----'))
        return `caFile ${this.#caFile} holds no certificate in PEM`;
      createSecureContext({ ca: text });
      this.#ca = [...rootCertificates, text];
      return undefined;
    } catch (error) {
      return `caFile ${this.#caFile} cannot be used (${(error as Error).message}); name a readable PEM file`;
    }
  }
}

/** Reaches https addresses through a tunnel (`CONNECT`) that an http proxy makes. */
class TunnelAgent extends TlsAgent {
  readonly #proxy: HttpProxy;
  readonly #timeout: number;

  constructor(options: AgentOptions, proxy: HttpProxy, timeout: number) {
    super(options);
    this.#proxy = proxy;
    this.#timeout = timeout;
  }

  override createConnection(
    options: Parameters<TlsAgent['createConnection']>[0],
    made?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const { host, port, ca } = options as { host: string; port: number; ca?: string[] };
    const failed = (error: Error) => made?.(error, undefined as unknown as Duplex);
    const { authorization } = this.#proxy;
    const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const asking = httpRequest({
      host: this.#proxy.host,
      port: this.#proxy.port,
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout: this.#timeout,
      headers: { host: target, ...(authorization && { 'proxy-authorization': authorization }) },
    });
    asking.once('timeout', () => asking.destroy(new Error('the proxy does not answer')));
    asking.once('error', error =>
      failed(new Error(`proxy ${this.#proxy.host}:${this.#proxy.port}: ${error.message}`)),
    );
    asking.once('connect', (response, socket: Socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        failed(
          new Error(`proxy ${this.#proxy.host}:${this.#proxy.port} refuses (status ${response.statusCode})`),
        );
        return;
      }
      socket.setTimeout(0);
      const secured = tlsConnect({ socket, servername: serverName(host), ...(ca && { ca }) });
      made?.(null, secured);
    });
    asking.end();
    return undefined;
  }
}

function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}
