import { Byte, isLineEnd, KINDS, Kind, lineEndLength, PARTNER } from './python-bytes.ts';
import { beginsStatement } from './python-keywords.ts';

/** Something that is wrong in every version of Python, by byte offsets. */
export interface LexicalFault {
  readonly message: string;
  readonly at: number;
  readonly end: number;
}

/** A place in the bytes of a Python file, the brackets that are open there, and what was wrong up to it. */
export abstract class PythonCursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  /** The first thing that is wrong. */
  fault: LexicalFault | undefined;
  /** Offsets of the brackets that are open. */
  readonly open: number[] = [];
  /** How many fields of f-strings are open. */
  fields = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.at = start;
  }

  /** Passes what begins at `at`, a `Kind` from `string` on. */
  abstract pass(kind: number): void;

  /** Skips blanks, and lines that a backslash joins; in brackets (`loose`) line ends and comments too. */
  blanks(loose = false): void {
    const { bytes, end } = this;
    while (this.at < end) {
      const byte = bytes[this.at]!;
      if (byte === Byte.space || byte === Byte.tab || byte === Byte.formFeed) this.at++;
      else if (byte === Byte.backslash && isLineEnd(bytes[this.at + 1])) this.joins();
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
  next(): number {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end && KINDS[bytes[at]!] === 0) at++;
    this.at = at;
    return at < end ? KINDS[bytes[at]!]! : Kind.end;
  }

  /** Passes an opening bracket. */
  opens(): void {
    const { bytes, at } = this;
    this.open.push(at);
    this.at++;
    const next = bytes[at + 1];
    if (bytes[at] === Byte.paren && (next === Byte.colon || next === Byte.comma))
      this.report(
        `"${String.fromCharCode(next)}" cannot follow "("; write what is missing between them`,
        at + 1,
      );
    if (this.open.length > MOST_BRACKETS) this.giveUp('Brackets');
  }

  /** Passes a closing bracket. */
  closes(): void {
    const { bytes, at } = this;
    const opened = this.open.pop();
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

  /** Passes a backslash. */
  joins(): void {
    const { bytes, at } = this;
    if (isLineEnd(bytes[at + 1])) {
      this.at += lineEndLength(bytes, at + 1) + 1;
      return;
    }
    this.at++;
    if (at + 1 < this.end) this.report('A backslash joins lines, so nothing can follow it in its line', at);
  }

  /** True when a statement begins in the next line although a bracket is open; closes all brackets then. */
  abandoned(): boolean {
    if (!beginsStatement(this.bytes, this.at + 1)) return false;
    this.unclosed();
    return true;
  }

  /** Closes all brackets, none of which should be open. */
  unclosed(): void {
    const opened = this.open[this.open.length - 1];
    if (opened !== undefined)
      this.report(
        `"${String.fromCharCode(this.bytes[opened]!)}" is never closed; write its closing bracket`,
        opened,
      );
    this.open.length = 0;
  }

  /** Ends the reading. */
  giveUp(what: string): void {
    this.report(`${what} are nested too deeply to be read; the rest of the file is not looked at`, this.at);
    this.open.length = 0;
    this.at = this.end;
  }

  /** Goes behind a string in one line, `at` after its opening quote. */
  short(start: number, quote: number): void {
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

  /** Goes behind a string in three quotes, `at` after the opening ones. */
  long(start: number, quote: number): void {
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
}

/** CPython reads 200 brackets within each other. */
const MOST_BRACKETS = 1000;
/** What is wrong with a string that its line, or the file, ends. */
export const UNTERMINATED = 'The string is not closed in its line; write the closing quote';
export const UNTERMINATED_LONG = 'The string is never closed; write its three closing quotes';
