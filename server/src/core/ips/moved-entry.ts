import type { ActionEntry, FacetSet, FileEntry, PlacedWord, Span, VariantSet } from '../model.ts';

/*
 * Actions that an edit above them moved. A large manifest has tens of thousands of places, and hardly any is ever
 * asked for: each is worked out when it is.
 */

/** A directory or link, so many UTF-16 units further on than where it was read. */
export function movedEntry(entry: ActionEntry, by: number): ActionEntry {
  return new MovedEntry(entry, by);
}

/** A file, so many UTF-16 units further on than where it was read. */
export function movedFile(file: FileEntry, by: number): FileEntry {
  return new MovedFile(file, by);
}

class MovedEntry<T extends ActionEntry> implements ActionEntry {
  readonly asRead: T;
  readonly #by: number;

  constructor(entry: T, by: number) {
    this.asRead = entry;
    this.#by = by;
  }

  get kind(): T['kind'] {
    return this.asRead.kind;
  }

  get path(): string {
    return this.asRead.path;
  }

  get span(): Span {
    return movedSpan(this.asRead.span, this.#by);
  }

  get action(): Span {
    return movedSpan(this.asRead.action, this.#by);
  }

  get variants(): VariantSet | undefined {
    return this.asRead.variants;
  }

  get facets(): FacetSet | undefined {
    return this.asRead.facets;
  }

  get owner(): PlacedWord | undefined {
    return movedWord(this.asRead.owner, this.#by);
  }

  get group(): PlacedWord | undefined {
    return movedWord(this.asRead.group, this.#by);
  }

  get target(): PlacedWord | undefined {
    return movedWord(this.asRead.target, this.#by);
  }

  get unset(): readonly string[] {
    return this.asRead.unset;
  }

  get bypass(): readonly string[] {
    return this.asRead.bypass;
  }

  get bypassInherited(): boolean {
    return this.asRead.bypassInherited;
  }
}

class MovedFile extends MovedEntry<FileEntry> implements FileEntry {
  get payload(): string {
    return this.asRead.payload;
  }

  get mode(): number | undefined {
    return this.asRead.mode;
  }

  get runPath(): string | undefined {
    return this.asRead.runPath;
  }

  get optional(): boolean {
    return this.asRead.optional;
  }
}

class MovedWord implements PlacedWord {
  readonly text: string;
  readonly #span: Span;
  readonly #by: number;

  constructor({ text, span }: PlacedWord, by: number) {
    this.text = text;
    this.#span = span;
    this.#by = by;
  }

  get span(): Span {
    return movedSpan(this.#span, this.#by);
  }
}

function movedWord(word: PlacedWord | undefined, by: number): PlacedWord | undefined {
  return word && new MovedWord(word, by);
}

function movedSpan({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
