import type { Dependency } from './model.ts';

/** Names that dependencies mention, whatever their type. */
export function namesOf(dependencies: readonly Dependency[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const dependency of dependencies) {
    for (const requirement of dependency.anyOf) if (!requirement.open) names.add(requirement.name);
    if (dependency.predicate) names.add(dependency.predicate.name);
  }
  return names;
}

/** The types that can bring a package into the closure. */
export function bringsPackages(dependency: Dependency): boolean {
  return (
    dependency.type === 'require' || dependency.type === 'require-any' || dependency.type === 'conditional'
  );
}
