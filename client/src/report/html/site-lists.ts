import { sentence } from '../sentence.ts';
import type { SiteStatus } from '../status-report.ts';
import { html, type Markup } from './markup.ts';
import { byText, type Place } from './place.ts';
import { visible } from './visible.ts';
import { webAddress } from './web-address.ts';
import { count, grouped } from './words.ts';

/** How much is told of a site: all its packages, only what stands out, or nothing but its state. */
export type ListLevel = 'full' | 'notable' | 'brief';

/** What a site's jobs and audits said, as lists; empty ones are left out. */
export function siteLists(place: Place, level: ListLevel): Markup {
  const { status } = place;
  const limit = level === 'full' ? 40 : 12;
  return html`${vulnerabilities(status, limit)}
${list('Problems', status.problems, limit, sentence)}
${list('What the job did', status.job?.actions ?? [], limit, action)}
${list('Repairs', status.job?.repairs ?? [], limit, repair => `${repair.outcome}: ${sentence(repair)}`)}
${list(
  'Not as wanted',
  place.wishes.filter(({ outcome }) => outcome !== 'met'),
  limit,
  ({ pattern, name, outcome }) =>
    outcome === 'missing'
      ? `${pattern} is not installed`
      : `${pattern} is wanted; ${name} is there in ${place.installed?.get(name)?.join(', ')}`,
)}
${packages(place, level)}`;
}

function list<T>(
  title: string,
  values: readonly T[],
  limit: number,
  words: (value: T) => string,
): Markup | undefined {
  if (values.length === 0) return undefined;
  const rest = values.length - limit;
  return html`<h4>${title}</h4><ul>${values.slice(0, limit).map(value => html`<li>${visible(words(value), 400)}</li>`)}${
    rest > 0 ? html`<li class="omitted">and ${grouped(rest)} more in the JSON report</li>` : undefined
  }</ul>`;
}

function action(each: NonNullable<SiteStatus['job']>['actions'][number]): string {
  const from = each.from === undefined ? '' : ` (was ${each.from})`;
  return `${each.outcome}: ${each.verb} ${each.package}${from}${each.text === undefined ? '' : `: ${each.text}`}`;
}

function vulnerabilities({ vulnerabilities: found, audit }: SiteStatus, limit: number): Markup {
  if (audit !== 'checked' && found.length === 0)
    return html`<h4>Vulnerabilities</h4><p>${audit === 'error' ? 'Not known: the audit did not work.' : 'Not checked.'}</p>`;
  if (found.length === 0) return html`<h4>Vulnerabilities</h4><p>None known.</p>`;
  const rest = found.length - limit;
  return html`<h4>Vulnerabilities</h4><table class="plain"><thead><tr><th scope="col">Package</th><th scope="col">Kind</th><th scope="col">Where to read more</th></tr></thead><tbody>${found
    .slice(0, limit)
    .map(
      each =>
        html`<tr><th scope="row">${visible(each.package, 100)}</th><td>${visible(each.type, 120)}</td><td>${address(each.url)}</td></tr>`,
    )}</tbody></table>${rest > 0 ? html`<p class="omitted">and ${grouped(rest)} more in the JSON report</p>` : undefined}`;
}

function address(url: string): Markup {
  const checked = webAddress(url);
  return checked
    ? html`<a href="${checked}" rel="noopener noreferrer">${visible(url, 120)}</a>`
    : html`${visible(url, 120)}`;
}

function packages({ status }: Place, level: ListLevel): Markup {
  if (status.packages === null) return html`<h4>Packages</h4><p>Not known.</p>`;
  const wanted = status.packages.filter(({ automatic }) => !automatic).length;
  const sentence = `${count(status.packages.length, 'package')}: ${grouped(wanted)} asked for, ${grouped(status.packages.length - wanted)} because others need them`;
  if (level !== 'full' || status.packages.length === 0)
    return html`<h4>Packages</h4><p>${sentence}${status.packages.length > 0 ? '; the JSON report names them' : ''}.</p>`;
  const sorted = status.packages.toSorted((a, b) => byText(a.name, b.name));
  const shown = sorted.slice(0, MOST_PACKAGES);
  const rest = sorted.length - shown.length;
  return html`<h4>Packages</h4><p>${sentence}${rest > 0 ? `; the first ${grouped(MOST_PACKAGES)}` : ''}.</p><ul class="columns">${shown.map(
    each => html`<li>${visible(each.name, 80)} ${visible(each.version, 40)}</li>`,
  )}</ul>`;
}

const MOST_PACKAGES = 3000;
