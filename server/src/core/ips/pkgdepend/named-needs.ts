import { directoryNeed, groupNeed, userNeed } from '../../needs.ts';
import type { Action } from '../lines.ts';
import { NAMED_FORM } from '../named-form.ts';
import { type Attributes, DEBUG_ATTRIBUTE, TBD } from './attributes.ts';
import type { AuthoredAction } from './authored.ts';

/**
 * A `set name=packwright.depend.KIND` action as the dependency on files that it amounts to; `undefined` for every other
 * action. Names stand among paths with their prefix, `user:webservd`: no path has one.
 */
export function namedNeed({ type, attributes, line }: AuthoredAction): AuthoredAction | undefined {
  const name = type === 'set' ? (attributes.get('name')?.[0] ?? '') : '';
  const form = NAMED_FORM.get(name);
  const values = attributes.get('value') ?? [];
  if (!form || values.length === 0) return undefined;
  const kind = name.slice(name.lastIndexOf('.') + 1);
  const tags = [...attributes].filter(([key]) => key.startsWith('variant.'));
  const depend: Attributes = new Map<string, readonly string[]>([
    ['fmri', [TBD]],
    ['type', ['require']],
    [DEBUG_ATTRIBUTE.type, [kind]],
    [DEBUG_ATTRIBUTE.fullpath, values.flatMap(form)],
    [DEBUG_ATTRIBUTE.confidence, ['likely']],
    ...tags,
  ]);
  return { type: 'depend', attributes: depend, line };
}

/** Whether a line is such an action. */
export function isNamedNeed({ type, attributes }: Pick<Action, 'type' | 'attributes'>): boolean {
  const [first] = attributes;
  return type === 'set' && first?.key === 'name' && NAMED_FORM.has(first.value);
}

/** The name under which an action delivers what is no file; `undefined` for one that does not. */
export function nameDelivered({ type, attributes }: AuthoredAction): string | undefined {
  if (type === 'user') return userNeed(attributes.get('username')?.[0] ?? '');
  if (type === 'group') return groupNeed(attributes.get('groupname')?.[0] ?? '');
  return type === 'dir' ? directoryNeed(attributes.get('path')?.[0] ?? '') : undefined;
}
