import { DEBUG_ATTRIBUTE, formatAction, withoutDebug } from './attributes.ts';
import type { Combinations } from './combinations.ts';
import { type Complaint, warningAt } from './complaint.ts';
import { knownProvider, type Provider, succeeds } from './provider.ts';
import { fmrisOf, type Resolved, typeOf } from './resolved.ts';

/** What is left once needless `require` and `require-any` dependencies are gone. */
export interface Simplified {
  readonly dependencies: readonly Resolved[];
  /** What a dropped `require-any` was found for -> when one of its packages is required anyway. */
  readonly dropped: ReadonlyMap<string, readonly (Combinations | undefined)[]>;
  readonly complaints: readonly Complaint[];
}

/**
 * Drops dependencies of the package on itself, `require-any` where one of the packages is required, and `require-any`
 * that has all packages of another (`__remove_unneeded_require_and_require_any`).
 */
export function withoutNeedless(dependencies: readonly Resolved[], self: Provider | undefined): Simplified {
  return new Simplifying(dependencies, self).run();
}

class Simplifying {
  readonly #all: readonly Resolved[];
  readonly #self: Provider | undefined;
  readonly #result: Resolved[] = [];
  readonly #dropped = new Map<string, (Combinations | undefined)[]>();
  readonly #complaints: Complaint[] = [];
  /** Inferred `require-any` dependencies that were kept so far. */
  readonly #kept: { readonly of: Resolved; readonly fmris: ReadonlySet<string> }[] = [];
  readonly #required: readonly { readonly provider: Provider; readonly when: Combinations }[];

  constructor(all: readonly Resolved[], self: Provider | undefined) {
    this.#all = all;
    this.#self = self;
    this.#required = all.flatMap(one => {
      const provider = typeOf(one) === 'require' ? knownProvider(fmrisOf(one)[0] ?? '') : undefined;
      return provider ? [{ provider, when: one.when }] : [];
    });
  }

  run(): Simplified {
    const byLength = this.#all
      .map(one => ({ one, length: formatAction('depend', one.attributes).length }))
      .sort((a, b) => a.length - b.length);
    for (const { one } of byLength) this.#take(one);
    return { dependencies: this.#result, dropped: this.#dropped, complaints: this.#complaints };
  }

  #take(one: Resolved): void {
    const type = typeOf(one);
    const providers = fmrisOf(one).flatMap(fmri => knownProvider(fmri) ?? []);
    if (type === 'require' || type === 'require-any') {
      if (this.#self && providers.some(other => this.#self && succeeds(this.#self, other))) return;
    }
    if (type === 'require-any') this.#takeAny(one, providers);
    else this.#result.push(one);
  }

  #takeAny(one: Resolved, providers: readonly Provider[]): void {
    let { when } = one;
    let marked = false;
    const brought: (Combinations | undefined)[] = [];
    for (const { provider, when: there } of this.#required) {
      if (!providers.some(other => succeeds(provider, other))) continue;
      const { both } = when.separate(there);
      const left = when.without(there);
      if (left === when && !there.isEmpty) continue;
      when = left;
      marked = true;
      brought.push(both);
    }
    const superset = this.#hasSubset(one, when);
    if (!superset && (!marked || when.found.size > 0))
      this.#result.push({ attributes: one.attributes, when });
    const pathId = one.attributes.get(DEBUG_ATTRIBUTE.pathId)?.join('\0');
    if ((marked || superset) && pathId !== undefined) this.#dropped.set(pathId, brought);
  }

  /** Only inferred dependencies are compared; what an author wrote stays. */
  #hasSubset(one: Resolved, when: Combinations): boolean {
    const { attributes } = one;
    if (!attributes.has(DEBUG_ATTRIBUTE.file) && !attributes.has(DEBUG_ATTRIBUTE.fullpath)) return false;
    const fmris = new Set(fmrisOf(one));
    const smaller = this.#kept.find(
      other => other.fmris.size < fmris.size && other.fmris.isSubsetOf(fmris) && other.of.when.equals(when),
    );
    if (!smaller) {
      this.#kept.push({ of: { attributes, when }, fmris });
      return false;
    }
    const ignored = [...fmris.difference(smaller.fmris)].join(', ');
    const kept = formatAction('depend', withoutDebug(smaller.of.attributes));
    const reasons = (attributes.get(DEBUG_ATTRIBUTE.reason) ?? []).join(', ');
    const message = `${ignored} would do for ${reasons} too, but cannot satisfy everything that this does, so it was left out: ${kept}`;
    this.#complaints.push(warningAt(message));
    return true;
  }
}

/**
 * Drops conditional dependencies that others make needless: their package is required anyway, or what they were found
 * for was (`__remove_extraneous_conditionals`).
 */
export function withoutExtraneous({ dependencies, dropped }: Simplified): readonly Resolved[] {
  const required = dependencies.flatMap(one => {
    const provider = typeOf(one) === 'require' ? knownProvider(fmrisOf(one)[0] ?? '') : undefined;
    return provider ? [{ provider, when: one.when }] : [];
  });
  const conditional = dependencies.filter(one => typeOf(one) === 'conditional');
  const needed = conditional.flatMap(one => {
    const pathId = one.attributes.get(DEBUG_ATTRIBUTE.pathId)?.join('\0') ?? '';
    const own = knownProvider(fmrisOf(one)[0] ?? '');
    const bringing = required
      .filter(({ provider }) => own && succeeds(provider, own))
      .map(({ when }) => when);
    const when = remaining(one.when, [...(dropped.get(pathId) ?? []), ...bringing]);
    return when ? [{ attributes: one.attributes, when }] : [];
  });
  return [...dependencies.filter(one => typeOf(one) !== 'conditional'), ...needed];
}

/** What is left of combinations once others are taken away; `undefined` when nothing is. */
function remaining(
  when: Combinations,
  others: readonly (Combinations | undefined)[],
): Combinations | undefined {
  let left = when;
  for (const other of others) {
    if (!other) continue;
    if (other.isEmpty) return undefined;
    left = left.without(other);
  }
  return left.isEmpty || left.found.size > 0 ? left : undefined;
}
