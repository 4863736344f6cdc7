import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { defaultCachePath } from '../../../../server/src/io/world.ts';
import { isLoopback } from '../../sites/service/host-names.ts';
import { type HttpService, serveHttp } from '../../sites/service/http-service.ts';
import type { Said } from '../../sites/service/protocol.ts';
import { type ServiceThread, startService } from '../../sites/service/service-thread.ts';
import { defaultStateDirectory } from '../../sites/state.ts';
import { complain, type ExitCode, type Host, note, printableLine } from '../host.ts';
import type { ServeOptions } from './options.ts';
import { openSites } from './sites-place.ts';

/** Commands at sites may take so long to end when the service is told to, in milliseconds. */
const GRACE = 10_000;

/** `packwright sites serve`: probes by a schedule, and serves what is known, until it is told to end. */
export async function serveSites(options: ServeOptions, host: Host): Promise<ExitCode> {
  const place = openSites(options, host);
  if (!place) return 2;
  host.lasting?.(GRACE);
  const start = {
    sitesFile: place.path,
    stateDirectory:
      options.state === undefined ? defaultStateDirectory(host.env) : resolve(host.cwd, options.state),
    cacheDirectory: join(defaultCachePath(host.env), 'downloads'),
    env: { ...host.env },
    cron: options.cron,
    onceAtStart: options.onceAtStart === true,
  };
  // The thread begins only when the address is ours: another service may be there, and has the same state.
  const thread = Promise.withResolvers<ServiceThread>();
  const http = await listen(async (...given) => (await thread.promise).ask(...given), options, host);
  if (!http) return 2;
  const service = startService(join(__dirname, 'sites-service.cjs'), start, said => say(said, host));
  thread.resolve(service);
  const close = () => service.close();
  host.signal.addEventListener('abort', close, { once: true });
  if (host.signal.aborted) close();
  try {
    const fault = await service.opened;
    if (fault !== undefined && !host.signal.aborted) {
      complain(host, fault);
      return 2;
    }
    if (!host.signal.aborted) announce(http.address, host);
    await service.ended;
    return 0;
  } catch (error) {
    complain(host, `the service has failed: ${(error as Error).message}`);
    return 2;
  } finally {
    await http.close();
  }
}

/** Listens; complains when that cannot be. */
async function listen(
  ask: ServiceThread['ask'],
  { listen: { host: at, port }, hostName = [] }: ServeOptions,
  host: Host,
): Promise<HttpService | undefined> {
  try {
    return await serveHttp(ask, { host: at, port, names: hostName });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    complain(host, `cannot listen at ${at}:${port}: ${REASONS[code] ?? message}`);
    return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program does; choose another port with --listen',
  EACCES: 'this account may not; choose a port from 1024 on with --listen',
  EADDRNOTAVAIL: 'no network of this machine has this address',
  ENOTFOUND: 'this name has no address',
  EAI_AGAIN: 'the address of this name cannot be found out at present',
};

function announce({ address, family, port }: AddressInfo, host: Host): void {
  const shown = family === 'IPv6' ? `[${address}]` : address;
  host.out.write(`http://${shown}:${port}/\n`);
  if (!isLoopback(address))
    note(host, `whoever reaches ${shown}:${port} can read the reports; nobody can change anything there`);
}

function say({ kind, text }: Said, host: Host): void {
  if (kind === 'run') host.err.write(`${printableLine(text)}\n`);
  else if (kind === 'note') note(host, text);
  else complain(host, text);
}
