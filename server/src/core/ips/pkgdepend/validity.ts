import { parseFmri } from '../fmri.ts';
import { type ActionType, KEY_ATTRIBUTE } from '../lines.ts';
import { type Attributes, TBD } from './attributes.ts';

/** The types that a `depend` action may have, `pkg(7)`. */
const DEPEND_TYPES: ReadonlySet<string | undefined> = new Set([
  'conditional',
  'exclude',
  'group',
  'group-any',
  'incorporate',
  'optional',
  'origin',
  'parent',
  'require',
  'require-any',
]);

/** Attributes that publication asks for, beside the key attribute (`validate` of the action modules). */
const REQUIRED: Partial<Record<ActionType, readonly string[]>> = {
  file: ['owner', 'group', 'mode'],
  dir: ['owner', 'group', 'mode'],
  link: ['target'],
  hardlink: ['target'],
  user: ['group'],
  set: ['value'],
  signature: ['algorithm', 'value'],
};

const MEDIATOR = ['mediator', 'mediator-version', 'mediator-implementation', 'mediator-priority'];

/** Attributes that may be given once only. */
const SINGLE: Partial<Record<ActionType, readonly string[]>> = {
  file: [
    'owner',
    'group',
    'mode',
    'preserve',
    'overlay',
    'original_name',
    'preserve-version',
    'elfarch',
    'elfbits',
    'elfhash',
    'chash',
  ],
  dir: ['owner', 'group', 'mode'],
  link: ['target', ...MEDIATOR],
  hardlink: ['target', ...MEDIATOR],
  depend: ['type', 'predicate', 'root-image', 'ignore-check'],
  user: ['group', 'password', 'home-dir', 'login-shell', 'gcos-field', 'ftpuser'],
  license: ['chash', 'must-accept', 'must-display'],
  legacy: ['category', 'desc', 'hotline', 'name', 'vendor', 'version'],
  signature: ['algorithm', 'chash', 'value'],
};

/** Attributes that must be whole numbers. */
const NUMBERS: Partial<Record<ActionType, readonly string[]>> = {
  file: ['pkg.size', 'pkg.csize'],
  license: ['pkg.size', 'pkg.csize'],
  user: ['uid', 'lastchg', 'min', 'max', 'warn', 'inactive', 'expire', 'flag'],
  group: ['gid'],
};

/** Why publication would refuse an action; `undefined` when it would not. */
export function validityFault({
  type,
  attributes,
}: {
  readonly type: ActionType;
  readonly attributes: Attributes;
}): string | undefined {
  return keyFault(type, attributes) ?? attributeFault(type, attributes) ?? OF_TYPE[type]?.(attributes);
}

function keyFault(type: ActionType, attributes: Attributes): string | undefined {
  const key = KEY_ATTRIBUTE[type];
  const values = attributes.get(key);
  if (!values)
    return type === 'signature' || type === 'unknown' ? undefined : `it lacks ${key}=, which names it`;
  if (values.length > 1 && type !== 'depend') return `${key} may be given once only`;
  const path = attributes.get('path');
  return path && (path.length > 1 || path[0] === '')
    ? 'its path is empty, or given more than once'
    : undefined;
}

function attributeFault(type: ActionType, attributes: Attributes): string | undefined {
  return requiredFault(type, attributes) ?? repeatFault(type, attributes) ?? numberFault(type, attributes);
}

function requiredFault(type: ActionType, attributes: Attributes): string | undefined {
  const lacking = (REQUIRED[type] ?? []).find(name => {
    const values = attributes.get(name);
    return type === 'set' ? !values : !values?.some(value => value.trim() !== '');
  });
  return lacking === undefined
    ? undefined
    : `it lacks ${lacking}=, which publication needs; add it, or run pkgmogrify first if a transform does`;
}

function repeatFault(type: ActionType, attributes: Attributes): string | undefined {
  const single = SINGLE[type] ?? [];
  for (const [name, values] of attributes)
    if (values.length > 1 && (single.includes(name) || name.startsWith('facet.') || name === 'reboot-needed'))
      return `${name} may be given once only`;
  return undefined;
}

function numberFault(type: ActionType, attributes: Attributes): string | undefined {
  for (const name of NUMBERS[type] ?? []) {
    const values = attributes.get(name);
    if (values && values.length > 1) return `${name} may be given once only`;
    const [value] = values ?? [];
    if (value !== undefined && !/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(value))
      return `${name}=${value} is no whole number`;
  }
  return undefined;
}

const OF_TYPE: Partial<Record<ActionType, (attributes: Attributes) => string | undefined>> = {
  file: modeFault,
  dir: modeFault,
  link: mediatorFault,
  hardlink: mediatorFault,
  depend: dependFault,
  set: setFault,
};

function modeFault(attributes: Attributes): string | undefined {
  const mode = attributes.get('mode')?.[0] ?? '';
  if (/^(?:[0-7]{3,4}|0[0-7]{4})$/.test(mode)) return undefined;
  return `mode=${mode} is no mode; write it as 644, 0644 or 04755`;
}

function mediatorFault(attributes: Attributes): string | undefined {
  if (!MEDIATOR.some(name => attributes.has(name))) return undefined;
  if (!attributes.has('mediator'))
    return 'it lacks mediator=, which its mediator-version or -implementation is of';
  const says = attributes.has('mediator-version') || attributes.has('mediator-implementation');
  return says ? undefined : 'a mediator needs a mediator-version or a mediator-implementation';
}

function dependFault(attributes: Attributes): string | undefined {
  const type = attributes.get('type')?.[0];
  if (type === undefined) return 'it lacks type=';
  if (!DEPEND_TYPES.has(type)) return `type=${type} is no type of dependency`;
  const fmris = attributes.get('fmri') ?? [];
  if (fmris.length > 1 && type !== 'require-any' && type !== 'group-any')
    return 'fmri may be given once only';
  if (type === 'conditional' && !attributes.has('predicate'))
    return 'a conditional dependency needs predicate=';
  if (type !== 'conditional' && attributes.has('predicate'))
    return 'predicate= is for conditional dependencies only';
  if (type !== 'origin' && attributes.has('root-image')) return 'root-image= is for origin dependencies only';
  return (
    fmriFault(
      'fmri',
      fmris.filter(one => one !== TBD),
    ) ?? fmriFault('predicate', attributes.get('predicate') ?? [])
  );
}

/** Values of `set` of which there may be one only, `actions/attribute.py`. */
const SINGLE_VALUES: ReadonlySet<string> = new Set([
  'pkg.summary',
  'pkg.obsolete',
  'pkg.renamed',
  'pkg.legacy',
  'pkg.description',
  'pkg.depend.explicit-install',
]);

function setFault(attributes: Attributes): string | undefined {
  const name = attributes.get('name')?.[0] ?? '';
  const values = attributes.get('value') ?? [];
  if (SINGLE_VALUES.has(name) && values.length > 1) return `${name} may have one value only`;
  return name.startsWith('pkg.additional-') ? fmriFault(name, values) : undefined;
}

function fmriFault(attribute: string, values: readonly string[]): string | undefined {
  for (const value of values) {
    if (value.includes('$('))
      return `${attribute}=${value} holds a macro without a value; run pkgmogrify first, with -D`;
    const read = parseFmri(value.trimEnd());
    if (typeof read === 'string') return `${attribute}=${value} is no FMRI: ${read}`;
  }
  return undefined;
}
