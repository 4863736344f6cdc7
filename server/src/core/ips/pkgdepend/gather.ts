import type { Delivery, Package, Repository } from '../../model.ts';
import { templateOf } from './authored.ts';
import { type Template, withUnknown, withValues } from './combinations.ts';
import { targetOf } from './link-walk.ts';
import type { PathMap } from './path-map.ts';
import { type Provider, providerOf } from './provider.ts';
import type { Beyond, Resolving } from './resolve.ts';
import { wantedPaths } from './resolve.ts';

/** A repository or image, and which of its packages count. */
export interface Asked {
  /** As messages name it. */
  readonly name: string;
  readonly repository: Repository;
  /** Whether a package counts, by its name and newest version. */
  readonly counts: (name: string, version: string | undefined) => boolean;
}

/** Ways through links have no more rounds of questions than this. */
const MOST_ROUNDS = 40;
const MOST_PATHS = 500_000;
const MOST_PASSED = 10_000;

/**
 * Asks repositories everything that resolving will take, in rounds: who delivers the paths and the links on the way to
 * them, and where these lead. Of each package the newest version counts; one that a manifest names is hidden by it.
 */
export async function gather(
  manifests: readonly Resolving[],
  asked: readonly Asked[],
  signal: AbortSignal,
): Promise<readonly (Beyond & { readonly packages: ReadonlySet<string> })[]> {
  if (asked.length === 0) return [];
  const hidden = new Set(manifests.map(one => one.provider.name));
  const found = asked.map(one => new Gathering(one, hidden));
  const links = linksOf(manifests);
  const known = new Set<string>();
  let open: ReadonlySet<string> = new Set(wantedPaths(manifests).values());
  for (let round = 0; round < MOST_ROUNDS && open.size > 0 && known.size < MOST_PATHS; round++) {
    const paths = new Set([...open].flatMap(withAbove).filter(path => !known.has(path)));
    for (const path of paths) known.add(path);
    for (const one of found)
      for (const link of await one.ask(paths, signal)) add(links, link.path, link.target);
    open = new Set([...open].flatMap(path => beyondLinks(path, links)).filter(path => !known.has(path)));
  }
  return found;
}

function linksOf(manifests: readonly Resolving[]): Map<string, Set<string>> {
  const links = new Map<string, Set<string>>();
  for (const { manifest } of manifests)
    for (const { type, attributes } of manifest.actions)
      if (type === 'link' || type === 'hardlink')
        add(links, attributes.get('path')?.[0] ?? '', attributes.get('target')?.[0] ?? '');
  return links;
}

function add(links: Map<string, Set<string>>, path: string, target: string): void {
  const there = links.get(path);
  if (there) there.add(target);
  else links.set(path, new Set([target]));
}

/** A path and all directories above it. */
function withAbove(path: string): readonly string[] {
  const all = [path];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    all.push(path.slice(0, at));
  return all;
}

/** Where a path leads through one link on it. */
function beyondLinks(path: string, links: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  return withAbove(path).flatMap(link =>
    [...(links.get(link) ?? [])].map(target => targetOf(link, target, path.slice(link.length + 1))),
  );
}

/** What one repository said. */
class Gathering implements Beyond {
  readonly name: string;
  readonly #asked: Asked;
  readonly #hidden: ReadonlySet<string>;
  /** Newest version of each package that counts. */
  readonly #packages = new Map<string, Package | undefined>();
  readonly #deliveries: Delivery[] = [];
  /** Path -> who delivers it and does not count, and why. */
  readonly passedOver = new Map<string, string>();
  readonly #why = new Map<string, string>();

  constructor(asked: Asked, hidden: ReadonlySet<string>) {
    this.name = asked.name;
    this.#asked = asked;
    this.#hidden = hidden;
  }

  get variants(): Template {
    let all: Template = new Map();
    for (const one of this.#packages.values()) if (one) all = withValues(all, templateOf(one.variants));
    return all;
  }

  /** Names of the packages that deliver something that was asked for. */
  get packages(): ReadonlySet<string> {
    return new Set([...this.#packages].filter(([, one]) => one).map(([name]) => name));
  }

  /** Asks who delivers paths; answers the links among them. */
  async ask(
    paths: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<readonly { readonly path: string; readonly target: string }[]> {
    const { repository } = this.#asked;
    const all = await repository.deliveries(paths, signal);
    const fresh = new Set(all.map(one => one.package.name).filter(name => !this.#packages.has(name)));
    for (const [name, versions] of await repository.packages(fresh, signal)) this.#learn(name, versions);
    for (const name of fresh) if (!this.#packages.has(name)) this.#packages.set(name, undefined);
    const counting = all.filter(one => this.#counts(one) || this.#pass(one));
    this.#deliveries.push(...counting);
    return counting.flatMap(({ path, target }) => (target === undefined ? [] : [{ path, target }]));
  }

  #learn(name: string, versions: readonly Package[]): void {
    const [newest] = versions;
    const usable =
      newest?.state === 'ordinary' && !this.#hidden.has(name) && this.#asked.counts(name, newest.id.version);
    this.#packages.set(name, usable ? newest : undefined);
    if (newest && newest.state !== 'ordinary') this.#why.set(name, `whose newest version is ${newest.state}`);
    else if (this.#hidden.has(name)) this.#why.set(name, 'whose manifest is one of these');
    else if (!usable) this.#why.set(name, 'which -e does not name');
  }

  /** Remembers what does not count for what is said of a path that nobody else delivers. */
  #pass({ path, package: { name, version } }: Delivery): false {
    if (this.passedOver.size < MOST_PASSED && !this.passedOver.has(path))
      this.passedOver.set(
        path,
        `${name}${version === undefined ? '' : `@${version.replace(/:.*$/, '')}`}, ${this.#why.get(name) ?? 'which is not its newest version'}`,
      );
    return false;
  }

  #counts({ package: id }: Delivery): boolean {
    const newest = this.#packages.get(id.name)?.id;
    if (!newest) return false;
    return newest.version === id.version && newest.publisher === id.publisher;
  }

  fill(paths: PathMap, distribution: Template): void {
    const providers = new Map<string, { readonly provider: Provider; readonly variants: Template }>();
    for (const [name, one] of this.#packages) {
      const provider =
        one && providerOf(`pkg:/${name}${one.id.version === undefined ? '' : `@${one.id.version}`}`);
      if (!one || !provider || typeof provider === 'string') continue;
      providers.set(name, { provider, variants: withUnknown(templateOf(one.variants), distribution) });
    }
    for (const { path, kind, target, package: id, variants: tags } of this.#deliveries) {
      const known = providers.get(id.name);
      if (!known) continue;
      const { provider, variants } = known;
      const when = paths.when(templateOf(tags), variants);
      if (target === undefined || (kind !== 'link' && kind !== 'hardlink'))
        paths.addFile(path, { provider, when });
      else paths.addLink(path, { provider, when, target });
    }
  }
}
