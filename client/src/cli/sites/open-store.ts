import { resolve } from 'node:path';
import { StoreError } from '../../grid/store.ts';
import { defaultStateDirectory, type OpenState, openState } from '../../sites/state.ts';
import { complain, type ExitCode, type Host, note } from '../host.ts';
import type { CommonOptions } from './options.ts';

/**
 * Does something with the store of `--state`, and closes it. 2: the store cannot be used, or stopped working;
 * what is wrong and its remedy is said on standard error then.
 */
export async function withStore(
  options: CommonOptions,
  host: Host,
  work: (state: OpenState) => Promise<ExitCode>,
): Promise<ExitCode> {
  const directory =
    options.state === undefined ? defaultStateDirectory(host.env) : resolve(host.cwd, options.state);
  const opening = await openState(directory, faultHook(host), host.signal);
  if (opening.kind === 'fault') {
    complain(host, opening.fault.message);
    return 2;
  }
  for (const path of opening.setAside)
    note(host, `${path} is an earlier history that was damaged; delete it when it is not needed`);
  try {
    return await work(opening.state);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    complain(host, error.message);
    return 2;
  } finally {
    await opening.state.store.close();
  }
}

/**
 * For tests of what a sudden death leaves behind: `PACKWRIGHT_FAULT=POINT:N` ends this process, as `kill -9`
 * does, when it comes to a point for the Nth time.
 */
function faultHook({ env }: Host): OpenState['fault'] {
  const [, point, count = '1'] = /^([a-z-]+:[a-z-]+)(?::(\d+))?$/.exec(env.PACKWRIGHT_FAULT ?? '') ?? [];
  if (point === undefined) return undefined;
  let left = Number(count);
  return at => {
    if (at === point && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
