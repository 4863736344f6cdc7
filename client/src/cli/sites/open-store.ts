import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { isDead, type ProcessIdentity, processIdentity } from '../../grid/process-identity.ts';
import { openStore, type SiteStore, StoreError } from '../../grid/store.ts';
import { complain, type ExitCode, type Host, note } from '../host.ts';
import type { CommonOptions } from './options.ts';
import { stateDirectory } from './sites-place.ts';

/** An open store, and who opened it. */
export interface OpenState {
  readonly store: SiteStore;
  readonly me: ProcessIdentity;
  readonly isDead: (other: ProcessIdentity) => boolean;
  /** Account for the history. */
  readonly who: string;
  readonly fault?: (point: string) => void;
}

/**
 * Does something with the store of `--state`, and closes it. 2: the store cannot be used, or stopped working;
 * what is wrong and its remedy is said on standard error then.
 */
export async function withStore(
  options: CommonOptions,
  host: Host,
  work: (state: OpenState) => Promise<ExitCode>,
): Promise<ExitCode> {
  const fault = faultHook(host);
  const source = { now: Date.now, random: randomId, ...(fault ? { fault } : {}) };
  const opening = await openStore(stateDirectory(options, host), source, host.signal);
  if (opening.kind === 'fault') {
    complain(host, opening.fault.message);
    return 2;
  }
  for (const path of opening.setAside)
    note(host, `${path} is an earlier history that was damaged; delete it when it is not needed`);
  const me = processIdentity(hostname(), process.pid);
  try {
    return await work({
      store: opening.store,
      me,
      isDead: other => isDead(other, me),
      who: account(),
      ...(fault ? { fault } : {}),
    });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    complain(host, error.message);
    return 2;
  } finally {
    await opening.store.close();
  }
}

/** 32 random hexadecimal digits. */
export function randomId(): string {
  return randomBytes(16).toString('hex');
}

/**
 * For tests of what a sudden death leaves behind: `PACKWRIGHT_FAULT=POINT:N` ends this process, as `kill -9`
 * does, when it comes to a point for the Nth time.
 */
function faultHook({ env }: Host): ((point: string) => void) | undefined {
  const [, point, count = '1'] = /^([a-z-]+:[a-z-]+)(?::(\d+))?$/.exec(env.PACKWRIGHT_FAULT ?? '') ?? [];
  if (point === undefined) return undefined;
  let left = Number(count);
  return at => {
    if (at === point && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}

function account(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
