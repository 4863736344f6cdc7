import { bringsPackages, namesOf } from './dependency-names.ts';
import type { DialectRules } from './dialect.ts';
import { rulesOf } from './dialects.ts';
import type { Conflict } from './incorporation.ts';
import { KnownPackages } from './known-packages.ts';
import { linksOn, placesOf } from './links.ts';
import type { Delivery, Manifest, Need, Package, Repository, World } from './model.ts';
import { kindOf, nameOf } from './needs.ts';
import { isOpenName } from './open-name.ts';
import { OwnDeliveries } from './own-deliveries.ts';

import type { Known, Questions, Unchosen, Universe } from './universe-facts.ts';
import type { Constraint } from './version-constraints.ts';

export type { Known, Questions, Universe } from './universe-facts.ts';

/** In place of a repository's name. */
const THIS = 'this package';

/** Longest chain of links that is followed, as in the kernel (`SYMLOOP_MAX` is 8 or more, Linux has 40). */
const MOST_LINKS = 24;

/** Asks the repositories all that deciding about these needs will take, in few batches. */
export async function gather(
  manifest: Manifest,
  questions: Questions,
  world: World,
  signal: AbortSignal,
): Promise<Universe> {
  const rules = rulesOf(manifest.dialect);
  const answers = new Answers(manifest, questions, world, rules);
  await answers.askIncorporations(signal);
  const open = [...questions.lists].filter(list => !answers.own(list));
  await world.candidates.ask(open, world.repositories, signal);
  const needs = new Set(open.flatMap(list => answers.relevant(list)));
  if (needs.size > 0 || answers.mayReport)
    await answers.askDependencies(namesOf(manifest.dependencies), signal);
  await answers.askDeliveries(needs, signal);
  return answers;
}

class Answers implements Universe {
  readonly rules: DialectRules;
  readonly ownName: string | undefined;
  readonly #world: World;
  readonly #packages: KnownPackages;
  readonly #own: OwnDeliveries;
  readonly #ownFile: string | undefined;
  readonly #explicit: ReadonlySet<Need>;
  readonly #foreign = new Map<string, Known[]>();
  readonly #at = new Map<string, readonly Known[]>();
  readonly #relevant = new Map<readonly Need[], readonly Need[]>();
  /** Lists -> what of them the package delivers itself; `null`: nothing. */
  readonly #satisfied = new Map<readonly Need[], Known | null>();

  constructor(manifest: Manifest, { explicit, provides }: Questions, world: World, rules: DialectRules) {
    this.rules = rules;
    this.ownName = manifest.id?.name ?? manifest.deliveries[0]?.package.name;
    this.#world = world;
    this.#explicit = explicit;
    this.#ownFile = manifest.deliveries[0]?.origin?.file;
    this.#packages = new KnownPackages(manifest, world, rules);
    this.#own = new OwnDeliveries(manifest, provides);
  }

  /** True when the settings say where all packages are. */
  get mayReport(): boolean {
    const { repositories, policy } = this.#world;
    return policy.closed || repositories.some(repository => repository.kind === 'repository');
  }

  get complete(): boolean {
    return this.mayReport && this.#world.repositories.every(repository => repository.faults().length === 0);
  }

  versions(name: string): readonly Package[] {
    return this.#packages.versions(name);
  }

  repositoryOf(name: string): string | undefined {
    return this.#packages.repositoryOf(name);
  }

  chosen(name: string): Package | undefined {
    return this.#packages.chosen(name);
  }

