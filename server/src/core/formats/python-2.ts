import { latin } from './python-bytes.ts';

/**
 * True for `print 'x'` and `exec "x"`: statements of Python 2 that no Python 3 reads. A name may follow in
 * Python 3 too, where it is an operator: `print in words`.
 */
export function isStatementOfPython2(bytes: Uint8Array, start: number, word: 'print' | 'exec'): boolean {
  const text = latin(bytes, start + word.length, Math.min(start + 80, bytes.length));
  return /^[ \t]*["'`]|^[ \t]+(?!(?:in|is|and|or|not|if|else|for)\b)\w/.test(text);
}
