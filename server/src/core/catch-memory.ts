import type { CatchMemory, Caught, FileEntry, ImplicitDependency, PayloadFile } from './model.ts';
import { SharedNeeds } from './shared-needs.ts';

interface Remembered {
  readonly stamp: string;
  readonly path: string;
  readonly mode: number;
  readonly runPath: string | undefined;
  readonly caught: Caught;
}

/** Remembers what was caught for as long as payload, installed path, mode and run path stay the same. */
export class Catches implements CatchMemory {
  readonly #known = new Map<string, readonly Remembered[]>();
  readonly #lists = new SharedNeeds();

  find(file: FileEntry, found: PayloadFile, mode: number): Caught | undefined {
    for (const one of this.#known.get(found.location) ?? []) {
      if (one.path !== file.path) continue;
      return one.stamp === found.stamp && one.mode === mode && one.runPath === file.runPath
        ? one.caught
        : undefined;
    }
    return undefined;
  }

  keep(file: FileEntry, { location, stamp }: PayloadFile, mode: number, caught: Caught): Caught {
    const { path, runPath } = file;
    const shared = { ...caught, dependencies: caught.dependencies.map(one => this.#shared(one)) };
    const remembered = { stamp, path, mode, runPath, caught: shared };
    const others = this.#known.get(location)?.filter(one => one.path !== path);
    this.#known.set(location, others ? [...others, remembered] : [remembered]);
    return shared;
  }

  /** The need with the same array for equal paths, so that needs can be told apart without comparing them. */
  #shared(need: ImplicitDependency): ImplicitDependency {
    const anyOf = this.#lists.of(need.anyOf);
    return anyOf === need.anyOf ? need : { ...need, anyOf };
  }
}
