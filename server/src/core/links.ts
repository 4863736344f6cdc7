import type { Need } from './model.ts';
import { dirname, join } from './paths.ts';
import type { Known, Universe } from './universe.ts';

/** A delivered link on the way of a path, and the path that one arrives at by following it. */
export interface LinkOnPath {
  readonly link: Known;
  readonly leadsTo: Need;
}

/** Every link that stands at the path itself or at one of its parent directories. */
export function linksOn(path: Need, universe: Pick<Universe, 'at'>): readonly LinkOnPath[] {
  const links: LinkOnPath[] = [];
  for (const place of [path, ...ancestors(path)]) {
    for (const known of universe.at(place)) {
      const leadsTo = follow(known, path);
      if (leadsTo !== undefined) links.push({ link: known, leadsTo });
    }
  }
  return links;
}

/** `usr/lib/64/x` -> `usr/lib/64`, `usr/lib`, `usr`. */
export function ancestors(path: Need): readonly Need[] {
  const result: Need[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    result.push(path.slice(0, at));
  return result;
}

/** Where `path` leads when the delivery is a link on it; `undefined` when it is none. */
function follow({ delivery }: Known, path: Need): Need | undefined {
  if (delivery.kind !== 'link' || delivery.target === undefined) return undefined;
  const leadsTo = join(dirname(delivery.path), delivery.target + path.slice(delivery.path.length));
  return leadsTo === path ? undefined : leadsTo;
}
