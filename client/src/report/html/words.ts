import { html, type Markup } from './markup.ts';

/** A number and what it counts: `1 site`, `2 sites`, `3 of them are`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

/** A number with its thousands apart: `12,345`. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A time as people read it, to the minute, in UTC. A text that is no time is shown as it is. */
export function moment(iso: string): Markup {
  return ISO.test(iso)
    ? html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`
    : html`${iso}`;
}

/** As `Date.toISOString` writes the years that reports have. */
const ISO =
  /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;
