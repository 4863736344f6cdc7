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
  protected readonly entry: T;
  readonly #by: number;

  constructor(entry: T, by: number) {
    this.entry = entry;
    this.#by = by;
  }

  get kind(): T['kind'] {
    return this.entry.kind;
  }

  get path(): string {
    return this.entry.path;
  }

  get span(): Span {
    return movedSpan(this.entry.span, this.#by);
  }

  get action(): Span {
    return movedSpan(this.entry.action, this.#by);
  }

  get variants(): VariantSet | undefined {
    return this.entry.variants;
  }

  get facets(): FacetSet | undefined {
    return this.entry.facets;
  }

  get owner(): PlacedWord | undefined {
    return movedWord(this.entry.owner, this.#by);
  }

  get group(): PlacedWord | undefined {
    return movedWord(this.entry.group, this.#by);
  }

  get target(): PlacedWord | undefined {
    return movedWord(this.entry.target, this.#by);
  }

  get unset(): readonly string[] {
    return this.entry.unset;
  }

  get bypass(): readonly string[] {
    return this.entry.bypass;
  }

  get bypassInherited(): boolean {
    return this.entry.bypassInherited;
  }
}

class MovedFile extends MovedEntry<FileEntry> implements FileEntry {
  get payload(): string {
    return this.entry.payload;
  }

  get mode(): number | undefined {
    return this.entry.mode;
  }

  get runPath(): string | undefined {
    return this.entry.runPath;
  }

  get optional(): boolean {
    return this.entry.optional;
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
