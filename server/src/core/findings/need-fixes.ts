import type { CaughtNeed } from '../collect.ts';
import type { Edit, Fix, Manifest, Need, NewDependency } from '../model.ts';
import { isPlace, nameOf } from '../needs.ts';
import { tagsFor } from '../variants.ts';
import { missingOf, type NeedGroup } from './need-finding.ts';

/**
 * Fixes that declare what is missing: the preferred one leaves every choice open (`require-any` when
 * several packages would do), the others decide for one.
 */
export function declaringFixes(group: NeedGroup, manifest: Manifest, preferred: boolean): readonly Fix[] {
  const alternatives = minimal(group.ways.map(way => missingOf(way, group)));
  if (alternatives.length === 0) return [];
  const variants = tagsFor(group.combinations, group.all);
  const tagged = (dependency: NewDependency) => (variants ? { ...dependency, variants } : dependency);
  const fix = (added: readonly NewDependency[], isPreferred: boolean): Fix => ({
    title: titleOf(added),
    preferred: isPreferred,
    edits: [group.universe.rules.addDependencies(manifest, added.map(tagged))],
    adds: added.map(tagged),
  });
  const open = openChoice(alternatives);
  const decided = alternatives.map(names => names.map(require));
  if (!open) return decided.map((added, index) => fix(added, preferred && index === 0));
  if (alternatives.length === 1) return [fix(open, preferred)];
  return [fix(open, preferred), ...decided.map(added => fix(added, false))];
}

/**
 * Fixes that tell the analysis to ignore exactly the paths that these needs ask for; none where
 * `pkg.depend.bypass-generate` cannot say it: it is about paths, and not about owners or services.
 */
export function bypassFixes(group: NeedGroup, manifest: Manifest): readonly Fix[] {
  if (!group.needs.every(({ need }) => need.bypass !== 'never' && need.anyOf.every(isPlace))) return [];
  const byFile = new Map<CaughtNeed['file'], Set<Need>>();
  for (const { need, file } of group.needs) {
    const paths = byFile.get(file) ?? new Set<Need>();
    for (const one of need.anyOf) paths.add(nameOf(one));
    byFile.set(file, paths);
  }
  const edits: Edit[] = [...byFile].map(([file, paths]) =>
    group.universe.rules.bypass(manifest, file, [...paths]),
  );
  const what = [...new Set(group.needs.map(one => one.need.what))];
  const shown =
    what.length > 2 ? `${what.slice(0, 2).join(', ')} and ${what.length - 2} more` : what.join(' and ');
  return [{ title: `Ignore ${shown} here (pkg.depend.bypass-generate)`, preferred: false, edits }];
}

/** One requirement for what all alternatives share, one `require-any` for the rest, when that says it all. */
function openChoice(alternatives: readonly (readonly string[])[]): readonly NewDependency[] | undefined {
  const [first = [], ...others] = alternatives;
  const shared = first.filter(name => others.every(other => other.includes(name)));
  if (others.length === 0) return shared.map(require);
  const rest = alternatives.map(names => names.filter(name => !shared.includes(name)));
  if (rest.some(names => names.length !== 1)) return undefined;
  return [...shared.map(require), { type: 'require-any', anyOf: rest.flat().map(name => ({ name })) }];
}

/** Alternatives that do not contain another one whole. */
function minimal(alternatives: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const distinct = [...new Map(alternatives.map(names => [[...names].sort().join('\n'), names])).values()];
  return distinct.filter(
    names => !distinct.some(other => other !== names && other.every(name => names.includes(name))),
  );
}

function require(name: string): NewDependency {
  return { type: 'require', anyOf: [{ name }] };
}

function titleOf(added: readonly NewDependency[]): string {
  const parts = added.map(({ type, anyOf }) => {
    const names = anyOf.map(({ name }) => name);
    return type === 'require-any' ? `any of ${names.join(', ')}` : names.join('');
  });
  return `Depend on ${parts.join(' and ')}`;
}
