import type { SitesPlace } from '../sites-place.ts';
import { watchSites } from '../sites-watch.ts';
import type { Said } from './protocol.ts';

/** The sites file of a service: what it said last when it could be read. */
export class SitesKeeper {
  readonly #watch: ReturnType<typeof watchSites>;
  readonly #path: string;
  readonly #tell: (said: Said) => void;
  #place: SitesPlace | undefined;
  #problem: string | undefined;

  constructor(path: string, tell: (said: Said) => void) {
    this.#path = path;
    this.#watch = watchSites(path);
    this.#tell = tell;
  }

  /** The last good file, the same value while it does not change; `undefined`: there was none yet. */
  current(): SitesPlace | undefined {
    const opening = this.#watch.current();
    const problem =
      opening.kind === 'place'
        ? undefined
        : opening.kind === 'unreadable'
          ? `${this.#path} ${opening.problem}: what it said before is used`
          : `${this.#path}:${opening.faults[0]?.line}: ${opening.faults[0]?.message}: what it said before is used`;
    if (problem !== this.#problem && problem !== undefined) this.#tell({ kind: 'trouble', text: problem });
    this.#problem = problem;
    if (opening.kind === 'place' && opening.place !== this.#place) {
      if (this.#place)
        this.#tell({ kind: 'note', text: `${this.#path} has changed, and is used as it is now` });
      this.#place = opening.place;
    }
    return this.#place;
  }

  /** Why the file that is there is not used. */
  get problem(): string | undefined {
    return this.#problem;
  }
}
