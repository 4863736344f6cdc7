/** Half-open range of UTF-16 offsets in one text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a text by zero-based line and UTF-16 column; `end` is exclusive. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A replacement of `span` by `text` in a manifest; an insertion where the span is empty. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

export type Severity = 'error' | 'warning' | 'hint';

/** How sure a catcher is; only `certain` may become an error. */
export type Confidence = 'certain' | 'likely' | 'hint';

/** A fault of the text of a manifest or settings file. */
export interface SyntaxFault {
  readonly code: 'syntax';
  readonly severity: Severity;
  /** What is wrong and what to do about it, one or two sentences without a final full stop. */
  readonly message: string;
  readonly span: Span;
  /** A sure repair, where there is one. */
  readonly fix?: { readonly title: string; readonly edits: readonly Edit[] };
}

/** A fault of a file, a directory or a repository. `path` is what the user would open. */
export interface InputFault {
  readonly code: 'unreadable' | 'malformed' | 'unreachable';
  readonly path: string;
  /** What is wrong and the remedy; does not repeat `path`. */
  readonly message: string;
}
