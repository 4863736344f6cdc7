import { type QuickPickItem, window } from 'vscode';
import type { SiteSummary } from '../../sites/worker-protocol.ts';
import type { SiteStore } from '../store.ts';
import { listed } from '../words.ts';
import { sitesOfRows } from './choose-sites.ts';
import type { SitesCommand } from './command.ts';
import { confirmChange } from './confirm.ts';

/** *Remove…* of rows: packages that are there. */
export const remove: SitesCommand = {
  id: 'packwright.site.remove',
  run: ({ store }, rows) => change(store, rows, 'remove'),
};

/** *Update…* of rows: packages that are there, to their newest versions. */
export const update: SitesCommand = {
  id: 'packwright.site.update',
  run: ({ store }, rows) => change(store, rows, 'update'),
};

async function change(store: SiteStore, rows: readonly string[], verb: 'remove' | 'update'): Promise<void> {
  const sites = sitesOfRows(store, rows);
  if (sites.length === 0) return;
  const packages = await choosePackages(store, sites, verb);
  if (!packages) return;
  const title = verb === 'remove' ? 'Remove' : 'Update';
  if (!(await confirmChange({ verb: title, packages, sites }))) return;
  await store.ask({ kind: 'request', verb, sites: sites.map(({ name }) => name), packages });
}

/** Packages that any of the sites has; `undefined`: nothing was chosen. */
async function choosePackages(
  store: SiteStore,
  sites: readonly SiteSummary[],
  verb: 'remove' | 'update',
): Promise<readonly string[] | undefined> {
  const details = await Promise.all(sites.map(site => store.detail(site.name)));
  const versions = new Map<string, Set<string>>();
  for (const { status } of details)
    for (const { name, version } of status.packages ?? [])
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
  const names = listed(
    sites.map(({ name }) => name),
    3,
  );
  if (versions.size === 0) throw new Error(`No packages are known at ${names}: probe first.`);
  const items = [...versions].sort(([a], [b]) => (a < b ? -1 : 1)).map(itemOf);
  const picked = await window.showQuickPick(items, {
    title: `Packages at ${names}`,
    placeHolder:
      verb === 'remove'
        ? 'Packages to remove; those that others need stay'
        : 'Packages to bring to their newest version',
    canPickMany: true,
    matchOnDescription: true,
  });
  return picked && picked.length > 0 ? picked.map(({ label }) => label) : undefined;
}

function itemOf([label, versions]: [string, ReadonlySet<string>]): QuickPickItem {
  return { label, description: [...versions].join(', ') };
}
