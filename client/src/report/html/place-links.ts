import { html, joined, type Markup } from './markup.ts';
import type { Place } from './place.ts';
import { visible } from './visible.ts';
import { grouped } from './words.ts';

/** Names of sites as links to their sections; of many, the first and how many more. */
export function placeLinks(places: readonly Place[], limit: number): Markup {
  const shown = places.slice(0, places.length === limit + 1 ? limit + 1 : limit);
  const rest = places.length - shown.length;
  const links = shown.map((place, at) => html`${at === 0 ? '' : ', '}${placeLink(place)}`);
  return rest === 0 ? joined(links) : html`${links} and ${grouped(rest)} more`;
}

/** The name of a site, as a link to its section where it has one. */
export function placeLink({ id, status }: Place): Markup {
  const name = visible(status.name, LONGEST_NAME);
  return id === undefined ? html`${name}` : html`<a href="#${id}">${name}</a>`;
}

/** Longer than the name of any site in a sites file. */
export const LONGEST_NAME = 80;
