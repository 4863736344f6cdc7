import { bytesOf, html, type Markup } from './markup.ts';
import type { Place } from './place.ts';
import type { ListLevel } from './site-lists.ts';
import { siteSection } from './site-section.ts';
import { outcomeOf } from './states.ts';
import type { Survey } from './survey.ts';
import { count } from './words.ts';

/** A section for every site, worst first, as detailed as the room allows: the bad ones get most of it. */
export function siteSections({ places, worstFirst }: Survey, bytes: number): Markup {
  const shown = worstFirst.filter(({ id }) => id !== undefined);
  const sections: Markup[] = [];
  let left = bytes - HEAD_BYTES;
  let shortened = 0;
  for (const [at, place] of shown.entries()) {
    const reserve = (shown.length - at - 1) * BRIEF_BYTES;
    const { section, size, level } = fittest(place, left - reserve, left / (shown.length - at));
    if (size > left) break;
    left -= size;
    if (level !== 'full') shortened++;
    sections.push(section);
  }
  const omitted = places.length - sections.length;
  return html`<section aria-labelledby="details"><h2 id="details">Each site</h2>
${shortened > 0 ? html`<p class="omitted">To keep the page small, ${count(shortened, 'site')} of ${count(places.length, 'site')} ${shortened === 1 ? 'does' : 'do'} not list all ${shortened === 1 ? 'its' : 'their'} facts here; the JSON report does.</p>` : undefined}
${sections}
${omitted > 0 ? html`<p class="omitted">${count(omitted, 'further site')} without a section here; the list of sites above and the JSON report have them.</p>` : undefined}
</section>`;
}

const HEAD_BYTES = 2000;
/** More than the shortest section takes, whatever its site sends. */
const BRIEF_BYTES = 1600;
/** Bytes of a package in a list. */
const PACKAGE_BYTES = 40;

interface Fittest {
  readonly section: Markup;
  readonly size: number;
  readonly level: ListLevel;
}

/** The most detailed section that takes no more than its share; that of a bad site may take several. */
function fittest(place: Place, room: number, share: number): Fittest {
  const fair = Math.min(room, outcomeOf(place.status.state) === 'bad' ? share * 3 : share);
  const levels: readonly ListLevel[] =
    (place.status.packages?.length ?? 0) * PACKAGE_BYTES < fair ? ['full', 'notable'] : ['notable'];
  for (const level of levels) {
    const section = siteSection(place, level);
    const size = bytesOf(section);
    if (size <= fair) return { section, size, level };
  }
  const section = siteSection(place, 'brief');
  return { section, size: bytesOf(section), level: 'brief' };
}
