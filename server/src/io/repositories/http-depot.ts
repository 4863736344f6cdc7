import { resolve } from 'node:path';
import { version } from '../../../../package.json';
import type { RepositorySettings } from '../../core/tree.ts';
import { type DepotAddress, depotAddress, withoutCredentials } from '../depot-client/address.ts';
import { Connections } from '../depot-client/connections.ts';
import { Depot } from '../depot-client/depot.ts';
import { DepotCache } from '../depot-client/depot-cache.ts';
import { PACE, type Pace } from '../depot-client/pace.ts';
import type { Environment } from '../depot-client/proxy.ts';
import { Transport } from '../depot-client/transport.ts';
import { type ConfiguredRepository, type RepositoryAround, refusedRepository } from './configured.ts';
import { DepotRepository } from './depot-repository.ts';

/** What may differ from the usual, for tests. */
export interface DepotOptions {
  readonly pace?: Partial<Pace>;
  /** Where proxies are named. */
  readonly environment?: Environment;
}

/** Makes the repository of a depot's address. Nothing is asked before somebody wants to know something. */
export function openDepot(
  settings: RepositorySettings,
  root: string,
  around: RepositoryAround,
  options: DepotOptions = {},
): ConfiguredRepository {
  const shown = withoutCredentials(settings.uri);
  const refuse = (message: string) => refusedRepository(shown, shown, message);
  if (around.within !== undefined) {
    return refuse(
      'is a network address, and the workspace is not trusted; trust the workspace to have it asked',
    );
  }
  const addresses: DepotAddress[] = [];
  for (const uri of [settings.uri, ...(settings.mirrors ?? [])]) {
    const address = depotAddress(uri);
    if (typeof address === 'string')
      return refuse(uri === settings.uri ? address : `has a mirror that ${address}`);
    addresses.push(address);
  }
  const [first] = addresses;
  if (!first) return refuse('has no address');
  const pace = { ...PACE, ...options.pace };
  const caFile = settings.caFile === undefined ? undefined : resolve(root, settings.caFile);
  const make = () => {
    const connections = new Connections(options.environment ?? process.env, caFile, pace.connect);
    const transport = new Transport(addresses, connections, pace, version);
    return new Depot(first, transport, new DepotCache(around.cacheDirectory, first.text), around.offline);
  };
  return new DepotRepository(settings.uri, first.text, make, pace, around);
}
