import type { Dependency, DependencyType, FileDependency, Requirement, Span } from '../model.ts';
import { normalise } from '../paths.ts';
import { splitFmri } from './fmri.ts';
import type { Action } from './lines.ts';
import { hasUnset } from './macros.ts';
import { NAMED_FORM } from './named-form.ts';
import { packageAttribute } from './package-facts.ts';
import type { Tags } from './tags.ts';

/** The dependency types of `pkg(7)`, "Depend Actions". */
export const DEPENDENCY_TYPES: ReadonlySet<string> = new Set<DependencyType>([
  'require',
  'require-any',
  'conditional',
  'optional',
  'incorporate',
  'exclude',
  'group',
  'group-any',
  'origin',
  'parent',
]);

/** What `pkgdepend(1)` replaces later. */
export const TO_BE_DETERMINED = '__TBD';

/**
 * The dependency that a `depend` action declares. Requirements that `pkgdepend resolve` has yet to
 * find are left out; `undefined` when none is left.
 */
export function dependencyOf(action: Action, tags: Tags): Dependency | undefined {
  const anyOf: Requirement[] = [];
  const spans: Span[] = [];
  for (const { key, value, valueStart, end } of action.attributes) {
    const requirement = key === 'fmri' ? requirementIn(value) : undefined;
    if (!requirement) continue;
    anyOf.push(requirement);
    spans.push({ start: valueStart, end });
  }
  const type = action.attributes.find(one => one.key === 'type')?.value;
  const condition = action.attributes.find(one => one.key === 'predicate')?.value;
  const predicate = condition === undefined ? undefined : requirementIn(condition);
  if (anyOf.length === 0 || !isDependencyType(type)) return undefined;
  if (type === 'conditional' && (!predicate || predicate.open)) return undefined;
  return {
    type,
    anyOf,
    ...(predicate && { predicate }),
    ...(tags.variants && { variants: tags.variants }),
    ...(tags.facets && { facets: tags.facets }),
    spans,
    line: { start: action.start, end: action.end },
  };
}

function isDependencyType(type: string | undefined): type is DependencyType {
  return type !== undefined && DEPENDENCY_TYPES.has(type);
}

/**
 * The files on which a `depend fmri=__TBD` depends, as `pkgdepend resolve` reads it: each file in each
 * directory, or full paths; `undefined` for every other action.
 */
export function fileDependencyOf(action: Action, tags: Tags): FileDependency | undefined {
  const values = (name: string) =>
    action.attributes.filter(one => one.key === name && !hasUnset(one.value)).map(one => one.value);
  if (!values('fmri').includes(TO_BE_DETERMINED)) return undefined;
  const directories = values('pkg.debug.depend.path');
  const files = values('pkg.debug.depend.file').flatMap(file =>
    directories.length > 0 ? directories.map(directory => `${directory}/${file}`) : [file],
  );
  const anyOf = [...files, ...values('pkg.debug.depend.fullpath')].map(normalise);
  if (anyOf.length === 0) return undefined;
  return {
    anyOf,
    span: { start: action.typeStart, end: action.contentEnd },
    ...(tags.variants && { variants: tags.variants }),
    ...(tags.facets && { facets: tags.facets }),
  };
}

/**
 * Our own form, which other tools ignore: `set name=packwright.depend.KIND value=NAME`, KIND being `file`, `link`,
 * `directory`, `user` or `group`. Several values are alternatives. `undefined` for every other action.
 */
export function namedDependencyOf(action: Action, tags: Tags): FileDependency | undefined {
  const attribute = packageAttribute(action);
  const need = NAMED_FORM.get(attribute?.name ?? '');
  if (!attribute || !need) return undefined;
  const anyOf = attribute.values
    .filter(one => one.value !== '' && !hasUnset(one.value))
    .flatMap(one => need(one.value));
  if (anyOf.length === 0) return undefined;
  return {
    anyOf,
    span: { start: action.typeStart, end: action.contentEnd },
    ...(tags.variants && { variants: tags.variants }),
    ...(tags.facets && { facets: tags.facets }),
  };
}

/** The package that an FMRI asks for; its publisher plays no part (`pkg(7)` forbids one). */
function requirementIn(fmri: string): Requirement | undefined {
  if (fmri === TO_BE_DETERMINED) return undefined;
  const { name, version } = splitFmri(fmri);
  if (name === '') return undefined;
  if (hasUnset(name)) return { name, open: true };
  return version === undefined || version === '' || hasUnset(version) ? { name } : { name, version };
}
