/** The bytes that mean something to Python's tokenizer. */
export const Byte = {
  tab: 9,
  lf: 10,
  formFeed: 12,
  cr: 13,
  space: 32,
  doubleQuote: 34,
  hash: 35,
  quote: 39,
  paren: 40,
  closingParen: 41,
  star: 42,
  comma: 44,
  dot: 46,
  colon: 58,
  semicolon: 59,
  equals: 61,
  N: 78,
  bracket: 91,
  backslash: 92,
  closingBracket: 93,
  backtick: 96,
  brace: 123,
  closingBrace: 125,
} as const;

/** What a byte does outside strings; those from `string` on are passed in the same way wherever they stand. */
export const Kind = {
  plain: 0,
  end: 1,
  newline: 2,
  semicolon: 3,
  colon: 4,
  string: 5,
  comment: 6,
  open: 7,
  close: 8,
  backslash: 9,
} as const;

/** Kind of each byte. */
export const KINDS: Uint8Array = kinds();

function kinds(): Uint8Array {
  const table = new Uint8Array(256);
  const set = (kind: number, ...bytes: readonly number[]) => {
    for (const byte of bytes) table[byte] = kind;
  };
  set(Kind.newline, Byte.lf, Byte.cr);
  set(Kind.semicolon, Byte.semicolon);
  set(Kind.colon, Byte.colon);
  set(Kind.string, Byte.quote, Byte.doubleQuote);
  set(Kind.comment, Byte.hash);
  set(Kind.open, Byte.paren, Byte.bracket, Byte.brace);
  set(Kind.close, Byte.closingParen, Byte.closingBracket, Byte.closingBrace);
  set(Kind.backslash, Byte.backslash);
  return table;
}

/** The bracket that closes an opening one. */
export const PARTNER: Readonly<Record<number, number>> = {
  [Byte.paren]: Byte.closingParen,
  [Byte.bracket]: Byte.closingBracket,
  [Byte.brace]: Byte.closingBrace,
};

/** 1 for bytes of identifiers; all beyond ASCII count, as letters of every script are allowed (PEP 3131). */
export const IDENTIFIER: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 || /\w/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** True for the bytes of line ends. */
export function isLineEnd(byte: number | undefined): boolean {
  return byte === Byte.lf || byte === Byte.cr;
}

/** 2 at CR LF, else 1. */
export function lineEndLength(bytes: Uint8Array, at: number): number {
  return bytes[at] === Byte.cr && bytes[at + 1] === Byte.lf ? 2 : 1;
}

/** Text of some bytes, read as Latin-1: for looking at what is ASCII. */
export function latin(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
}

/** The prefix of a string whose quote is at `at`: `format` for f-strings and t-strings, `raw` for `rf` and `rt`. */
export function formatPrefix(bytes: Uint8Array, at: number): 'none' | 'format' | 'raw' {
  const last = bytes[at - 1]! | 0x20;
  if (last !== F && last !== T && last !== R) return 'none';
  const before = bytes[at - 2] ?? 0;
  const two = (before | 0x20) === R || (before | 0x20) === F || (before | 0x20) === T;
  if (IDENTIFIER[two ? (bytes[at - 3] ?? 0) : before] === 1) return 'none';
  if (!two) return last === R ? 'none' : 'format';
  return last === R || (before | 0x20) === R ? 'raw' : 'none';
}

const F = 0x66;
const T = 0x74;
const R = 0x72;
