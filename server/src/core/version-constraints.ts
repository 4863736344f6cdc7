import type { DialectRules } from './dialect.ts';
import type { Package, PackageId, VariantSet } from './model.ts';

/** What one `incorporate` dependency says of one package: its version must begin so. */
export interface Constraint {
  readonly name: string;
  readonly version: string;
  /** The incorporation. */
  readonly by: PackageId;
  /** Variant values under which it holds; absent means all. */
  readonly variants?: VariantSet | undefined;
  /** What the incorporation declares of variants. */
  readonly declared?: VariantSet | undefined;
}

/** More combinations of the variants that constraints name are taken for one that none covers. */
const MOST_COMBINATIONS = 256;

/** `incorporate` dependencies, and the versions that they forbid (`pkg(7)`, "Depend Actions"). */
export class VersionConstraints {
  readonly #rules: DialectRules;
  readonly #variants: VariantSet;
  readonly #byName = new Map<string, Constraint[]>();

  /** `variants`: what the package that is checked declares; other values do not matter. */
  constructor(rules: DialectRules, variants: VariantSet) {
    this.#rules = rules;
    this.#variants = variants;
  }

  add(constraint: Constraint): void {
    const others = this.#byName.get(constraint.name);
    if (others) others.push(constraint);
    else this.#byName.set(constraint.name, [constraint]);
  }

  /** Packages that are named. */
  get names(): ReadonlySet<string> {
    return new Set(this.#byName.keys());
  }

  /** The constraint that forbids a version; one that some combination of variants allows is not forbidden. */
  forbids({ id }: Pick<Package, 'id'>): Constraint | undefined {
    const broken = (this.#byName.get(id.name) ?? []).filter(
      one => !this.#rules.meets(id.version, one.version, 'incorporate'),
    );
    const always = broken.find(one => !one.variants?.size);
    return always ?? (broken.length > 0 && this.#isCovered(broken) ? broken[0] : undefined);
  }

  /** Whether some of these constraints holds in every combination of variants. */
  #isCovered(constraints: readonly Constraint[]): boolean {
    let open: readonly ReadonlyMap<string, string>[] = [new Map()];
    for (const name of new Set(constraints.flatMap(one => [...(one.variants?.keys() ?? [])]))) {
      const values = this.#values(name, constraints);
      if (!values || values.size * open.length > MOST_COMBINATIONS) return false;
      open = open.flatMap(one => [...values].map(value => new Map([...one, [name, value]])));
    }
    return open.every(values => constraints.some(one => holds(one.variants, values)));
  }

  #values(name: string, constraints: readonly Constraint[]): ReadonlySet<string> | undefined {
    return this.#variants.get(name) ?? constraints.find(one => one.declared?.has(name))?.declared?.get(name);
  }
}

function holds(variants: VariantSet | undefined, values: ReadonlyMap<string, string>): boolean {
  return [...(variants ?? [])].every(([name, wanted]) => wanted.has(values.get(name) ?? ''));
}

/** Whether tags hold in every combination of what is declared; a variant that nobody declares may have any value. */
export function holdsAlways(tags: VariantSet | undefined, ...declared: readonly VariantSet[]): boolean {
  return [...(tags ?? [])].every(([name, values]) => {
    const known = declared.find(one => one.has(name))?.get(name);
    return known !== undefined && [...known].every(value => values.has(value));
  });
}
