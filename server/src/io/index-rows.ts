import type { Delivery, Dependency, Package, PackageId, VariantSet } from '../core/model.ts';
import { rowJson } from './index-database.ts';

/** What a row keeps of a package beside its name. */
export type PackageBody = Pick<Package, 'state' | 'variants' | 'dependencies'>;

/** The body as JSON. */
export function packageBody({ state, variants, dependencies }: PackageBody): string {
  const plain = dependencies.map(dependency => ({
    ...dependency,
    variants: plainVariants(dependency.variants),
    facets: dependency.facets && Object.fromEntries(dependency.facets),
  }));
  return JSON.stringify({ state, variants: plainVariants(variants), dependencies: plain });
}

/** The body out of its JSON. */
export function packageBodyIn(json: string): PackageBody {
  const body = rowJson<PlainBody>(json);
  return {
    state: body.state ?? 'ordinary',
    variants: variantsIn(body.variants) ?? new Map(),
    dependencies: (body.dependencies ?? []).map(({ variants, facets, ...rest }) => ({
      ...rest,
      ...(variants && { variants: variantsIn(variants) ?? new Map() }),
      ...(facets && { facets: new Map(Object.entries(facets)) }),
    })),
  };
}

/** Number of a delivery's kind in its row. */
export function kindNumber(kind: Delivery['kind']): number {
  return KINDS.indexOf(kind);
}

/** What a row keeps of a delivery beside path and kind; `null` where there is nothing more to say. */
export function deliveryBody(delivery: Delivery, declared: VariantSet): string | null {
  const { target, mediator, facets } = delivery;
  const own = delivery.variants === declared ? [] : narrower(delivery.variants, declared);
  if (target === undefined && mediator === undefined && !facets?.size && own.length === 0) return null;
  return JSON.stringify({
    target,
    mediator,
    variants: own.length > 0 ? plainVariants(new Map(own)) : undefined,
    facets: facets?.size ? Object.fromEntries(facets) : undefined,
  });
}

/** The delivery of a row; what its package declares goes without saying in it. */
export function deliveryFrom(
  path: string,
  kind: number,
  body: string | null,
  id: PackageId,
  declared: VariantSet,
): Delivery {
  const plain: PlainDelivery = body === null ? {} : rowJson<PlainDelivery>(body);
  const own = variantsIn(plain.variants);
  const variants = own ? new Map([...declared, ...own]) : declared;
  return {
    path,
    kind: KINDS[kind] ?? 'file',
    package: id,
    ...(plain.target !== undefined && { target: plain.target }),
    ...(plain.mediator !== undefined && { mediator: plain.mediator }),
    ...(variants.size > 0 && { variants }),
    ...(plain.facets && { facets: new Map(Object.entries(plain.facets)) }),
  };
}

type PlainVariants = Readonly<Record<string, readonly string[]>>;
type PlainFacets = Readonly<Record<string, string>>;

interface PlainDelivery {
  readonly target?: string;
  readonly mediator?: string;
  readonly variants?: PlainVariants;
  readonly facets?: PlainFacets;
}

interface PlainBody {
  readonly state?: Package['state'];
  readonly variants?: PlainVariants;
  readonly dependencies?: readonly (Omit<Dependency, 'variants' | 'facets'> & {
    readonly variants?: PlainVariants;
    readonly facets?: PlainFacets;
  })[];
}

const KINDS: readonly Delivery['kind'][] = ['file', 'link', 'hardlink', 'dir', 'name'];

function narrower(
  variants: VariantSet | undefined,
  declared: VariantSet,
): readonly (readonly [string, ReadonlySet<string>])[] {
  return [...(variants ?? [])].filter(([name, values]) => !covers(values, declared.get(name)));
}

function covers(values: ReadonlySet<string>, declared: ReadonlySet<string> | undefined): boolean {
  return declared !== undefined && [...declared].every(value => values.has(value));
}

function plainVariants(variants: VariantSet | undefined): PlainVariants | undefined {
  return variants?.size
    ? Object.fromEntries([...variants].map(([name, values]) => [name, [...values]]))
    : undefined;
}

function variantsIn(plain: PlainVariants | undefined): VariantSet | undefined {
  return plain && new Map(Object.entries(plain).map(([name, values]) => [name, new Set(values)]));
}
