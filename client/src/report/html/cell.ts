import { html, type Markup } from './markup.ts';
import type { PackageRow } from './package-rows.ts';
import type { Place } from './place.ts';
import { visible } from './visible.ts';

/** What is to be told of a version. Its sign comes with a word for those who do not see it. */
export const MARKS = {
  vulnerable: { sign: '⚠\ufe0e', tone: 'bad', means: 'has a known vulnerability' },
  missing: { sign: '✗', tone: 'poor', means: 'is wanted and not installed' },
  drift: { sign: '≠', tone: 'poor', means: 'is not in the version that is wanted' },
  older: { sign: '↓', tone: 'rest', means: 'is older than the newest version known' },
  newest: { sign: '✓', tone: 'good', means: 'is the newest version known' },
} as const;

/** A sign with its word, which screen readers say. */
export function mark(name: keyof typeof MARKS): Markup {
  return html` <span aria-hidden="true">${MARKS[name].sign}</span><span class="unseen">${name}</span>`;
}

/** What one site has of a package, as a cell of a table. */
export function cell(place: Place, row: PackageRow, at: RowSets): Markup {
  if (!place.installed) return html`<td class="unknown">?<span class="unseen"> not known</span></td>`;
  const versions = place.installed.get(row.name);
  if (!versions)
    return at.missing.has(place)
      ? html`<td class="poor">${mark('missing')}</td>`
      : html`<td class="none">–</td>`;
  const shown = visible(versions.slice(0, 3).join(', '), 40);
  if (at.vulnerable.has(place)) return html`<td class="bad">${shown}${mark('vulnerable')}</td>`;
  if (at.drift.has(place)) return html`<td class="poor">${shown}${mark('drift')}</td>`;
  if (at.older.has(place)) return html`<td class="rest">${shown}${mark('older')}</td>`;
  return html`<td class="good">${shown} ✓</td>`;
}

/** The sites of a row's lists, to be asked often. */
export interface RowSets {
  readonly vulnerable: ReadonlySet<Place>;
  readonly missing: ReadonlySet<Place>;
  readonly drift: ReadonlySet<Place>;
  readonly older: ReadonlySet<Place>;
}

/** Makes the lists of a row ready to be asked. */
export function rowSets({ vulnerable, missing, drift, versions }: PackageRow): RowSets {
  return {
    vulnerable: new Set(vulnerable),
    missing: new Set(missing),
    drift: new Set(drift),
    older: new Set(versions.flatMap(({ older, places }) => (older ? places : []))),
  };
}
