import { html, htmlOf, type Markup } from './markup.ts';
import { page } from './page.ts';
import { WORST_FIRST, wordsOf } from './states.ts';
import { visible } from './visible.ts';
import { wideTable } from './wide-table.ts';
import { count, grouped, moment } from './words.ts';

/** A run over all sites, whose report is kept. Times are ISO 8601. */
export interface PastRun {
  /** Its end, and its name in addresses. */
  readonly at: string;
  readonly beganAt: string;
  /** State -> how many sites were in it. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The kept runs of a VO, newest first, as a page of the report's look; links lead to each run's report. */
export function runsHtml(vo: string, runs: readonly PastRun[]): string {
  return htmlOf(
    page({
      title: `${visible(vo, 80)}: ${count(runs.length, 'run')}`,
      subtitle: html`<a href="./">The latest report</a>; the list for programs: <a href="./runs.json">runs.json</a>`,
      contents: [{ id: 'runs', name: 'Runs' }],
      main: html`<section aria-labelledby="runs"><h2 id="runs">Runs</h2>
${runs.length === 0 ? html`<p>No run over all sites was kept yet.</p>` : table(runs)}
</section>`,
    }),
  );
}

function table(runs: readonly PastRun[]): Markup {
  return wideTable({
    kind: 'versions',
    scroll: '',
    caption: 'Runs over all sites, newest first',
    head: html`<tr><th scope="col">Ended</th><th scope="col" class="number">Took</th><th scope="col" class="number">Sites</th><th scope="col">States</th></tr>`,
    body: runs.map(row),
  });
}

function row({ at, beganAt, counts }: PastRun): Markup {
  const sites = Object.values(counts).reduce((sum, number) => sum + number, 0);
  return html`<tr><th scope="row"><a href="./runs/${at}">${moment(at)}</a></th><td class="number">${took(beganAt, at)}</td><td class="number">${grouped(sites)}</td><td><ul class="spread">${statesIn(
    counts,
  ).map(
    ([state, number]) =>
      html`<li class="${wordsOf(state).tone}">${grouped(number)} ${visible(state, 40)}</li>`,
  )}</ul></td></tr>
`;
}

function statesIn(counts: PastRun['counts']) {
  return WORST_FIRST.flatMap(state => {
    const number = Object.hasOwn(counts, state) ? counts[state] : undefined;
    return number === undefined ? [] : [[state, number] as const];
  });
}

function took(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  return seconds < 120 ? `${seconds} s` : `${grouped(Math.round(seconds / 60))} min`;
}
