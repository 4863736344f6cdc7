import type { Action } from '../lines.ts';
import { pathOf } from './paths.ts';

/** How often each path is delivered in one manifest, kept up while it is edited. */
export class PathCounts {
  readonly #counts = new Map<string, number>();
  #repeated = 0;

  /** Whether each path is there once. */
  get areApart(): boolean {
    return this.#repeated === 0;
  }

  add(action: Action): void {
    const path = pathOf(action);
    if (path === undefined) return;
    const count = this.#counts.get(path) ?? 0;
    this.#counts.set(path, count + 1);
    if (count === 1) this.#repeated++;
  }

  /** Takes out an action that was added before. */
  remove(action: Action): void {
    const path = pathOf(action);
    if (path === undefined) return;
    const count = (this.#counts.get(path) ?? 1) - 1;
    if (count === 0) this.#counts.delete(path);
    else this.#counts.set(path, count);
    if (count === 1) this.#repeated--;
  }
}
