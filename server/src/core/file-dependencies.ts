import type { Combination, Dependency, FileDependency, FileResolution, Manifest } from './model.ts';
import { waysTo } from './resolve.ts';
import type { Universe } from './universe.ts';
import { isActive } from './variants.ts';

/**
 * What the dependencies on files will be once the build resolves them, `pkgdepend resolve`: one
 * deliverer is required, of several any one.
 */
export function resolvedFileDependencies(
  manifest: Manifest,
  all: readonly Combination[],
  universe: Universe,
): readonly Dependency[] {
  const resolved: Dependency[] = [];
  for (const dependency of manifest.fileDependencies) {
    for (const combination of all) {
      if (isActive(dependency.variants, combination))
        resolved.push(...resolve(dependency, combination, universe));
    }
  }
  return resolved;
}

function resolve(
  { anyOf, facets }: FileDependency,
  combination: Combination,
  universe: Universe,
): readonly Dependency[] {
  const ways = anyOf.flatMap(path => waysTo(path, combination, universe));
  if (ways.length === 0 || ways.some(way => way.packages.length === 0)) return [];
  const variants = new Map([...combination].map(([name, value]) => [name, new Set([value])]));
  const under = { variants, ...(facets && { facets }) };
  const providers = [...new Set(ways.map(way => way.provider))];
  if (providers.length > 1)
    return [{ type: 'require-any', anyOf: providers.map(name => ({ name })), ...under }];
  const packages = [...new Set(ways.flatMap(way => way.packages))];
  return packages.map(name => ({ type: 'require', anyOf: [{ name }], ...under }));
}

/** Who delivers what each dependency on a file, user, group, link or directory names, over all combinations. */
export function fileResolutions(
  manifest: Manifest,
  all: readonly Combination[],
  universe: Universe,
): readonly FileResolution[] {
  return manifest.fileDependencies.map(dependency => {
    const active = all.filter(combination => isActive(dependency.variants, combination));
    const ways = active.map(combination =>
      dependency.anyOf.flatMap(need => waysTo(need, combination, universe)),
    );
    const every = ways.flat();
    return {
      dependency,
      own: every.some(way => way.packages.length === 0),
      providers: [...new Set(every.filter(way => way.packages.length > 0).map(way => way.provider))],
      complete: ways.every(some => some.length > 0),
    };
  });
}
