import type { PastState } from './html-input.ts';
import { html, type Markup } from './markup.ts';
import { type Tone, wordsOf } from './states.ts';
import { count } from './words.ts';

/**
 * Earlier states as a row of bars, newest on the right: the worse, the taller, so that colour is not needed.
 * The picture's label says it in words.
 */
export function historyMarks(history: readonly PastState[]): Markup {
  if (history.length === 0) return html`<span class="quiet">no earlier runs</span>`;
  const width = history.length * STEP;
  const paths = TONES.map(tone => ({ tone, path: bars(history, tone) })).filter(({ path }) => path !== '');
  return html`<svg class="history" role="img" aria-label="${historyWords(history)}" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}">${paths.map(
    ({ tone, path }) => html`<path class="${tone}" d="${path}"/>`,
  )}</svg>`;
}

/** A history in words: `Last 12 runs: 9 ok, 3 failed; newest: failed`. */
export function historyWords(history: readonly PastState[]): string {
  const counts = new Map<string, number>();
  for (const { state } of history) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].map(([state, number]) => `${number} ${state}`).join(', ');
  return `Last ${count(history.length, 'run')}: ${parts}; newest: ${history.at(-1)?.state ?? 'none'}`;
}

const TONES: readonly Tone[] = ['bad', 'poor', 'busy', 'rest', 'good'];
const TALL: Readonly<Record<Tone, number>> = { bad: 16, poor: 11, busy: 7, rest: 7, good: 4 };
const STEP = 6;
const HEIGHT = 16;

function bars(history: readonly PastState[], tone: Tone): string {
  return history
    .map(({ state }, at) =>
      wordsOf(state).tone === tone ? `M${at * STEP} ${HEIGHT}v-${TALL[tone]}h4v${TALL[tone]}z` : '',
    )
    .join('');
}
