import type { CredentialState } from './driver.ts';
import type { Answer, CredentialCheck, Run, Site, SshHost } from './model.ts';
import { plainText } from './plain-text.ts';
import type { RunProgram } from './runner.ts';

/**
 * Tries the credentials of a site: those of its host first, then the checks of the sites file. Nothing of
 * them is read, kept or written down.
 */
export type CheckCredentials = (site: Site, signal: AbortSignal) => Promise<CredentialState>;

/** What the checks are made with. */
export interface CredentialMeans {
  readonly run: Run;
  readonly runProgram: RunProgram;
  /** A new random mark for each command. */
  readonly mark: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * A check that remembers: a host or a command is tried once for all sites that share it, and again when
 * the answer is old. What could not be asked is not remembered.
 */
export function createCredentialCheck(means: CredentialMeans): CheckCredentials {
  const memory = new Map<string, Remembered>();
  const once = (key: string, ask: Ask, signal: AbortSignal) =>
    remembered(memory, key, ask, means.now, signal);
  return async (site, signal) => {
    const { host, credentials } = site;
    if (host) {
      const key = JSON.stringify([host.destination, host.config]);
      const state = await once(key, until => tryHost(host, means, until), signal);
      if (state.kind !== 'good') return state;
    }
    for (const credential of credentials) {
      const key = JSON.stringify(credential);
      const state = await once(key, until => tryCredential(credential, means, until), signal);
      if (state.kind !== 'good') return state;
    }
    return { kind: 'good' };
  };
}

type Ask = (signal: AbortSignal) => Promise<CredentialState>;

/** An answer, or a question that is being asked. */
interface Remembered {
  readonly answer: Promise<CredentialState>;
  readonly stop: AbortController;
  /** Callers that wait; the last one that leaves stops the question. */
  waiting: number;
  /** Absent while it is being asked. */
  goodUntil?: number;
}

/** Milliseconds for which an answer counts; a refusal is tried again soon, for someone may have mended it. */
const MEMORY = { good: 10 * 60_000, refused: 10_000, unreachable: 0 };

/** Seconds for one check. */
const PATIENCE = 30;

/** More output of a host than this is no answer to our question. */
const LARGEST_ANSWER = 256 * 1024;

const CALLED_OFF: CredentialState = {
  kind: 'unreachable',
  reason: 'The check of the credentials was called off.',
};

function remembered(
  memory: Map<string, Remembered>,
  key: string,
  ask: Ask,
  now: () => number,
  signal: AbortSignal,
): Promise<CredentialState> {
  if (signal.aborted) return Promise.resolve(CALLED_OFF);
  const known = memory.get(key);
  if (known && !known.stop.signal.aborted && now() < (known.goodUntil ?? Number.POSITIVE_INFINITY))
    return waitFor(known, signal);
  const stop = new AbortController();
  const entry: Remembered = {
    stop,
    waiting: 0,
    answer: ask(stop.signal).then(state => {
      entry.goodUntil = now() + MEMORY[state.kind];
      return state;
    }),
  };
  memory.set(key, entry);
  return waitFor(entry, signal);
}

function waitFor(entry: Remembered, signal: AbortSignal): Promise<CredentialState> {
  entry.waiting++;
  return new Promise((resolve, reject) => {
    const leave = () => {
      entry.waiting--;
      if (entry.waiting === 0 && entry.goodUntil === undefined) entry.stop.abort();
      resolve(CALLED_OFF);
    };
    signal.addEventListener('abort', leave, { once: true });
    entry.answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/** The key or the agent is good when a script that does nothing runs. */
async function tryHost(host: SshHost, means: CredentialMeans, signal: AbortSignal): Promise<CredentialState> {
  const mark = means.mark();
  const script = `printf '\\n%s begin\\n%s end 0\\n' ${mark} ${mark}`;
  const command = {
    kind: 'script',
    host,
    script,
    mark,
    seconds: PATIENCE,
    maxBytes: LARGEST_ANSWER,
  } as const;
  return stateOf(await means.run(command, signal));
}

function stateOf(answer: Answer): CredentialState {
  if (answer.kind === 'ended') return { kind: 'good' };
  return { kind: answer.kind === 'denied' ? 'refused' : 'unreachable', reason: answer.reason };
}

async function tryCredential(
  credential: CredentialCheck,
  means: CredentialMeans,
  signal: AbortSignal,
): Promise<CredentialState> {
  const failure = await means.runProgram(credential.check, PATIENCE, signal);
  if (failure === undefined) return { kind: 'good' };
  const name = plainText(credential.name, 100);
  const reason = `The credential ${name} is not good (${failure}): run ${plainText(credential.mend)}`;
  return { kind: 'refused', reason };
}
