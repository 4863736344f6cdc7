import { LineIndex } from '../line-index.ts';
import type { Range } from '../model.ts';

/** A module that a pkg-config file asks for, `pc(5)`. */
export interface PcRequirement {
  /** Name of the module: that of its file without `.pc`. */
  readonly name: string;
  readonly field: PcField;
  /** The whole field, in one line. */
  readonly line: string;
  /** Of the name, or of the variable that it came from. */
  readonly at: Range;
}

export type PcField = 'Requires' | 'Requires.private' | 'Requires.internal';

/**
 * The modules that a `.pc` file requires. `directory` is where it is installed, for `${pcfiledir}`; variables that the
 * file does not define are unknown, and so are names with one in them.
 */
export function readPc(text: string, directory: string): readonly PcRequirement[] {
  const lines = new LineIndex(text);
  const variables = new Map([['pcfiledir', `/${directory}`]]);
  const found: PcRequirement[] = [];
  for (const { 0: whole, index } of masked(text).matchAll(/[^\r\n]+/g)) {
    const { key = '', mark, value = '' } = LINE.exec(whole)?.groups ?? {};
    if (mark === '=') variables.set(key, expand(value.trimEnd(), variables));
    if (mark !== ':' || !isField(key)) continue;
    const start = index + whole.length - value.length;
    const line = whole.replace(/\s+/g, ' ').trim();
    for (const name of namesIn(value, variables)) {
      if (found.length >= MOST) return found;
      const at = lines.rangeOf({ start: start + name.start, end: start + name.end });
      found.push({ name: name.text, field: key, line, at });
    }
  }
  return found;
}

/** Requirements of one file that are looked at. */
const MOST = 1000;
/** Characters of a variable's value; the longest known are lists of flags of a few hundred. */
const LONGEST = 4096;
const UNKNOWN = '\ufffd';

const LINE = /^\s*(?<key>[A-Za-z0-9_.]+)\s*(?<mark>[:=])\s*(?<value>.*)$/;
/** What modules are called; what a build did not fill in (`@NAME@`) is none. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+~-]*$/;

function isField(key: string): key is PcField {
  return key === 'Requires' || key === 'Requires.private' || key === 'Requires.internal';
}

/** The text with continued lines joined and comments left out, all else at the same offsets. */
function masked(text: string): string {
  const blank = (part: string) => ' '.repeat(part.length);
  return text.replace(/(?<!\\)#[^\r\n]*/g, blank).replace(/\\\r?\n/g, blank);
}

/** Variables are expanded where they are defined, so that none can stand for itself; long values are cut. */
function expand(value: string, variables: ReadonlyMap<string, string>): string {
  let length = value.length;
  return value.replace(/\$\$|\$\{([^}]*)\}/g, (_, name?: string) => {
    if (name === undefined) return '$';
    const known = length > LONGEST ? UNKNOWN : (variables.get(name) ?? UNKNOWN);
    length += known.length;
    return known;
  });
}

interface Placed {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Names in a list such as `a >= 1.0, b c=2 ${more}`. */
function namesIn(value: string, variables: ReadonlyMap<string, string>): readonly Placed[] {
  const names: Placed[] = [];
  let version = false;
  for (const { text, start, end } of wordsIn(value, variables)) {
    const { name = '', operator = '', rest = '' } = PART.exec(text)?.groups ?? {};
    const written = value.startsWith(text, start) ? start + name.length : end;
    if (!version && NAME.test(name)) names.push({ text: name, start, end: written });
    version = operator !== '' && rest === '';
  }
  return names;
}

const PART = /^(?<name>[^<>=!]*)(?<operator>[<>=!]*)(?<rest>.*)$/;

function wordsIn(value: string, variables: ReadonlyMap<string, string>): readonly Placed[] {
  return [...value.matchAll(/[^\s,]+/g)].flatMap(({ 0: text, index: start }) => {
    const end = start + text.length;
    if (!text.includes('$')) return [{ text, start, end }];
    const parts = expand(text, variables).split(/[\s,]+/);
    return parts.filter(part => part !== '').map(part => ({ text: part, start, end }));
  });
}
