import type { Caught, ImplicitDependency, Need } from '../../core/model.ts';
import { gridsOf, type NeedGrid, needsOf } from '../../core/need-grid.ts';
import { SharedNeeds } from '../../core/shared-needs.ts';

/** What was caught in one file, on its way: the lists of candidates by their numbers. */
export interface SentCaught extends Omit<Caught, 'dependencies'> {
  readonly dependencies: readonly (Omit<ImplicitDependency, 'anyOf'> & { readonly anyOf: number })[];
}

/** The candidates that a message has first, numbered on from those of the messages before. */
export interface SentLists {
  readonly directories: readonly (readonly string[])[];
  /** Of what each list is made, its directories by their number. */
  readonly lists: readonly (readonly SentGrid[])[];
}

interface SentGrid extends Omit<NeedGrid, 'directories'> {
  readonly directories: number;
}

/** The sending end: each list of candidates is sent once, however many files have it, and so are directories. */
export class NeedsSender {
  readonly #shared = new SharedNeeds();
  readonly #lists = new Numbers<readonly Need[]>();
  readonly #directories = new Numbers<readonly string[]>();
  #freshDirectories: (readonly string[])[] = [];
  #freshLists: (readonly SentGrid[])[] = [];

  /** What was caught, ready to be sent with the next `fresh`. */
  sent({ dependencies, ...rest }: Caught): SentCaught {
    return {
      ...rest,
      dependencies: dependencies.map(need => ({ ...need, anyOf: this.#list(this.#shared.of(need.anyOf)) })),
    };
  }

  /** What was not sent yet. */
  fresh(): SentLists {
    const fresh = { directories: this.#freshDirectories, lists: this.#freshLists };
    this.#freshDirectories = [];
    this.#freshLists = [];
    return fresh;
  }

  #list(list: readonly Need[]): number {
    return this.#lists.of(list, () => {
      const grids = gridsOf(list).map(({ directories, files }) => ({
        directories: this.#directories.of(directories, () => this.#freshDirectories.push(directories)),
        files,
      }));
      this.#freshLists.push(grids);
    });
  }
}

/** Numbers from 0, in the order in which things are met first. */
class Numbers<T> {
  readonly #numbers = new Map<T, number>();

  /** `first` is called for what is new. */
  of(one: T, first: () => void): number {
    let number = this.#numbers.get(one);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(one, number);
      first();
    }
    return number;
  }
}

/** The receiving end of one sender. The same list is always the same array. */
export class NeedsReceiver {
  readonly #lists: (readonly Need[])[] = [];
  readonly #directories: (readonly string[])[] = [];

  /** Takes what is new in a message: before what was caught. */
  take({ directories, lists }: SentLists): void {
    for (const one of directories) this.#directories.push(one);
    for (const grids of lists)
      this.#lists.push(
        needsOf(grids.map(one => ({ directories: this.#directories[one.directories]!, files: one.files }))),
      );
  }

  /** As it was before it was sent. */
  received({ dependencies, ...rest }: SentCaught): Caught {
    return {
      ...rest,
      dependencies: dependencies.map(need => ({ ...need, anyOf: this.#lists[need.anyOf]! })),
    };
  }
}
