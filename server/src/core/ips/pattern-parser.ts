/** One step of a compiled pattern. */
export type Step =
  | { readonly op: 'char'; readonly test: (code: number) => boolean }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'begin' }
  | {
      /** Goes on where a program of its own matches what follows, or what precedes; `negative`: where it does not. */
      readonly op: 'look';
      readonly steps: readonly Step[];
      readonly behind: boolean;
      readonly negative: boolean;
    }
  | { readonly op: 'end' }
  | { readonly op: 'match' };

/** Longest program; `{1000}` inside `{1000}` would need a million steps. */
const MOST_STEPS = 4000;
const DEEPEST = 50;

/** Why a text is no pattern, in the words of a sentence. */
export class PatternError {
  readonly message: string;
  /** True when Python takes the pattern, and only this program does not. */
  readonly valid: boolean;
  constructor(message: string, valid = false) {
    this.message = message;
    this.valid = valid;
  }
}

const DIGIT = (code: number): boolean => code >= 48 && code <= 57;
const SPACES = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
const WORD = (code: number): boolean =>
  DIGIT(code) || code === 95 || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code > 170;
const not = (test: (code: number) => boolean) => (code: number) => !test(code);
const CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  d: DIGIT,
  D: not(DIGIT),
  s: SPACES,
  S: not(SPACES),
  w: WORD,
  W: not(WORD),
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7, '0': 0 };

/**
 * Compiles Python's `re` syntax but for what takes more than a look at each character: back references, `\b`, look-around
 * in look-around and flags are answered with a `PatternError`, like every fault.
 */
export class PatternParser {
  readonly steps: Step[] = [];
  readonly #source: string;
  #at = 0;
  #depth = 0;
  #isLooking = false;

  constructor(source: string) {
    this.#source = source;
  }

