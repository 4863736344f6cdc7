import { type QuickPickItem, window } from 'vscode';
import type { Offer, Offers, SiteSummary } from '../../sites/worker-protocol.ts';
import { viewId } from '../tree.ts';
import { counted, listed } from '../words.ts';
import { chooseSites, sitesOfRows } from './choose-sites.ts';
import type { SitesCommand, SitesWindow } from './command.ts';
import { confirmChange } from './confirm.ts';

/** *Install Packages at Sites…* of the palette. */
export const installAtSites: SitesCommand = {
  id: 'packwright.installAtSites',
  async run(sites) {
    const chosen = await chooseSites(sites.store, 'At which sites are packages to be installed?');
    if (chosen) await install(sites, chosen);
  },
};

/** *Install Packages…* of rows. */
export const installHere: SitesCommand = {
  id: 'packwright.site.install',
  run: (sites, rows) => install(sites, sitesOfRows(sites.store, rows)),
};

async function install({ store }: SitesWindow, sites: readonly SiteSummary[]): Promise<void> {
  if (sites.length === 0) return;
  const names = sites.map(site => site.name);
  const offers = await window.withProgress(
    { location: { viewId }, title: 'Reading package repositories' },
    () => store.ask({ kind: 'packages', sites: names }),
  );
  const packages = await choosePackages(offers, sites);
  if (!packages) return;
  const able = sites.filter(({ name }) => !offers.without.some(({ site }) => site === name));
  const note = left(offers);
  if (!(await confirmChange({ verb: 'Install', packages, sites: able, ...(note ? { note } : {}) }))) return;
  const at = able.map(site => site.name);
  await store.ask({ kind: 'request', verb: 'install', sites: at, packages });
}

/** Names with versions, the newest of each marked; `undefined`: nothing was chosen. */
async function choosePackages(
  offers: Offers,
  sites: readonly SiteSummary[],
): Promise<readonly string[] | undefined> {
  if (offers.packages.length === 0)
    throw new Error(`There is nothing to install. ${left(offers) ?? ''}`.trim());
  const able = sites.length - offers.without.length;
  const picked = await window.showQuickPick(
    offers.packages.map(offer => itemOf(offer, able)),
    {
      title: `Packages for ${listed(
        sites.map(({ name }) => name),
        3,
      )}`,
      placeHolder: 'Packages to install; what they need comes along',
      canPickMany: true,
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  return picked && picked.length > 0 ? picked.map(item => item.pkgname) : undefined;
}

function itemOf(offer: Offer, sites: number): QuickPickItem & { readonly pkgname: string } {
  const { pkgname, name, version, comment, newest, sites: at } = offer;
  const where = at.length < sites ? `at ${at.length} of ${sites} sites` : '';
  return {
    pkgname,
    label: name,
    description: [version, newest ? '' : 'older', where].filter(Boolean).join(', '),
    detail: comment,
  };
}

/** Sites that get nothing, and why. */
function left({ without }: Offers): string | undefined {
  const [first] = without;
  if (!first) return undefined;
  const names = listed(
    without.map(({ site }) => site),
    10,
  );
  return `Left out: ${names} (${counted(without.length, 'site')}; ${first.site}: ${first.reason}).`;
}
