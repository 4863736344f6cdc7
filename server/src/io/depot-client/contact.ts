import type { DepotCache } from './depot-cache.ts';
import type { Failure } from './transport.ts';

const KEY = 'contact';

/** When a depot was last reached, and since when it is not; kept between processes. */
export class Contact {
  readonly offline: boolean;
  readonly #cache: DepotCache;
  readonly #now: () => number;
  #reached: number | undefined;
  #failing: { readonly since: number; readonly message: string } | undefined;

  /** `offline`: the depot is never asked, which changes nothing of what is kept. */
  constructor(cache: DepotCache, offline = false, now: () => number = Date.now) {
    this.offline = offline;
    this.#cache = cache;
    this.#now = now;
    const { reached, since, message } = kept(cache);
    if (typeof reached === 'number') this.#reached = reached;
    if (typeof since === 'number' && typeof message === 'string') this.#failing = { since, message };
  }

  /** True when the last trial failed, or when there is none. */
  get failing(): boolean {
    return this.offline || this.#failing !== undefined;
  }

  /** Why the last trial failed, if it did. */
  get message(): string | undefined {
    return this.offline ? 'is not asked (offline)' : this.#failing?.message;
  }

  /** How old the copy is that is used because the depot cannot be reached. */
  get note(): string | undefined {
    if (!this.failing) return undefined;
    const age = this.#reached === undefined ? 'an unknown time' : duration(this.#now() - this.#reached);
    const since = this.offline || !this.#failing ? '' : `, since ${dateText(this.#failing.since)}`;
    return `It ${this.message}${since}: the copy of ${age} ago is used`;
  }

  succeeded(): void {
    this.#reached = this.#now();
    this.#failing = undefined;
    this.#keep();
  }

  failed({ message }: Failure): void {
    if (this.offline) return;
    this.#failing = { since: this.#failing?.since ?? this.#now(), message };
    this.#keep();
  }

  #keep(): void {
    const { since, message } = this.#failing ?? {};
    this.#cache.write('state', {
      key: KEY,
      text: JSON.stringify({ reached: this.#reached, since, message }),
    });
  }
}

function kept(cache: DepotCache): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(cache.read('state', KEY)?.text ?? '{}');
  } catch {
    return {};
  }
}

/** `40 s`, `5 min`, `3 h`, `12 days`. */
function duration(time: number): string {
  const seconds = Math.max(0, Math.round(time / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** In local time, without seconds: `2026-11-20 19:05`. */
function dateText(time: number): string {
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
