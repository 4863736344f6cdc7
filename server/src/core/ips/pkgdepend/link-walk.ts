import { joined, normalised } from './attributes.ts';
import type { Combinations } from './combinations.ts';
import { groupedByCombinations } from './grouping.ts';
import type { FileMap, LinkMap } from './path-map.ts';
import type { Provider } from './provider.ts';

/** A delivered file to which a path leads. */
export interface Reached {
  readonly path: string;
  readonly provider: Provider;
  /** Who delivers the next step of the way: a link, or the file itself. */
  readonly next: Provider;
  readonly when: Combinations;
  /** The paths that were links, the last one of the way first. */
  readonly via: readonly string[];
}

/** A link on the way: where `other` is installed, the package of the link is needed too. */
export interface Crossed {
  readonly link: Provider;
  readonly other: Provider;
  /** The path in which the link stands. */
  readonly path: string;
  readonly when: Combinations;
}

export interface Walked {
  readonly reached: readonly Reached[];
  readonly crossed: readonly Crossed[];
}

/**
 * Where a path leads, through the links that packages deliver, component by component, under which variants
 * (`resolve_links` of `dependencies.py`). Links in circles lead nowhere.
 */
export function walk(path: string, files: FileMap, links: LinkMap, when: Combinations): Walked {
  if (links.size === 0 && !files.has(path)) return NOTHING;
  return new Walk(files, links).from(path, when, 0);
}

/** A way has no more links than the kernel follows, and all ways together no more steps than this. */
const MOST_LINKS = 40;
const MOST_STEPS = 20_000;
const NOTHING: Walked = { reached: [], crossed: [] };

class Walk {
  readonly #files: FileMap;
  readonly #links: LinkMap;
  #steps = 0;

  constructor(files: FileMap, links: LinkMap) {
    this.#files = files;
    this.#links = links;
  }

  from(path: string, when: Combinations, depth: number): Walked {
    if (depth > MOST_LINKS || this.#steps++ > MOST_STEPS) return NOTHING;
    const { reached, complete } = this.#delivered(path, when);
    if (complete) return { reached, crossed: [] };
    const end = this.#firstLink(path);
    if (end === undefined) return { reached, crossed: [] };
    const through = this.#through(path, end, when, depth);
    return { reached: [...reached, ...through.reached], crossed: through.crossed };
  }

  #delivered(path: string, when: Combinations): { readonly reached: Reached[]; readonly complete: boolean } {
    const reached: Reached[] = [];
    let left = when;
    for (const { provider, when: there } of this.#files.get(path) ?? []) {
      if (!when.meets(there)) continue;
      left = left.satisfiedBy(there);
      reached.push({ path, provider, next: provider, when: when.within(there).allSatisfied(), via: [] });
    }
    return { reached, complete: reached.length > 0 && left.isSatisfied };
  }

  /** Where the first component ends that some package delivers as a link. */
  #firstLink(path: string): number | undefined {
    if (this.#links.size === 0) return undefined;
    const directory = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    const plain = plainDirectories(this.#links);
    if (plain.has(directory)) return this.#links.has(path.replace(/^\//, '')) ? path.length : undefined;
    const end = this.#firstLinkOn(path);
    if ((end === undefined || end > directory.length) && plain.size < MOST_PLAIN) plain.add(directory);
    return end;
  }

  #firstLinkOn(path: string): number | undefined {
    const from = path.startsWith('/') ? 1 : 0;
    for (let end = path.indexOf('/', from); ; end = path.indexOf('/', end + 1)) {
      const to = end < 0 ? path.length : end;
      if (this.#links.has(path.slice(from, to))) return to;
      if (end < 0) return undefined;
    }
  }

  #through(path: string, end: number, when: Combinations, depth: number): Walked {
    const reached: Reached[] = [];
    const crossed: Crossed[] = [];
    const found = new Map<string, (readonly [Provider, Provider, Combinations])[]>();
    const here = path.slice(path.startsWith('/') ? 1 : 0, end);
    for (const link of this.#links.get(here) ?? []) {
      if (!when.meets(link.when)) continue;
      const both = when.within(link.when);
      if (both.isSatisfied && !both.isEmpty) continue;
      const target = targetOf(here, link.target, path.slice(end + 1));
      const beyond = this.from(target, both, depth + 1);
      if (beyond.reached.length === 0) continue;
      crossed.push(...beyond.crossed);
      for (const one of beyond.reached) {
        const pairs = found.get(target) ?? [];
        found.set(target, [...pairs, [link.provider, one.next, one.when]]);
        reached.push({ ...one, next: link.provider, via: [...one.via, path] });
      }
    }
    for (const pairs of found.values()) crossed.push(...crossedBy(pairs, path, when));
    return { reached, crossed };
  }
}

/** Directories on whose way no link stands: most paths that are asked for share them. */
function plainDirectories(links: LinkMap): Set<string> {
  const before = plainOf.get(links);
  if (before) return before;
  const plain = new Set<string>();
  plainOf.set(links, plain);
  return plain;
}

const plainOf = new WeakMap<LinkMap, Set<string>>();
const MOST_PLAIN = 100_000;

/** What a path means once the link at its beginning is replaced by its target. */
export function targetOf(link: string, target: string, rest: string): string {
  const directory = link.slice(0, Math.max(link.lastIndexOf('/'), 0));
  const whole = joined(directory, target);
  return normalised(rest === '' ? whole : joined(whole, rest));
}

function crossedBy(
  pairs: readonly (readonly [Provider, Provider, Combinations])[],
  path: string,
  when: Combinations,
): readonly Crossed[] {
  const items = pairs.map(([link, other, there]) => ({ info: { link, other }, when: there }));
  return groupedByCombinations(items).flatMap(group =>
    group.infos
      .filter(({ link, other }) => link.fmri !== other.fmri)
      .map(({ link, other }) => ({
        link,
        other,
        path,
        when: when.noneSatisfied().satisfiedBy(group.when),
      })),
  );
}
