import { causesSection } from './causes-section.ts';
import { changesSection } from './changes-section.ts';
import { faultsSection } from './faults-section.ts';
import type { HtmlInput } from './html-input.ts';
import { bytesOf, html, htmlOf, type Markup } from './markup.ts';
import { packagesSection } from './packages-section.ts';
import { page } from './page.ts';
import { siteSections } from './site-sections.ts';
import { sitesSection } from './sites-section.ts';
import { headline, summarySection } from './summary-section.ts';
import { type Survey, surveyOf } from './survey.ts';
import { visible } from './visible.ts';
import { moment } from './words.ts';

/** No page is bigger, in bytes, whatever the sites send. */
export const MOST_BYTES = 5_000_000;

/**
 * The report as one HTML document: no scripts, nothing fetched, the same bytes for the same input. It is what the
 * file, the editor's view and the service show.
 */
export function statusHtml(input: HtmlInput): string {
  const survey = surveyOf(input);
  const causes = causesSection(survey);
  const faults = faultsSection(input.report.faults);
  const first = [
    summarySection(survey),
    changesSection(survey),
    ...(causes ? [causes] : []),
    sitesSection(survey, SITES_BYTES),
    packagesSection(survey, PACKAGES_BYTES),
  ];
  const last = faults ? [faults] : [];
  const used = [...first, ...last].reduce((sum, section) => sum + bytesOf(section), 0);
  const details = siteSections(survey, MOST_BYTES - FRAME_BYTES - used);
  return htmlOf(
    page({
      title: headline(survey),
      subtitle: subtitle(survey),
      contents: contents(causes !== undefined, faults !== undefined),
      main: html`${[...first, details, ...last]}`,
    }),
  );
}

/** Shares of the whole; what they leave is for the sections of single sites. */
const SITES_BYTES = 1_000_000;
const PACKAGES_BYTES = 1_600_000;
/** Head, style sheet, heading and foot. */
const FRAME_BYTES = 60_000;

function subtitle({ input }: Survey): Markup {
  return html`Software at the sites of the VO ${visible(input.report.vo, 80)}, as known on ${moment(input.report.generatedAt)}`;
}

function contents(
  causes: boolean,
  faults: boolean,
): readonly { readonly id: string; readonly name: string }[] {
  return [
    { id: 'summary', name: 'Summary' },
    { id: 'changes', name: 'What changed' },
    ...(causes ? [{ id: 'causes', name: 'Causes' }] : []),
    { id: 'sites', name: 'Sites' },
    { id: 'packages', name: 'Packages' },
    { id: 'details', name: 'Each site' },
    ...(faults ? [{ id: 'faults', name: 'Sites file' }] : []),
  ];
}
