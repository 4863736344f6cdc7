import { type Complaint, errorAt } from './complaint.ts';

/** Variants with their possible values: `variant.arch` -> `i386`, `sparc`. */
export type Template = ReadonlyMap<string, ReadonlySet<string>>;

/** One value for each variant, as one text: `variant.arch\0i386\0variant.x\0y`, variants sorted. */
type Combination = string;

/** More combinations than this are never looked at; real packages have a dozen. */
const MOST_COMBINATIONS = 512;

/** The complaint that a package has more combinations of variants than are looked at, where it has. */
export function tooMany(template: Template): readonly Complaint[] {
  const size = sizeOf(template);
  if (size <= MOST_COMBINATIONS) return [];
  const message = `${template.size} variants make ${size} combinations, and only ${MOST_COMBINATIONS} of them are looked at; declare fewer variants`;
  return [errorAt(message)];
}

/** How many combinations a template has; 1 when it is empty. */
function sizeOf(template: Template): number {
  let size = 1;
  for (const values of template.values()) size *= values.size;
  return size;
}

/** Adds what `other` says of variants that `template` does not know. */
export function withUnknown(template: Template, other: Template): Template {
  let result: Map<string, ReadonlySet<string>> | undefined;
  for (const [name, values] of other) {
    if (template.has(name)) continue;
    result ??= new Map(template);
    result.set(name, values);
  }
  return result ?? template;
}

/** Adds all values of `other`. */
export function withValues(template: Template, other: Template): Template {
  const result = new Map(template);
  for (const [name, values] of other) {
    const known = result.get(name);
    result.set(name, known ? known.union(values) : values);
  }
  return result;
}

/** Variants, and values of them, that `template` has and `other` lacks. */
export function differenceOf(template: Template, other: Template): readonly string[] {
  const lacking: string[] = [];
  for (const [name, values] of template) {
    const known = other.get(name);
    if (!known) lacking.push(name);
    else for (const value of values) if (!known.has(value)) lacking.push(`${name}=${value}`);
  }
  return lacking;
}

/**
 * The combinations of variant values under which something is there, or is still to be found.
 *
 * Of a template without variants there are none, and everything holds always: most questions treat that case apart, as
 * the reference implementation does (`variant.py`, `VariantCombinations`).
 */
export class Combinations {
  readonly template: Template;
  /** Under which it is satisfied. */
  readonly found: ReadonlySet<Combination>;
  /** Under which it is not. */
  readonly open: ReadonlySet<Combination>;

  private constructor(template: Template, found: ReadonlySet<Combination>, open: ReadonlySet<Combination>) {
    this.template = template;
    this.found = found;
    this.open = open;
  }

  /** All combinations of a template, satisfied or not. */
  static of(template: Template, satisfied: boolean): Combinations {
    const all = allOf(template);
    return satisfied ? new Combinations(template, all, NONE) : new Combinations(template, NONE, all);
  }

  get isEmpty(): boolean {
    return this.found.size === 0 && this.open.size === 0;
  }

  get isSatisfied(): boolean {
    return this.open.size === 0;
  }

  /** Whether what is there under `other` helps here. */
  meets(other: Combinations): boolean {
    if (this.isEmpty || other.isEmpty) return true;
    for (const one of other.found) if (this.found.has(one) || this.open.has(one)) return true;
    return false;
  }

  /** Restricted to what is satisfied in `other`. */
  within(other: Combinations): Combinations {
    if (this.isEmpty) return this;
    return new Combinations(
      this.template,
      this.found.intersection(other.found),
      this.open.intersection(other.found),
    );
  }

  /** With what is satisfied in `other` satisfied here too. */
  satisfiedBy(other: Combinations): Combinations {
    const fresh = other.found.intersection(this.open);
    if (fresh.size === 0) return this;
    return new Combinations(this.template, this.found.union(fresh), this.open.difference(fresh));
  }

  /** With what is satisfied in `other` open again. */
  without(other: Combinations): Combinations {
    const gone = other.found.intersection(this.found);
    if (gone.size === 0) return this;
    return new Combinations(this.template, this.found.difference(gone), this.open.union(gone));
  }

  allSatisfied(): Combinations {
    return this.open.size === 0 ? this : new Combinations(this.template, this.found.union(this.open), NONE);
  }

  noneSatisfied(): Combinations {
    return Combinations.of(this.template, false);
  }

