import type { Delivery, Manifest, Need, VariantSet } from './model.ts';
import { directoryNeed, kindOf, nameOf } from './needs.ts';
import { basename, dirname } from './paths.ts';

/** Different tags under which one directory is there; more are not told apart. */
const MOST_TAGS = 16;

/** What the package that is checked delivers: paths, names, and the directories that these lie in. */
export class OwnDeliveries {
  readonly #told: DeliveryIndex;
  readonly #provided: DeliveryIndex | undefined;
  readonly #declared: VariantSet;
  readonly #whole = new Map<VariantSet, boolean>();

  /** `provides`: names that the payload brings, beside what the manifest says. */
  constructor(
    { deliveries, variants }: Pick<Manifest, 'deliveries' | 'variants'>,
    provides: readonly Delivery[],
  ) {
    this.#told = indexOf(deliveries);
    this.#provided = provides.length > 0 ? new DeliveryIndex(provides) : undefined;
    this.#declared = variants;
  }

  /** What is delivered at a path or under a name; a directory also when only something in it is. */
  at(need: Need): readonly Delivery[] {
    const named = this.named(need);
    return named.length > 0 || kindOf(need) !== 'dir' ? named : this.#told.below(nameOf(need));
  }

  /** What an action delivers at a path or under a name. */
  named(need: Need): readonly Delivery[] {
    const told = this.#told.named(need);
    const provided = this.#provided?.named(need) ?? NONE;
    return provided.length > 0 ? [...told, ...provided] : told;
  }

  /** What of a list is delivered in every combination of variants, and is no link: then nobody else matters. */
  firstAlways(list: readonly Need[]): Delivery | undefined {
    for (const need of list) {
      if (!this.#has(need)) continue;
      const found = this.named(need).find(one => one.kind !== 'link' && this.#isEverywhere(one.variants));
      if (found) return found;
    }
    return undefined;
  }

  /** The needs of a list that are among `others`, or at which the package delivers something, or has a link on the way. */
  withThose(list: readonly Need[], others: readonly Need[]): readonly Need[] {
    if (others.length === list.length) return list;
    const own = this.#places(list);
    if (own.size === 0) return others;
    const kept = new Set(others);
    return list.filter(need => kept.has(need) || own.has(need));
  }

  /** Needs of a list that the package delivers, or may have a link to. */
  #places(list: readonly Need[]): ReadonlySet<Need> {
    const { links } = this.#told;
    return new Set(list.filter(need => this.#has(need) || links.some(link => nameOf(need).startsWith(link))));
  }

  #has(need: Need): boolean {
    return this.#told.has(need) || this.#provided?.has(need) === true;
  }

  /** Paths with this base name. */
  withBase(base: string): readonly Need[] {
    return this.#told.paths.filter(
      path => path.endsWith(base) && kindOf(path) === 'path' && basename(path) === base,
    );
  }

  #isEverywhere(variants: VariantSet | undefined): boolean {
    if (!variants) return true;
    let whole = this.#whole.get(variants);
    if (whole === undefined) {
      whole = [...variants].every(([name, values]) => this.#declared.get(name)?.isSubsetOf(values));
      this.#whole.set(variants, whole);
    }
    return whole;
  }
}

const NONE: readonly Delivery[] = [];

/** The index of a list; an edit that changes no delivery leaves a manifest its list. */
function indexOf(deliveries: readonly Delivery[]): DeliveryIndex {
  let index = indexes.get(deliveries);
  if (!index) {
    index = new DeliveryIndex(deliveries);
    indexes.set(deliveries, index);
  }
  return index;
}

const indexes = new WeakMap<readonly Delivery[], DeliveryIndex>();

/** Deliveries by path or name. */
class DeliveryIndex {
  readonly #all: readonly Delivery[];
  /** Nearly every path is delivered once: a list for each would cost more than all else here. */
  readonly #first = new Map<Need, Delivery>();
  readonly #more = new Map<Need, readonly Delivery[]>();
  #links: readonly string[] | undefined;
  #directories: ReadonlyMap<string, readonly Delivery[]> | undefined;

  constructor(all: readonly Delivery[]) {
    this.#all = all;
    for (const delivery of all) {
      const { path } = delivery;
      if (this.#first.has(path)) this.#more.set(path, [...(this.#more.get(path) ?? []), delivery]);
      else this.#first.set(path, delivery);
    }
  }

  /** Each once. */
  get paths(): readonly Need[] {
    return [...this.#first.keys()];
  }

  /** The links, as what paths through them begin with. */
  get links(): readonly string[] {
    this.#links ??= this.#all.filter(one => one.kind === 'link').map(one => `${one.path}/`);
    return this.#links;
  }

  has(need: Need): boolean {
    return this.#first.has(need);
  }

  named(need: Need): readonly Delivery[] {
    const first = this.#first.get(need);
    if (!first) return NONE;
    const more = this.#more.get(need);
    return more ? [first, ...more] : [first];
  }

  /** Of a directory, what its being there is implied by. */
  below(directory: string): readonly Delivery[] {
    this.#directories ??= directoriesOf(this.#all);
    return this.#directories.get(directory) ?? NONE;
  }
}

/** Every directory that something lies in, with implied deliveries: one for each set of tags under which something does. */
export function directoriesOf(all: readonly Delivery[]): ReadonlyMap<string, readonly Delivery[]> {
  const directories = new Map<string, Delivery[]>();
  for (const { path, kind, package: by, variants, facets } of all) {
    if (kind === 'name') continue;
    for (let at = dirname(nameOf(path)); at !== ''; at = dirname(at)) {
      const known = directories.get(at) ?? [];
      // Where this is known of a directory it is known of those above it.
      if (known.length >= MOST_TAGS || known.some(one => one.variants === variants && one.facets === facets))
        break;
      const implied = { path: directoryNeed(at), kind: 'dir', implied: true, package: by } as const;
      known.push({ ...implied, ...(variants && { variants }), ...(facets && { facets }) });
      directories.set(at, known);
    }
  }
  return directories;
}
