import type { Span } from '../model.ts';

/** What the reader of lines stumbled over; `rules/lexical.ts` says it in words. */
export type FlawKind =
  | 'byte-order-mark'
  | 'line-separator'
  | 'unknown-type'
  | 'no-attributes'
  | 'payload-not-allowed'
  | 'stray-word'
  | 'missing-value'
  | 'missing-key'
  | 'quote-in-key'
  | 'unterminated-quote'
  | 'comment-in-action'
  | 'glued-words'
  | 'blanks-after-backslash'
  | 'blank-in-continuation'
  | 'open-continuation'
  | 'comment-swallows'
  | 'open-directive'
  | 'unknown-directive';

/** One flaw and where it is. */
export interface Flaw extends Span {
  readonly kind: FlawKind;
}
