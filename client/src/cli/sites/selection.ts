import { type SitesPlace, siteNames } from '../../sites/sites-place.ts';
import { complain, type Host } from '../host.ts';
import type { CommonOptions } from './options.ts';

/**
 * Names of the sites that `--site` and `--tag` choose, in the file's order, those with a fault too: a site of
 * one of the names and one of the tags. Neither option: all. Complains of a name or tag that nothing has.
 */
export function chosenNames(
  place: SitesPlace,
  options: CommonOptions,
  host: Host,
): readonly string[] | undefined {
  const all = siteNames(place);
  const tagsOf = new Map(place.file.sites.map(site => [site.name, site.tags]));
  const tags = new Set(place.file.sites.flatMap(site => site.tags));
  const unknown = [
    ...(options.site ?? []).filter(name => !all.includes(name)).map(name => `no site is called ${name}`),
    ...(options.tag ?? []).filter(tag => !tags.has(tag)).map(tag => `no site has the tag ${tag}`),
  ];
  for (const text of unknown) complain(host, `${text}; ${have(all, [...tags])}`);
  if (unknown.length > 0) return undefined;
  return all.filter(
    name =>
      (!options.site || options.site.includes(name)) &&
      (!options.tag || options.tag.some(tag => tagsOf.get(name)?.includes(tag))),
  );
}

function have(names: readonly string[], tags: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ') || 'none';
  const more = names.length > 20 ? ', …' : '';
  return `there are: ${shown}${more}${tags.length > 0 ? ` (tags: ${tags.slice(0, 20).join(', ')})` : ''}`;
}
