import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HttpProxy } from './proxy.ts';

/**
 * Reaches https addresses, through a tunnel (`CONNECT`) that an http proxy makes where there is one. `timeout`: milliseconds until
 * the tunnel must stand.
 */
export function tlsAgent(options: AgentOptions, proxy: HttpProxy | undefined, timeout: number): Agent {
  // Loaded at the first use: most checks ask no depot.
  const agent = new (process.getBuiltinModule('node:https').Agent)(options);
  if (proxy) {
    agent.createConnection = (wanted, made) => {
      tunnel(wanted as Target, proxy, timeout, made ?? (() => {}));
      return undefined;
    };
  }
  return agent;
}

/** What an agent wants a connection to. */
interface Target {
  readonly host: string;
  readonly port: number;
  readonly ca?: string[];
}

function tunnel(
  { host, port, ca }: Target,
  proxy: HttpProxy,
  timeout: number,
  made: (error: Error | null, socket: Duplex) => void,
): void {
  const place = `the proxy ${proxy.host}:${proxy.port}`;
  const failed = (error: Error) => made(error, undefined as unknown as Duplex);
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const { authorization } = proxy;
  const asking = process.getBuiltinModule('node:http').request({
    host: proxy.host,
    port: proxy.port,
    method: 'CONNECT',
    path: target,
    agent: false,
    timeout,
    headers: { host: target, ...(authorization && { 'proxy-authorization': authorization }) },
  });
  asking.once('timeout', () => asking.destroy(new Error('does not answer')));
  asking.once('error', error => failed(new Error(`${place}: ${error.message}`)));
  asking.once('connect', (response, socket: Socket) => {
    if (response.statusCode !== 200) {
      socket.destroy();
      failed(new Error(`${place} refuses with status ${response.statusCode}`));
      return;
    }
    socket.setTimeout(0);
    const { connect } = process.getBuiltinModule('node:tls');
    made(null, connect({ socket, host, servername: serverName(host), ...(ca && { ca }) }));
  });
  asking.end();
}

/** What is asked for by name in the handshake; addresses are not. */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}
