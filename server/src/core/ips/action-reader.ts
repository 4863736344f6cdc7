import {
  afterContinuation,
  BACKSLASH,
  DOUBLE_QUOTE,
  EQUALS,
  HASH,
  SINGLE_QUOTE,
  SPACE,
  TAB,
} from './chars.ts';
import type { Flaw, FlawKind } from './flaws.ts';
import { KnownWords } from './known-words.ts';
import type { Attribute, Word } from './lines.ts';

/** What stands behind the type of an action. The reader's `read` answers the same object every time. */
export interface ReadAction {
  payload: Word | undefined;
  attributes: readonly Attribute[];
  bare: readonly Word[];
  contentEnd: number;
}

/** What stands behind a continuation without a blank before it, if it was meant as an attribute. */
const GLUED_KEY = /^[a-z][\w.-]*=/;
const NONE: readonly Word[] = [];
const NO_ATTRIBUTES: readonly Attribute[] = [];

/** Reads payload word and attributes of actions, by the rules of `_actions.c`, going on after every flaw. */
export class ActionReader implements ReadAction {
  payload: Word | undefined;
  attributes: readonly Attribute[] = NO_ATTRIBUTES;
  bare: readonly Word[] = NONE;
  contentEnd = 0;
  readonly words: KnownWords;

  readonly #text: string;
  readonly #flaws: Flaw[];
  readonly #scratch: Attribute[] = [];
  /** `bare`, while it is filled. */
  #bare: Word[] = [];
  #limit = 0;
  #continued = false;
  /** Of the word that was read last: quotes in it, and continuations. */
  #quotes = false;
  #glued = false;
  /** Where the token ends that was read last. */
  #at = 0;

  constructor(text: string, flaws: Flaw[]) {
    this.#text = text;
    this.#flaws = flaws;
    this.words = new KnownWords(text);
  }

  /** Reads from the end of the type up to `limit`. */
  read(from: number, limit: number, continued: boolean, mayHavePayload: boolean): ReadAction {
    this.payload = undefined;
    this.bare = NONE;
    this.#limit = limit;
    this.#continued = continued;
    this.#at = from;
    let count = 0;
    let end = from;
    for (let at = this.#skipGap(from); at < limit; at = this.#skipGap(this.#at)) {
      const attribute = this.#attribute(at);
      if (attribute) this.#scratch[count++] = attribute;
      else this.#word(at, count === 0 && mayHavePayload);
      end = this.#at;
    }
    this.contentEnd = end;
    this.attributes = count === 0 ? NO_ATTRIBUTES : this.#scratch.slice(0, count);
    if (this.bare.length > 0) this.#judgeBare(from, end, mayHavePayload);
    return this;
  }