  /** What is satisfied here alone, in both, and in `other` alone; absent where there is no such combination. */
  separate(other: Combinations): Separation {
    if (this.isEmpty && other.isEmpty) return { both: this };
    const part = (of: Combinations, found: ReadonlySet<Combination>) =>
      found.size === 0
        ? undefined
        : of.noneSatisfied().satisfiedBy(new Combinations(of.template, found, NONE));
    const only = part(this, this.found.difference(other.found));
    const both = part(this, this.found.intersection(other.found));
    const others = part(other, other.found.difference(this.found));
    return { ...(only && { only }), ...(both && { both }), ...(others && { others }) };
  }

  equals(other: Combinations): boolean {
    return (
      this.found.size === other.found.size &&
      this.open.size === other.open.size &&
      this.found.isSubsetOf(other.found) &&
      this.open.isSubsetOf(other.open)
    );
  }

  /** The open combinations in the fewest words, against all that `whole` allows; none when that is all of them. */
  openIn(whole: Template): readonly Tagging[] {
    return simplified(this.open, whole);
  }

  /** The satisfied combinations in the fewest words. */
  foundIn(whole: Template): readonly Tagging[] {
    return simplified(this.found, whole);
  }
}

/** The answer of `separate`. */
export interface Separation {
  readonly only?: Combinations;
  readonly both?: Combinations;
  readonly others?: Combinations;
}

/** Values of some variants: the tags that an action gets. */
export type Tagging = ReadonlyMap<string, string>;

const NONE: ReadonlySet<Combination> = new Set();

const known = new WeakMap<Template, ReadonlySet<Combination>>();

function allOf(template: Template): ReadonlySet<Combination> {
  if (template.size === 0) return NONE;
  const before = known.get(template);
  if (before) return before;
  let all: string[] = [''];
  for (const name of [...template.keys()].sort()) {
    const values = [...(template.get(name) ?? [])];
    all = all
      .flatMap(one => values.map(value => `${one}${one === '' ? '' : '\0'}${name}\0${value}`))
      .slice(0, MOST_COMBINATIONS);
  }
  const result = new Set(all);
  known.set(template, result);
  return result;
}

function taggingOf(combination: Combination): Map<string, string> {
  const words = combination === '' ? [] : combination.split('\0');
  const tagging = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) tagging.set(words[at] ?? '', words[at + 1] ?? '');
  return tagging;
}

/**
 * Leaves out a variant wherever all its values are there (`__calc_simple` of `variant.py`), again and again. None when
 * everything is there.
 */
function simplified(combinations: ReadonlySet<Combination>, whole: Template): readonly Tagging[] {
  let answers = told.get(combinations);
  if (!answers) {
    answers = new WeakMap();
    told.set(combinations, answers);
  }
  let answer = answers.get(whole);
  if (!answer) {
    answer = simplify(combinations, whole);
    answers.set(whole, answer);
  }
  return answer;
}

/** Most needs of a manifest exist under the same combinations. */
const told = new WeakMap<ReadonlySet<Combination>, WeakMap<Template, readonly Tagging[]>>();

function simplify(combinations: ReadonlySet<Combination>, whole: Template): readonly Tagging[] {
  if (whole.size > 0 && combinations.size === sizeOf(whole)) return [];
  let now: ReadonlySet<Combination> = combinations;
  const names = [...whole.keys()].sort().reverse();
  for (let shrinks = whole.size > 0; shrinks; ) {
    const before = now;
    for (const name of names) now = merged(now, name, whole.get(name) ?? NONE);
    shrinks = now.size !== before.size;
  }
  return [...now].sort().map(taggingOf);
}

/** Merges the combinations that differ in nothing but `name`, where they have every value of it. */
function merged(
  combinations: ReadonlySet<Combination>,
  name: string,
  values: ReadonlySet<string>,
): ReadonlySet<Combination> {
  const groups = new Map<Combination, Combination[]>();
  for (const one of combinations) {
    const tagging = taggingOf(one);
    tagging.delete(name);
    const rest = [...tagging].flat().join('\0');
    groups.set(rest, [...(groups.get(rest) ?? []), one]);
  }
  const result = new Set<Combination>();
  for (const [rest, members] of groups) {
    const had = new Set(members.map(one => taggingOf(one).get(name)));
    if (values.size > 0 && [...values].every(value => had.has(value))) result.add(rest);
    else for (const one of members) result.add(one);
  }
  return result;
}
