import type { CaughtNeed } from './collect.ts';
import type { FacetSet, Need, VariantSet } from './model.ts';

/** Needs that are alike in all that their outcome depends on. */
export interface NeedClass {
  readonly anyOf: readonly Need[];
  readonly variants: VariantSet | undefined;
  readonly facets: FacetSet | undefined;
  /** As `ImplicitDependency.explicit`. */
  readonly explicit: boolean;
  /** Never empty. */
  readonly needs: readonly CaughtNeed[];
}

/** Puts needs into classes, in the order of their first members. A package has few, however many files it has. */
export function classify(needs: readonly CaughtNeed[]): readonly NeedClass[] {
  const byPaths = new Map<readonly Need[], (NeedClass & { readonly needs: CaughtNeed[] })[]>();
  const all: NeedClass[] = [];
  for (const caught of needs) {
    const { variants, facets } = caught.file;
    const { anyOf } = caught.need;
    const explicit = caught.need.explicit === true;
    const known = byPaths.get(anyOf);
    const same = known?.find(
      one => one.explicit === explicit && sameTags(one.variants, variants) && sameTags(one.facets, facets),
    );
    if (same) {
      same.needs.push(caught);
      continue;
    }
    const fresh = { anyOf, variants, facets, explicit, needs: [caught] };
    all.push(fresh);
    if (known) known.push(fresh);
    else byPaths.set(anyOf, [fresh]);
  }
  return all;
}

type Tags = ReadonlyMap<string, string | ReadonlySet<string>> | undefined;

function sameTags(a: Tags, b: Tags): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && tagKey(a) === tagKey(b);
}

/** Equal for equal tags, whatever their order. */
export function tagKey(tags: Tags): string {
  if (!tags) return '';
  const words = [...tags].map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : [...value].sort()}`,
  );
  return words.sort().join(' ');
}
