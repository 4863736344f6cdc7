import { printable } from '../../formats/printable.ts';
import type { VariantSet } from '../../model.ts';
import type { Flaw, FlawKind } from '../flaws.ts';
import { readLines } from '../line-reader.ts';
import type { Action, ActionType, Line } from '../lines.ts';
import type { Attributes } from './attributes.ts';
import type { Template } from './combinations.ts';
import { type Complaint, errorAt } from './complaint.ts';
import { validityFault } from './validity.ts';

/** An action of a manifest as `pkgdepend(1)` reads it: nothing is expanded, leading slashes of paths are gone. */
export interface AuthoredAction {
  readonly type: ActionType;
  readonly attributes: Attributes;
  /** Payload word; absent also where it says that there is none. */
  readonly payload?: string;
  /** Zero-based. */
  readonly line: number;
}

/** A manifest without its lines that make no sense; those are complaints. */
export interface Authored {
  readonly text: string;
  readonly actions: readonly AuthoredAction[];
  /** What `set` actions say of the package: the values of each name. */
  readonly about: Attributes;
  readonly complaints: readonly Complaint[];
}

/**
 * Reads a manifest that went through `pkgmogrify(1)`. A line that is no action, or lacks an attribute that publication
 * asks for, is left out with a complaint, as `pkgdepend(1)` does; the others count.
 */
export function readAuthored(text: string): Authored {
  const { lines, flaws } = readLines(text);
  const broken = brokenLines(flaws);
  const actions: AuthoredAction[] = [];
  const refused = new Refused();
  const about = new Map<string, readonly string[]>();
  for (const line of lines) {
    if (line.kind === 'blank' || line.kind === 'comment') continue;
    const read = actionIn(line, broken(line.start, line.end));
    if (typeof read === 'string') {
      refused.add(read, line.line, () => shown(text, line.start, line.contentEnd));
      continue;
    }
    actions.push(read);
    if (read.type === 'set') learn(read, about);
  }
  return { text, actions, about, complaints: refused.complaints() };
}

/** Of lines with the same fault that many are told, the rest is counted: they lack what a transform adds. */
const MOST_ALIKE = 5;

/** The lines that are left out, by why. */
class Refused {
  readonly #told: Complaint[] = [];
  readonly #lines = new Map<string, number[]>();

  add(why: string, line: number, shownLine: () => string): void {
    const lines = this.#lines.get(why);
    if (lines) lines.push(line);
    else this.#lines.set(why, [line]);
    if ((lines?.length ?? 1) <= MOST_ALIKE) this.#told.push(errorAt(`"${shownLine()}": ${why}`, line));
  }

  complaints(): Complaint[] {
    for (const [why, lines] of this.#lines) {
      const [next] = lines.slice(MOST_ALIKE);
      const count = lines.length - MOST_ALIKE;
      if (next !== undefined)
        this.#told.push(errorAt(`${count} more ${count === 1 ? 'line' : 'lines'} like that: ${why}`, next));
    }
    return this.#told;
  }
}

/** The action of a line, or why it is none that counts. */
function actionIn(line: Line, flaw: Flaw | undefined): AuthoredAction | string {
  if (line.kind !== 'action' || line.prefix !== '') return `it is no action; ${MOGRIFY}`;
  if (flaw) return `it is malformed (${FLAWS[flaw.kind] ?? flaw.kind})`;
  const read = authored(line);
  return typeof read === 'string' ? read : (validityFault(read) ?? read);
}

const MOGRIFY = 'take it out, or run pkgmogrify first';

/** In the words of the reference reader, `_actions.c`. */
const FLAWS: Partial<Record<FlawKind, string>> = {
  'no-attributes': 'it has no attributes',
  'payload-not-allowed': 'a word without "=" stands where none may',
  'stray-word': 'a word without "=" stands among the attributes',
  'missing-value': 'an attribute has no value',
  'missing-key': 'a value has no attribute before its "="',
  'quote-in-key': 'a quote stands in the name of an attribute',
  'unterminated-quote': 'a quote is not closed',
  'comment-in-action': 'a comment stands inside it',
};

