import { decode } from './printable.ts';

/** A word of the first line with its UTF-16 columns; `end` is exclusive. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The `#!` line of a script. */
export interface Shebang {
  /** The line without its end, from the `#!` on; cut at `SHEBANG_LIMIT` bytes. */
  readonly line: string;
  /** The first word; absent when `#!` stands alone. */
  readonly interpreter?: Word;
  /** How the line ends; `none` at the end of the file, `nul` where a NUL byte ends what the kernel reads. */
  readonly ending: 'lf' | 'crlf' | 'cr' | 'nul' | 'none' | 'cut';
  /** False when the line is no UTF-8; the text then shows its bytes as Latin-1. */
  readonly utf8: boolean;
}

/**
 * Bytes of the first line, its end included, that the kernel looks at: `INTPSZ` of illumos.
 * A file without a line end in them is not run as a script, `exec(2)`.
 */
export const SHEBANG_LIMIT = 1024;

/** Reads a `#!` line from the first bytes of a file; `undefined` when there is none at the very start. */
export function readShebang(bytes: Uint8Array): Shebang | undefined {
  if (bytes[0] !== HASH || bytes[1] !== BANG) return undefined;
  const limit = Math.min(bytes.length, SHEBANG_LIMIT);
  let end = 2;
  while (end < limit && !ENDS.has(bytes[end]!)) end++;
  const ending = endingAt(bytes, end, limit);
  const { text: line, utf8 } = decode(bytes.subarray(0, end));
  const [interpreter] = splitWords(line, 2);
  return { line, ending, utf8, ...(interpreter === undefined ? {} : { interpreter }) };
}

/** Words separated by blanks and tabs, from column `from` on. */
export function splitWords(line: string, from: number): readonly Word[] {
  const words: Word[] = [];
  for (let at = from; at < line.length; ) {
    while (at < line.length && isBlank(line, at)) at++;
    const start = at;
    while (at < line.length && !isBlank(line, at)) at++;
    if (at > start) words.push({ text: line.slice(start, at), start, end: at });
  }
  return words;
}

/** The encoding whose byte order mark hides a `#!`; `undefined` when it does not. */
export function markBeforeShebang(bytes: Uint8Array): 'UTF-8' | 'UTF-16' | undefined {
  if (!(bytes[0]! >= LEAST_MARK)) return undefined;
  for (const [encoding, start] of MARKED) {
    if (start.every((byte, index) => bytes[index] === byte)) return encoding;
  }
  return undefined;
}

const HASH = 0x23;
const BANG = 0x21;
const LF = 0x0a;
const CR = 0x0d;
const ENDS: ReadonlySet<number> = new Set([0, LF, CR]);
/** Nearly every file begins with a lower byte than any mark. */
const LEAST_MARK = 0xef;
const MARKED = [
  ['UTF-8', [0xef, 0xbb, 0xbf, HASH, BANG]],
  ['UTF-16', [0xff, 0xfe, HASH, 0, BANG, 0]],
  ['UTF-16', [0xfe, 0xff, 0, HASH, 0, BANG]],
] as const;

function endingAt(bytes: Uint8Array, end: number, limit: number): Shebang['ending'] {
  if (end >= limit) return limit >= SHEBANG_LIMIT ? 'cut' : 'none';
  if (bytes[end] === LF) return 'lf';
  if (bytes[end] === 0) return 'nul';
  return bytes[end + 1] === LF ? 'crlf' : 'cr';
}

function isBlank(line: string, at: number): boolean {
  return line[at] === ' ' || line[at] === '\t';
}
