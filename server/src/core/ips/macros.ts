import { ActionReader } from './action-reader.ts';
import type { Action, Attribute, Word } from './lines.ts';

/** Values of `$(NAME)`. */
export type Macros = Readonly<Record<string, string>>;

/** The macros of nobody: `macrosOf` gives this one object for every empty set, which saves most work. */
const NO_MACROS: Macros = {};

/** The same macros, in the form that is cheapest to ask. */
export function macrosOf(macros: Macros): Macros {
  return Object.keys(macros).length === 0 ? NO_MACROS : macros;
}

/** Macros in macros are expanded this often, and no further than this: a self-referring one must end. */
const MOST_ROUNDS = 16;
const LONGEST = 65_536;

/** Replaces macros that have a value, also those that a value brings (`pkgmogrify(1)`); others stay. */
export function expandMacros(text: string, macros: Macros): string {
  let result = text;
  for (let round = 0; round < MOST_ROUNDS && result.includes('$('); round++) {
    const next = expandOnce(result, macros);
    if (next === result) return result;
    if (next.length > LONGEST) return next.slice(0, LONGEST);
    result = next;
  }
  return result;
}

function expandOnce(text: string, macros: Macros): string {
  let result = '';
  let from = 0;
  for (let open = text.indexOf('$('); open >= 0; open = text.indexOf('$(', open + 2)) {
    const name = nameAt(text, open);
    if (name === undefined || !Object.hasOwn(macros, name)) continue;
    result += text.slice(from, open) + macros[name];
    from = open + name.length + 3;
  }
  return from === 0 ? text : result + text.slice(from);
}

/** The name of the innermost macro that opens at `open`; `undefined` where another opens inside, or none ends. */
function nameAt(text: string, open: number): string | undefined {
  const close = text.indexOf(')', open);
  if (close < 0) return undefined;
  const name = text.slice(open + 2, close);
  return name === '' || name.includes('$(') ? undefined : name;
}

/** Whether a macro without a value is left in an expanded text. Such a text is never judged. */
export function hasUnset(text: string): boolean {
  return text.includes('$(');
}

const NO_NAMES: readonly string[] = [];

/** Names of the macros left in two expanded texts, each once. */
export function unsetIn(text: string, other: string): readonly string[] {
  if (!hasUnset(text) && (other === text || !hasUnset(other))) return NO_NAMES;
  const names = new Set<string>();
  for (const one of other === text ? [text] : [text, other]) {
    for (let open = one.indexOf('$('); open >= 0; open = one.indexOf('$(', open + 2)) {
      names.add(nameAt(one, open) ?? one.slice(open + 2));
    }
  }
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
  if (!action.macros || (macros === NO_MACROS && isPlain(action))) return action;
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

/** Whether there is nothing to do when no macro has a value. */
function isPlain(action: Action): boolean {
  return !action.attributes.some(one => hasUnset(one.key));
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
