import type { Site } from './model.ts';

/** Whether a host is known to answer, not known, or known not to have answered lately. */
export type Trust = 'answers' | 'unknown' | 'doubtful';

/** Carries out tasks when it is their turn: the first that waits and whose host and kind have room. */
export interface Turns {
  /** `trust` is asked whenever a turn is free: a host may meanwhile have shown that it answers. */
  take<T>(site: Site, trust: () => Trust, task: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly host: string;
  readonly perHost: number;
  readonly trust: () => Trust;
  readonly begin: (kind: Trust) => void;
}

/**
 * Turns for `most` tasks at a time, `perHost` of them at one ssh host. Hosts that may not answer have few,
 * one each, and a quarter is always left to those that do: a dead host never keeps these from theirs.
 */
export function turns(most: number, perHost: number): Turns {
  const rooms: Readonly<Record<Trust, number>> = {
    answers: most,
    unknown: Math.max(1, Math.floor(most / 2)),
    doubtful: Math.max(1, Math.floor(most / 4)),
  };
  const busy = new Map<string, number>();
  const waiting = new Set<Waiting>();
  const count = (key: string, change = 0) => {
    const now = (busy.get(key) ?? 0) + change;
    if (change !== 0) busy.set(key, now);
    return now;
  };

  const hasRoom = (next: Waiting, kind: Trust) =>
    count(`kind ${kind}`) < rooms[kind] &&
    count(`host ${next.host}`) < (kind === 'answers' ? next.perHost : 1);

  const serve = () => {
    for (const next of waiting) {
      if (count('all') >= most) return;
      const kind = next.trust();
      if (!hasRoom(next, kind)) continue;
      waiting.delete(next);
      next.begin(kind);
    }
  };

  const occupy = (host: string, kind: Trust, change: number) => {
    for (const key of ['all', `kind ${kind}`, `host ${host}`]) count(key, change);
  };

  return {
    take(site, trust, task) {
      const host = site.host?.destination ?? '';
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const begin = (kind: Trust) => {
        occupy(host, kind, 1);
        const leave = () => {
          occupy(host, kind, -1);
          serve();
        };
        task().then(resolve, reject).finally(leave);
      };
      waiting.add({ host, perHost: site.host ? perHost : most, trust, begin });
      serve();
      return promise as ReturnType<typeof task>;
    },
  };
}
