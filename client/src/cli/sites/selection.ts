import type { Site } from '../../grid/model.ts';
import type { SitesPlace } from '../../sites/sites-place.ts';
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
  const all = namesOf(place);
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

/** The sites among the names that are described well enough to be asked something. */
export function sitesNamed(place: SitesPlace, names: readonly string[]): readonly Site[] {
  const wanted = new Set(names);
  return place.file.sites.filter(site => wanted.has(site.name));
}

/** Every site of the file: the good ones in its order, then those that are left out for a fault. */
function namesOf({ file, faults }: SitesPlace): readonly string[] {
  const names = [...file.sites.map(site => site.name), ...faults.flatMap(fault => fault.site ?? [])];
  return [...new Set(names)];
}

function have(names: readonly string[], tags: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ') || 'none';
  const more = names.length > 20 ? ', …' : '';
  return `there are: ${shown}${more}${tags.length > 0 ? ` (tags: ${tags.slice(0, 20).join(', ')})` : ''}`;
}
