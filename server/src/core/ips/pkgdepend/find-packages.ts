import { type Attributes, DEBUG_ATTRIBUTE, normalised, pathsOf } from './attributes.ts';
import type { Combinations } from './combinations.ts';
import { groupedByCombinations } from './grouping.ts';
import { type Crossed, type Reached, walk } from './link-walk.ts';
import type { FileMap, LinkMap } from './path-map.ts';
import type { Resolved } from './resolved.ts';

/** The packages that satisfy a dependency on files, and what is left of it. */
export interface Found {
  readonly dependencies: readonly Resolved[];
  /** What is found and what is still open. */
  readonly when: Combinations;
}

/** Where dependencies on files are looked for: each stage is asked only for what those before it left open. */
export interface Universe {
  /** As pkgdepend, which takes a single full path for a list of letters, and never finds it. */
  readonly strict: boolean;
  readonly stages: readonly FileMap[];
  readonly links: LinkMap;
  /** Path -> who delivers it and does not count, and why: for messages. */
  readonly passedOver: readonly ReadonlyMap<string, string>[];
}

/** Finds who satisfies a dependency on files (`find_package` of `dependencies.py`). */
export function findPackages(
  attributes: Attributes,
  wanted: Combinations,
  { stages, links, strict }: Universe,
): Found {
  if (strict && attributes.get(DEBUG_ATTRIBUTE.fullpath)?.length === 1)
    return { dependencies: [], when: wanted };
  const dependencies: Resolved[] = [];
  let when = wanted;
  for (const [index, files] of stages.entries()) {
    const found = inOneStage(attributes, index === 0 ? wanted : when, files, { links, strict });
    dependencies.push(...found.dependencies);
    when = when.satisfiedBy(found.when);
    if (dependencies.length > 0 && when.isSatisfied) break;
  }
  return { dependencies, when };
}

function inOneStage(
  attributes: Attributes,
  wanted: Combinations,
  files: FileMap,
  { links, strict }: Pick<Universe, 'links' | 'strict'>,
): Found {
  const paths = pathsOf(attributes).toSorted();
  const pathId = paths.join(':');
  const reached: Reached[] = [];
  const crossed: Crossed[] = [];
  for (const path of paths) {
    // To pkgdepend an absolute path is another one, that only a link leads on from.
    const start = `${strict && path.startsWith('/') ? '/' : ''}${normalised(path)}`;
    const walked = walk(start, files, links, wanted);
    reached.push(...walked.reached);
    crossed.push(...walked.crossed);
  }
  let when = wanted;
  const dependencies: Resolved[] = [];
  for (const group of groupedByCombinations(reached.map(one => ({ info: one, when: one.when })))) {
    when = when.satisfiedBy(group.when);
    dependencies.push({ attributes: satisfied(attributes, group.infos, pathId), when: group.when });
  }
  for (const one of crossed)
    dependencies.push({ attributes: overLink(attributes, one, pathId), when: one.when });
  return { dependencies, when };
}

/** What the dependency becomes: `require` of one package, `require-any` of several. */
function satisfied(attributes: Attributes, reached: readonly Reached[], pathId: string): Attributes {
  const fmris = [...new Set(reached.map(one => one.provider.fmri))].sort();
  const ways = reached.map(one => one.via.toReversed().join(':'));
  const [first = ''] = ways;
  const via = fmris.length > 1 ? ways : first === '' ? [] : [first];
  return new Map<string, readonly string[]>([
    ...withoutPlaces(attributes),
    ['type', [fmris.length > 1 ? 'require-any' : 'require']],
    ['fmri', fmris],
    [DEBUG_ATTRIBUTE.file, [...new Set(reached.map(one => one.path))].sort()],
    ...(via.length > 0 ? [[DEBUG_ATTRIBUTE.viaLinks, via] as const] : []),
    [DEBUG_ATTRIBUTE.pathId, [pathId]],
  ]);
}

/** Where the target is installed, the package with the link is needed. */
function overLink(attributes: Attributes, { link, other, path }: Crossed, pathId: string): Attributes {
  return new Map<string, readonly string[]>([
    ...withoutPlaces(attributes),
    ['fmri', [link.fmri]],
    ['predicate', [other.fmri]],
    [DEBUG_ATTRIBUTE.type, ['link']],
    [DEBUG_ATTRIBUTE.file, [path]],
    ['type', ['conditional']],
    [DEBUG_ATTRIBUTE.pathId, [pathId]],
  ]);
}

function withoutPlaces(attributes: Attributes): readonly (readonly [string, readonly string[]])[] {
  return [...attributes].filter(
    ([name]) => name !== DEBUG_ATTRIBUTE.path && name !== DEBUG_ATTRIBUTE.fullpath,
  );
}
