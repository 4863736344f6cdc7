import type { Range } from '../model.ts';
import { Byte } from './python-bytes.ts';

/**
 * Answers lines and UTF-16 columns of byte offsets. Quick for offsets that ascend: each byte is looked at once.
 * `start`: where the text begins, after a byte order mark.
 */
export function placesIn(
  bytes: Uint8Array,
  start: number,
  utf8: boolean,
): (start: number, end: number) => Range {
  const places = new Places(bytes, start, utf8);
  return (from, to) => {
    places.goTo(from);
    const { line, column } = places;
    places.goTo(to);
    return { line, column, endLine: places.line, endColumn: places.column };
  };
}

class Places {
  line = 0;
  /** UTF-16 units since the line's start. */
  column = 0;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #utf8: boolean;
  #at: number;

  constructor(bytes: Uint8Array, start: number, utf8: boolean) {
    this.#bytes = bytes;
    this.#start = start;
    this.#at = start;
    this.#utf8 = utf8;
  }

  goTo(offset: number): void {
    const bytes = this.#bytes;
    if (offset < this.#at) {
      this.#at = this.#start;
      this.line = 0;
      this.column = 0;
    }
    let lineStart = -1;
    for (let at = this.#at; at < offset; at++) {
      const byte = bytes[at]!;
      if (byte > Byte.cr) continue;
      if (byte === Byte.lf || (byte === Byte.cr && bytes[at + 1] !== Byte.lf)) {
        this.line++;
        lineStart = at + 1;
      }
    }
    if (lineStart >= 0) this.column = 0;
    this.column += this.#units(lineStart >= 0 ? lineStart : this.#at, offset);
    this.#at = Math.max(this.#at, offset);
  }

  /** UTF-16 units between two offsets of one line; a byte is one unless the text is UTF-8. */
  #units(start: number, end: number): number {
    if (!this.#utf8) return Math.max(end - start, 0);
    let units = 0;
    for (let at = start; at < end; at++) {
      const byte = this.#bytes[at]!;
      if (byte < 0x80 || byte >= 0xc0) units += byte >= 0xf0 ? 2 : 1;
    }
    return units;
  }
}
