import { ActionReader } from './action-reader.ts';
import {
  afterContinuation,
  BACKSLASH,
  DOLLAR,
  GREATER,
  HASH,
  isBlank,
  LESS,
  OPEN_PAREN,
  skipBlanks,
} from './chars.ts';
import type { Flaw, FlawKind } from './flaws.ts';
import type { ActionType, Line } from './lines.ts';
import { ACTION_TYPES, hasPayload } from './lines.ts';
import { LogicalLines } from './logical-lines.ts';

/** The lines of a manifest, and what is wrong with how they are written. */
export interface ReadLines {
  readonly lines: readonly Line[];
  readonly flaws: readonly Flaw[];
}

/** Splits a manifest into lines that tile it. Accepts every text. */
export function readLines(text: string): ReadLines {
  const flaws: Flaw[] = [];
  const lines = new LineReader(text, flaws).all();
  return { lines, flaws };
}

const BYTE_ORDER_MARK = 0xfeff;
/** Line separators of Python's `str.splitlines` that are no line ends for the other readers. */
const SEPARATORS = /[\v\f\x1c-\x1e\x85\u2028\u2029]/g;
/** A file with more of them is no text. */
const MOST_SEPARATORS = 100;
const TYPES: ReadonlyMap<string, ActionType> = new Map(ACTION_TYPES.map(type => [type, type]));

class LineReader {
  readonly #text: string;
  readonly #flaws: Flaw[];
  readonly #logical: LogicalLines;
  readonly #actions: ActionReader;
  /** The next `$(` at or behind the current line. */
  #macro = -1;

  constructor(text: string, flaws: Flaw[]) {
    this.#text = text;
    this.#flaws = flaws;
    this.#logical = new LogicalLines(text, flaws);
    this.#actions = new ActionReader(text, flaws);
  }

  all(): Line[] {
    const lines: Line[] = [];
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK) this.#flaw('byte-order-mark', 0, 1);
    for (const match of this.#text.matchAll(SEPARATORS)) {
      if (this.#flaws.length >= MOST_SEPARATORS) break;
      this.#flaw('line-separator', match.index, match.index + 1);
    }
    while (this.#logical.next()) lines.push(this.#line());
    return lines;
  }

  #line(): Line {
    const { start, end, limit, line } = this.#logical;
    const text = this.#text;
    const from = start === 0 && text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : start;
    const first = skipBlanks(text, from, limit);
    if (first >= limit) return { kind: 'blank', start, end, line, contentEnd: limit };
    if (text.charCodeAt(first) === HASH) return this.#comment(first);
    const body = text.charCodeAt(first) === DOLLAR ? this.#afterMacros(first) : first;
    const code = body < limit ? text.charCodeAt(body) : 0;
    const prefix = body === first ? '' : text.slice(first, body);
    if (code === HASH) return this.#comment(first);
    if (code === LESS) return this.#directive(prefix, body);
    return this.#actionOrUnknown(prefix, first, body);
  }

  #comment(first: number): Line {
    const { start, end, limit, line, continued } = this.#logical;
    if (continued) this.#noteSwallowed(first, limit);
    return { kind: 'comment', start, end, line, contentEnd: limit };
  }

  /** A comment that ends in a backslash hides the next line, which only matters if that is no comment. */
  #noteSwallowed(first: number, limit: number): void {
    const text = this.#text;
    for (let i = text.indexOf('\\', first); i >= 0 && i < limit; i = text.indexOf('\\', i + 1)) {
      const next = afterContinuation(text, i);
      if (next === 0 || text.charCodeAt(next) === HASH) continue;
      this.#flaw('comment-swallows', i, i + 1);
      return;
    }
  }

  /** Behind the macros `$(…)` at `at`; blanks between them and an action type belong to them. */
  #afterMacros(at: number): number {
    const text = this.#text;
    const { limit } = this.#logical;
    let i = at;
    while (i < limit && text.charCodeAt(i) === DOLLAR && text.charCodeAt(i + 1) === OPEN_PAREN) {
      const close = text.indexOf(')', i);
      if (close < 0 || close >= limit) return i;
      i = close + 1;
    }
    const next = skipBlanks(text, i, limit);
    return next > i && TYPES.has(text.slice(next, this.#wordEnd(next))) ? next : i;
  }

  #directive(prefix: string, body: number): Line {
    const text = this.#text;
    const { start, end, limit, line } = this.#logical;
    const base = { start, end, line, contentEnd: limit };
    if (text.charCodeAt(limit - 1) !== GREATER) this.#flaw('open-directive', body, limit);
    const include = /^<include\s*/.exec(text.slice(body, Math.min(limit, body + 200)));
    if (include) {
      const fileStart = body + include[0].length;
      const file = text
        .slice(fileStart, limit)
        .replace(/>$/, '')
        .trim()
        .replace(/^(["'])(.*)\1$/s, '$2');
      return { kind: 'include', ...base, prefix, file, fileStart };
    }
    if (text.startsWith('<transform', body)) return { kind: 'transform', ...base, prefix };
    if (text.charCodeAt(limit - 1) === GREATER) this.#flaw('unknown-directive', body, limit);
    return { kind: 'unknown', ...base, prefix, word: text.slice(body, limit), wordStart: body };
  }

  #actionOrUnknown(prefix: string, first: number, body: number): Line {
    const text = this.#text;
    const { start, end, limit, line, continued } = this.#logical;
    const wordEnd = this.#wordEnd(body);
    const word = this.#actions.words.at(body, wordEnd);
    const type = TYPES.get(word);
    if (this.#macro < first) this.#macro = nextMacro(text, first);
    const macros = this.#macro < limit;
    if (type === undefined) {
      if (!(macros && (prefix !== '' || word.includes('$(')))) this.#flaw('unknown-type', body, wordEnd);
      return { kind: 'unknown', start, end, line, contentEnd: limit, prefix, word, wordStart: body };
    }
    const read = this.#actions.read(wordEnd, limit, continued, hasPayload(type));
    if (read.attributes.length === 0 && !read.payload && read.bare.length === 0) {
      this.#flaw('no-attributes', body, wordEnd);
    }
    return {
      kind: 'action',
      start,
      end,
      line,
      contentEnd: read.contentEnd,
      prefix,
      type,
      typeStart: body,
      payload: read.payload,
      attributes: read.attributes,
      bare: read.bare,
      macros,
    };
  }

  #wordEnd(at: number): number {
    const text = this.#text;
    const { limit, continued } = this.#logical;
    let i = at;
    for (; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (isBlank(code) || (code === BACKSLASH && continued && afterContinuation(text, i) > 0)) break;
    }
    return i;
  }

  #flaw(kind: FlawKind, start: number, end: number): void {
    this.#flaws.push({ kind, start, end });
  }
}

function nextMacro(text: string, from: number): number {
  const found = text.indexOf('$(', from);
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}
