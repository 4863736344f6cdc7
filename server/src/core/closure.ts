import type { Combination, Dependency, FacetSet } from './model.ts';
import { MACRO } from './open-name.ts';
import type { Universe } from './universe.ts';
import { impliedBy, isActive } from './variants.ts';

/**
 * The packages that are guaranteed to be there once the declared dependencies are, under one
 * combination of variants.
 *
 * `require` guarantees; `conditional` does when its predicate is guaranteed; `require-any`
 * guarantees what all its alternatives have in common; renamed packages bring what they require.
 * `optional`, `incorporate`, `exclude`, `origin`, `parent` and the avoidable `group` guarantee nothing
 * (`pkg(7)`, "Depend Actions").
 */
export interface Closure {
  has(name: string): boolean;
  /** True for what the manifest itself declares. */
  isDeclared(name: string): boolean;
  /** From a declared package to `name`, both included; empty when nothing brings it. */
  path(name: string): readonly string[];
  /** Every `require-any` that holds. */
  readonly choices: readonly Choice[];
}

/** A `require-any`: one of its alternatives will be there, and nobody knows which. */
export interface Choice {
  /** The package that declares it; `undefined`: the manifest itself. */
  readonly from: string | undefined;
  readonly names: ReadonlySet<string>;
  /** For each alternative: all packages that are there if it is. */
  readonly alternatives: readonly ReadonlySet<string>[];
}

/** Follows dependencies to the end. `facets`: those of the file that has the need. */
export function closureOf(
  dependencies: readonly Dependency[],
  combination: Combination,
  facets: FacetSet | undefined,
  universe: Universe,
): Closure {
  const walk = new Walk(combination, facets, universe);
  walk.follow(dependencies, undefined);
  walk.settle();
  return walk;
}

class Walk implements Closure {
  readonly choices: Choice[] = [];
  readonly #combination: Combination;
  readonly #facets: FacetSet | undefined;
  readonly #universe: Universe;
  /** Name -> the package that brought it; `undefined` for what the manifest declares. */
  readonly #from = new Map<string, string | undefined>();
  /** Declared names that contain macros without a value. */
  readonly #open: (readonly string[])[] = [];
  readonly #waiting: { readonly dependency: Dependency; readonly from: string | undefined }[] = [];

  constructor(combination: Combination, facets: FacetSet | undefined, universe: Universe) {
    this.#combination = combination;
    this.#facets = facets;
    this.#universe = universe;
  }

  has(name: string): boolean {
    return this.#from.has(name) || this.#isOpen(name);
  }

  isDeclared(name: string): boolean {
    return (this.#from.has(name) && this.#from.get(name) === undefined) || this.#isOpen(name);
  }

  path(name: string): readonly string[] {
    if (!this.#from.has(name)) {
      const choice = this.choices.find(one => one.names.has(name));
      return choice ? [...(choice.from === undefined ? [] : this.path(choice.from)), name] : [];
    }
    const path = [name];
    for (let from = this.#from.get(name); from !== undefined; from = this.#from.get(from)) path.unshift(from);
    return path;
  }

  names(): ReadonlySet<string> {
    return new Set(this.#from.keys());
  }

  /** Depth first, and without recursion: chains may have as many links as there are packages. */
  follow(dependencies: readonly Dependency[], from: string | undefined): void {
    const way = [{ open: dependencies.values(), from }];
    for (let last = way.at(-1); last; last = way.at(-1)) {
      const { value: dependency, done } = last.open.next();
      if (done) {
        way.pop();
        continue;
      }
      if (!isActive(dependency.variants, this.#combination)) continue;
      if (!impliedBy(dependency.facets, this.#facets)) continue;
      const name = this.#take(dependency, last.from);
      if (name !== undefined) way.push({ open: this.#dependenciesOf(name).values(), from: name });
    }
  }

  /** Answers the package that it brings, if it was not there before. */
  #take(dependency: Dependency, from: string | undefined): string | undefined {
    const { type, anyOf } = dependency;
    const [first] = anyOf;
    if (type !== 'require' && type !== 'require-any' && type !== 'conditional') return undefined;
    const open = anyOf.filter(one => one.open);
    if (open.length > 0) this.#open.push(...open.map(one => one.name.split(MACRO)));
    else if (type === 'require' && first) return this.#enter(first.name, from) ? first.name : undefined;
    else this.#waiting.push({ dependency, from });
    return undefined;
  }

  /** Takes up what waits for others to be reached, until nothing more comes. */
  settle(): void {
    for (let before = -1; before !== this.#from.size; ) {
      before = this.#from.size;
      for (const { dependency, from } of [...this.#waiting]) {
        if (dependency.type === 'conditional') this.#conditional(dependency, from);
        else for (const name of this.#common(dependency)) this.#reach(name, from);
      }
    }
    for (const { dependency, from } of this.#waiting) {
      if (dependency.type !== 'require-any') continue;
      const names = new Set(dependency.anyOf.map(one => one.name));
      this.choices.push({
        from,
        names,
        alternatives: this.#alternatives(dependency),
      });
    }
  }

  #reach(name: string, from: string | undefined): void {
    if (this.#enter(name, from)) this.follow(this.#dependenciesOf(name), name);
  }

  /** Whether the package was not there before. */
  #enter(name: string, from: string | undefined): boolean {
    const isNew = !this.#from.has(name);
    if (isNew || from === undefined) this.#from.set(name, from);
    return isNew;
  }

  #dependenciesOf(name: string): readonly Dependency[] {
    return name === this.#universe.ownName ? [] : (this.#universe.chosen(name)?.dependencies ?? []);
  }

  #isOpen(name: string): boolean {
    return this.#open.some(parts => mayBecome(parts, name));
  }

  #conditional({ predicate, anyOf: [fmri] }: Dependency, from: string | undefined): void {
    if (!predicate || !fmri) return;
    if (this.has(predicate.name) || predicate.name === this.#universe.ownName) this.#reach(fmri.name, from);
  }

  #common(dependency: Dependency): ReadonlySet<string> {
    const [first, ...others] = this.#alternatives(dependency);
    return others.reduce((common, other) => common.intersection(other), first ?? new Set<string>());
  }

  /** What each alternative guarantees by itself; alternatives that can never be installed do not count. */
  #alternatives(dependency: Dependency): readonly ReadonlySet<string>[] {
    const universe = this.#universe;
    return dependency.anyOf
      .filter(({ name }) => universe.versions(name).length === 0 || universe.chosen(name) !== undefined)
      .map(({ name }) => {
        const alone = new Walk(this.#combination, this.#facets, this.#universe);
        for (const known of this.#from.keys()) alone.#from.set(known, undefined);
        alone.#reach(name, undefined);
        if (alone.#waiting.every(one => one.dependency.type === 'conditional')) alone.settle();
        return alone.names();
      });
  }
}

/** `runtime/python-$(PYV)` may become every name that begins with `runtime/python-`; in time linear in the name. */
function mayBecome(parts: readonly string[], name: string): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
