import type { Dependency, FileDependency } from '../model.ts';
import { type Delivered, deliveredBy, type Origin } from './delivery-facts.ts';
import { dependencyOf, fileDependencyOf } from './dependency-facts.ts';
import type { Action } from './lines.ts';
import type { TagReader } from './tags.ts';

/** What one action tells of its package, placed as the action is. */
export interface Told extends Delivered {
  readonly dependency?: Dependency | undefined;
  readonly onFiles?: FileDependency | undefined;
}

/** Reads an action whose macros are expanded. */
export function tell(action: Action | undefined, tags: TagReader, origin: Origin): Told {
  switch (action?.type) {
    case 'file':
    case 'dir':
    case 'link':
    case 'hardlink':
      return deliveredBy(action, tags.of(action), origin);
    case 'depend': {
      const own = tags.of(action);
      return { dependency: dependencyOf(action, own), onFiles: fileDependencyOf(action, own) };
    }
    default:
      return NOTHING;
  }
}

const NOTHING: Told = {};
