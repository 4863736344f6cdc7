import type { SiteState } from '../status-report.ts';
import { fitting } from './fitting.ts';
import { historyMarks } from './history-marks.ts';
import { html, type Markup } from './markup.ts';
import { byText, flawedNames, type Place } from './place.ts';
import { placeLink } from './place-links.ts';
import { badge, STATES, WORST_FIRST, wordsOf } from './states.ts';
import type { Survey } from './survey.ts';
import { visible } from './visible.ts';
import { wideTable } from './wide-table.ts';
import { count, grouped, moment } from './words.ts';

/** Sites by state, worst first, each state a table that folds; then the same sites by name and by tag. */
export function sitesSection({ places, byName, worstFirst }: Survey, bytes: number): Markup {
  const groups: Markup[] = [];
  let left = bytes * 0.7;
  for (const state of WORST_FIRST) {
    const group = worstFirst.filter(({ status }) => status.state === state);
    if (group.length === 0) continue;
    const { kept, omitted, bytes: used } = fitting(group, left, row);
    left -= used;
    groups.push(table(state, group.length, kept, omitted, places.length));
  }
  return html`<section aria-labelledby="sites"><h2 id="sites">Sites</h2>
${places.length === 0 ? html`<p>The sites file has no sites.</p>` : undefined}
${groups}
${places.length > 1 ? names(byName, bytes * 0.15) : undefined}
${tags(byName, bytes * 0.15)}
</section>`;
}

function table(
  state: SiteState,
  size: number,
  rows: readonly Markup[],
  omitted: number,
  all: number,
): Markup {
  const { tone, means } = STATES[state];
  const content = html`<summary><h3>${badge(state)} ${count(size, 'site')}</h3> <span class="quiet">${means}</span></summary>
${wideTable({ kind: 'sites', scroll: '', caption: `Sites that are ${state}`, head: html`<tr><th scope="col">Site</th><th scope="col">Why</th><th scope="col">Since</th><th scope="col">Checked</th><th scope="col" class="number">Packages</th><th scope="col" class="number">Vulnerable</th><th scope="col">History</th></tr>`, body: rows })}
${omitted > 0 ? html`<p class="omitted">${count(omitted, 'further site')} of this state left out to keep the page small; the JSON report has them all.</p>` : undefined}
`;
  const open = tone !== 'good' || all <= OPEN;
  return html`<div class="group" id="state-${state}">${
    open ? html`<details open>${content}</details>` : html`<details>${content}</details>`
  }</div>
`;
}

/** With more sites than these, the good ones are folded away at first. */
const OPEN = 40;

function row(place: Place): Markup {
  const { status } = place;
  return html`<tr><th scope="row">${placeLink(place)}</th><td class="why">${visible(status.reason, 300)}</td><td class="when">${
    status.since === null ? 'not known' : moment(status.since)
  }</td><td class="when">${status.checkedAt === null ? 'never' : moment(status.checkedAt)}</td><td class="number">${
    status.packages === null ? html`not known` : grouped(status.packages.length)
  }</td><td class="number">${
    status.audit === 'checked' ? grouped(flawedNames(place).size) : html`not known`
  }</td><td>${historyMarks(place.history)}</td></tr>
`;
}

function names(places: readonly Place[], bytes: number): Markup {
  const { kept, omitted } = fitting(places, bytes, entry);
  return html`<details class="index"><summary><h3>Sites by name</h3></summary><ul class="columns">${kept}</ul>${
    omitted > 0 ? html`<p class="omitted">${count(omitted, 'further site')} left out.</p>` : undefined
  }</details>
`;
}

function entry(place: Place): Markup {
  const { sign } = wordsOf(place.status.state);
  return html`<li>${placeLink(place)} <span class="quiet"><span aria-hidden="true">${sign}</span> ${place.status.state}</span></li>
`;
}

function tags(places: readonly Place[], bytes: number): Markup | undefined {
  const tagged = new Map<string, Place[]>();
  for (const place of places)
    for (const tag of new Set(place.status.tags)) {
      const at = tagged.get(tag);
      if (at) at.push(place);
      else tagged.set(tag, [place]);
    }
  if (tagged.size === 0) return undefined;
  const sorted = [...tagged].sort(([a], [b]) => byText(a, b));
  const share = bytes / sorted.length;
  const { kept, omitted } = fitting(sorted, bytes, ([tag, at]) => {
    const list = fitting(at, share - 600, entry);
    const more = list.omitted > 0 ? ` and ${grouped(list.omitted)} more` : '';
    return html`<h4>${visible(tag, 60)} <span class="quiet">${count(at.length, 'site')}</span></h4><ul class="columns">${list.kept}</ul>${
      more === '' ? undefined : html`<p class="omitted">${more}</p>`
    }
`;
  });
  return html`<details class="index"><summary><h3>Sites by tag</h3></summary>${kept}${
    omitted > 0 ? html`<p class="omitted">${count(omitted, 'further tag')} left out.</p>` : undefined
  }</details>
`;
}