  /** The whole program, or why there is none. */
  program(): readonly Step[] | PatternError {
    const fault = this.#alternatives();
    if (fault) return fault;
    if (this.#at < this.#source.length) return new PatternError('unbalanced parenthesis');
    this.steps.push({ op: 'match' });
    return this.steps;
  }

  #alternatives(): PatternError | undefined {
    const start = this.steps.length;
    const fault = this.#sequence();
    if (fault || this.#source[this.#at] !== '|') return fault;
    this.#at++;
    if (++this.#depth > DEEPEST) return new PatternError('it has too many alternatives', true);
    this.#insert(start, { op: 'split', first: start + 1, second: this.steps.length + 2 });
    const jump: Step = { op: 'jump', to: 0 };
    this.steps.push(jump);
    const rest = this.#alternatives();
    jump.to = this.steps.length;
    this.#depth--;
    return rest;
  }

  #sequence(): PatternError | undefined {
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at] ?? '';
      if (char === '|' || char === ')') return undefined;
      const start = this.steps.length;
      const fault = this.#atom(char) ?? this.#repeats(start);
      if (fault) return fault;
      if (this.steps.length > MOST_STEPS) return new PatternError('it is too large', true);
    }
    return undefined;
  }

  #atom(char: string): PatternError | undefined {
    if (char === '*' || char === '+' || char === '?')
      return new PatternError(`nothing to repeat before "${char}"`);
    if (char === '(') return this.#group();
    if (char === '[') return this.#set();
    if (char === '\\') return this.#escape();
    this.#at++;
    if (char === '^') this.steps.push({ op: 'begin' });
    else if (char === '$') this.steps.push({ op: 'end' });
    else if (char === '.') this.#char(code => code !== 10);
    else this.#literal(char.charCodeAt(0));
    return undefined;
  }

  #group(): PatternError | undefined {
    if (++this.#depth > DEEPEST) return new PatternError('it is nested too deeply', true);
    const [head, look] = /^\((?:\?(?:P<\w+>|:|(<?[=!])|#[^)]*(?=\))))?/.exec(
      this.#source.slice(this.#at),
    ) ?? ['('];
    this.#at += head.length;
    if (this.#source[this.#at] === '?' || (look && this.#isLooking)) {
      const extension = look ? head : this.#source.slice(this.#at - 1, this.#at + 2);
      return new PatternError(`"${extension}…" is not supported here`, true);
    }
    const fault = look ? this.#look(look) : this.#alternatives();
    if (fault) return fault;
    if (this.#source[this.#at] !== ')') return new PatternError('missing ), unterminated group');
    this.#at++;
    this.#depth--;
    return undefined;
  }

  /** What stands in `(?=…)`, `(?!…)`, `(?<=…)` or `(?<!…)`, as a program of its own. */
  #look(kind: string): PatternError | undefined {
    const behind = kind.startsWith('<');
    const before = this.steps.splice(0);
    this.#isLooking = true;
    const fault = this.#alternatives();
    this.#isLooking = false;
    const steps: Step[] = [
      ...this.steps.splice(0),
      ...(behind ? [{ op: 'end' } as const] : []),
      { op: 'match' },
    ];
    this.steps.push(...before, { op: 'look', steps, behind, negative: kind.endsWith('!') });
    return fault;
  }

  #repeats(start: number): PatternError | undefined {
    const match = /^(?:[*+?]|\{(\d*)(,?)(\d*)\})/.exec(this.#source.slice(this.#at, this.#at + 20));
    if (!match || match[0] === '{}' || match[0] === '{,}') return undefined;
    const only = this.steps.length === start + 1 ? this.steps[start]?.op : undefined;
    if (only === 'begin' || only === 'end') return new PatternError(`nothing to repeat before "${match[0]}"`);
    this.#at += match[0].length;
    const next = this.#source[this.#at];
    // Possessive repeats, of Python 3.11, are taken for greedy ones.
    if (next === '?' || next === '+') this.#at++;
    else if (next === '*') return new PatternError(`multiple repeat at "${next}"`);
    const [, low = '', comma, high = ''] = match;
    if (match[0] === '*') return this.#repeat(start, 0, undefined);
    if (match[0] === '+') return this.#repeat(start, 1, undefined);
    if (match[0] === '?') return this.#repeat(start, 0, 1);
    const least = Number(low || 0);
    if (comma === '') return this.#repeat(start, least, least);
    return this.#repeat(start, least, high === '' ? undefined : Number(high));
  }

  /** Replaces the block from `start` by copies of it: `least` times, then up to `most` times or for ever. */
  #repeat(start: number, least: number, most: number | undefined): PatternError | undefined {
    const block = this.steps.splice(start);
    const copies = most ?? Math.max(least, 1);
    if (most !== undefined && most < least) return new PatternError('the least repeat is more than the most');
    if ((block.length + 2) * copies > MOST_STEPS) return new PatternError('it is too large', true);
    for (let i = 0; i < least; i++) this.#copy(block, start);
    if (most === undefined) {
      const loop = this.steps.length;
      this.steps.push({ op: 'split', first: loop + 1, second: loop + block.length + 2 });
      this.#copy(block, start);
      this.steps.push({ op: 'jump', to: loop });
      return undefined;
    }
    const end = this.steps.length + (most - least) * (block.length + 1);
    for (let i = least; i < most; i++) {
      this.steps.push({ op: 'split', first: this.steps.length + 1, second: end });
      this.#copy(block, start);
    }
    return undefined;
  }

  #copy(block: readonly Step[], from: number): void {
    const by = this.steps.length - from;
    for (const step of block) this.steps.push(moved(step, by));
  }

  #insert(at: number, step: Step): void {
    const block = this.steps.splice(at);
    this.steps.push(step);
    for (const one of block) this.steps.push(moved(one, 1));
  }

  #set(): PatternError | undefined {
    const source = this.#source;
    const negated = source[this.#at + 1] === '^';
    const first = this.#at + (negated ? 2 : 1);
    const tests: ((code: number) => boolean)[] = [];
    let i = first;
    while (i < source.length && (source[i] !== ']' || i === first)) {
      const range = this.#range(i);
      if (range instanceof PatternError) return range;
      tests.push(range.test);
      i = range.end + 1;
    }
    if (i >= source.length) return new PatternError('unterminated character set');
    this.#at = i + 1;
    this.#char(code => tests.some(test => test(code)) !== negated);
    return undefined;
  }

  /** The class, character or range of a set at `i`; `end` is the offset of its last character. */
  #range(i: number): { test: (code: number) => boolean; end: number } | PatternError {
    const source = this.#source;
    const low = this.#member(i);
    if (!low) return new PatternError('bad escape in a character set');
    if (low.test) return { test: low.test, end: low.end };
    const dash = low.end + 1;
    if (source[dash] !== '-' || source[dash + 1] === ']' || dash + 1 >= source.length) {
      return { test: code => code === low.code, end: low.end };
    }
    const high = this.#member(dash + 1);
    if (!high || high.test || high.code < low.code) return new PatternError('bad character range');
    return { test: code => code >= low.code && code <= high.code, end: high.end };
  }

  /** The member of a set at `i`; `end` is the offset of its last character. */
  #member(i: number): { code: number; test?: (code: number) => boolean; end: number } | undefined {
    const char = this.#source[i] ?? '';
    if (char !== '\\') return { code: char.charCodeAt(0), end: i };
    const next = this.#source[i + 1] ?? '';
    const test = CLASSES[next];
    if (test) return { code: 0, test, end: i + 1 };
    const control = next === 'b' ? 8 : CONTROLS[next];
    if (control === undefined && /^[A-Za-z0-9]?$/.test(next)) return undefined;
    return { code: control ?? next.charCodeAt(0), end: i + 1 };
  }

  #escape(): PatternError | undefined {
    const next = this.#source[this.#at + 1];
    if (next === undefined) return new PatternError('it ends in a backslash');
    const code = /^(?:x[\da-fA-F]{2}|u[\da-fA-F]{4})/.exec(
      this.#source.slice(this.#at + 1, this.#at + 6),
    )?.[0];
    this.#at += 1 + (code ?? next).length;
    const test = CLASSES[next];
    if (code !== undefined) this.#literal(Number.parseInt(code.slice(1), 16));
    else if (test) this.#char(test);
    else if (next === 'A') this.steps.push({ op: 'begin' });
    else if (next === 'Z') this.steps.push({ op: 'end' });
    else if (CONTROLS[next] !== undefined) this.#literal(CONTROLS[next]);
    else if (/[bB1-9]/.test(next)) return new PatternError(`"\\${next}" is not supported here`, true);
    else if (/[A-Za-z]/.test(next)) return new PatternError(`bad escape "\\${next}"`);
    else this.#literal(next.charCodeAt(0));
    return undefined;
  }

  #literal(code: number): void {
    this.#char(one => one === code);
  }

  #char(test: (code: number) => boolean): void {
    this.steps.push({ op: 'char', test });
  }
}

function moved(step: Step, by: number): Step {
  if (step.op === 'jump') return { op: 'jump', to: step.to + by };
  if (step.op === 'split') return { op: 'split', first: step.first + by, second: step.second + by };
  return step;
}
