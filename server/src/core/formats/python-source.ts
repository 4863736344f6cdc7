import { Byte, isLineEnd, latin } from './python-bytes.ts';
import type { LexicalFault } from './python-cursor.ts';

/** The bytes of a Python file made ready for reading. */
export interface PythonSource {
  /** In an encoding that has ASCII in its place: the file's own, or UTF-8 where that one has not. */
  readonly bytes: Uint8Array;
  /** Where the text begins: after a byte order mark. */
  readonly start: number;
  readonly encoding: 'utf-8' | 'bytes';
  readonly firstLine: string;
  /** What no version of Python reads: NUL bytes, bytes that are not of the encoding. */
  readonly fault?: LexicalFault;
}

/**
 * Reads byte order mark and encoding declaration, PEP 263. Without one, a file is UTF-8 (PEP 3120), and
 * ASCII in Python 2, which nothing is said about.
 */
export function readSource(bytes: Uint8Array, major?: number): PythonSource {
  const start = startOf(bytes);
  const declared = declaredEncoding(bytes, start);
  const label = MULTIBYTE.get(declared ?? '');
  const firstLine = firstLineIn(bytes);
  if (label !== undefined && start === 0) {
    const decoded = new TextDecoder(label).decode(bytes);
    return { bytes: new TextEncoder().encode(decoded), start, encoding: 'utf-8', firstLine };
  }
  const utf8 = start > 0 || declared === undefined || UTF8.test(declared);
  if (isPlain(bytes)) return { bytes, start, encoding: 'bytes', firstLine };
  const fault = nulFault(bytes) ?? (utf8 && (major ?? 3) >= 3 ? encodingFault(bytes) : undefined);
  return { bytes, start, encoding: utf8 ? 'utf-8' : 'bytes', firstLine, ...(fault && { fault }) };
}

/** The first line, without byte order mark and line end; of a long one the beginning. */
export function firstLineIn(bytes: Uint8Array): string {
  const start = startOf(bytes);
  return text(bytes, start, Math.min(lineEnd(bytes, start), start + LONGEST_LINE));
}

function startOf(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

const LONGEST_LINE = 1024;
/** `tokenizer.c`, `get_coding_spec`: in a comment of the first two lines, the first of them a comment or empty. */
const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const EMPTY = /^[ \t\f]*(?:#.*)?$/;
const UTF8 = /^utf[-_]?8(?:$|[-_])/;

/** The encodings of Python whose bytes beyond the first may look like ASCII, and the names that the web has for them. */
const MULTIBYTE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    shift_jis: 'shift_jis sjis shiftjis s_jis cp932 ms932 mskanji ms_kanji csshiftjis',
    gbk: 'gbk cp936 936 ms936',
    gb18030: 'gb18030 gb18030_2000',
    big5: 'big5 big5_tw csbig5 cp950 950 ms950 big5hkscs big5_hkscs',
    'iso-2022-jp': 'iso_2022_jp iso2022_jp iso2022jp csiso2022jp',
    'euc-kr': 'cp949 949 ms949 uhc',
  }).flatMap(([label, names]) => names.split(' ').map(name => [name, label] as const)),
);

function declaredEncoding(bytes: Uint8Array, start: number): string | undefined {
  const first = line(bytes, start);
  const named = CODING.exec(first)?.[1];
  if (named !== undefined) return plainName(named);
  if (!EMPTY.test(first)) return undefined;
  const end = lineEnd(bytes, start);
  const second = end + (bytes[end] === Byte.cr && bytes[end + 1] === Byte.lf ? 2 : 1);
  const later = CODING.exec(line(bytes, second))?.[1];
  return later === undefined ? undefined : plainName(later);
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

function line(bytes: Uint8Array, start: number): string {
  const end = lineEnd(bytes, start);
  return start < end ? latin(bytes, start, Math.min(end, start + LONGEST_LINE)) : '';
}

function lineEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && !isLineEnd(bytes[at])) at++;
  return at;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  for (let at = start; at < end; at++)
    if (bytes[at]! >= 0x80) return new TextDecoder().decode(bytes.subarray(start, end));
  return latin(bytes, start, end);
}

/** True for ASCII without NUL bytes, which nearly every file is; looks at four bytes at once. */
function isPlain(bytes: Uint8Array): boolean {
  const { buffer, byteOffset, length } = bytes;
  if (byteOffset % 4 !== 0) return false;
  const words = new Int32Array(buffer, byteOffset, length >> 2);
  let odd = 0;
  // The highest bit of a byte is set where the byte is beyond ASCII, or 0.
  for (let at = 0; at < words.length; at++) odd |= words[at]! | ((words[at]! - 0x01010101) & ~words[at]!);
  for (let at = words.length * 4; at < length; at++) odd |= bytes[at]! === 0 ? 0x80 : bytes[at]!;
  return (odd & 0x80808080) === 0;
}

function nulFault(bytes: Uint8Array): LexicalFault | undefined {
  const at = bytes.indexOf(0);
  if (at < 0) return undefined;
  return {
    message: 'A NUL byte stands in the file, which Python does not read; remove it',
    at,
    end: at + 1,
  };
}

function encodingFault(bytes: Uint8Array): LexicalFault | undefined {
  const at = invalidUtf8(bytes);
  if (at < 0) return undefined;
  const hex = bytes[at]!.toString(16).padStart(2, '0');
  return {
    message: `The byte 0x${hex} is no UTF-8; save the file in UTF-8, or declare its encoding in the first line, such as # -*- coding: latin-1 -*-`,
    at,
    end: at + 1,
  };
}

/** Offset of the first sequence that is no UTF-8 (RFC 3629), or -1. */
function invalidUtf8(bytes: Uint8Array): number {
  const end = bytes.length;
  let at = 0;
  for (;;) {
    while (at < end && bytes[at]! < 0x80) at++;
    if (at >= end) return -1;
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
}

/** Length of the UTF-8 sequence that a byte beyond ASCII begins; 0 when it is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const [least, most] = SECOND.get(first) ?? [0x80, 0xbf];
  const second = bytes[at + 1] ?? 0;
  if (first < 0xc2 || first > 0xf4 || second < least || second > most) return 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  for (let next = 2; next < length; next++) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** First bytes that leave less to the second: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
const SECOND: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);
