import { type SiteStore, standings } from '../grid/store.ts';
import type { HtmlInput } from '../report/html/html-input.ts';
import { statusHtml } from '../report/html/status-html.ts';
import type { SiteState, StatusReport } from '../report/status-report.ts';
import type { SitesPlace } from './sites-place.ts';

/** Runs that the small history of a site shows. */
const RUNS_SHOWN = 30;

/** The HTML page of a report: the same bytes for a file, a window and a browser while the store is the same. */
export async function htmlReport(report: StatusReport, place: SitesPlace, store: SiteStore): Promise<string> {
  const kept = await standings(store, place.file.vo, RUNS_SHOWN);
  const history: HtmlInput['history'] = new Map(
    [...kept].map(([site, all]) => [
      site,
      all.map(({ at, state }) => ({ at: new Date(at).toISOString(), state: state as SiteState })),
    ]),
  );
  const previous = previousStates(history);
  return statusHtml({
    report,
    ...(previous.size > 0 ? { previous } : {}),
    history,
    wanted: new Map(place.file.sites.map(site => [site.name, site.packages])),
    newest: new Map(),
  });
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
