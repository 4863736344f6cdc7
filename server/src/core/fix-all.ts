import { rulesOf } from './dialects.ts';
import { applyEdits, overlap } from './edits.ts';
import type { Edit, Finding, Fix, Manifest, NewDependency } from './model.ts';

/**
 * Applies every preferred fix of errors and warnings at once.
 *
 * Dependencies that several findings ask for are written together, in one edit, so that the result
 * does not depend on the order of the findings. Of two fixes that touch the same text the first counts;
 * the other is left for the next time.
 */
export function fixAll(
  manifest: Manifest,
  findings: readonly Finding[],
): { readonly text: string; readonly edits: readonly Edit[] } {
  const fixes = findings
    .filter(one => one.severity !== 'hint')
    .flatMap(one => one.fixes.filter(fix => fix.preferred));
  const edits: Edit[] = [];
  const added = withoutImplied(fixes.flatMap(fix => fix.adds ?? []));
  if (added.length > 0) edits.push(rulesOf(manifest.dialect).addDependencies(manifest, added));
  for (const fix of fixes.filter(isTextual)) {
    if (fix.edits.every(edit => !edits.some(other => overlap(edit, other)))) edits.push(...fix.edits);
  }
  return { text: applyEdits(manifest.text, edits), edits };
}

function isTextual(fix: Fix): boolean {
  return fix.adds === undefined;
}

/** Without repetitions, and without a `require-any` of which one member is required anyway. */
function withoutImplied(added: readonly NewDependency[]): readonly NewDependency[] {
  const distinct = [...new Map(added.map(one => [keyOf(one), one])).values()];
  const required = new Set(
    distinct.filter(one => one.type === 'require' && !one.variants).map(one => one.anyOf[0]?.name),
  );
  return distinct.filter(one => {
    if (one.type === 'require') return !one.variants || !required.has(one.anyOf[0]?.name);
    return !one.anyOf.some(({ name }) => required.has(name));
  });
}

function keyOf({ type, anyOf, variants }: NewDependency): string {
  const tags = [...(variants ?? [])].map(([name, values]) => `${name}=${[...values].sort()}`).sort();
  return [type, ...anyOf.map(one => one.name), ...tags].join('\n');
}
