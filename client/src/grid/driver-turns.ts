import pLimit, { type LimitFunction } from 'p-limit';
import type { Site } from './model.ts';

/**
 * Whose turn it is. Hosts that are not sure to answer have few turns of their own, so that they cannot keep
 * those that do from theirs.
 */
export interface Turns {
  /** Until a job is sent, from its preparation on; not to be used within `command`. */
  start<T>(site: Site, doubtful: boolean, task: () => Promise<T>): Promise<T>;
  /** One command. */
  command<T>(site: Site, doubtful: boolean, task: () => Promise<T>): Promise<T>;
}

/** Turns for `commands` at a time, `perHost` of them at one ssh host. */
export function turns(commands: number, perHost: number): Turns {
  const few = Math.max(1, Math.floor(commands / 4));
  const many = Math.max(1, commands - few);
  const starts = {
    healthy: pLimit(many * 2),
    doubtful: pLimit(few * 2),
    hosts: new Map<string, LimitFunction>(),
  };
  const sends = { healthy: pLimit(many), doubtful: pLimit(few), hosts: new Map<string, LimitFunction>() };

  const take = <T>(pool: typeof starts, site: Site, doubtful: boolean, task: () => Promise<T>) => {
    const key = site.host?.destination ?? '';
    const host = pool.hosts.get(key) ?? pLimit(site.host ? perHost : commands);
    pool.hosts.set(key, host);
    return host(() => (doubtful ? pool.doubtful : pool.healthy)(task));
  };

  return {
    start: (site, doubtful, task) => take(starts, site, doubtful, task),
    command: (site, doubtful, task) => take(sends, site, doubtful, task),
  };
}
