import { type QuickPickItem, ThemeColor, ThemeIcon, window } from 'vscode';
import type { SiteSummary } from '../../sites/worker-protocol.ts';
import { siteOf } from '../rows.ts';
import { stateLook } from '../state-look.ts';
import { type SiteStore, untrusted } from '../store.ts';

/** The sites of rows, each once, that can be asked something. */
export function sitesOfRows(store: SiteStore, rows: readonly string[]): readonly SiteSummary[] {
  const names = new Set(rows.map(siteOf));
  return store.sites.filter(site => names.has(site.name) && site.usable);
}

/** Asks which sites are meant; `undefined`: none was chosen. */
export async function chooseSites(
  store: SiteStore,
  placeHolder: string,
): Promise<readonly SiteSummary[] | undefined> {
  const sites = usableSites(store);
  if (sites.length === 1) return sites;
  const picked = await window.showQuickPick(sites.map(itemOf), {
    title: 'Sites',
    placeHolder,
    canPickMany: true,
    matchOnDescription: true,
  });
  const chosen = picked?.map(item => item.site);
  return chosen && chosen.length > 0 ? chosen : undefined;
}

/** Asks for one site; `undefined`: none was chosen. */
export async function chooseSite(store: SiteStore, placeHolder: string): Promise<SiteSummary | undefined> {
  const options = { title: 'Sites', placeHolder, matchOnDescription: true };
  return (await window.showQuickPick(usableSites(store).map(itemOf), options))?.site;
}

/** Every site that can be asked something. Throws a sentence when there is none. */
export function usableSites(store: SiteStore): readonly SiteSummary[] {
  if (store.state.kind === 'untrusted') throw new Error(untrusted);
  const sites = store.sites.filter(site => site.usable);
  if (sites.length > 0) return sites;
  if (store.state.kind === 'starting')
    throw new Error('The sites file is being read: try again in a moment.');
  throw new Error('There is no sites file with sites that can be asked something: see the Sites view.');
}

function itemOf(site: SiteSummary): QuickPickItem & { readonly site: SiteSummary } {
  const { icon, color } = stateLook(site.state);
  return {
    site,
    label: site.name,
    description: site.state,
    detail: site.reason,
    iconPath: new ThemeIcon(icon, new ThemeColor(color)),
  };
}
