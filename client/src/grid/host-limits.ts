import pLimit, { type LimitFunction } from 'p-limit';
import type { Answer } from './model.ts';

/** How many commands may run at the same time. */
export interface Limits {
  readonly commands: number;
  /** At one ssh destination, or on this machine. */
  readonly commandsPerHost: number;
}

/** Lets commands through, as many at a time as the limits allow. */
export interface HostLimits {
  /**
   * Carries out `task` when it is its turn. What waits while its host turns out to be unreachable gets
   * the same answer without trying: a dead host holds its turns for one time-out, not for one a command.
   */
  take(host: string, signal: AbortSignal, task: () => Promise<Answer>): Promise<Answer>;
}

/** Key of this machine, which is always reached. */
export const HERE = '';

/** The answer to a command whose turn never came. */
const CALLED_OFF: Answer = { kind: 'unreached', reason: 'It was called off before it began.' };

interface Turns {
  readonly limit: LimitFunction;
  /** The last answer, while it is that the host was not reached; `at` counts the commands until then. */
  dead: { readonly at: number; readonly answer: Answer } | undefined;
}

/** Turns for all hosts, first come, first served at each. */
export function hostLimits(limits: Limits): HostLimits {
  const overall = pLimit(limits.commands);
  const hosts = new Map<string, Turns>();
  let asked = 0;

  const turn = async (host: Turns, mine: number, signal: AbortSignal, task: () => Promise<Answer>) => {
    if (host.dead && host.dead.at >= mine) return host.dead.answer;
    const answer = await task();
    // What we stopped says nothing about the host.
    if (!signal.aborted) host.dead = answer.kind === 'unreached' ? { at: asked, answer } : undefined;
    return answer;
  };

  return {
    take(key, signal, task) {
      const host = hosts.get(key) ?? { limit: pLimit(limits.commandsPerHost), dead: undefined };
      hosts.set(key, host);
      const mine = ++asked;
      return whenItsTurnComes(
        begin => host.limit(() => overall(begin)),
        signal,
        key === HERE ? task : () => turn(host, mine, signal, task),
      );
    },
  };
}

/** A command that is aborted while it waits is answered at once; one that has begun answers itself. */
function whenItsTurnComes(
  queue: (begin: () => Promise<void>) => Promise<void>,
  signal: AbortSignal,
  task: () => Promise<Answer>,
): Promise<Answer> {
  if (signal.aborted) return Promise.resolve(CALLED_OFF);
  return new Promise((resolve, reject) => {
    const callOff = () => resolve(CALLED_OFF);
    signal.addEventListener('abort', callOff, { once: true });
    queue(async () => {
      signal.removeEventListener('abort', callOff);
      if (!signal.aborted) resolve(await task());
    }).catch(reject);
  });
}
