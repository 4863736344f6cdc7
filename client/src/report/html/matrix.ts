import { cell, MARKS, rowSets } from './cell.ts';
import { html, type Markup } from './markup.ts';
import type { PackageRow } from './package-rows.ts';
import type { Place } from './place.ts';
import { placeLink } from './place-links.ts';
import type { Survey } from './survey.ts';
import { visible } from './visible.ts';
import { wideTable } from './wide-table.ts';

/**
 * Every package at every site. Packages are the rows; sites are, where there are so many more of them that the
 * table would be wider than it is long.
 */
export function matrix({ places, rows }: Survey): Markup {
  const [head, body] =
    places.length > WIDE && places.length > rows.length ? bySite(places, rows) : byPackage(places, rows);
  return html`${wideTable({ kind: 'matrix', scroll: 'tall', caption: 'The version of every package at every site', head: head, body: body })}
`;
}

/** What the signs of the matrix mean. */
export function legend(): Markup {
  return html`<h3 id="matrix">Every package at every site</h3>
<ul class="legend" aria-label="What the signs mean">${Object.values(MARKS).map(
    ({ sign, tone, means }) =>
      html`<li><span class="key ${tone}" aria-hidden="true">${sign}</span> ${means}</li>`,
  )}<li><span class="key none" aria-hidden="true">–</span> is not installed, and not wanted</li><li><span class="key unknown" aria-hidden="true">?</span> not known: the site never sent its list</li></ul>
`;
}

const WIDE = 60;

function byPackage(
  places: readonly Place[],
  rows: readonly PackageRow[],
): readonly [Markup, readonly Markup[]] {
  const upright = places.length <= UPRIGHT;
  const heads = places.map(place =>
    upright
      ? html`<th scope="col">${placeLink(place)}</th>`
      : html`<th scope="col" class="turned"><span>${placeLink(place)}</span></th>`,
  );
  return [
    html`<tr><th scope="col" class="corner">Package</th><th scope="col">Newest</th>${heads}</tr>`,
    rows.map(row => {
      const at = rowSets(row);
      return html`<tr id="${row.id}"><th scope="row">${visible(row.name, 80)}</th><td class="newest">${visible(row.newest ?? '–', 40)}</td>${places.map(place => cell(place, row, at))}</tr>
`;
    }),
  ];
}

/** More names of sites than these stand upright beside each other in no window. */
const UPRIGHT = 8;

function bySite(places: readonly Place[], rows: readonly PackageRow[]): readonly [Markup, readonly Markup[]] {
  const sets = rows.map(row => ({ row, at: rowSets(row) }));
  const heads = rows.map(
    row =>
      html`<th scope="col" class="turned" id="${row.id}"><span>${visible(row.name, 80)} ${visible(row.newest ?? '', 40)}</span></th>`,
  );
  return [
    html`<tr><th scope="col" class="corner">Site</th>${heads}</tr>`,
    places.map(
      place => html`<tr><th scope="row">${placeLink(place)}</th>${sets.map(({ row, at }) => cell(place, row, at))}</tr>
`,
    ),
  ];
}
