import { html, htmlOf } from './markup.ts';
import { page } from './page.ts';

/** A page of the report's look that only says something: one sentence, and where to go from there. */
export function noticeHtml(title: string, sentence: string): string {
  return htmlOf(
    page({
      title,
      subtitle: html`Packwright`,
      contents: [{ id: 'notice', name: 'Notice' }],
      main: html`<section aria-labelledby="notice"><h2 id="notice">Notice</h2>
<p>${sentence}</p></section>`,
    }),
  );
}
