import { visible } from './visible.ts';
import { isWebAddress, type WebAddress } from './web-address.ts';

const MARKUP = Symbol('markup');

/** Text that is HTML. Only `html` and its kin make it, and nothing read from JSON can pass for it. */
export interface Markup {
  readonly [MARKUP]: string;
}

/** What may stand in a template: text, which is escaped, or markup, which is not; `undefined` is nothing. */
export type Piece = string | number | Markup | WebAddress | undefined | readonly Markup[];

/**
 * Makes markup of a template. Elements and attributes are the template's alone: a value becomes text or stands
 * inside a quoted attribute, escaped for both. A whole `href` is a `WebAddress`, or begins in the template with `#`.
 *
 * Our own and not a library: a page without scripts needs nothing else, addresses are checked as well, which
 * none of the libraries does, and theirs bring the types of a browser into a program that runs in none.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  const places = placesOf(strings);
  let text = strings[0] ?? '';
  for (const [at, value] of values.entries()) text += written(value, places[at]) + strings[at + 1];
  return markup(text);
}

/** Markup of many, one after the other. */
export function joined(parts: readonly Markup[]): Markup {
  return markup(parts.map(htmlOf).join(''));
}

/** A text of the program itself, such as its style sheet, as it is. Never for anything that was read. */
export function verbatim(text: string): Markup {
  return markup(text);
}

/** The HTML. */
export function htmlOf(piece: Markup): string {
  return piece[MARKUP];
}

/** Size in the file, in bytes of UTF-8. */
export function bytesOf(piece: Markup): number {
  return ENCODER.encode(piece[MARKUP]).length;
}

const ENCODER = new TextEncoder();

type Place = 'text' | 'attribute' | 'address';

const KNOWN = new WeakMap<TemplateStringsArray, readonly Place[]>();

function placesOf(strings: TemplateStringsArray): readonly Place[] {
  const known = KNOWN.get(strings);
  if (known) return known;
  const places: Place[] = [];
  let open: 'text' | 'tag' | 'quote' = 'text';
  for (const part of strings.slice(0, -1)) {
    for (const character of part) open = after(open, character);
    if (open === 'tag') throw new Error(`A value stands in a tag, outside of quotes, after: ${part}`);
    places.push(open === 'text' ? 'text' : part.endsWith('href="') ? 'address' : 'attribute');
  }
  KNOWN.set(strings, places);
  return places;
}

function after(open: 'text' | 'tag' | 'quote', character: string): 'text' | 'tag' | 'quote' {
  if (open === 'quote') return character === '"' ? 'tag' : 'quote';
  if (open === 'text') return character === '<' ? 'tag' : 'text';
  if (character === '"') return 'quote';
  return character === '>' ? 'text' : 'tag';
}

function written(value: Piece, place: Place | undefined): string {
  if (value === undefined) return '';
  if (isWebAddress(value)) return escaped(value.href);
  if (place === 'address') throw new Error('An address stands in its template only after it was checked');
  if (typeof value === 'string') return escaped(visible(value, LONGEST[place ?? 'text']));
  if (typeof value === 'number') return String(value);
  if (place === 'attribute') throw new Error('Markup stands in an attribute');
  return MARKUP in value ? value[MARKUP] : value.map(htmlOf).join('');
}

/** In UTF-16 units: what somebody reads, and the long outlines of pictures that are the program's own. */
const LONGEST = { text: 600, attribute: 300_000 };

const SPECIAL = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(SPECIAL, character => ENTITIES[character] ?? '');
}

function markup(text: string): Markup {
  return { [MARKUP]: text };
}