/** Finds the first flaw between two offsets that keeps an action from being one. Asked in ascending order. */
export function brokenLines(flaws: readonly Flaw[]): (start: number, end: number) => Flaw | undefined {
  const serious = flaws.filter(flaw => flaw.kind in FLAWS).sort((a, b) => a.start - b.start);
  let at = 0;
  return (start, end) => {
    while (at < serious.length && (serious[at]?.start ?? 0) < start) at++;
    const flaw = serious[at];
    return flaw && flaw.start < end ? flaw : undefined;
  };
}

function authored(action: Action): AuthoredAction | string {
  if (action.bare.length > 0) return `it is malformed (${FLAWS['stray-word']})`;
  const attributes = new Map<string, readonly string[]>();
  for (const { key, value } of action.attributes) {
    const before = attributes.get(key);
    attributes.set(key, before ? [...before, value] : [value]);
  }
  const word = action.payload?.value ?? attributes.get('hash')?.[0];
  attributes.delete('hash');
  const path = attributes.get('path');
  if (path)
    attributes.set(
      'path',
      path.map(one => one.replace(/^\/+/, '')),
    );
  const zone = attributes.get('opensolaris.zone');
  if (zone && !attributes.has('variant.opensolaris.zone')) attributes.set('variant.opensolaris.zone', zone);
  const { type, line } = action;
  return {
    type,
    attributes: type === 'set' ? longForm(attributes) : attributes,
    ...(word !== undefined && word !== 'NOHASH' && { payload: word }),
    line,
  };
}

/** `set foo=bar` means `set name=foo value=bar`. */
function longForm(attributes: Attributes): Attributes {
  const [only] = attributes;
  if (attributes.size !== 1 || !only) return attributes;
  return new Map([
    ['name', [only[0]]],
    ['value', only[1]],
  ]);
}

function learn({ attributes }: AuthoredAction, about: Map<string, readonly string[]>): void {
  const name = attributes.get('name')?.[0];
  const values = attributes.get('value');
  if (name === undefined || !values) return;
  about.set(name === 'fmri' ? 'pkg.fmri' : name, values);
}

/** Variants that the package declares, with the prefix in their names. */
export function declaredVariants({ about }: Authored): Template {
  const template = new Map<string, ReadonlySet<string>>();
  for (const [name, values] of about) if (name.startsWith('variant.')) template.set(name, new Set(values));
  return template;
}

/** Variant tags of an action, with the prefix in their names. */
export function taggedVariants(attributes: Attributes): Template {
  let tags = tagsOf.get(attributes);
  if (!tags) {
    tags = variantsIn(attributes);
    tagsOf.set(attributes, tags);
  }
  return tags;
}

/** They are asked for again with each need of an action. */
const tagsOf = new WeakMap<Attributes, Template>();

function variantsIn(attributes: Attributes): Template {
  let template: Map<string, ReadonlySet<string>> | undefined;
  for (const [name, values] of attributes) {
    if (!name.startsWith('variant.')) continue;
    template ??= new Map();
    template.set(name, new Set(values));
  }
  return template ?? UNTAGGED;
}

/** The one template without variants. */
export const UNTAGGED: Template = new Map();

/** Variants as the rest of the program has them, without the prefix, as a template. */
export function templateOf(variants: VariantSet | undefined): Template {
  if (!variants || variants.size === 0) return UNTAGGED;
  return new Map([...variants].map(([name, values]) => [`variant.${name}`, values]));
}

function shown(text: string, start: number, end: number): string {
  return printable(
    text
      .slice(start, end)
      .replace(/\\\s*\n\s*/g, '')
      .trim(),
    120,
  );
}
