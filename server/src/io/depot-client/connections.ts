import { readFileSync } from 'node:fs';
import type { Agent, RequestOptions } from 'node:http';
import type { AgentOptions } from 'node:https';
import { bare, type Environment, type HttpProxy, proxyFor } from './proxy.ts';
import { tlsAgent } from './tls-agent.ts';

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
    const path = url.pathname + url.search;
    if (!proxy || tls) {
      const port = url.port || (tls ? 443 : 80);
      return { agent, options: { host, port, path, protocol: url.protocol }, headers: {} };
    }
    const authorization = proxy.authorization && { 'proxy-authorization': proxy.authorization };
    return {
      agent,
      options: { host: proxy.host, port: proxy.port, path: `${url.origin}${path}`, protocol: 'http:' },
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
    const agent = tls
      ? tlsAgent(options, proxy, this.#connect)
      : new (process.getBuiltinModule('node:http').Agent)(options);
    this.#agents.set(key, agent);
    return agent;
  }

  #readAuthorities(): string | undefined {
    if (this.#caFile === undefined || this.#ca) return undefined;
    try {
      const text = readFileSync(this.#caFile, 'latin1');
      if (!text.includes('-----BEGIN CERTIFICATE-----'))
        return `caFile ${this.#caFile} holds no certificate in PEM`;
      const { createSecureContext, getCACertificates } = process.getBuiltinModule('node:tls');
      createSecureContext({ ca: text });
      // Those of NODE_EXTRA_CA_CERTS among them.
      this.#ca = [...getCACertificates('default'), text];
      return undefined;
    } catch (error) {
      return `caFile ${this.#caFile} cannot be used (${(error as Error).message}); name a readable PEM file`;
    }
  }
}
