import {
  Byte,
  beginsStatement,
  formatPrefix,
  isLineEnd,
  KINDS,
  Kind,
  lineEndLength,
  PARTNER,
} from './python-bytes.ts';

/** How a piece of source ends: at the end of the logical line, at a semicolon or colon outside brackets, or with the file. */
export type End = 'line' | 'semicolon' | 'colon' | 'file';

/** Something that is wrong in every version of Python, by byte offsets. */
export interface LexicalFault {
  readonly message: string;
  readonly at: number;
  readonly end: number;
}

/**
 * The lexical level of Python, on bytes: where strings, comments, brackets and statements end.
 *
 * Every encoding that Python sources have in practice is a superset of ASCII, and nothing beyond ASCII
 * ends anything, so the bytes need not be decoded. Reads 2.7 to 3.14 alike; where the versions differ
 * (nested quotes in f-strings, PEP 701), a file that is right in one of them is read as that one does.
 */
export class PythonLexer {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  /** Of the line that `line` found: with tabs to the next multiple of 8, and with tabs as 1 (`tokenizer.c`). */
  column = 0;
  narrowColumn = 0;
  /** The first thing that is wrong in every version of Python. */
  fault: LexicalFault | undefined;
  /** Offsets of the brackets that are open. */
  readonly #open: number[] = [];
  #formats = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.at = start;
  }

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
      const kind = this.#next();
      if (kind >= Kind.string) this.#pass(kind);
      else if (kind === Kind.end) return this.#endOfFile();
      else if (kind === Kind.newline) {
        if (this.#open.length === 0 || this.#abandoned()) return 'line';
        this.at++;
      } else if (this.#open.length > 0) this.at++;
      else if (kind === Kind.semicolon) return 'semicolon';
      else if (header && this.bytes[this.at + 1] !== Byte.equals) return 'colon';
      else this.at++;
    }
  }

  /** Skips blanks, and lines that a backslash joins; in brackets (`loose`) line ends and comments too. */
  blanks(loose = false): void {
    const { bytes, end } = this;
    while (this.at < end) {
      const byte = bytes[this.at]!;
      if (byte === Byte.space || byte === Byte.tab || byte === Byte.formFeed) this.at++;
      else if (byte === Byte.backslash && isLineEnd(bytes[this.at + 1])) this.#pass(Kind.backslash);
      else if (loose && (byte === Byte.lf || byte === Byte.cr)) this.at++;
      else if (loose && byte === Byte.hash) this.comment();
      else return;
    }
  }

  /** Skips a comment; `at` is then at the line's end. */
  comment(): void {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end && bytes[at] !== Byte.lf && bytes[at] !== Byte.cr) at++;
    this.at = at;
  }

  /** Notes what is wrong, unless something was before. */
  report(message: string, at: number, end = at + 1): void {
    this.fault ??= { message, at, end };
  }

  /** Goes to the next byte that may end something, and says what it is. */
  #next(): number {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end && KINDS[bytes[at]!] === 0) at++;
    this.at = at;
    return at < end ? KINDS[bytes[at]!]! : Kind.end;
  }

  #pass(kind: number): void {
    if (kind === Kind.string) this.#string();
    else if (kind === Kind.comment) this.comment();
    else if (kind === Kind.open) this.#opens();
    else if (kind === Kind.close) this.#closes();
    else this.#joins();
  }

  #opens(): void {
    const { bytes, at } = this;
    this.#open.push(at);
    this.at++;
    const next = bytes[at + 1];
    if (bytes[at] === Byte.paren && (next === Byte.colon || next === Byte.comma))
      this.report(
        `"${String.fromCharCode(next)}" cannot follow "("; write what is missing between them`,
        at + 1,
      );
    if (this.#open.length > MOST_BRACKETS) this.#giveUp('Brackets');
  }

  #closes(): void {
    const { bytes, at } = this;
    const opened = this.#open.pop();
    this.at++;
    const closing = bytes[at]!;
    const shown = String.fromCharCode(closing);
    if (opened === undefined)
      this.report(`"${shown}" closes nothing; take it away, or write the opening one`, at);
    else if (PARTNER[bytes[opened]!] !== closing)
      this.report(
        `"${shown}" cannot close "${String.fromCharCode(bytes[opened]!)}"; close the brackets in the order in which they were opened`,
        at,
      );
  }

  #joins(): void {
    const { bytes, at } = this;
    if (isLineEnd(bytes[at + 1])) {
      this.at += lineEndLength(bytes, at + 1) + 1;
      return;
    }
    this.at++;
    if (at + 1 < this.end) this.report('A backslash joins lines, so nothing can follow it in its line', at);
  }

  /** True when a statement begins in the next line although a bracket is open; closes all brackets then. */
  #abandoned(): boolean {
    if (!beginsStatement(this.bytes, this.at + 1)) return false;
    this.#unclosed();
    return true;
  }

  #unclosed(): void {
    const opened = this.#open[this.#open.length - 1];
    if (opened !== undefined)
      this.report(
        `"${String.fromCharCode(this.bytes[opened]!)}" is never closed; write its closing bracket`,
        opened,
      );
    this.#open.length = 0;
  }

  #endOfFile(): End {
    this.#unclosed();
    return 'file';
  }

  #giveUp(what: string): void {
    this.report(`${what} are nested too deeply to be read; the rest of the file is not looked at`, this.at);
    this.#open.length = 0;
    this.at = this.end;
  }

  // -------------------------------------------------------------------------------------------
  // Strings

  #string(): void {
    const { bytes, at } = this;
    const quote = bytes[at]!;
    const triple = bytes[at + 1] === quote && bytes[at + 2] === quote;
    const prefix = formatPrefix(bytes, at);
    this.at += triple ? 3 : 1;
    if (prefix !== 'none') this.#formatted({ start: at, quote, triple, raw: prefix === 'raw' });
    else if (triple) this.#long(at, quote);
    else this.#short(at, quote);
  }

  #short(start: number, quote: number): void {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte === quote) {
        this.at = at + 1;
        return;
      }
      if (byte === Byte.lf || byte === Byte.cr) break;
      at += byte === Byte.backslash ? 1 + lineEndLength(bytes, at + 1) : 1;
    }
    this.at = Math.min(at, end);
    this.report(UNTERMINATED, start, this.at);
  }

  #long(start: number, quote: number): void {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte === Byte.backslash) at += 2;
      else if (byte !== quote) at++;
      else if (bytes[at + 1] === quote && bytes[at + 2] === quote) {
        this.at = at + 3;
        return;
      } else at++;
    }
    this.at = end;
    this.report(UNTERMINATED_LONG, start, start + 3);
  }

  /** The text of an f-string or t-string, PEP 498, 701 and 750. */
  #formatted(string: Formatted): void {
    if (++this.#formats > MOST_FORMATS) this.#giveUp('Strings');
    const { bytes, end } = this;
    while (this.at < end) {
      const byte = bytes[this.at]!;
      if (this.#closesString(string)) {
        this.#formats--;
        return;
      }
      if (!string.triple && (byte === Byte.lf || byte === Byte.cr)) break;
      if (byte !== Byte.brace) this.at += byte === Byte.backslash ? this.#escape(string.raw) : 1;
      else if (bytes[this.at + 1] === Byte.brace) this.at += 2;
      else if (!this.#field(string)) break;
    }
    this.#formats--;
    if (string.triple) this.report(UNTERMINATED_LONG, string.start, string.start + 3);
    else this.report(UNTERMINATED, string.start, this.at);
  }

  #closesString({ quote, triple }: Formatted): boolean {
    const { bytes, at } = this;
    if (bytes[at] !== quote || (triple && (bytes[at + 1] !== quote || bytes[at + 2] !== quote))) return false;
    this.at += triple ? 3 : 1;
    return true;
  }

  /** Length of what a backslash begins in an f-string; a brace after it keeps its meaning. */
  #escape(raw: boolean): number {
    const { bytes, at } = this;
    const next = bytes[at + 1];
    if (next === Byte.brace || next === Byte.closingBrace) return 1;
    if (raw || next !== Byte.N || bytes[at + 2] !== Byte.brace) return 1 + lineEndLength(bytes, at + 1);
    const close = bytes.subarray(at, at + LONGEST_NAME).indexOf(Byte.closingBrace);
    return close < 0 ? 3 : close + 1;
  }

  /** A replacement field; `at` is at its brace. False when the string ends here because it was left open. */
  #field(string: Formatted): boolean {
    const base = this.#open.length;
    this.#open.push(this.at++);
    for (;;) {
      const kind = this.#next();
      const own = this.#open.length === base + 1;
      if (kind === Kind.end) return false;
      if (kind === Kind.newline && this.#abandonedField(base)) return false;
      if (kind === Kind.colon && own) return this.#specification(string);
      if (kind < Kind.string) this.at++;
      else this.#pass(kind);
      if (this.#open.length <= base) return true;
    }
  }

  #abandonedField(base: number): boolean {
    if (!beginsStatement(this.bytes, this.at + 1)) return false;
    this.#open.length = base;
    return true;
  }

  /** The part of a field after its colon: text, with fields in it. */
  #specification(string: Formatted): boolean {
    const { bytes, end } = this;
    for (this.at++; this.at < end; ) {
      const byte = bytes[this.at]!;
      if (byte === Byte.closingBrace) {
        this.#closes();
        return true;
      }
      if (!string.triple && (byte === string.quote || byte === Byte.lf || byte === Byte.cr)) break;
      if (byte !== Byte.brace) this.at += byte === Byte.backslash ? this.#escape(string.raw) : 1;
      else if (++this.#formats > MOST_FORMATS) this.#giveUp('Strings');
      else {
        const closed = this.#field(string);
        this.#formats--;
        if (!closed) return false;
      }
    }
    this.#open.pop();
    return false;
  }
}

/** An f-string or t-string. */
interface Formatted {
  readonly start: number;
  readonly quote: number;
  readonly triple: boolean;
  readonly raw: boolean;
}

/** CPython reads 200 brackets and 150 f-strings within each other. */
const MOST_BRACKETS = 1000;
const MOST_FORMATS = 200;
/** Longest name in a \N{…} escape that is looked for. */
const LONGEST_NAME = 200;
const UNTERMINATED = 'The string is not closed in its line; write the closing quote';
const UNTERMINATED_LONG = 'The string is never closed; write its three closing quotes';
