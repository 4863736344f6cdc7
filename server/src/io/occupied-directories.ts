import { dirname } from '../core/paths.ts';

/** The directories that paths lie in, at any depth, while paths come and go one by one. */
export class OccupiedDirectories {
  /** Directory -> how many paths and directories lie directly in it. */
  readonly #children = new Map<string, number>();

  has(directory: string): boolean {
    return this.#children.has(directory);
  }

  /** Notes a path that was not there. */
  add(path: string): void {
    for (let at = dirname(path); at !== ''; at = dirname(at)) {
      const children = this.#children.get(at) ?? 0;
      this.#children.set(at, children + 1);
      if (children > 0) return;
    }
  }

  /** Notes that a path is gone. */
  remove(path: string): void {
    for (let at = dirname(path); at !== ''; at = dirname(at)) {
      const children = (this.#children.get(at) ?? 0) - 1;
      if (children > 0) {
        this.#children.set(at, children);
        return;
      }
      this.#children.delete(at);
    }
  }
}
