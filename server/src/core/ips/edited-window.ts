import { isDirective, type Piece } from './pieces.ts';

/** The lines of a text that an edit can have changed. */
export interface EditedWindow {
  /** Pieces of the old text from `from` up to `to` are no more; all others are as they were. */
  readonly from: number;
  readonly to: number;
  /** Offsets in the old text of where those pieces begin and end. */
  readonly begin: number;
  readonly oldEnd: number;
  /** What stands there now and one line more, which tells how the last one ends. A text of its own. */
  readonly text: string;
  /** Offset in `text` where the pieces from `to` on begin. */
  readonly end: number;
}

/** A text that changes in more than one of so many parts is read anew. */
const LEAST_PART = 4;

/** White space that may end a line, and a byte order mark: their meaning depends on more than one line. */
const UNUSUAL = /[\r\v\f\x1c-\x1e\x85\u2028\u2029\ufeff]/;

/**
 * Finds what changed between two texts, in whole logical lines. `undefined`: too much to be worth it, or
 * something that other lines depend on.
 *
 * How a line is read depends on itself and the start of the next: so the line before the change counts too.
 */
export function editedWindow(
  before: string,
  after: string,
  pieces: readonly Piece[],
): EditedWindow | undefined {
  const start = commonStart(before, after);
  const tail = commonEnd(before, after, Math.min(before.length, after.length) - start);
  const delta = after.length - before.length;
  const starts = startsOf(pieces);
  const from = Math.max(0, lastAt(starts, start) - 1);
  const to = Math.min(lastAt(starts, before.length - tail) + 1, pieces.length);
  const begin = starts[from] as number;
  const end = (starts[to] as number) + delta;
  const rest = (starts[Math.min(to + 1, pieces.length)] as number) + delta;
  if ((rest - begin) * LEAST_PART > after.length) return undefined;
  if (pieces.slice(from, to).some(one => isDirective(one.line))) return undefined;
  const text = ownText(after.slice(begin, rest));
  const oldEnd = starts[to] as number;
  return UNUSUAL.test(text) ? undefined : { from, to, begin, oldEnd, text, end: end - begin };
}

/** Where each piece begins, and at last where the text ends. */
function startsOf(pieces: readonly Piece[]): readonly number[] {
  const starts = new Array<number>(pieces.length + 1);
  let at = 0;
  for (let i = 0; i < pieces.length; i++) {
    starts[i] = at;
    const { line } = pieces[i] as Piece;
    at += line.end - line.start;
  }
  starts[pieces.length] = at;
  return starts;
}

/** Index of the last start that is not behind an offset. */
function lastAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Comparing slices is much faster than comparing characters. */
const SLICE = 4096;

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + SLICE <= most && a.slice(at, at + SLICE) === b.slice(at, at + SLICE)) at += SLICE;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** Length of what two texts have in common at their ends, at most `most`. */
function commonEnd(a: string, b: string, most: number): number {
  const same = (from: number, to: number) =>
    a.slice(a.length - to, a.length - from) === b.slice(b.length - to, b.length - from);
  let length = 0;
  while (length + SLICE <= most && same(length, length + SLICE)) length += SLICE;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++;
  return length;
}

/** The same text; what is cut out of it keeps it in memory, and not the whole manifest. */
function ownText(text: string): string {
  return ` ${text}`.slice(1);
}
