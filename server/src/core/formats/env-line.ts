import { splitWords, type Word } from './shebang.ts';

/** A program that `env` runs. */
export interface EnvCommand {
  /** As it stands in the line, quotes taken off. */
  readonly name: Word;
  /** Value of a `PATH=` set in front of it, which is where `env` then looks. */
  readonly path?: string;
}

/**
 * What `env` runs when its arguments are the words of `line` from column `from` on, `env(1)`.
 *
 * Several, when one `env` runs another. Empty when no program is named or its name depends on a
 * variable. All words count, although illumos hands only the first on: what the author meant is
 * what the package needs. Knows the options of illumos, GNU and BSD.
 */
export function envCommands(line: string, from: number): readonly EnvCommand[] {
  const found: EnvCommand[] = [];
  let state: State = { line, words: splitWords(line, from), at: 0 };
  while (found.length < MOST_NESTED) {
    state = afterOptions(state);
    state = afterAssignments(state);
    const word = state.words[state.at];
    if (word === undefined) break;
    const name = firstPart(word);
    if (name.text.includes('$')) break;
    found.push(state.path === undefined ? { name } : { name, path: state.path });
    if (!IS_ENV.test(name.text)) break;
    state = { ...state, at: state.at + 1 };
  }
  return found;
}

/** True for a path or name of `env` itself. */
export function isEnv(path: string): boolean {
  return IS_ENV.test(path);
}

interface State {
  readonly line: string;
  readonly words: readonly Word[];
  readonly at: number;
  readonly path?: string;
}

const MOST_NESTED = 4;
const IS_ENV = /(?:^|\/)env$/;
/** Options of GNU and BSD whose value is the next word, unless it is attached. */
const WITH_VALUE = /^(?:-[0iv]*[uCPa]|--(?:unset|chdir|argv0))$/;
/** `-S` with its string attached or not; letters of options without a value may stand before it. */
const SPLIT = /^(?:-[0iv]*S|--split-string(?:=|$))/;

function afterOptions(state: State): State {
  let now = state;
  for (let word = now.words[now.at]; word?.text.startsWith('-'); word = now.words[now.at]) {
    const split = SPLIT.exec(word.text);
    if (word.text === '--') return { ...now, at: now.at + 1 };
    if (split !== null) {
      now = { ...now, words: quotedWords(now.line, word.start + split[0].length), at: 0 };
      continue;
    }
    now = { ...now, at: now.at + (WITH_VALUE.test(word.text) ? 2 : 1) };
  }
  return now;
}

function afterAssignments(state: State): State {
  let now = state;
  for (let word = now.words[now.at]; word?.text.includes('='); word = now.words[now.at]) {
    const path = word.text.startsWith('PATH=') ? { path: word.text.slice(5) } : {};
    now = { ...now, ...path, at: now.at + 1 };
  }
  return now;
}

/** Of a quoted word with blanks in it, the part before the first blank: `-S 'sh -e'` means `sh`. */
function firstPart(word: Word): Word {
  const [part] = splitWords(word.text, 0);
  if (part === undefined || part.text === word.text) return word;
  const start = word.start + part.start;
  return { text: part.text, start, end: start + part.text.length };
}

/** Words of a `-S` string: quotes group, a backslash keeps the next character, `#` begins a comment. */
function quotedWords(line: string, from: number): readonly Word[] {
  const words: Word[] = [];
  const pattern = /[ \t]*((?:'[^']*'?|"(?:\\.|[^"\\])*"?|\\.|[^ \t'"\\]|\\$)+)/y;
  pattern.lastIndex = from;
  for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
    const raw = match[1]!;
    if (raw.startsWith('#')) break;
    const end = pattern.lastIndex;
    const opening = /^['"]/.test(raw) ? 1 : 0;
    const text = raw.replace(
      /'([^']*)'?|"((?:\\.|[^"\\])*)"?|\\(.)/g,
      (_, single?: string, double?: string, kept = '') =>
        single ?? double?.replace(/\\(.)/g, '$1') ?? (kept === '_' ? ' ' : kept),
    );
    const start = end - raw.length + opening;
    words.push({ text, start, end: opening === 0 ? end : Math.min(start + text.length, end) });
  }
  return words;
}
