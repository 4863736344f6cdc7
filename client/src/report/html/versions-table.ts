import { mark } from './cell.ts';
import { fitting } from './fitting.ts';
import { html, type Markup } from './markup.ts';
import type { PackageRow, PackageVersion } from './package-rows.ts';
import { placeLinks } from './place-links.ts';
import type { Survey } from './survey.ts';
import { visible } from './visible.ts';
import { wideTable } from './wide-table.ts';
import { count, grouped } from './words.ts';

/** Every package with its versions and how many sites have each; few sites are named. `shown`: those that fit. */
export function versionsTable(
  { rows, places }: Survey,
  bytes: number,
): { readonly table: Markup; readonly shown: readonly PackageRow[] } {
  const flawed = new Set(places.flatMap(place => [...place.flawed]));
  const { kept, omitted } = fitting(rows, bytes, row => line(row, flawed));
  const table = html`${wideTable({ kind: 'versions', scroll: 'tall', caption: 'Packages, their versions, and the number of sites that have each', head: html`<tr><th scope="col">Package</th><th scope="col">Newest</th><th scope="col" class="number">Sites</th><th scope="col">Versions, newest first</th><th scope="col" class="number">Missing</th><th scope="col" class="number">Not as wanted</th></tr>`, body: kept })}
${omitted > 0 ? html`<p class="omitted">${count(omitted, 'further package')} left out to keep the page small; the JSON report has them all.</p>` : undefined}`;
  return { table, shown: rows.slice(0, kept.length) };
}

function line(row: PackageRow, flawed: ReadonlySet<string>): Markup {
  const shown = row.versions.slice(0, MOST);
  const rest = row.versions.length - shown.length;
  return html`<tr id="${row.id}"><th scope="row">${visible(row.name, 80)}</th><td class="newest">${visible(row.newest ?? '–', 40)}</td><td class="number">${grouped(row.sites)}</td><td><ul class="spread">${shown.map(
    each => spread(each, row, flawed),
  )}</ul>${rest > 0 ? html` and ${grouped(rest)} older versions` : undefined}</td><td class="number">${grouped(row.missing.length)}</td><td class="number">${grouped(row.drift.length)}</td></tr>
`;
}

/** Versions of one package; a site that sends more of them means no good. */
const MOST = 12;

function spread(
  { version, places, older }: PackageVersion,
  row: PackageRow,
  flawed: ReadonlySet<string>,
): Markup {
  const bad = flawed.has(`${row.name}-${version}`);
  const tone = bad ? 'bad' : older ? 'rest' : 'good';
  const few = places.length <= FEW ? html` <span class="aside">${placeLinks(places, FEW)}</span>` : undefined;
  return html`<li class="${tone}">${visible(version, 40)}${mark(bad ? 'vulnerable' : older ? 'older' : 'newest')} <span class="times">× ${grouped(places.length)}</span>${few}</li>`;
}

/** As many sites are named; more are only counted. */
const FEW = 3;
