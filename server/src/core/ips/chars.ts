/** Character codes of the manifest grammar. */
export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const DOLLAR = 36;
export const SINGLE_QUOTE = 39;
export const OPEN_PAREN = 40;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;
export const BACKSLASH = 92;

/** Space or tab: what separates words (`_actions.c`; other white space is part of a word). */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** First offset from `at` on, before `limit`, that is neither space nor tab. */
export function skipBlanks(text: string, at: number, limit: number): number {
  let i = at;
  while (i < limit && isBlank(text.charCodeAt(i))) i++;
  return i;
}

/** Offset behind the last character before `end`, not before `start`, that is neither space nor tab. */
export function trimBlanks(text: string, start: number, end: number): number {
  let i = end;
  while (i > start && isBlank(text.charCodeAt(i - 1))) i--;
  return i;
}

/** Offset behind the line end at `at` (LF, CR LF or CR), or `at` when there is none. */
export function skipLineEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === LF) return at + 1;
  if (code !== CR) return at;
  return text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
}

/**
 * Where the text goes on after a continuation whose backslash is at `at`: behind the line end and the
 * blanks that follow it. 0 when there is no continuation. Blanks after the backslash are allowed, as
 * `pkgmogrify(1)` and `pkgdepend(1)` do.
 */
export function afterContinuation(text: string, at: number): number {
  const ending = skipBlanks(text, at + 1, text.length);
  const next = skipLineEnd(text, ending);
  return next === ending ? 0 : skipBlanks(text, next, text.length);
}
