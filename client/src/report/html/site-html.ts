import type { HtmlInput } from './html-input.ts';
import { html, htmlOf, type Markup } from './markup.ts';
import { page } from './page.ts';
import { LONGEST_NAME } from './place-links.ts';
import { siteSection } from './site-section.ts';
import { surveyOf } from './survey.ts';
import { visible } from './visible.ts';
import { wideTable } from './wide-table.ts';
import { moment } from './words.ts';

/** A job of a site's history. Times are ISO 8601. */
export interface SiteJob {
  readonly id: string;
  /** Verb and packages. */
  readonly request: string;
  readonly state: string;
  readonly reason: string;
  readonly queuedAt: string;
  readonly endedAt: string | null;
}

/** One site as a page of the report's look: how it stands, everything it has, and its jobs, newest first. */
export function siteHtml(input: HtmlInput, jobs: readonly SiteJob[]): string {
  const [place] = surveyOf(input).places;
  const { vo, generatedAt } = input.report;
  const name = visible(place?.status.name ?? '', LONGEST_NAME);
  return htmlOf(
    page({
      title: `${name}: ${place?.status.state ?? 'not known'}`,
      subtitle: html`A site of the VO ${visible(vo, 80)}, as known on ${moment(generatedAt)}; <a href="../">all sites</a>`,
      contents: [
        { id: 'state', name: 'State' },
        { id: 'jobs', name: 'Jobs' },
      ],
      main: html`<section aria-labelledby="state"><h2 id="state">State</h2>
${place && siteSection(place, 'full')}</section>
<section aria-labelledby="jobs"><h2 id="jobs">Jobs</h2>
${jobs.length === 0 ? html`<p>Nothing was asked of this site yet.</p>` : table(jobs)}
</section>`,
    }),
  );
}

function table(jobs: readonly SiteJob[]): Markup {
  return wideTable({
    kind: 'versions',
    scroll: '',
    caption: 'Jobs of this site, newest first',
    head: html`<tr><th scope="col">Asked for</th><th scope="col">Ended</th><th scope="col">Request</th><th scope="col">State</th><th scope="col">Why</th><th scope="col">Job</th></tr>`,
    body: jobs.map(row),
  });
}

function row({ id, request, state, reason, queuedAt, endedAt }: SiteJob): Markup {
  return html`<tr><th scope="row" class="when">${moment(queuedAt)}</th><td class="when">${
    endedAt === null ? 'not yet' : moment(endedAt)
  }</td><td>${visible(request, 200)}</td><td>${visible(state, 40)}</td><td>${visible(reason, 400)}</td><td><code>${visible(id.slice(0, 8), 8)}</code></td></tr>
`;
}
