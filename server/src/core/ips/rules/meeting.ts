import type { Action } from '../lines.ts';
import { hasUnset } from '../macros.ts';
import type { TagReader } from '../tags.ts';

/**
 * Whether two actions can be in one image. Those with disjoint variant values never are; those
 * behind macros without a value may be for different builds, and count as never meeting.
 */
export function canMeet(a: Action, b: Action, tags: TagReader): boolean {
  if (isConditional(a) || isConditional(b)) return false;
  const left = tags.of(a);
  const right = tags.of(b);
  for (const [name, values] of left.variants ?? []) {
    if (right.variants?.get(name)?.isDisjointFrom(values)) return false;
  }
  for (const [name, value] of left.facets ?? []) {
    const other = right.facets?.get(name);
    if (other !== undefined && other !== value) return false;
  }
  return true;
}

/** Whether a macro without a value decides over the action, or over one of its tags. */
function isConditional(action: Action): boolean {
  if (!action.macros) return false;
  if (hasUnset(action.prefix) || action.bare.length > 0) return true;
  return action.attributes.some(one => one.key.startsWith('variant.') && hasUnset(one.value));
}