  at(path: Need): readonly Known[] {
    let known = this.#at.get(path);
    if (!known) {
      const foreign = this.#foreign.get(path) ?? [];
      known = [...this.#ownAt(path), ...foreign.filter(one => this.#isChosen(one.delivery))];
      this.#at.set(path, known);
    }
    return known;
  }

  unchosenAt(path: Need): readonly Unchosen[] {
    return (this.#foreign.get(path) ?? []).flatMap(({ delivery }) => {
      const one = this.#packages.version(delivery.package);
      if (!one || this.#isChosen(delivery)) return [];
      const chosen = this.chosen(delivery.package.name)?.id;
      return [{ delivery, constraint: this.excludes(one), chosen }];
    });
  }

  excludes(one: Package): Constraint | undefined {
    return this.#packages.excludes(one);
  }

  get unknownIncorporations(): readonly string[] {
    return this.#packages.unknownIncorporations;
  }

  get conflicts(): readonly Conflict[] {
    return this.#packages.conflicts;
  }

  own(anyOf: readonly Need[]): Known | undefined {
    let known = this.#satisfied.get(anyOf);
    if (known === undefined) {
      const delivery = this.#own.firstAlways(anyOf);
      known = delivery ? { delivery, own: true, repository: THIS } : null;
      this.#satisfied.set(anyOf, known);
    }
    return known ?? undefined;
  }

  relevant(anyOf: readonly Need[]): readonly Need[] {
    let relevant = this.#relevant.get(anyOf);
    if (!relevant) {
      relevant = this.#own.withThose(anyOf, this.#world.candidates.of(anyOf));
      this.#relevant.set(anyOf, relevant);
    }
    return relevant;
  }

  ownNamed(base: string): readonly Need[] {
    return this.#own.withBase(base);
  }

  /** Finds out what the incorporations of the settings allow. */
  askIncorporations(signal: AbortSignal): Promise<void> {
    return this.#packages.askIncorporations(signal);
  }

  /** Follows declared dependencies to the end, a batch for each step of the way. */
  async askDependencies(names: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    let open: ReadonlySet<string> = names;
    while (open.size > 0) {
      await this.#packages.ask(new Set([...open].filter(name => !this.#packages.has(name))), signal);
      const next = new Set<string>();
      for (const name of open) {
        for (const mentioned of namesOf(this.chosen(name)?.dependencies.filter(bringsPackages) ?? [])) {
          if (!this.#packages.has(mentioned)) next.add(mentioned);
        }
      }
      open = next.size > 0 ? next : this.#packages.reject();
    }
  }

  /** Asks who delivers the needs, and what their links lead to: a batch for each link of the longest chain. */
  async askDeliveries(needs: ReadonlySet<Need>, signal: AbortSignal): Promise<void> {
    const asked = new Set<string>();
    const followed = new Set<Need>();
    let open = needs;
    for (let step = 0; open.size > 0 && step < MOST_LINKS; step++) {
      const places = this.#places(open, asked);
      const found = [
        ...(await this.#told(repository => repository.deliveries(places, signal))),
        ...(await this.#contents(open, signal)),
      ];
      const strange = found
        .map(one => one.delivery.package.name)
        .filter(name => !isOpenName(name) && !this.#packages.has(name));
      await this.askDependencies(new Set(strange), signal);
      for (const one of found) push(this.#foreign, one.delivery.path, one);
      const targets = new Set<Need>();
      for (const path of open) {
        followed.add(path);
        if (this.#explicit.has(path)) continue;
        for (const link of linksOn(path, this)) targets.add(link.leadsTo);
      }
      open = targets.difference(followed);
    }
  }

  /** The places that decide about the needs and were not asked for yet; marks them as asked. */
  #places(needs: ReadonlySet<Need>, asked: Set<string>): ReadonlySet<string> {
    const open = new Set<string>();
    for (const need of needs) {
      for (const one of this.#explicit.has(need) ? [need] : placesOf(need)) {
        if (asked.has(one)) continue;
        asked.add(one);
        open.add(one);
      }
    }
    return open;
  }

  #ownAt(path: Need): readonly Known[] {
    const own = this.#explicit.has(path) ? this.#own.named(path) : this.#own.at(path);
    return own.map(delivery => ({ delivery, own: true, repository: THIS }));
  }

  async #told(
    question: (repository: Repository) => Promise<readonly Delivery[]> | undefined,
  ): Promise<readonly Known[]> {
    const answers = await Promise.all(
      this.#world.repositories.map(async repository => {
        const deliveries = (await question(repository)) ?? [];
        return deliveries
          .filter(one => !this.#isOwn(one))
          .map(delivery => ({ delivery, own: false, repository: repository.name }));
      }),
    );
    return answers.flat();
  }

  /** Directories that exist because of what others deliver in them; what the package itself has needs nobody. */
  async #contents(needs: ReadonlySet<Need>, signal: AbortSignal): Promise<readonly Known[]> {
    const open = new Set<string>();
    for (const need of needs) {
      if (kindOf(need) !== 'dir' || this.#explicit.has(need)) continue;
      if (!this.#own.at(need).some(one => !one.variants && !one.facets)) open.add(nameOf(need));
    }
    return open.size > 0 ? this.#told(repository => repository.below?.(open, signal)) : [];
  }

  /** An older version of itself, or what it says itself; packages whose names are open are told apart by their manifests. */
  #isOwn({ package: by, origin }: Delivery): boolean {
    return by.name === this.ownName && (!isOpenName(by.name) || origin?.file === this.#ownFile);
  }

  #isChosen(delivery: Delivery): boolean {
    if (isOpenName(delivery.package.name)) return true;
    const chosen = this.chosen(delivery.package.name)?.id;
    return chosen?.version === delivery.package.version && chosen?.publisher === delivery.package.publisher;
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