  /** Behind blanks and continuations. */
  #skipGap(from: number): number {
    const text = this.#text;
    const limit = this.#limit;
    let i = from;
    while (i < limit) {
      const code = text.charCodeAt(i);
      if (code === SPACE || code === TAB) i++;
      else if (code === BACKSLASH && this.#continued) {
        const next = afterContinuation(text, i);
        if (next === 0) break;
        i = next;
      } else break;
    }
    return i;
  }

  /** Reads `key=value` at `start`; `undefined`, and `#at` behind the word, when it has no `=`. */
  #attribute(start: number): Attribute | undefined {
    const text = this.#text;
    const end = this.#keyEnd(start);
    this.#at = end;
    if (end >= this.#limit || text.charCodeAt(end) !== EQUALS || text.charCodeAt(start) === HASH)
      return undefined;
    const raw = this.words.at(start, end);
    const key = this.#glued ? this.#joined(raw, start, end) : raw;
    if (end === start) this.#flaw('missing-key', end, end + 1);
    else if (this.#quotes) this.#flaw('quote-in-key', start, end);
    return this.#valued(key, start, end + 1);
  }

  /** Where a word ends: at `=`, a blank or the limit. Notes whether it has quotes or continuations. */
  #keyEnd(start: number): number {
    const text = this.#text;
    const limit = this.#limit;
    this.#quotes = false;
    this.#glued = false;
    for (let i = start; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (code === EQUALS) return i;
      if (code > SINGLE_QUOTE && code !== BACKSLASH) continue;
      if (code === SPACE || code === TAB) return i;
      if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) this.#quotes = true;
      else if (code === BACKSLASH) i = this.#overContinuation(i);
    }
    return limit;
  }

  /** The last offset of a continuation inside a word, or `at` where the backslash is one of the word. */
  #overContinuation(at: number): number {
    const next = this.#continued ? afterContinuation(this.#text, at) : 0;
    if (next === 0) return at;
    this.#glued = true;
    return next - 1;
  }

  #valued(key: string, start: number, valueStart: number): Attribute {
    const text = this.#text;
    const code = valueStart < this.#limit ? text.charCodeAt(valueStart) : SPACE;
    if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
      const value = this.#quoted(valueStart);
      return { key, value, start, end: this.#at, valueStart };
    }
    const value = this.#unquoted(valueStart);
    if (this.#at === valueStart) this.#flaw('missing-value', start, valueStart);
    return { key, value, start, end: this.#at, valueStart };
  }

  #unquoted(start: number): string {
    const end = this.#valueEnd(start);
    this.#at = end;
    const raw = this.#text.slice(start, end);
    return this.#glued ? this.#joined(raw, start, end) : raw;
  }

  /** Where an unquoted value ends: at a blank or the limit. A continuation right behind the `=` leaves it empty. */
  #valueEnd(start: number): number {
    const text = this.#text;
    const limit = this.#limit;
    this.#glued = false;
    for (let i = start; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (code === SPACE || code === TAB) return i;
      if (code !== BACKSLASH || !this.#continued) continue;
      const last = this.#overContinuation(i);
      if (last === i) continue;
      if (i === start) return i;
      if (GLUED_KEY.test(text.slice(last + 1, last + 80))) this.#flaw('glued-words', i, i + 1);
      i = last;
    }
    return limit;
  }

  /** One quoted string and those that follow it: they are concatenated, even across blanks. */
  #quoted(start: number): string {
    let value = this.#quotedOnce(start);
    for (;;) {
      const next = this.#skipGap(this.#at);
      const code = next < this.#limit ? this.#text.charCodeAt(next) : 0;
      if (code !== DOUBLE_QUOTE && code !== SINGLE_QUOTE) return value;
      value += this.#quotedOnce(next);
    }
  }

  #quotedOnce(start: number): string {
    const text = this.#text;
    const limit = this.#limit;
    const quote = text.charCodeAt(start);
    let value = '';
    let from = start + 1;
    let i = from;
    while (i < limit) {
      const code = text.charCodeAt(i);
      if (code === quote) {
        this.#at = i + 1;
        return value === '' ? text.slice(from, i) : value + text.slice(from, i);
      }
      if (code !== BACKSLASH) {
        i++;
        continue;
      }
      const next = this.#continued ? afterContinuation(text, i) : 0;
      const escaped = text.charCodeAt(i + 1);
      if (next === 0 && escaped !== BACKSLASH && escaped !== quote) {
        i += 2;
        continue;
      }
      value += text.slice(from, i);
      from = next || i + 1;
      i = next || i + 2;
    }
    this.#flaw('unterminated-quote', start, limit);
    this.#at = limit;
    return value + text.slice(from, limit);
  }

  /** A word without `=`: payload, macro or fault. A `#` at the start of one takes the rest of its physical line. */
  #word(start: number, isPayload: boolean): void {
    const text = this.#text;
    if (text.charCodeAt(start) === HASH) {
      this.#comment(start);
      return;
    }
    const value = this.#joined(text.slice(start, this.#at), start, this.#at);
    const word = { value, start, end: this.#at };
    if (isPayload && this.payload === undefined && this.bare.length === 0) this.payload = word;
    else {
      if (this.bare === NONE) this.bare = this.#bare = [];
      this.#bare.push(word);
    }
  }

  /** There is no comment inside an action; what was meant as one is skipped up to the end of its physical line. */
  #comment(start: number): void {
    const text = this.#text;
    const feed = text.indexOf('\n', start);
    let end = feed < 0 || feed > this.#limit ? this.#limit : feed;
    while (end > start && text.charCodeAt(end - 1) <= SPACE) end--;
    if (this.#continued && text.charCodeAt(end - 1) === BACKSLASH && afterContinuation(text, end - 1) > 0)
      end--;
    while (end > start + 1 && text.charCodeAt(end - 1) <= SPACE) end--;
    this.#flaw('comment-in-action', start, end);
    this.#at = Math.max(end, start + 1);
  }

  #judgeBare(from: number, end: number, mayHavePayload: boolean): void {
    const first = this.#skipGap(from);
    for (const word of this.bare) {
      if (word.value.includes('$(')) continue;
      if (/["']/.test(word.value)) this.#flaw('quote-in-key', word.start, word.end);
      else if (word.start === first && !mayHavePayload)
        this.#flaw('payload-not-allowed', word.start, word.end);
      else this.#flaw(word.end === end ? 'missing-value' : 'stray-word', word.start, word.end);
    }
  }

  /** A word that goes over continuations, without them. */
  #joined(raw: string, start: number, end: number): string {
    if (!this.#continued || !raw.includes('\\')) return raw;
    let value = '';
    let from = start;
    for (let i = this.#text.indexOf('\\', start); i >= 0 && i < end; i = this.#text.indexOf('\\', i + 1)) {
      const next = afterContinuation(this.#text, i);
      if (next === 0) continue;
      value += this.#text.slice(from, i);
      from = next;
      i = next - 1;
    }
    return value + this.#text.slice(from, end);
  }

  #flaw(kind: FlawKind, start: number, end: number): void {
    this.#flaws.push({ kind, start, end });
  }
}
