import type { Delivery, Dependency, FileDependency } from '../model.ts';
import { type Delivered, deliveredBy, type Origin } from './delivery-facts.ts';
import { dependencyOf, fileDependencyOf, namedDependencyOf } from './dependency-facts.ts';
import { releasesDelivered } from './launcher-facts.ts';
import type { Action } from './lines.ts';
import { namesDelivered } from './name-facts.ts';
import type { TagReader } from './tags.ts';

/** What one action tells of its package, placed as the action is. */
export interface Told extends Delivered {
  readonly dependency?: Dependency | undefined;
  readonly onFiles?: FileDependency | undefined;
  /** Users, groups, services and Java releases. */
  readonly names?: readonly Delivery[];
}

/** Reads an action whose macros are expanded. */
export function tell(action: Action | undefined, tags: TagReader, origin: Origin): Told {
  switch (action?.type) {
    case 'file':
    case 'dir':
    case 'link':
    case 'hardlink':
      return withRelease(action, deliveredBy(action, tags.of(action), origin));
    case 'depend': {
      const own = tags.of(action);
      return { dependency: dependencyOf(action, own), onFiles: fileDependencyOf(action, own) };
    }
    case 'user':
    case 'group':
    case 'set': {
      const own = tags.of(action);
      const names = namesDelivered(action, own, origin);
      const onFiles = action.type === 'set' ? namedDependencyOf(action, own) : undefined;
      return names.length > 0 || onFiles ? { names, onFiles } : NOTHING;
    }
    default:
      return NOTHING;
  }
}

const NOTHING: Told = {};

function withRelease(action: Action, delivered: Delivered): Told {
  const names = delivered.delivery ? releasesDelivered(action, delivered.delivery) : [];
  return names.length > 0 ? { ...delivered, names } : delivered;
}
