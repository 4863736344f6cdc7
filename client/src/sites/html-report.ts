import { type SiteStore, standings } from '../grid/store.ts';
import type { HtmlInput } from '../report/html/html-input.ts';
import { statusHtml } from '../report/html/status-html.ts';
import type { SiteState, StatusReport } from '../report/status-report.ts';
import type { SitesPlace } from './sites-place.ts';

/** Runs that the small history of a site shows. */
const RUNS_SHOWN = 30;

/** The HTML page of a report: the same bytes for a file, a window and a browser while the store is the same. */
export async function htmlReport(report: StatusReport, place: SitesPlace, store: SiteStore): Promise<string> {
  return statusHtml(await pageInput(report, wantedAt(place), store));
}

/** The patterns that a sites file wants at each site. */
export function wantedAt({ file }: SitesPlace): HtmlInput['wanted'] {
  return new Map(file.sites.map(site => [site.name, site.packages]));
}

/** What the page of a report is made of; of the runs that ended until a time (milliseconds since 1970). */
export async function pageInput(
  report: StatusReport,
  wanted: HtmlInput['wanted'],
  store: SiteStore,
  until: number = Number.MAX_SAFE_INTEGER,
): Promise<HtmlInput> {
  const kept = await standings(store, report.vo, RUNS_SHOWN, until);
  const history: HtmlInput['history'] = new Map(
    [...kept].map(([site, all]) => [
      site,
      all.map(({ at, state }) => ({ at: new Date(at).toISOString(), state: state as SiteState })),
    ]),
  );
  const previous = previousStates(history);
  return { report, ...(previous.size > 0 ? { previous } : {}), history, wanted, newest: new Map() };
}

/** The states of the run before the last one: what changed is told until the next run. */
function previousStates(history: HtmlInput['history']): ReadonlyMap<string, SiteState> {
  const states = new Map<string, SiteState>();
  for (const [site, all] of history) {
    const before = all.at(-2);
    if (before) states.set(site, before.state);
  }
  return states;
}
