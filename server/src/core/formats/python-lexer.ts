import { Byte, formatPrefix, Kind } from './python-bytes.ts';
import { PythonCursor } from './python-cursor.ts';
import { passFormatted } from './python-formatted.ts';

/** How a piece of source ends: at the end of the logical line, at a semicolon or colon outside brackets, or with the file. */
export type End = 'line' | 'semicolon' | 'colon' | 'file';

/**
 * The lexical level of Python, on bytes: where strings, comments, brackets and statements end.
 *
 * Every encoding that Python sources have in practice is a superset of ASCII, and nothing beyond ASCII
 * ends anything, so the bytes need not be decoded. Reads 2.7 to 3.14 alike; where the versions differ
 * (nested quotes in f-strings, PEP 701), a file that is right in one of them is read as that one does.
 */
export class PythonLexer extends PythonCursor {
  /** Of the line that `line` found: with tabs to the next multiple of 8, and with tabs as 1 (`tokenizer.c`). */
  column = 0;
  narrowColumn = 0;

  /** Goes to the first statement of the next logical line; false at the end of the file. `at` is at a line's start or end. */
  line(): boolean {
    const { bytes, end } = this;
    for (;;) {
      this.#indent();
      if (this.at >= end) return false;
      const byte = bytes[this.at]!;
      if (byte === Byte.hash) this.comment();
      else if (byte === Byte.lf || byte === Byte.cr) this.at++;
      else return true;
    }
  }

  #indent(): void {
    const { bytes, end } = this;
    let at = this.at;
    let column = 0;
    let narrow = 0;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === Byte.space) {
        column++;
        narrow++;
      } else if (byte === Byte.tab) {
        column = (column | 7) + 1;
        narrow++;
      } else if (byte === Byte.formFeed) {
        column = 0;
        narrow = 0;
      } else break;
    }
    this.at = at;
    this.column = column;
    this.narrowColumn = narrow;
  }

  /** Goes to where the statement ends, or to its first colon outside brackets if `header`. */
  scan(header: boolean): End {
    for (;;) {
      const kind = this.next();
      if (kind >= Kind.string) this.pass(kind);
      else {
        const end = this.#endAt(kind, header);
        if (end) return end;
        this.at++;
      }
    }
  }

  #endAt(kind: number, header: boolean): End | undefined {
    if (kind === Kind.newline) return this.open.length === 0 || this.abandoned() ? 'line' : undefined;
    if (kind === Kind.end) {
      this.unclosed();
      return 'file';
    }
    if (this.open.length > 0) return undefined;
    if (kind === Kind.semicolon) return 'semicolon';
    return header && this.bytes[this.at + 1] !== Byte.equals ? 'colon' : undefined;
  }

  override pass(kind: number): void {
    if (kind === Kind.string) this.#string();
    else if (kind === Kind.comment) this.comment();
    else if (kind === Kind.open) this.opens();
    else if (kind === Kind.close) this.closes();
    else this.joins();
  }

  #string(): void {
    const { bytes, at } = this;
    const quote = bytes[at]!;
    const triple = bytes[at + 1] === quote && bytes[at + 2] === quote;
    const prefix = formatPrefix(bytes, at);
    this.at += triple ? 3 : 1;
    if (prefix !== 'none') passFormatted(this, { start: at, quote, triple, raw: prefix === 'raw' });
    else if (triple) this.long(at, quote);
    else this.short(at, quote);
  }
}
