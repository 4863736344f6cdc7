import type { SiteState } from '../status-report.ts';
import { html, type Markup } from './markup.ts';
import { mosaic } from './mosaic.ts';
import { olderPlaces, type PackageRow } from './package-rows.ts';
import { outcomeOf, STATES, type Tone, WORST_FIRST } from './states.ts';
import type { Survey } from './survey.ts';
import { visible } from './visible.ts';
import { count, grouped } from './words.ts';

/** The numbers that a glance at a wall is for: sites by state, packages by what is wrong with them. */
export function summarySection(survey: Survey): Markup {
  const { places, rows } = survey;
  const counts = countsOf(survey);
  const states = WORST_FIRST.filter(state => ALWAYS.has(state) || counts.has(state));
  return html`<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
${proportions(counts, places.length)}
<ul class="tiles">${states.map(state => stateTile(state, counts.get(state) ?? 0))}</ul>
${mosaic(survey.byName)}
<ul class="tiles small">${packageTiles(rows)}</ul>
</section>`;
}

/** The report in one sentence: its heading and its title. */
export function headline({ places, input }: Survey): string {
  const bad = places.filter(({ status }) => outcomeOf(status.state) === 'bad').length;
  const vo = visible(input.report.vo, 80);
  if (places.length === 0) return `${vo}: no sites`;
  if (bad > 0)
    return `${vo}: ${grouped(bad)} of ${count(places.length, 'site')} ${bad === 1 ? 'needs' : 'need'} attention`;
  return `${vo}: no site needs attention, of ${grouped(places.length)}`;
}

/** Shown also when no site has them: that nothing is missing is news too. */
const ALWAYS: ReadonlySet<SiteState> = new Set(['missing', 'maintenance', 'ok']);

function countsOf({ places }: Survey): ReadonlyMap<SiteState, number> {
  const counts = new Map<SiteState, number>();
  for (const { status } of places) counts.set(status.state, (counts.get(status.state) ?? 0) + 1);
  return counts;
}

function stateTile(state: SiteState, number: number): Markup {
  const { tone, sign } = STATES[state];
  const content = html`<span class="figure">${grouped(number)}</span> <span class="label"><span aria-hidden="true">${sign}</span> ${state}</span>`;
  return number === 0
    ? html`<li class="tile none"><span>${content}</span></li>`
    : html`<li class="tile ${tone}"><a href="#state-${state}">${content}</a></li>`;
}

function packageTiles(rows: readonly PackageRow[]): readonly Markup[] {
  const tile = (number: number, label: string, tone: Tone) =>
    html`<li class="tile ${number === 0 ? 'none' : `line ${tone}`}"><a href="#packages"><span class="figure">${grouped(number)}</span> <span class="label">${label}</span></a></li>`;
  const having = (of: (row: PackageRow) => readonly unknown[]) =>
    rows.filter(row => of(row).length > 0).length;
  return [
    tile(rows.length, rows.length === 1 ? 'package' : 'packages', 'good'),
    tile(
      having(row => row.vulnerable),
      'vulnerable somewhere',
      'bad',
    ),
    tile(
      having(row => row.missing),
      'wanted and missing somewhere',
      'poor',
    ),
    tile(
      having(row => row.drift),
      'not in the wanted version somewhere',
      'poor',
    ),
    tile(having(olderPlaces), 'older than the newest somewhere', 'rest'),
  ];
}

/** The shares of the tones as one bar; the tiles below it say the numbers. */
function proportions(counts: ReadonlyMap<SiteState, number>, all: number): Markup | undefined {
  if (all === 0) return undefined;
  let from = 0;
  const pieces = WORST_FIRST.flatMap(state => {
    const share = ((counts.get(state) ?? 0) / all) * WIDTH;
    if (share === 0) return [];
    const start = from;
    from += share;
    return [
      html`<rect class="${STATES[state].tone}" x="${round(start)}" y="0" width="${round(Math.max(share - GAP, 1))}" height="10"/>`,
    ];
  });
  return html`<svg class="proportions" aria-hidden="true" viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none">${pieces}</svg>`;
}

const WIDTH = 1000;
/** Neighbours of the same tone stay apart. */
const GAP = 2;

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
