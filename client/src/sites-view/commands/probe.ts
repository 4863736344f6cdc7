import { chooseSite, sitesOfRows, usableSites } from './choose-sites.ts';
import type { SitesCommand, SitesWindow } from './command.ts';

/** *Probe Site…* of the palette. */
export const probeSite: SitesCommand = {
  id: 'packwright.probeSite',
  async run(sites) {
    const site = await chooseSite(sites.store, 'Which site is to be probed?');
    if (site) await ask(sites, [site.name]);
  },
};

/** *Probe All Sites*. */
export const probeAll: SitesCommand = {
  id: 'packwright.probeAllSites',
  run: sites =>
    ask(
      sites,
      usableSites(sites.store).map(site => site.name),
    ),
};

/** *Probe* of rows. */
export const probe: SitesCommand = {
  id: 'packwright.site.probe',
  run: (sites, rows) =>
    ask(
      sites,
      sitesOfRows(sites.store, rows).map(site => site.name),
    ),
};

/** Nothing is changed by it, so nothing is to be confirmed. */
async function ask({ store }: SitesWindow, sites: readonly string[]): Promise<void> {
  if (sites.length > 0) await store.ask({ kind: 'request', verb: 'probe', sites, packages: [] });
}
