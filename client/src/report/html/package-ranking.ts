import { fitting } from './fitting.ts';
import { html, type Markup } from './markup.ts';
import { olderPlaces, type PackageRow } from './package-rows.ts';
import { byText, type Place } from './place.ts';
import { placeLinks } from './place-links.ts';
import { visible } from './visible.ts';
import { wideTable } from './wide-table.ts';
import { count, grouped } from './words.ts';

/**
 * Packages with something to do, those first that are vulnerable, lacking or not as wanted at most sites. `linked`: packages
 * that have a row of their own further down.
 */
export function ranking(
  rows: readonly PackageRow[],
  { sites, linked, bytes }: { sites: number; linked: ReadonlySet<PackageRow>; bytes: number },
): Markup {
  const troubled = rows
    .map(row => ({ row, older: olderPlaces(row), trouble: troubleOf(row) }))
    .filter(({ trouble, older }) => trouble + older.length > 0)
    .sort(
      (a, b) => b.trouble - a.trouble || b.older.length - a.older.length || byText(a.row.name, b.row.name),
    );
  if (troubled.length === 0)
    return html`<p>Every package is in its newest version wherever it is, and none is vulnerable or missing.</p>`;
  const { kept, omitted } = fitting(troubled, bytes, ({ row, older }) =>
    line(row, older, { sites, linked: linked.has(row) }),
  );
  return html`<details open><summary><h3>By number of sites with something to do</h3> <span class="quiet">${count(troubled.length, 'package')}</span></summary>
${wideTable({ kind: 'ranking', scroll: 'mid', caption: 'Packages with something to do, those of most sites first', head: html`<tr><th scope="col">Package</th><th scope="col">Newest</th><th scope="col" class="number">Installed at</th><th scope="col">Vulnerable at</th><th scope="col">Wanted, missing at</th><th scope="col">Not as wanted at</th><th scope="col" class="number">Older at</th></tr>`, body: kept })}
${omitted > 0 ? html`<p class="omitted">${count(omitted, 'further package')} with fewer sites left out.</p>` : undefined}</details>
`;
}

function troubleOf({ vulnerable, missing, drift }: PackageRow): number {
  return new Set([...vulnerable, ...missing, ...drift]).size;
}

function line(
  row: PackageRow,
  older: readonly Place[],
  { sites, linked }: { sites: number; linked: boolean },
): Markup {
  const name = visible(row.name, 80);
  return html`<tr><th scope="row">${linked ? html`<a href="#${row.id}">${name}</a>` : name}</th><td>${visible(row.newest ?? 'not known', 40)}</td><td class="number">${
    row.sites === sites && sites > 1 ? `all ${grouped(sites)}` : grouped(row.sites)
  }</td><td>${where(row.vulnerable)}</td><td>${where(row.missing)}</td><td>${where(row.drift)}</td><td class="number">${
    older.length === 0 ? html`<span class="quiet">–</span>` : grouped(older.length)
  }</td></tr>
`;
}

function where(places: readonly Place[]): Markup {
  return places.length === 0
    ? html`<span class="quiet">–</span>`
    : html`<strong>${grouped(places.length)}</strong> <span class="aside">${placeLinks(places, 3)}</span>`;
}
