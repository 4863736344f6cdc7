import type { DialectRules } from './dialect.ts';
import { splitFmri } from './ips/fmri.ts';
import type { Dependency, Package, PackageId } from './model.ts';

/** What one incorporation says of one package: its version must begin so. */
export interface Constraint {
  readonly name: string;
  readonly version: string;
  /** The incorporation. */
  readonly by: PackageId;
}

/** All versions of packages, of each the newest first. */
export type Versions = (names: ReadonlySet<string>) => Promise<ReadonlyMap<string, readonly Package[]>>;

/** Bounds on hostile repositories: real incorporations are three levels deep and name some thousands. */
const MOST_LEVELS = 12;
const MOST_PACKAGES = 20_000;

/**
 * The surface that incorporations define (`pkg(7)`, "Depend Actions"): the versions of packages that may be
 * installed beside them. What they do not name is not restricted.
 */
export class Incorporated {
  /** FMRIs of which no known package is the incorporation. */
  readonly missing: readonly string[];
  readonly #constraints: ReadonlyMap<string, readonly Constraint[]>;
  readonly #rules: DialectRules;

  constructor(
    constraints: ReadonlyMap<string, readonly Constraint[]>,
    missing: readonly string[],
    rules: DialectRules,
  ) {
    this.#constraints = constraints;
    this.missing = missing;
    this.#rules = rules;
  }

  /** The constraint that forbids a version of a package. */
  excludes({ id }: Package): Constraint | undefined {
    return this.#constraints
      .get(id.name)
      ?.find(one => !this.#rules.meets(id.version, one.version, 'incorporate'));
  }

  /**
   * Whether a package can be installed: nothing forbids it, and each of its `require` dependencies can be met by a
   * version that can be installed too. `versions` answers what is known of a name; nothing known forbids nothing.
   */
  isInstallable(one: Package, versions: (name: string) => readonly Package[]): boolean {
    return this.#refusal(one, versions, new Set()) === undefined;
  }

  #refusal(
    one: Package,
    versions: (name: string) => readonly Package[],
    onTheWay: Set<Package>,
  ): Constraint | undefined {
    const excluded = this.excludes(one);
    if (excluded || onTheWay.has(one)) return excluded;
    onTheWay.add(one);
    for (const { type, anyOf } of one.dependencies) {
      const [wanted] = anyOf;
      if (type !== 'require' || !wanted) continue;
      const fitting = versions(wanted.name).filter(each =>
        this.#rules.meets(each.id.version, wanted.version, 'require'),
      );
      const refusals = fitting.map(each => this.#refusal(each, versions, onTheWay));
      if (refusals.length > 0 && refusals.every(each => each !== undefined)) return refusals[0];
    }
    return undefined;
  }
}

/**
 * Finds out what the incorporations of these FMRIs allow, with those that they require. `unlocked`: packages whose
 * `facet.version-lock` an administrator switched off.
 */
export async function incorporate(
  fmris: readonly string[],
  unlocked: ReadonlySet<string>,
  versions: Versions,
  rules: DialectRules,
): Promise<Incorporated> {
  const walk = new Walk(unlocked, versions, rules);
  const wanted = fmris.map(fmri => ({ fmri, ...splitFmri(fmri) }));
  const known = await versions(new Set(wanted.map(one => one.name)));
  const missing: string[] = [];
  const first: Package[] = [];
  for (const { fmri, name, version } of wanted) {
    const fitting = (known.get(name) ?? []).filter(
      one => one.state === 'ordinary' && rules.meets(one.id.version, version || undefined, 'incorporate'),
    );
    if (fitting[0]) first.push(fitting[0]);
    else missing.push(fmri);
  }
  await walk.from(first);
  return new Incorporated(walk.constraints, missing, rules);
}

class Walk {
  readonly constraints = new Map<string, Constraint[]>();
  readonly #unlocked: ReadonlySet<string>;
  readonly #versions: Versions;
  readonly #rules: DialectRules;
  readonly #seen = new Set<string>();

  constructor(unlocked: ReadonlySet<string>, versions: Versions, rules: DialectRules) {
    this.#unlocked = unlocked;
    this.#versions = versions;
    this.#rules = rules;
  }

  /** The incorporations themselves stay as they are. Level by level: what one requires is chosen under all that the levels above allow. */
  async from(first: readonly Package[]): Promise<void> {
    for (const { id } of first) if (id.version !== undefined) this.#restrict(id.name, id.version, id);
    let level = first;
    for (let depth = 0; level.length > 0 && depth < MOST_LEVELS; depth++) {
      const required = new Set<string>();
      for (const one of level) {
        this.#seen.add(one.id.name);
        for (const dependency of one.dependencies) this.#take(dependency, one, required);
      }
      const open = required.difference(this.#seen);
      if (open.size === 0 || this.#seen.size > MOST_PACKAGES) return;
      const known = await this.#versions(open);
      level = [...open].flatMap(name => this.#chosen(known.get(name) ?? []) ?? []);
    }
  }

  #take({ type, anyOf, facets }: Dependency, one: Package, required: Set<string>): void {
    const [target] = anyOf;
    if (!target) return;
    if (type === 'require') required.add(target.name);
    if (type !== 'incorporate' || target.version === undefined) return;
    if (facets?.has(`version-lock.${target.name}`) && this.#unlocked.has(target.name)) return;
    this.#restrict(target.name, target.version, one.id);
  }

  #restrict(name: string, version: string, by: PackageId): void {
    const others = this.constraints.get(name);
    if (others) others.push({ name, version, by });
    else this.constraints.set(name, [{ name, version, by }]);
  }

  #chosen(versions: readonly Package[]): Package | undefined {
    return versions.find(
      one =>
        one.state === 'ordinary' &&
        (this.constraints.get(one.id.name) ?? []).every(each =>
          this.#rules.meets(one.id.version, each.version, 'incorporate'),
        ),
    );
  }
}
