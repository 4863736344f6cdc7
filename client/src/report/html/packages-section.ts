import { bytesOf, html, type Markup } from './markup.ts';
import { legend, matrix } from './matrix.ts';
import { ranking } from './package-ranking.ts';
import type { Survey } from './survey.ts';
import { versionsTable } from './versions-table.ts';
import { count } from './words.ts';

/** Cells of packages x sites that a person can still look over; with more, versions are counted. */
export const MOST_CELLS = 20_000;

/** Which package in which version is where: packages by trouble, then each package at each site. */
export function packagesSection(survey: Survey, bytes: number): Markup {
  const { places, rows } = survey;
  const known = places.filter(({ installed }) => installed);
  const unknown = places.length - known.length;
  return html`<section aria-labelledby="packages"><h2 id="packages">Packages</h2>
${
  unknown > 0 && places.length > 0
    ? html`<p>The packages of ${count(unknown, 'site')} were never seen${known.length > 0 ? '; below, that is not the same as none' : ''}.</p>`
    : undefined
}
${rows.length === 0 ? html`<p>No package is known to be installed or wanted.</p>` : content(survey, bytes)}
</section>`;
}

function content(survey: Survey, bytes: number): Markup {
  const { places, rows } = survey;
  const sites = places.length;
  const share = { sites, bytes: bytes * 0.2 };
  const whole = sites * rows.length <= MOST_CELLS ? matrix(survey) : undefined;
  if (whole && bytesOf(whole) <= bytes * 0.75)
    return html`${ranking(rows, { ...share, linked: new Set(rows) })}${legend()}${whole}`;
  const { table, shown } = versionsTable(survey, bytes * 0.75);
  return html`${ranking(rows, { ...share, linked: new Set(shown) })}<h3 id="versions">Versions of every package</h3>
<p>${count(rows.length, 'package')} at ${count(sites, 'site')} are too many to show each at each: here are the versions with the number of sites that have them. What a single site lacks is in its own section.</p>
${table}`;
}
