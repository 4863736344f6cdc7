import type { Closure } from './closure.ts';
import type { Closures } from './closures.ts';
import type { ProofStep, Verdict, World } from './model.ts';
import type { NeedClass } from './need-class.ts';
import { needSteps, searchStep, waySteps, wayText } from './proof.ts';
import { isNobodys, type Outcome, type Way } from './resolve.ts';
import type { Universe } from './universe.ts';

/** What came out for a class of needs: its outcome in every combination in which the files exist. */
export interface Judged extends NeedClass {
  readonly outcomes: readonly Outcome[];
}

/** False of a directory's own action that nobody has, or nobody in particular: there is nothing to say about it. */
export function isWorthTelling(judged: Judged): boolean {
  if (!judged.explicit) return true;
  return judged.outcomes.some(one => one.way || (one.candidates.length > 0 && !isNobodys(one, judged)));
}

/** The worst outcome over all combinations stands for a need. */
export function verdictsOf(
  { needs, outcomes }: Judged,
  closures: Closures,
  universe: Universe,
  world: World,
): Verdict[] {
  const states = ['missing', 'indirect', 'declared', 'own'] as const;
  const worst = states.map(state => outcomes.find(one => one.state === state)).find(one => one !== undefined);
  const ways = worst ? waysOf(worst) : [];
  const by = new Set(ways.flatMap(way => way.packages));
  return needs.map(caught => {
    const closure = worst && closures.of(worst.combination, caught.file.facets);
    const generated = worst?.state === 'missing' && world.policy.generated.has(caught.need.catcher);
    return {
      ...caught,
      outcome: generated && ways.length > 0 ? 'generated' : (worst?.state ?? 'own'),
      by: worst?.state === 'missing' ? [...by].filter(name => !closure?.has(name)) : [...by],
      get proof() {
        return [
          ...needSteps([caught]),
          searchStep(caught.need.anyOf),
          ...waySteps(ways, universe),
          ...lastStep(worst, closure),
        ];
      },
    };
  });
}

function waysOf({ way, obscure, ways, candidates }: Outcome): readonly Way[] {
  if (way) return [way];
  return obscure ? ways : candidates;
}

function lastStep(worst: Outcome | undefined, closure: Closure | undefined): readonly ProofStep[] {
  if (worst?.state === 'own') return [{ text: 'delivered by this package' }];
  if (worst?.state === 'missing') return [{ text: 'no declared dependency brings it' }];
  const path = worst?.way && closure ? closure.path(worst.way.provider) : [];
  return path.length > 0 ? [{ text: `brought by ${wayText(path)}` }] : [];
}
