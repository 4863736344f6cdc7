import type { SiteState } from '../status-report.ts';
import { html, type Markup } from './markup.ts';
import type { Place } from './place.ts';
import { LONGEST_NAME, placeLink, placeLinks } from './place-links.ts';
import { badge, outcomeOf } from './states.ts';
import type { Survey } from './survey.ts';
import { visible } from './visible.ts';
import { count, grouped } from './words.ts';

/** What is new since the run before; which sites have been failing for how long; which cannot make up their minds. */
export function changesSection({ input, places }: Survey): Markup {
  const { previous } = input;
  return html`<section aria-labelledby="changes"><h2 id="changes">What changed</h2>
${previous ? since(previous, places) : html`<p>There is no run before this one to compare with.</p>`}
${lasting(places, input.report.generatedAt)}
</section>`;
}

/** Sites that became bad and sites that became good, since the states of the run before. */
export function changed(
  previous: ReadonlyMap<string, SiteState>,
  places: readonly Place[],
): Readonly<Record<'failing' | 'mended' | 'added', readonly Place[]>> {
  const became = (outcome: 'good' | 'bad', from: 'good' | 'bad') =>
    places.filter(({ status }) => {
      const before = previous.get(status.name);
      return before !== undefined && outcomeOf(status.state) === outcome && was(before, from);
    });
  return {
    failing: became('bad', 'good'),
    mended: became('good', 'bad'),
    added: places.filter(({ status }) => !previous.has(status.name)),
  };
}

/** What was on its way or in maintenance was not bad. */
function was(before: SiteState, outcome: 'good' | 'bad'): boolean {
  return (outcomeOf(before) === 'bad') === (outcome === 'bad');
}

function since(previous: ReadonlyMap<string, SiteState>, places: readonly Place[]): Markup {
  const { failing, mended, added } = changed(previous, places);
  const names = new Set(places.map(({ status }) => status.name));
  const gone = [...previous.keys()].filter(name => !names.has(name));
  return html`<div class="pair">
<div class="change ${failing.length > 0 ? 'bad' : 'none'}"><h3><span aria-hidden="true">▲</span> Newly failing: ${grouped(failing.length)}</h3>
${failing.length === 0 ? html`<p>None.</p>` : html`<ul>${failing.slice(0, MOST).map(each => change(each, previous))}</ul>`}${more(failing)}</div>
<div class="change ${mended.length > 0 ? 'good' : 'none'}"><h3><span aria-hidden="true">▼</span> Newly mended: ${grouped(mended.length)}</h3>
${mended.length === 0 ? html`<p>None.</p>` : html`<ul>${mended.slice(0, MOST).map(each => change(each, previous))}</ul>`}${more(mended)}</div>
</div>
${added.length === 0 ? undefined : html`<p>New in the sites file: ${placeLinks(added, MOST)}.</p>`}
${
  gone.length === 0
    ? undefined
    : html`<p>No longer in the sites file: ${gone
        .slice(0, MOST)
        .map(name => visible(name, LONGEST_NAME))
        .join(', ')}${gone.length > MOST ? ` and ${grouped(gone.length - MOST)} more` : ''}.</p>`
}`;
}

const MOST = 20;

function change(place: Place, previous: ReadonlyMap<string, SiteState>): Markup {
  return html`<li>${placeLink(place)} ${badge(place.status.state)} <span class="quiet">was ${previous.get(place.status.name)}</span></li>`;
}

function more(places: readonly Place[]): Markup | undefined {
  return places.length > MOST
    ? html`<p class="omitted">and ${grouped(places.length - MOST)} more; the list of sites has them all.</p>`
    : undefined;
}

/** Sites that are failing now, by how long; and those that keep changing. */
function lasting(places: readonly Place[], now: string): Markup {
  const failing = places.flatMap(place => {
    const from = failingSince(place);
    return from === undefined ? [] : [{ place, days: (Date.parse(now) - Date.parse(from)) / DAY }];
  });
  const classes = [
    { words: 'for less than a day', places: failing.filter(({ days }) => days < 1) },
    { words: 'for one or two days', places: failing.filter(({ days }) => days >= 1 && days < 3) },
    { words: 'for three days or longer', places: failing.filter(({ days }) => days >= 3) },
  ].filter(each => each.places.length > 0);
  const unsteady = places.filter(place => flips(place) >= UNSTEADY);
  return html`${
    classes.length === 0
      ? undefined
      : html`<dl class="facts">${classes.map(
          each =>
            html`<dt>Failing ${each.words}: ${grouped(each.places.length)}</dt><dd>${placeLinks(
              each.places.map(({ place }) => place),
              MOST,
            )}</dd>`,
        )}</dl>`
  }${
    unsteady.length === 0
      ? undefined
      : html`<p>${count(unsteady.length, 'site keeps', 'sites keep')} changing between good and bad: ${placeLinks(unsteady, MOST)}.</p>`
  }`;
}

const DAY = 86_400_000;
/** Changes between good and bad in a history from which on a site is called unsteady. */
const UNSTEADY = 4;

/** Since when a site is bad without a break, as far as its history goes. */
export function failingSince({ history, status }: Place): string | undefined {
  if (outcomeOf(status.state) !== 'bad') return undefined;
  const lastOther = history.findLastIndex(({ state }) => outcomeOf(state) === 'good');
  return (
    history.slice(lastOther + 1).find(({ state }) => outcomeOf(state) === 'bad')?.at ??
    status.since ??
    undefined
  );
}

function flips({ history }: Place): number {
  const outcomes = history.map(({ state }) => outcomeOf(state)).filter(outcome => outcome !== 'open');
  return outcomes.filter((outcome, at) => at > 0 && outcome !== outcomes[at - 1]).length;
}
