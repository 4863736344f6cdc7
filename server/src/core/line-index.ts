import type { Range, Span } from './model.ts';

/** A zero-based line and UTF-16 column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const LF = 10;
const CR = 13;

/**
 * Where the lines of a text begin. Lines end in LF, CR LF or CR, as in the language server protocol.
 *
 * Any offset and any position is accepted: those outside are moved to the nearest one inside.
 */
export class LineIndex {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    this.#starts = startsOf(text);
  }

  /** Number of lines: one more than line ends. */
  get lines(): number {
    return this.#starts.length;
  }

  /** Line and column of an offset. */
  positionAt(offset: number): Position {
    const inside = Math.max(0, Math.min(offset, this.#text.length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: inside - (this.#starts[low] ?? 0) };
  }

  /** Offset of a line and column; a column behind the end of its line means the end, before the line end. */
  offsetAt(position: Position): number {
    const start = this.#starts[Math.max(0, position.line)];
    if (start === undefined) return this.#text.length;
    if (position.line < 0) return 0;
    let end = this.#starts[position.line + 1] ?? this.#text.length;
    if (end > start && this.#text.charCodeAt(end - 1) === LF) end--;
    if (end > start && this.#text.charCodeAt(end - 1) === CR) end--;
    return Math.min(start + Math.max(0, position.column), end);
  }

  /** Line and column of both ends. */
  rangeOf(span: Span): Range {
    const start = this.positionAt(span.start);
    const end = this.positionAt(span.end);
    return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  }
}

function startsOf(text: string): number[] {
  const starts = [0];
  if (text.includes('\r')) {
    for (const { index, 0: ending } of text.matchAll(/\r\n?|\n/g)) starts.push(index + ending.length);
    return starts;
  }
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
