import type { Collected } from './collect.ts';
import { type Defined, type Library, LibraryReader, librariesOf } from './library-versions.ts';
import type { Delivery, Manifest, Package, Repository, VariantSet, World } from './model.ts';
import { tagKey } from './need-class.ts';
import { dirname, join } from './paths.ts';
import type { Known, Universe } from './universe.ts';

/** What is known of the symbol versions that a check is about. */
export interface SymbolVersions {
  /** What a library defines; `undefined`: nobody can tell. */
  of(library: Known): Defined | undefined;
  /** Where another version of a library's package matters. */
  floorOf(library: Known): Floor | undefined;
}

/** Another version of a library's package than the one that would be installed. */
export interface Floor {
  /** The oldest version known whose library defines all that is asked of it. */
  readonly oldest: Package;
  /** The declared `require` that an older version satisfies too, and what that one lacks. */
  readonly tooLow?: {
    readonly dependency: number;
    readonly lowest: Package;
    readonly lacking: readonly string[];
  };
}

/**
 * Reads the libraries that needs with symbol versions lead to. Nothing is fetched over a network: a library whose
 * content is not at hand is unknown.
 */
export async function symbolVersions(
  manifest: Manifest,
  collected: Collected,
  universe: Universe,
  world: World,
  signal: AbortSignal,
): Promise<SymbolVersions> {
  const defined = new Map<string, Defined>();
  const floors = new Map<string, Floor>();
  const reader = new LibraryReader(manifest, world, signal);
  for (const library of librariesOf(collected, universe)) {
    await world.pause?.();
    signal.throwIfAborted();
    const found = await reader.defined(library.known);
    if (!found) continue;
    defined.set(identity(library.known), found);
    if (found.size === 0 || library.known.own) continue;
    const floor = await new Versions(library, manifest, universe, world, reader, signal).floor(found);
    if (floor) floors.set(identity(library.known), floor);
  }
  return {
    of: library => defined.get(identity(library)),
    floorOf: library => floors.get(identity(library)),
  };
}

/** Equal for one delivery, however it was come by. */
function identity({ own, repository, delivery }: Known): string {
  const { name, version, publisher } = delivery.package;
  return [own, repository, publisher, name, version, delivery.path, tagKey(delivery.variants)].join('\0');
}

/** Older versions that are looked at where the one to be installed lacks something. */
const MOST_OLDER = 6;
/** Links within one package that are followed to a library. */
const MOST_LINKS = 4;

/** The other versions of the package that delivers a library. */
class Versions {
  readonly #library: Library;
  readonly #manifest: Manifest;
  readonly #universe: Universe;
  readonly #repositories: readonly Repository[];
  readonly #reader: LibraryReader;
  readonly #signal: AbortSignal;

  constructor(
    library: Library,
    manifest: Manifest,
    universe: Universe,
    { repositories }: World,
    reader: LibraryReader,
    signal: AbortSignal,
  ) {
    this.#library = library;
    this.#manifest = manifest;
    this.#universe = universe;
    this.#repositories = repositories.filter(one => one.kind === 'repository' && one.content);
    this.#reader = reader;
    this.#signal = signal;
  }

  async floor(defined: Defined): Promise<Floor | undefined> {
    const { name } = this.#library.known.delivery.package;
    const chosen = this.#universe.chosen(name);
    // Newest first; the workspace has one version, and hides the others.
    const versions = this.#universe.versions(name).filter(one => one.state === 'ordinary');
    const place = chosen ? versions.indexOf(chosen) : -1;
    if (!chosen || place < 0) return undefined;
    const isLacking = this.#lackingIn(defined).length > 0;
    if (!isLacking) return this.#raised(chosen, versions.slice(place).reverse());
    const newer = await this.#oldest(versions.slice(0, place).reverse());
    const oldest = newer ?? (await this.#newestOf(versions.slice(place + 1, place + 1 + MOST_OLDER)));
    return oldest && { oldest };
  }

  /** Whether a declared version is lower than what is needed; `upTo` is in ascending order and ends with the chosen one. */
  async #raised(chosen: Package, upTo: readonly Package[]): Promise<Floor | undefined> {
    const { rules } = this.#universe;
    const dependency = this.#manifest.dependencies.findIndex(
      ({ type, anyOf: [only] }) =>
        type === 'require' && only?.name === chosen.id.name && only.version !== undefined && !only.open,
    );
    const asked = this.#manifest.dependencies[dependency]?.anyOf[0]?.version;
    if (asked === undefined) return undefined;
    const allowed = upTo.filter(
      ({ id }) => rules.meets(id.version, asked, 'require') && this.#isIncorporated(id.version),
    );
    const [lowest] = allowed;
    const lacking = lowest && lowest !== chosen ? await this.#lacking(lowest) : undefined;
    if (!lowest || !lacking?.length) return undefined;
    const oldest = await this.#oldest(allowed);
    return oldest && { oldest, tooLow: { dependency, lowest, lacking } };
  }

  #isIncorporated(version: string | undefined): boolean {
    const { name } = this.#library.known.delivery.package;
    return this.#manifest.dependencies.every(
      ({ type, anyOf: [only] }) =>
        type !== 'incorporate' ||
        only?.name !== name ||
        this.#universe.rules.meets(version, only.version, 'incorporate'),
    );
  }

  /** The first of ascending versions from which on all define what is asked: libraries do not lose versions. */
  async #oldest(ascending: readonly Package[]): Promise<Package | undefined> {
    const last = ascending.at(-1);
    if (!last || !(await this.#definesAll(last))) return undefined;
    let from = 0;
    let to = ascending.length - 1;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      const at = ascending[middle];
      if (at && (await this.#definesAll(at))) to = middle;
      else from = middle + 1;
    }
    return ascending[to];
  }

  async #newestOf(descending: readonly Package[]): Promise<Package | undefined> {
    for (const one of descending) if (await this.#definesAll(one)) return one;
    return undefined;
  }

  async #definesAll(one: Package): Promise<boolean> {
    return (await this.#lacking(one))?.length === 0;
  }

  /** What the library of this version lacks; `undefined`: nobody can tell. */
  async #lacking(one: Package): Promise<readonly string[] | undefined> {
    for (const repository of this.#repositories) {
      const delivery = await this.#fileIn(one, repository);
      const defined = delivery && (await this.#reader.of(delivery, repository));
      if (defined && defined.size > 0) return this.#lackingIn(defined);
    }
    return undefined;
  }

  #lackingIn(defined: Defined): readonly string[] {
    return [...this.#library.wanted].filter(version => !defined.has(version));
  }

  async #fileIn({ id }: Package, repository: Repository): Promise<Delivery | undefined> {
    let path = this.#library.entry;
    for (let step = 0; step < MOST_LINKS; step++) {
      const found = await repository.deliveries(new Set([path]), this.#signal);
      const those = found.filter(
        one =>
          one.package.name === id.name &&
          one.package.version === id.version &&
          one.package.publisher === id.publisher &&
          goTogether(one.variants, this.#library.known.delivery.variants) &&
          goTogether(one.variants, this.#manifest.variants),
      );
      const [only] = those;
      if (those.length !== 1 || !only) return undefined;
      if (only.kind !== 'link' || only.target === undefined) return only;
      path = join(dirname(path), only.target);
    }
    return undefined;
  }
}

/** Whether none of the variants that both name divides them. */
function goTogether(a: VariantSet | undefined, b: VariantSet | undefined): boolean {
  for (const [name, values] of a ?? []) if (b?.get(name)?.isDisjointFrom(values)) return false;
  return true;
}
