import type { Delivery } from '../model.ts';
import { groupNeed, servicesDelivered, userNeed } from '../needs.ts';
import type { Origin } from './delivery-facts.ts';
import type { Action } from './lines.ts';
import { hasUnset } from './macros.ts';
import { packageAttribute } from './package-facts.ts';
import type { Tags } from './tags.ts';

/** What names the services that a package delivers, `pkgdepend(1)`. */
const SERVICES = 'org.opensolaris.smf.fmri';

/** The user, group or services that an action delivers: `user username=`, `group groupname=`, `set name=org.opensolaris.smf.fmri`. */
export function namesDelivered(action: Action, tags: Tags, origin: Origin): readonly Delivery[] {
  const names = namesIn(action);
  return names.map(path => ({
    path,
    kind: 'name',
    package: origin.package,
    origin: { file: origin.file, line: action.line },
    ...(tags.narrowed && { variants: tags.narrowed }),
    ...(tags.facets && { facets: tags.facets }),
  }));
}

function namesIn(action: Action): readonly string[] {
  if (action.type === 'set') {
    const attribute = packageAttribute(action);
    return attribute?.name === SERVICES
      ? servicesDelivered(known(attribute.values.map(one => one.value)))
      : [];
  }
  const [key, need] =
    action.type === 'user' ? (['username', userNeed] as const) : (['groupname', groupNeed] as const);
  return known(action.attributes.filter(one => one.key === key).map(one => one.value)).map(need);
}

function known(values: readonly string[]): readonly string[] {
  return values.filter(value => value !== '' && !hasUnset(value));
}
