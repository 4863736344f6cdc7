import { Byte, IDENTIFIER, latin } from './python-bytes.ts';

/** Words that may begin a statement which matters here. `sys`, `site`, `exit`… are no keywords, but change what runs. */
const WORDS = [
  'import',
  'from',
  'def',
  'class',
  'async',
  'if',
  'elif',
  'else',
  'try',
  'except',
  'finally',
  'for',
  'while',
  'with',
  'match',
  'case',
  'raise',
  'print',
  'exec',
  'sys',
  'site',
  'exit',
  'quit',
] as const;

export type Word = (typeof WORDS)[number];

/** The word that begins a statement at an offset, when it is one of those that matter. */
export function wordAt(bytes: Uint8Array, at: number): Word | undefined {
  const first = bytes[at]!;
  if (STARTS[first] === 0) return undefined;
  let end = at + 1;
  while (IDENTIFIER[bytes[end] ?? 0] === 1) end++;
  const length = end - at;
  const known = BY_SHAPE.get((length << 16) | (first << 8) | bytes[end - 1]!);
  if (known === undefined) return undefined;
  for (let offset = 1; offset < length; offset++)
    if (known.charCodeAt(offset) !== bytes[at + offset]) return undefined;
  return known;
}

/** 1 for bytes that begin one of the words. */
const STARTS = new Uint8Array(256);
/** By length, first and last byte, which tell them all apart. */
const BY_SHAPE = new Map<number, Word>();
for (const word of WORDS) {
  const first = word.charCodeAt(0);
  STARTS[first] = 1;
  BY_SHAPE.set((word.length << 16) | (first << 8) | word.charCodeAt(word.length - 1), word);
}

/**
 * True when the line from `at` on can only be the beginning of a statement, so that brackets still open
 * before it were never closed.
 */
export function beginsStatement(bytes: Uint8Array, at: number): boolean {
  let start = at;
  while (bytes[start] === Byte.space || bytes[start] === Byte.tab) start++;
  const word = start < bytes.length ? wordAt(bytes, start) : undefined;
  if (word !== 'import' && word !== 'from' && word !== 'def' && word !== 'class') return false;
  return STATEMENT.test(latin(bytes, start, Math.min(start + LONGEST_START, bytes.length)));
}

const LONGEST_START = 160;
const STATEMENT = /^(?:import\s+[A-Za-z_]|from\s+[\w.]+\s+import\b|def\s+\w+\s*\(|class\s+\w+\s*[(:])/;
