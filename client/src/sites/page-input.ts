import type { HtmlInput } from '../report/html/html-input.ts';
import { statusReport } from '../report/status-report.ts';
import { statusInput } from './knowledge.ts';
import { type SitesPlace, siteNames } from './sites-place.ts';
import type { OpenState } from './state.ts';

/** Reads from the store what the report's page shows. */
export async function pageInput(place: SitesPlace, { store }: OpenState): Promise<HtmlInput> {
  const report = statusReport(await statusInput(place, siteNames(place), store));
  return {
    report,
    history: new Map(),
    wanted: new Map(place.file.sites.map(site => [site.name, site.packages])),
    newest: new Map(),
  };
}
