import type { PackageRepository } from '../grid/model.ts';
import { openPackageSource, type PackageList, type PackageSource } from '../grid/package-source.ts';
import { plainText } from '../grid/plain-text.ts';
import { type SitesPlace, sitesNamed } from './sites-place.ts';
import type { Offer, Offers } from './worker-protocol.ts';

/** Makes what asks the repositories of sites for their packages. */
export function openOffers(
  cacheDirectory: string,
): (names: readonly string[], place: SitesPlace, signal: AbortSignal) => Promise<Offers> {
  const source = openPackageSource({ cacheDirectory, now: Date.now });
  return (names, place, signal) => offersOf(names, place, source, signal);
}

async function offersOf(
  names: readonly string[],
  place: SitesPlace,
  source: PackageSource,
  signal: AbortSignal,
): Promise<Offers> {
  const sites = sitesNamed(place, names);
  const asked = new Map<string, { readonly repository: PackageRepository; readonly sites: string[] }>();
  const without: { site: string; reason: string }[] = [];
  for (const { name, repository, host } of sites) {
    if (!repository) without.push({ site: name, reason: 'the sites file gives it no repository' });
    else if (host && !repository.summary && /^(?:\/|file:)/i.test(repository.url))
      without.push({ site: name, reason: 'its repository is at the site, where this machine cannot look' });
    else {
      const key = JSON.stringify(repository);
      const known = asked.get(key) ?? { repository, sites: [] };
      known.sites.push(name);
      asked.set(key, known);
    }
  }
  const lists = await Promise.all(
    [...asked.values()].map(async each => ({ ...each, list: await source(each.repository, signal) })),
  );
  for (const { list, sites: at } of lists)
    if (list.kind === 'fault') without.push(...at.map(site => ({ site, reason: plainText(list.reason) })));
  return { packages: merged(lists), without };
}

/** Every version of every package, with the sites whose repository has it. */
function merged(
  lists: readonly { readonly list: PackageList; readonly sites: readonly string[] }[],
): readonly Offer[] {
  const offers = new Map<string, Offer>();
  for (const { list, sites } of lists) {
    if (list.kind === 'fault') continue;
    for (const versions of list.index.versions.values()) {
      for (const [place, { pkgname, name, version, comment }] of versions.entries()) {
        const before = offers.get(pkgname);
        const newest = place === 0 || before?.newest === true;
        const at = [...(before?.sites ?? []), ...sites];
        offers.set(pkgname, { pkgname, name, version, comment: plainText(comment), newest, sites: at });
      }
    }
  }
  // The sort is stable: the versions of a package stay in their order, best first.
  return [...offers.values()].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
