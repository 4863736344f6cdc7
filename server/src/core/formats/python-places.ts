import type { Range } from '../model.ts';
import { Byte } from './python-bytes.ts';

/**
 * Answers lines and UTF-16 columns of byte offsets. Quick for offsets that ascend: the bytes between them are
 * looked at once. `start`: where the text begins, after a byte order mark.
 */
export function placesIn(
  bytes: Uint8Array,
  start: number,
  utf8: boolean,
): (start: number, end: number) => Range {
  let line = 0;
  let lineStart = start;
  let seen = start;
  const goTo = (offset: number) => {
    if (offset < seen) {
      line = 0;
      lineStart = start;
      seen = start;
    }
    for (; seen < offset; seen++) {
      const byte = bytes[seen]!;
      if (byte > Byte.cr) continue;
      if (byte === Byte.lf || (byte === Byte.cr && bytes[seen + 1] !== Byte.lf)) {
        line++;
        lineStart = seen + 1;
      }
    }
  };
  return (from, to) => {
    goTo(from);
    const [first, column] = [line, columns(bytes, lineStart, from, utf8)];
    goTo(to);
    return { line: first, column, endLine: line, endColumn: columns(bytes, lineStart, to, utf8) };
  };
}

/** UTF-16 units between two offsets; a byte is one unless the text is UTF-8. */
function columns(bytes: Uint8Array, start: number, end: number, utf8: boolean): number {
  if (!utf8) return end - start;
  let units = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < 0x80 || byte >= 0xc0) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}
