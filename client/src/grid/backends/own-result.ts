import type { Sighting } from '../model.ts';
import type { SpoolFacts } from './spool-answer.ts';

/**
 * The job's own result, the first truth. An exit code alone counts when the runner, which would have
 * written more, is known to be dead.
 */
export function ownResult(facts: SpoolFacts): Sighting | undefined {
  if (facts.end) return { state: 'ended', end: facts.end };
  if (facts.code === undefined || facts.runner?.life !== 'dead') return undefined;
  return { state: 'ended', end: { how: 'exited', exit: facts.code } };
}

/**
 * What a batch system says, with the exit code that the job left: a script that finished did finish,
 * whatever became of its node.
 */
export function withCode(sighting: Sighting, facts: SpoolFacts): Sighting {
  if (facts.code === undefined || (sighting.state !== 'ended' && sighting.state !== 'gone')) return sighting;
  const how = sighting.end?.how;
  const kept = how === 'cancelled' || how === 'timeout' || how === 'killed';
  return { ...sighting, state: 'ended', end: { how: kept ? how : 'exited', exit: facts.code } };
}
