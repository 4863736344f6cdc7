import type { Need } from './model.ts';
import { directoryNeed, isPlace, kindOf, nameOf } from './needs.ts';
import { dirname, join } from './paths.ts';
import type { Known, Universe } from './universe.ts';

/** A delivered link on the way of a path, and the need that one arrives at by following it. */
export interface LinkOnPath {
  readonly link: Known;
  readonly leadsTo: Need;
}

/** Every link that stands at the path or directory itself or at one of its parent directories; names have none. */
export function linksOn(need: Need, universe: Pick<Universe, 'at'>): readonly LinkOnPath[] {
  if (!isPlace(need)) return NONE;
  const isDirectory = kindOf(need) === 'dir';
  const path = nameOf(need);
  const links: LinkOnPath[] = [];
  for (const place of [path, ...ancestors(path)]) {
    for (const known of universe.at(place)) {
      const leadsTo = follow(known, path);
      if (leadsTo === undefined) continue;
      links.push({ link: known, leadsTo: isDirectory ? directoryNeed(leadsTo) : leadsTo });
    }
  }
  return links;
}

const NONE: readonly LinkOnPath[] = [];

/** The paths at which something may stand that decides about a need: itself, and every link on its way. */
export function placesOf(need: Need): readonly Need[] {
  switch (kindOf(need)) {
    case 'path':
      return [need, ...ancestors(need)];
    case 'dir':
      return [need, nameOf(need), ...ancestors(nameOf(need))];
    default:
      return [need];
  }
}

/** `usr/lib/64/x` -> `usr/lib/64`, `usr/lib`, `usr`. */
function ancestors(path: string): readonly string[] {
  const result: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    result.push(path.slice(0, at));
  return result;
}

/** Where `path` leads when the delivery is a link on it; `undefined` when it is none. */
function follow({ delivery }: Known, path: string): string | undefined {
  if (delivery.kind !== 'link' || delivery.target === undefined) return undefined;
  const leadsTo = join(dirname(delivery.path), delivery.target + path.slice(delivery.path.length));
  return leadsTo === path ? undefined : leadsTo;
}
