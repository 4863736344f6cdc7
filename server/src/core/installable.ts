import type { DialectRules } from './dialect.ts';
import type { Dependency, Package, VariantSet } from './model.ts';
import { type Constraint, holdsAlways } from './version-constraints.ts';

/** What is known of a name, newest first. */
export type KnownVersions = (name: string) => readonly Package[];

/** A dependency: the packages that meet it, and the one of them that it relies on as long as that can be installed. */
interface Group {
  readonly owner: Package;
  readonly fitting: readonly Package[];
  at: number;
}

/**
 * Which packages cannot be installed, and the constraint that is to blame: one forbids them, or every version that meets one of their
 * `require` or `require-any` dependencies cannot be installed. What nothing is known of forbids nothing, nor do packages that
 * need each other.
 *
 * Each dependency watches one version only, so that all the others are looked at only when that one falls.
 */
export class Installable {
  readonly #forbids: (one: Package) => Constraint | undefined;
  readonly #versions: KnownVersions;
  readonly #rules: DialectRules;
  readonly #variants: VariantSet;
  readonly #refused = new Map<Package, Constraint>();
  readonly #seen = new Set<Package>();
  readonly #watching = new Map<Package, Group[]>();
  readonly #open: Package[] = [];
  readonly #falling: Package[] = [];

  /** `variants`: what the package that is checked declares. */
  constructor(
    forbids: (one: Package) => Constraint | undefined,
    versions: KnownVersions,
    rules: DialectRules,
    variants: VariantSet,
  ) {
    this.#forbids = forbids;
    this.#versions = versions;
    this.#rules = rules;
    this.#variants = variants;
  }

  /** Why a package cannot be installed; `undefined` when it can. */
  refusal(one: Package): Constraint | undefined {
    this.#open.push(one);
    for (;;) {
      const fallen = this.#falling.pop();
      if (fallen) {
        for (const group of this.#watching.get(fallen) ?? []) this.#watch(group);
        continue;
      }
      const next = this.#open.pop();
      if (!next) return this.#refused.get(one);
      this.#look(next);
    }
  }

  #look(one: Package): void {
    if (this.#seen.has(one)) return;
    this.#seen.add(one);
    const forbidden = this.#forbids(one);
    if (forbidden) this.#refuse(one, forbidden);
    else for (const group of this.#groups(one)) this.#watch(group);
  }

  #watch(group: Group): void {
    const { owner, fitting } = group;
    let one = fitting[group.at];
    while (one && this.#refused.has(one)) one = fitting[++group.at];
    if (one) {
      const others = this.#watching.get(one);
      if (others) others.push(group);
      else this.#watching.set(one, [group]);
      this.#open.push(one);
      return;
    }
    const [first] = fitting;
    const why = first && this.#refused.get(first);
    if (why) this.#refuse(owner, why);
  }

  #refuse(one: Package, why: Constraint): void {
    if (this.#refused.has(one)) return;
    this.#refused.set(one, why);
    this.#falling.push(one);
  }

  #groups(owner: Package): readonly Group[] {
    return owner.dependencies.flatMap(dependency => {
      const { type, variants } = dependency;
      if (type !== 'require' && type !== 'require-any') return [];
      if (!holdsAlways(variants, this.#variants, owner.variants)) return [];
      const fitting = this.#fitting(dependency);
      return fitting.length > 0 ? [{ owner, fitting, at: 0 }] : [];
    });
  }

  /** Nothing where an alternative is not known. */
  #fitting({ anyOf }: Dependency): readonly Package[] {
    const each = anyOf.map(({ name, version }) =>
      this.#versions(name).filter(
        one => one.state !== 'obsolete' && this.#rules.meets(one.id.version, version, 'require'),
      ),
    );
    return each.some(one => one.length === 0) ? [] : each.flat();
  }
}
