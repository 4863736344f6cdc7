import { randomBytes } from 'node:crypto';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { isDead, type ProcessIdentity, processIdentity } from '../grid/process-identity.ts';
import { openStore, type SiteStore, type StoreFault } from '../grid/store.ts';

/** An open store, and who opened it. */
export interface OpenState {
  readonly store: SiteStore;
  readonly me: ProcessIdentity;
  readonly isDead: (other: ProcessIdentity) => boolean;
  /** Account for the history. */
  readonly who: string;
  /** Called at every step that a sudden death must not harm; for tests. */
  readonly fault?: (point: string) => void;
}

/** What came of opening the state. */
export type StateOpening =
  | { readonly kind: 'open'; readonly state: OpenState; readonly setAside: readonly string[] }
  | { readonly kind: 'fault'; readonly fault: StoreFault };

/** Opens the store of a directory; whoever asks for it closes it. */
export async function openState(
  directory: string,
  fault: OpenState['fault'],
  signal: AbortSignal,
): Promise<StateOpening> {
  const hook = fault ? { fault } : {};
  const opening = await openStore(directory, { now: Date.now, random: randomId, ...hook }, signal);
  if (opening.kind === 'fault') return opening;
  const me = processIdentity(hostname(), process.pid);
  const { store, setAside } = opening;
  return {
    kind: 'open',
    state: { store, me, isDead: other => isDead(other, me), who: account(), ...hook },
    setAside,
  };
}

/** Where jobs and reports are kept when nothing else is said: `packwright` in the XDG state directory. */
export function defaultStateDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : undefined;
  return join(base ?? join(env.HOME || homedir(), '.local/state'), 'packwright');
}

/** 32 random hexadecimal digits. */
export function randomId(): string {
  return randomBytes(16).toString('hex');
}

function account(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
