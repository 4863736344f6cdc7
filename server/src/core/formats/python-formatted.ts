import { Byte, isLineEnd, Kind, lineEndLength } from './python-bytes.ts';
import { type PythonCursor, UNTERMINATED, UNTERMINATED_LONG } from './python-cursor.ts';
import { beginsStatement } from './python-keywords.ts';

/** An f-string or t-string. */
export interface Formatted {
  /** Offset of its quote. */
  readonly start: number;
  readonly quote: number;
  readonly triple: boolean;
  readonly raw: boolean;
}

/**
 * Goes behind an f-string or t-string, PEP 498, 701 and 750; `at` is after its opening quotes. What stands in
 * its fields is passed as it would be outside, so the same quotes may be used there.
 */
export function passFormatted(cursor: PythonCursor, string: Formatted): void {
  if (passText(cursor, string)) return;
  if (string.triple) cursor.report(UNTERMINATED_LONG, string.start, string.start + 3);
  else cursor.report(UNTERMINATED, string.start, Math.max(cursor.at, string.start + 1));
}

/** True when the closing quotes were found. */
function passText(cursor: PythonCursor, string: Formatted): boolean {
  const { bytes, end } = cursor;
  while (cursor.at < end) {
    const byte = bytes[cursor.at]!;
    if (byte === string.quote && closes(cursor, string)) return true;
    if (!string.triple && isLineEnd(byte)) return false;
    if (byte !== Byte.brace) cursor.at += lengthAt(cursor, string);
    else if (bytes[cursor.at + 1] === Byte.brace) cursor.at += 2;
    else if (!passField(cursor, string)) return false;
  }
  return false;
}

function closes(cursor: PythonCursor, { quote, triple }: Formatted): boolean {
  const { bytes, at } = cursor;
  if (triple && (bytes[at + 1] !== quote || bytes[at + 2] !== quote)) return false;
  cursor.at += triple ? 3 : 1;
  return true;
}

/** Length of what stands at `at`: one byte, or an escape. A brace after a backslash keeps its meaning, but that of `\N{NAME}`. */
function lengthAt({ bytes, at }: PythonCursor, { raw }: Formatted): number {
  if (bytes[at] !== Byte.backslash) return 1;
  const next = bytes[at + 1];
  if (next === Byte.brace || next === Byte.closingBrace) return 1;
  if (raw || next !== Byte.N || bytes[at + 2] !== Byte.brace) return 1 + lineEndLength(bytes, at + 1);
  const close = bytes.subarray(at, at + LONGEST_NAME).indexOf(Byte.closingBrace);
  return close < 0 ? 3 : close + 1;
}

/** Goes behind a replacement field, `at` at its brace; false when the string ends in it. */
function passField(cursor: PythonCursor, string: Formatted): boolean {
  if (cursor.fields >= MOST_NESTED) cursor.giveUp('Strings');
  cursor.fields++;
  const closed = passFieldText(cursor, string);
  cursor.fields--;
  return closed;
}

function passFieldText(cursor: PythonCursor, string: Formatted): boolean {
  const { open } = cursor;
  const base = open.length;
  open.push(cursor.at++);
  for (;;) {
    const kind = cursor.next();
    if (kind === Kind.end || (kind === Kind.newline && beginsStatement(cursor.bytes, cursor.at + 1))) {
      open.length = Math.min(base, open.length);
      return false;
    }
    if (kind === Kind.colon && open.length === base + 1) return passSpecification(cursor, string);
    if (kind >= Kind.string) cursor.pass(kind);
    else cursor.at++;
    if (open.length <= base) return true;
  }
}

/** The part of a field after its colon: text, with fields in it. */
function passSpecification(cursor: PythonCursor, string: Formatted): boolean {
  const { bytes, end } = cursor;
  for (cursor.at++; cursor.at < end; ) {
    const byte = bytes[cursor.at]!;
    if (byte === Byte.closingBrace) {
      cursor.closes();
      return true;
    }
    if (!string.triple && (byte === string.quote || isLineEnd(byte))) break;
    if (byte !== Byte.brace) cursor.at += lengthAt(cursor, string);
    else if (!passField(cursor, string)) return false;
  }
  cursor.open.pop();
  return false;
}

/** CPython reads 150 f-strings within each other, and 2 fields in a format. */
const MOST_NESTED = 100;
/** Longest name in a `\N{…}` escape that is looked for. */
const LONGEST_NAME = 200;
