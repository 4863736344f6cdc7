import type { DialectRules } from './dialect.ts';
import { Installable, type KnownVersions } from './installable.ts';
import { splitFmri } from './ips/fmri.ts';
import type { Dependency, FacetSet, Package, VariantSet } from './model.ts';
import { type Constraint, VersionConstraints } from './version-constraints.ts';

/** All versions of packages, of each the newest first. */
export type Versions = (names: ReadonlySet<string>) => Promise<ReadonlyMap<string, readonly Package[]>>;

/** An incorporation of the settings that another one of them forbids. */
export interface Conflict {
  readonly incorporation: Package;
  readonly constraint: Constraint;
}

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
  readonly conflicts: readonly Conflict[];
  readonly #constraints: VersionConstraints;
  readonly #rules: DialectRules;
  readonly #variants: VariantSet;

  constructor(
    walk: { readonly constraints: VersionConstraints; readonly conflicts: readonly Conflict[] },
    missing: readonly string[],
    rules: DialectRules,
    variants: VariantSet,
  ) {
    this.#constraints = walk.constraints;
    this.conflicts = walk.conflicts;
    this.missing = missing;
    this.#rules = rules;
    this.#variants = variants;
  }

  /** Packages that are restricted. */
  get names(): ReadonlySet<string> {
    return this.#constraints.names;
  }

  /** The constraint that forbids a version of a package. */
  excludes(one: Package): Constraint | undefined {
    return this.#constraints.forbids(one);
  }

  /** Which packages can be installed: nothing forbids them, nor all that would meet one of their dependencies. */
  installable(versions: KnownVersions): Installable {
    return new Installable(one => this.excludes(one), versions, this.#rules, this.#variants);
  }
}

/**
 * Finds out what the incorporations of these FMRIs allow, with those that they require. `unlocked`: packages whose
 * `facet.version-lock` an administrator switched off; `variants`: what the package that is checked declares.
 */
export async function incorporate(
  fmris: readonly string[],
  unlocked: ReadonlySet<string>,
  versions: Versions,
  rules: DialectRules,
  variants: VariantSet,
): Promise<Incorporated> {
  const walk = new Walk(unlocked, versions, rules, variants);
  const known = await versions(new Set(fmris.map(fmri => splitFmri(fmri).name)));
  const wanted = fmris.map(fmri => {
    const { name, version, publisher } = splitFmri(fmri);
    const fitting = (known.get(name) ?? []).filter(
      ({ id, state }) =>
        state !== 'obsolete' &&
        (publisher === undefined || publisher === id.publisher) &&
        rules.meets(id.version, version || undefined, 'incorporate'),
    );
    return { fmri, fitting };
  });
  const found = wanted.filter(({ fitting }) => fitting.length > 0);
  // Where one leaves a choice, the others decide.
  for (const { fitting } of found.sort((a, b) => a.fitting.length - b.fitting.length))
    await walk.add(fitting);
  const missing = wanted.filter(({ fitting }) => fitting.length === 0).map(({ fmri }) => fmri);
  return new Incorporated(walk, missing, rules, variants);
}

class Walk {
  readonly constraints: VersionConstraints;
  readonly #unlocked: ReadonlySet<string>;
  readonly #versions: Versions;
  readonly #rules: DialectRules;
  readonly #seen = new Set<string>();
  readonly #roots: Package[] = [];

  constructor(unlocked: ReadonlySet<string>, versions: Versions, rules: DialectRules, variants: VariantSet) {
    this.constraints = new VersionConstraints(rules, variants);
    this.#unlocked = unlocked;
    this.#versions = versions;
    this.#rules = rules;
  }

  /** Incorporations of the settings that others forbid. */
  get conflicts(): readonly Conflict[] {
    return this.#roots.flatMap(incorporation => {
      const constraint = this.constraints.forbids(incorporation);
      return constraint ? [{ incorporation, constraint }] : [];
    });
  }

  /** The newest of these versions that those before allow, with all that it requires; it stays as it is itself. */
  async add(fitting: readonly Package[]): Promise<void> {
    const root = fitting.find(one => !this.constraints.forbids(one)) ?? fitting[0];
    if (!root) return;
    this.#roots.push(root);
    const { name, version } = root.id;
    if (version !== undefined) this.constraints.add({ name, version, by: root.id });
    await this.#follow([root]);
  }

  /** Level by level: what one requires is chosen under all that the levels above allow. */
  async #follow(first: readonly Package[]): Promise<void> {
    let level = first;
    for (let depth = 0; level.length > 0 && depth < MOST_LEVELS; depth++) {
      const required = new Map<string, (string | undefined)[]>();
      for (const one of level) {
        this.#seen.add(one.id.name);
        for (const dependency of one.dependencies) this.#take(dependency, one, required);
      }
      const open = new Set(required.keys()).difference(this.#seen);
      if (open.size === 0 || this.#seen.size > MOST_PACKAGES) return;
      const known = await this.#versions(open);
      level = [...open].flatMap(name => this.#chosen(known.get(name) ?? [], required.get(name) ?? []) ?? []);
    }
  }

  #take(
    { type, anyOf, variants, facets }: Dependency,
    one: Package,
    required: Map<string, (string | undefined)[]>,
  ): void {
    const [target] = anyOf;
    if (!target) return;
    const { name, version } = target;
    if (type === 'require') required.set(name, [...(required.get(name) ?? []), version]);
    if (type !== 'incorporate' || version === undefined || this.#isOff(facets)) return;
    this.constraints.add({ name, version, by: one.id, variants, declared: one.variants });
  }

  /** Whether locks that an administrator took off switch a dependency off (`pkg(7)`, "Facets": any of `true`, each of `all`). */
  #isOff(facets: FacetSet | undefined): boolean {
    const locks = [...(facets ?? [])].map(([name, value]) => ({
      all: value === 'all',
      off: name.startsWith(LOCK) && this.#unlocked.has(name.slice(LOCK.length)),
    }));
    const any = locks.filter(({ all }) => !all);
    return locks.some(({ all, off }) => all && off) || (any.length > 0 && any.every(({ off }) => off));
  }

  #chosen(versions: readonly Package[], wanted: readonly (string | undefined)[]): Package | undefined {
    return versions.find(
      one =>
        one.state !== 'obsolete' &&
        wanted.every(version => this.#rules.meets(one.id.version, version, 'require')) &&
        !this.constraints.forbids(one),
    );
  }
}

const LOCK = 'version-lock.';
