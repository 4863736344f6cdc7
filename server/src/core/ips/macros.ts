import { ActionReader } from './action-reader.ts';
import type { Action, Attribute, Word } from './lines.ts';

/** Values of `$(NAME)`. */
export type Macros = Readonly<Record<string, string>>;

const MACRO = /\$\(([^()\s]+)\)/g;
/** Macros in macros are expanded this often, and no further than this: a self-referring one must end. */
const MOST_ROUNDS = 16;
const LONGEST = 65_536;

/** Replaces macros that have a value, also those that a value brings (`pkgmogrify(1)`); others stay. */
export function expandMacros(text: string, macros: Macros): string {
  let result = text;
  for (let round = 0; round < MOST_ROUNDS && result.includes('$('); round++) {
    const next = result.replace(MACRO, (whole, name: string) =>
      Object.hasOwn(macros, name) ? (macros[name] ?? whole) : whole,
    );
    if (next === result) return result;
    if (next.length > LONGEST) return next.slice(0, LONGEST);
    result = next;
  }
  return result;
}

/** Whether a macro without a value is left in an expanded text. Such a text is never judged. */
export function hasUnset(text: string): boolean {
  return text.includes('$(');
}

/** Names of the macros left in expanded texts, each once. */
export function unsetIn(...texts: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const text of texts) for (const match of text.matchAll(MACRO)) names.add(match[1] ?? '');
  return [...names];
}

/**
 * An action as it is after macro expansion, with the spans of the source; the action itself where
 * nothing is to expand. `undefined` when a macro before the type comments it out.
 *
 * A prefix without a value stays: the action is there for some builds. A key behind such a macro
 * counts without it.
 */
export function expandAction(action: Action, macros: Macros): Action | undefined {
  if (!action.macros) return action;
  const prefix = expandMacros(action.prefix, macros).trim();
  if (prefix.startsWith('#')) return undefined;
  const attributes = action.attributes.map(one => expandAttribute(one, macros));
  const bare: Word[] = [];
  let payload = action.payload && { ...action.payload, value: expandMacros(action.payload.value, macros) };
  if (payload && isAttributeList(payload.value)) {
    attributes.unshift(...attributesIn(payload));
    payload = undefined;
  }
  for (const word of action.bare) {
    const expanded = { ...word, value: expandMacros(word.value, macros) };
    if (isAttributeList(expanded.value)) attributes.push(...attributesIn(expanded));
    else bare.push(expanded);
  }
  return { ...action, prefix, payload, attributes, bare };
}

function expandAttribute(attribute: Attribute, macros: Macros): Attribute {
  const { key, value } = attribute;
  if (!hasUnset(key) && !hasUnset(value)) return attribute;
  const expanded = expandMacros(key, macros).replace(/^(?:\$\([^)]*\))+(?=.)/, '');
  return { ...attribute, key: expanded, value: expandMacros(value, macros) };
}

function isAttributeList(text: string): boolean {
  return text.includes('=') || text.trim() === '';
}

/** The attributes that a macro's value consists of; all have the span of the macro. */
function attributesIn(word: Word): Attribute[] {
  const read = new ActionReader(word.value, []).read(0, word.value.length, false, false);
  const { start, end } = word;
  return read.attributes.map(one => ({ ...one, start, end, valueStart: start }));
}
