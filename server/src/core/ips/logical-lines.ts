import { BACKSLASH, CR, HASH, skipBlanks, skipLineEnd, trimBlanks } from './chars.ts';
import type { Flaw } from './flaws.ts';

/**
 * Walks over the logical lines of a text: physical lines, joined where one ends in a backslash.
 *
 * One object for the whole text, moved by `next`, because a manifest has tens of thousands of lines.
 * An empty line ends a continuation, as in `pkgsend(1)` and `pkgdepend(1)`.
 */
export class LogicalLines {
  /** Start of the logical line. */
  start = 0;
  /** Its end, with the line end: the start of the next. */
  end = 0;
  /** End of its content: no blanks, no line end, no backslash that continues into nothing. */
  limit = 0;
  /** Zero-based physical line of `start`. */
  line = 0;
  /** Whether it has more than one physical line. */
  continued = false;

  readonly #text: string;
  readonly #flaws: Flaw[];
  /** Physical lines before `end`. */
  #lines = 0;
  /** Whether a CR stands for itself somewhere; and the next CR of any kind. */
  readonly #loneReturns: boolean;
  #return = -1;

  constructor(text: string, flaws: Flaw[]) {
    this.#text = text;
    this.#flaws = flaws;
    this.#loneReturns = text.includes('\r') && /\r(?!\n)/.test(text);
  }

  /** Moves to the next logical line; false at the end of the text. */
  next(): boolean {
    const text = this.#text;
    if (this.end >= text.length) return false;
    this.start = this.end;
    this.line = this.#lines;
    this.continued = false;
    this.#takePhysical();
    while (this.limit > this.start && text.charCodeAt(this.limit - 1) === BACKSLASH) {
      if (!this.#goesOn()) {
        this.#flawAtEnd();
        this.limit = trimBlanks(text, this.start, this.limit - 1);
        break;
      }
      this.continued = true;
      this.#takePhysical();
    }
    return true;
  }

  /** Takes the physical line at `end` as the last one of the logical line. */
  #takePhysical(): void {
    const text = this.#text;
    const start = this.end;
    const ending = this.#lineEnd(start);
    this.limit = trimBlanks(text, start, ending);
    this.end = skipLineEnd(text, ending);
    this.#lines++;
    if (this.limit < ending && this.limit > start && text.charCodeAt(this.limit - 1) === BACKSLASH) {
      if (!this.#isComment()) {
        this.#flaws.push({ kind: 'blanks-after-backslash', start: this.limit, end: ending });
      }
    }
  }

  #goesOn(): boolean {
    const next = skipBlanks(this.#text, this.end, this.#text.length);
    return next < this.#text.length && skipLineEnd(this.#text, next) === next;
  }

  #flawAtEnd(): void {
    if (this.#isComment()) return;
    const last = skipBlanks(this.#text, this.end, this.#text.length) >= this.#text.length;
    const kind = last ? 'open-continuation' : 'blank-in-continuation';
    this.#flaws.push({ kind, start: this.limit - 1, end: this.limit });
  }

  #isComment(): boolean {
    return this.#text.charCodeAt(skipBlanks(this.#text, this.start, this.end)) === HASH;
  }

  /** Offset of the line end of the physical line that starts at `from`, or of the end of the text. */
  #lineEnd(from: number): number {
    const text = this.#text;
    const found = text.indexOf('\n', from);
    const feed = found < 0 ? text.length : found;
    if (!this.#loneReturns) return found > from && text.charCodeAt(found - 1) === CR ? found - 1 : feed;
    if (this.#return < from) {
      const back = text.indexOf('\r', from);
      this.#return = back < 0 ? text.length : back;
    }
    return Math.min(feed, this.#return);
  }
}
