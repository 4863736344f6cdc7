import { html, type Markup } from './markup.ts';
import type { Place } from './place.ts';
import { LONGEST_NAME } from './place-links.ts';
import { type Tone, wordsOf } from './states.ts';
import { visible } from './visible.ts';
import { grouped } from './words.ts';

/** All sites by name at one glance: as labels while names can be read, as marks of a picture when there are many. */
export function mosaic(sorted: readonly Place[]): Markup | undefined {
  if (sorted.length === 0) return undefined;
  return sorted.length <= MOST_NAMES
    ? html`<ul class="mosaic" aria-label="Sites by name">${sorted.map(chip)}</ul>`
    : picture(sorted);
}

const MOST_NAMES = 120;

function chip({ id, status }: Place): Markup {
  const { tone, sign } = wordsOf(status.state);
  const name = visible(status.name, LONGEST_NAME);
  return html`<li><a class="chip ${tone}" href="#${id ?? 'sites'}"><span aria-hidden="true">${sign}</span> ${name}<span class="unseen">: ${status.state}</span></a></li>`;
}

/** One mark a site, in reading order; the worse, the bigger, so that colour is not needed. */
function picture(sorted: readonly Place[]): Markup {
  const shown = sorted.slice(0, MOST_MARKS);
  const rows = Math.ceil(shown.length / COLUMNS);
  const paths = TONES.map(tone => ({ tone, path: marks(shown, tone) })).filter(({ path }) => path !== '');
  const rest = sorted.length - shown.length;
  return html`<figure class="picture"><svg role="img" aria-labelledby="picture" viewBox="0 0 ${COLUMNS * CELL} ${rows * CELL}">${paths.map(
    ({ tone, path }) => html`<path class="${tone}" d="${path}"/>`,
  )}</svg>
<figcaption id="picture">Every mark is a site, by name, in the order of reading; the bigger and fuller, the worse.${
    rest > 0 ? ` ${grouped(rest)} further sites are not drawn.` : ''
  } The numbers stand above, the names below.</figcaption></figure>`;
}

const MOST_MARKS = 5000;
const COLUMNS = 50;
const CELL = 12;
const TONES: readonly Tone[] = ['bad', 'poor', 'busy', 'rest', 'good'];

function marks(places: readonly Place[], tone: Tone): string {
  return places
    .map(({ status }, at) =>
      wordsOf(status.state).tone === tone
        ? `M${(at % COLUMNS) * CELL} ${Math.floor(at / COLUMNS) * CELL}${SHAPES[tone]}`
        : '',
    )
    .join('');
}

/** A full square, a diamond, a flat bar, two upright bars, a small square: each in a cell of 12 x 12. */
const SHAPES: Readonly<Record<Tone, string>> = {
  bad: 'm0.5 0.5h11v11h-11z',
  poor: 'm6 0.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z',
  busy: 'm1 4.5h10v3h-10z',
  rest: 'm2 2h3v8h-3zm5 0h3v8h-3z',
  good: 'm3.5 3.5h5v5h-5z',
};
