import { printable } from '../formats/printable.ts';
import { type Choice, choose, type Demand, type Met } from './choose.ts';
import { nearMisses } from './near-misses.ts';
import { dependenciesFirst } from './package-order.ts';
import { matches, patternFault } from './pattern.ts';
import type { SummaryPackage } from './summary.ts';
import type { SummaryIndex } from './summary-index.ts';

/** What a request comes to: packages to install, or why it cannot be carried out. */
export interface Plan {
  /** Dependencies before dependents; empty when there are faults. */
  readonly packages: readonly Planned[];
  readonly faults: readonly PlanFault[];
}

/** A package of a plan. */
export interface Planned {
  readonly package: SummaryPackage;
  /** It was asked for; otherwise it is a dependency. */
  readonly wanted: boolean;
  /** All that it has to match: what was asked for, and the dependencies of others. */
  readonly patterns: readonly string[];
}

/** Why there is no plan. */
export interface PlanFault {
  readonly code: 'malformed' | 'no-match' | 'no-dependency' | 'contradiction' | 'conflict' | 'entangled';
  /** One sentence without a full stop. */
  readonly message: string;
}

/**
 * Finds the packages that a request for these patterns takes: of each pattern the best version, and everything that it
 * depends on, one version of each package that satisfies all who ask for it.
 */
export function planFor(patterns: readonly string[], index: SummaryIndex): Plan {
  const faults = patterns.flatMap(pattern => wantedFault(pattern, index));
  if (faults.length > 0) return { packages: [], faults };
  const choice = choose(patterns, index);
  if (choice.kind !== 'chosen') return { packages: [], faults: [choiceFault(choice)] };
  const found = [...malformedDependencies(choice.met), ...conflicts(choice.met)];
  return found.length > 0 ? { packages: [], faults: found } : { packages: inOrder(choice.met), faults: [] };
}

function wantedFault(pattern: string, index: SummaryIndex): readonly PlanFault[] {
  const why = patternFault(pattern);
  if (why !== undefined)
    return [{ code: 'malformed', message: `"${printable(pattern)}" is no package pattern: ${why}` }];
  if (index.matching(pattern).length > 0) return [];
  const message = `no package of the repository matches "${printable(pattern)}"${nearMisses(pattern, index)}`;
  return [{ code: 'no-match', message }];
}

function choiceFault(choice: Exclude<Choice, { readonly kind: 'chosen' }>): PlanFault {
  if (choice.kind === 'entangled')
    return {
      code: 'entangled',
      message:
        'the dependencies are too entangled to choose versions: ask for fewer packages, or for exact versions',
    };
  const { demand } = choice;
  if (choice.kind === 'nothing')
    return { code: 'no-dependency', message: `${said(demand)}, and no package of the repository matches it` };
  const { other } = choice;
  const message = `${said(demand)}, but ${said(other)}: no version of ${other.with.name} satisfies both`;
  return { code: 'contradiction', message };
}

function said({ pattern, by }: Demand): string {
  return by ? `${by.pkgname} needs ${printable(pattern)}` : `${printable(pattern)} is asked for`;
}

function malformedDependencies(met: readonly Met[]): readonly PlanFault[] {
  return met.flatMap(({ pattern, by }) => {
    const why = by && patternFault(pattern);
    if (why === undefined) return [];
    const message = `${by?.pkgname} needs "${printable(pattern)}", which is no package pattern: ${why}`;
    return [{ code: 'malformed' as const, message }];
  });
}

function conflicts(met: readonly Met[]): readonly PlanFault[] {
  const chosen = [...new Set(met.map(each => each.with))];
  return chosen.flatMap(one =>
    one.conflicts.flatMap(pattern =>
      chosen
        .filter(other => other !== one && matches(pattern, other.pkgname))
        .map(other => ({
          code: 'conflict' as const,
          message: `${one.pkgname} cannot be installed beside ${other.pkgname}: it conflicts with ${printable(pattern)}`,
        })),
    ),
  );
}

function inOrder(met: readonly Met[]): readonly Planned[] {
  const demands = Map.groupBy(met, each => each.with);
  const needed = Map.groupBy(
    met.filter(each => each.by),
    each => each.by as SummaryPackage,
  );
  const ordered = dependenciesFirst([...demands.keys()], each =>
    (needed.get(each) ?? []).map(need => need.with),
  );
  return ordered.map(each => {
    const all = demands.get(each) ?? [];
    return {
      package: each,
      wanted: all.some(demand => !demand.by),
      patterns: [...new Set(all.map(demand => demand.pattern))],
    };
  });
}
