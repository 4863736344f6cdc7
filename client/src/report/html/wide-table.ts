import { html, type Markup } from './markup.ts';

/** A table with its names. */
export interface WideTable {
  /** Of its kind, for the style sheet. */
  readonly kind: 'causes' | 'sites' | 'ranking' | 'versions' | 'matrix';
  /** How it scrolls: sideways only, or also in itself when it is long. */
  readonly scroll: '' | 'mid' | 'tall';
  /** What it shows, in a few words; unlike that of any other table of the page. */
  readonly caption: string;
  readonly head: Markup;
  readonly body: readonly Markup[];
}

/** A table that scrolls where it is wider than the window, by keyboard too. */
export function wideTable({ kind, scroll, caption, head, body }: WideTable): Markup {
  return html`<section class="scroll ${scroll}" aria-label="${caption}, scrollable" tabindex="0"><table class="${kind}">
<caption class="unseen">${caption}</caption>
<thead>${head}</thead>
<tbody>${body}</tbody></table></section>`;
}
