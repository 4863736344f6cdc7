import type { DialectRules } from './dialect.ts';
import { type Conflict, type Incorporated, incorporate } from './incorporation.ts';
import type { Manifest, Package, PackageId, Repository, World } from './model.ts';
import { type Constraint, VersionConstraints } from './version-constraints.ts';

/**
 * The versions of packages that repositories told of, and which of them would be installed: the newest of the
 * publisher that comes first that is not obsolete and that incorporations allow, the manifest's own `incorporate`
 * dependencies and those of the settings.
 */
export class KnownPackages {
  readonly #world: Pick<World, 'repositories' | 'publishers' | 'incorporations' | 'unlocked' | 'candidates'>;
  readonly #rules: DialectRules;
  readonly #incorporated: VersionConstraints;
  readonly #manifest: Pick<Manifest, 'dependencies' | 'variants'>;
  readonly #versions = new Map<
    string,
    { readonly repository: string; readonly packages: readonly Package[] }
  >();
  readonly #chosen = new Map<string, Package | undefined>();
  readonly #uninstallable = new Set<Package>();
  #surface: Incorporated | undefined;

  /** `manifest`: the one that is checked. */
  constructor(
    manifest: Pick<Manifest, 'dependencies' | 'variants' | 'id'>,
    world: World,
    rules: DialectRules,
  ) {
    this.#world = world;
    this.#rules = rules;
    this.#manifest = manifest;
    this.#incorporated = new VersionConstraints(rules, manifest.variants);
    const by = manifest.id ?? { name: 'this package' };
    for (const { type, anyOf, variants } of manifest.dependencies) {
      const [only] = anyOf;
      if (type !== 'incorporate' || !only?.version) continue;
      this.#incorporated.add({ name: only.name, version: only.version, by, variants });
    }
  }

  /** Whether repositories were asked after a name. */
  has(name: string): boolean {
    return this.#versions.has(name);
  }

  /** All versions of the publisher that comes first, newest first; hidden ones are left out. */
  versions(name: string): readonly Package[] {
    return this.#versions.get(name)?.packages ?? [];
  }

  /** Exactly this version. */
  version({ name, version, publisher }: PackageId): Package | undefined {
    return this.versions(name).find(({ id }) => id.version === version && id.publisher === publisher);
  }

  /** Where a package comes from. */
  repositoryOf(name: string): string | undefined {
    return this.#versions.get(name)?.repository;
  }

  /** The version that would be installed. */
  chosen(name: string): Package | undefined {
    if (!this.#chosen.has(name)) {
      this.#chosen.set(
        name,
        this.versions(name).find(
          one => one.state !== 'obsolete' && this.#allows(one) && !this.#uninstallable.has(one),
        ),
      );
    }
    return this.#chosen.get(name);
  }

  /** What the incorporations of the settings forbid, of a version. */
  excludes(one: Package): Constraint | undefined {
    return this.#surface?.excludes(one);
  }

  /** Incorporations of the settings that no repository has. */
  get unknownIncorporations(): readonly string[] {
    return this.#surface?.missing ?? [];
  }

  /** Incorporations of the settings that others of them forbid. */
  get conflicts(): readonly Conflict[] {
    return this.#surface?.conflicts ?? [];
  }

  /** Finds out what the incorporations of the settings allow, and what the versions deliver that are left. */
  async askIncorporations(signal: AbortSignal): Promise<void> {
    const { incorporations, unlocked } = this.#world;
    if (incorporations.length > 0) {
      const versions = async (names: ReadonlySet<string>) => {
        await this.ask(names, signal);
        return new Map([...names].map(name => [name, this.versions(name)] as const));
      };
      const { variants } = this.#manifest;
      this.#surface = await incorporate(incorporations, new Set(unlocked), versions, this.#rules, variants);
      this.#chosen.clear();
    }
    await this.#learnOlder(signal);
  }

  /** Of packages that are restricted an older version may be the one that counts, of which a repository did not look at the files. */
  async #learnOlder(signal: AbortSignal): Promise<void> {
    const { repositories, candidates, incorporations, unlocked } = this.#world;
    if (!repositories.some(one => one.learn)) return;
    const names = this.#incorporated.names.union(this.#surface?.names ?? new Set<string>());
    const key = [...incorporations, '', ...unlocked, '', ...this.#incorporated.names].join(' ');
    if (names.size === 0 || candidates.learned.has(key)) return;
    await this.ask(new Set([...names].filter(name => !this.has(name))), signal);
    const older = [...names].flatMap(name => {
      const chosen = this.chosen(name);
      return chosen && chosen !== this.versions(name)[0] ? [chosen.id] : [];
    });
    const learned = await Promise.all(repositories.map(one => one.learn?.(older, signal)));
    candidates.learned.add(key);
    if (!learned.includes(true)) return;
    candidates.forget();
    await this.ask(new Set(older.map(({ name }) => name)), signal);
    this.#chosen.clear();
  }

  /**
   * Gives up chosen versions whose own dependencies the incorporations of the settings forbid, once these are known.
   * Answers the names for which another version is chosen now.
   */
  reject(): ReadonlySet<string> {
    const names = new Set<string>();
    const installable = this.#surface?.installable(each => this.versions(each));
    if (!installable) return names;
    for (const [name, one] of this.#chosen) {
      if (!one || !installable.refusal(one)) continue;
      this.#uninstallable.add(one);
      names.add(name);
    }
    for (const name of names) this.#chosen.delete(name);
    return names;
  }

  /** Asks every repository after these names. */
  async ask(names: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { repositories } = this.#world;
    const answers = await Promise.all(repositories.map(repository => repository.packages(names, signal)));
    for (const name of names) this.#versions.set(name, this.#ranked(name, repositories, answers));
  }

  #ranked(
    name: string,
    repositories: readonly Repository[],
    answers: readonly ReadonlyMap<string, readonly Package[]>[],
  ): { repository: string; packages: readonly Package[] } {
    const ofName = answers.map(answer => answer.get(name) ?? []);
    const first = ofName.findIndex(packages => packages.length > 0);
    const workspace = repositories[first];
    if (workspace?.kind === 'workspace') return { repository: workspace.name, packages: ofName[first] ?? [] };
    const publisher = this.#preferred(ofName.flat());
    const isOurs = ({ id }: Package) => id.publisher === publisher;
    const repository = repositories[ofName.findIndex(packages => packages.some(isOurs))];
    const packages = ofName.flat().filter(isOurs);
    const ordered = packages.sort((a, b) => this.#rules.compareVersions(b.id.version, a.id.version));
    return { repository: repository?.name ?? '', packages: ordered };
  }

  /** The publisher that has a name: the first of the settings, else that of the first repository, whatever its versions. */
  #preferred(packages: readonly Package[]): string | undefined {
    const known = new Set(packages.map(({ id }) => id.publisher));
    return this.#world.publishers?.find(name => known.has(name)) ?? packages[0]?.id.publisher;
  }

  #allows(one: Package): boolean {
    return !this.#surface?.excludes(one) && !this.#incorporated.forbids(one);
  }
}
