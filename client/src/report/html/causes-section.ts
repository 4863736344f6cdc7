import { type Cause, causesOf } from './causes.ts';
import { html, type Markup } from './markup.ts';
import { placeLinks } from './place-links.ts';
import type { Survey } from './survey.ts';
import { visible } from './visible.ts';
import { wideTable } from './wide-table.ts';
import { count } from './words.ts';

/** What is wrong, by cause, with the sites that each explains; nothing where nothing is wrong. */
export function causesSection({ places }: Survey): Markup | undefined {
  const causes = causesOf(places);
  if (causes.length === 0) return undefined;
  const shown = causes.slice(0, MOST);
  const rest = causes.length - shown.length;
  return html`<section aria-labelledby="causes"><h2 id="causes">Causes</h2>
<p>What is wrong, with what differs between sites taken out; what explains most sites stands first.</p>
${wideTable({ kind: 'causes', scroll: '', caption: 'Causes and the sites that each explains', head: html`<tr><th scope="col" class="number">Sites</th><th scope="col">Cause</th><th scope="col">Where</th></tr>`, body: shown.map(row) })}
${rest > 0 ? html`<p class="omitted">${count(rest, 'further cause')} with fewer sites left out here; each site’s own section tells its own.</p>` : undefined}
</section>`;
}

const MOST = 40;

function row({ text, example, places, alone }: Cause): Markup {
  const only =
    alone.length === 0
      ? undefined
      : html`<span class="aside">${alone.length === places.length ? 'nothing else is wrong there' : `${count(alone.length, 'site')} with nothing else wrong`}</span>`;
  return html`<tr><td class="number big">${places.length}</td><th scope="row">${visible(text, 300)}${
    example === undefined ? undefined : html`<span class="aside">For example: ${visible(example, 300)}</span>`
  }</th><td>${placeLinks(places, 8)} ${only}</td></tr>
`;
}
