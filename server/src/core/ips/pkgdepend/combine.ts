import { type Attributes, DEBUG_ATTRIBUTE, firstOf } from './attributes.ts';
import { withCollapsedConditionals } from './collapse.ts';
import { Combinations, type Tagging, type Template } from './combinations.ts';
import { type Complaint, errorAt } from './complaint.ts';
import { tagged } from './need-record.ts';
import type { Provider } from './provider.ts';
import { consolidated, fmrisOf, groupedBy, mergedAttributes, type Resolved, typeOf } from './resolved.ts';
import { withoutExtraneous, withoutNeedless } from './simplify.ts';

/** The dependencies of a package in as few actions as there can be, ready to be written. */
export interface Combined {
  readonly actions: readonly Attributes[];
  readonly complaints: readonly Complaint[];
}

/**
 * Simplifies and merges what was resolved and what the author wrote (`combine` of `dependencies.py`).
 * `self`: the package, whose dependencies on itself go; `variants`: everything that can be.
 */
export function combined(
  dependencies: readonly Resolved[],
  variants: Template,
  self: Provider | undefined,
): Combined {
  const simplified = withoutNeedless(withCollapsedConditionals(dependencies), self);
  const left = withoutExtraneous(simplified);
  const conflicts = conflictsIn(left, variants);
  return {
    actions: groupedBy(left, keyOf).flatMap(([, members]) => mergedActions(members, variants)),
    complaints: [...conflicts, ...simplified.complaints],
  };
}

/** Dependencies that are the same action to the package system. */
function keyOf(one: Resolved): string {
  return [typeOf(one), firstOf(one.attributes, 'predicate') ?? '', ...fmrisOf(one)].join('\0');
}

function mergedActions(members: readonly Resolved[], variants: Template): readonly Attributes[] {
  const attributes = consolidated(members.map(one => one.attributes).reduce(mergedAttributes));
  const when = members.reduce((all, one) => all.satisfiedBy(one.when), Combinations.of(variants, false));
  const tags = when.foundIn(variants);
  return tags.length === 0 ? [attributes] : tags.map(tagging => tagged(attributes, tagging));
}

/** If A is there, then B or C: `pkg(7)` has no dependency that says so. */
function conflictsIn(dependencies: readonly Resolved[], variants: Template): readonly Complaint[] {
  const conditional = dependencies.filter(
    one => typeOf(one) === 'conditional' && one.attributes.has(DEBUG_ATTRIBUTE.pathId),
  );
  const pathKey = (one: Resolved) =>
    [firstOf(one.attributes, 'predicate'), ...(one.attributes.get(DEBUG_ATTRIBUTE.pathId) ?? [])].join('\0');
  return groupedBy(conditional, pathKey).flatMap(([, members]) =>
    members.flatMap((one, index) =>
      members.slice(index + 1).flatMap(other => conflict(one, other, variants) ?? []),
    ),
  );
}

function conflict(one: Resolved, other: Resolved, variants: Template): Complaint | undefined {
  const [first = ''] = fmrisOf(one);
  const [second = ''] = fmrisOf(other);
  const { both } = one.when.separate(other.when);
  if (!both || first === second || (!both.isEmpty && both.found.size === 0)) return undefined;
  const where = shownTags(both.foundIn(variants));
  const [path = ''] = one.attributes.get(DEBUG_ATTRIBUTE.file) ?? [];
  const reasons = (one.attributes.get(DEBUG_ATTRIBUTE.reason) ?? []).join(', ');
  return errorAt(
    `${reasons}: the link ${path} is delivered by ${first} and by ${second}, and either is needed once ` +
      `${firstOf(one.attributes, 'predicate')} is there${where}; no dependency says that: deliver the link in one package, or ` +
      'let the links lead to different packages',
  );
}

/** ` for arch=sparc zone=global`, or nothing where it is everywhere. */
export function shownTags(tags: readonly Tagging[]): string {
  if (tags.length === 0) return '';
  const each = tags.map(tag =>
    [...tag].map(([name, value]) => `${name.replace(/^variant\./, '')}=${value}`).join(' '),
  );
  return ` for ${each.join(', ')}`;
}
