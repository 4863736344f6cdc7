import type { Asked } from '../../../../server/src/core/ips/pkgdepend/gather.ts';
import type { ResolvedManifest, Resolving } from '../../../../server/src/core/ips/pkgdepend/resolve.ts';
import type { Host } from '../host.ts';
import type { PackagePattern } from './package-patterns.ts';

/** What `-E` tells of. */
interface Outcome {
  readonly manifests: readonly Resolving[];
  readonly answers: readonly ResolvedManifest[];
  readonly patterns: readonly PackagePattern[] | undefined;
  readonly sources: readonly Asked[];
}

/**
 * Prints, with patterns of `-e`, those that nothing needed, else the packages beyond the manifests that something needs
 * (`pkgdepend resolve -E`).
 */
export async function sayOutside(
  { manifests, answers, patterns, sources }: Outcome,
  host: Host,
): Promise<void> {
  const own = new Set(manifests.map(one => one.provider.name));
  const needed = new Set(answers.flatMap(one => [...one.needs]).filter(name => !own.has(name)));
  if (!patterns) {
    if (needed.size > 0) host.out.write(`\n${RESOLVED_TO}\n${listed(needed)}`);
    return;
  }
  const unused = await unusedOf(patterns, sources, { needed, own }, host);
  if (unused.size > 0) host.out.write(`\n${UNUSED}\n${listed(unused)}`);
}

/** The packages that the patterns match and nothing needed, and the patterns that match none. */
async function unusedOf(
  patterns: readonly PackagePattern[],
  sources: readonly Asked[],
  { needed, own }: { readonly needed: ReadonlySet<string>; readonly own: ReadonlySet<string> },
  host: Host,
): Promise<ReadonlySet<string>> {
  const names = new Set([...patterns.flatMap(one => one.name ?? []), ...needed]);
  const left = new Set(patterns.filter(one => one.text !== '*'));
  const unused = new Set<string>();
  for (const { repository } of sources)
    for (const [name, [newest]] of await repository.packages(names, host.signal)) {
      const by = patterns.filter(one => one.matches(name, newest?.id.version));
      for (const one of by) left.delete(one);
      if (by.length > 0 && !needed.has(name) && !own.has(name)) unused.add(name);
    }
  return new Set([...unused, ...[...left].map(one => one.text)]);
}

const RESOLVED_TO = 'The following fmris had dependencies resolve to them:';
const UNUSED =
  'The following fmris matched a pattern in a constraint file but were not used in\ndependency resolution:';

function listed(names: ReadonlySet<string>): string {
  return [...names]
    .sort()
    .map(name => `\t${name}\n`)
    .join('');
}
