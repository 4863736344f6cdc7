import { DEPENDENCY_TYPES, TO_BE_DETERMINED } from '../dependency-facts.ts';
import { parseFmri } from '../fmri.ts';
import type { Action, ActionType, Attribute } from '../lines.ts';
import { hasUnset } from '../macros.ts';
import { nearest } from '../spelling.ts';
import { parseVersion } from '../version.ts';
import type { Lines, Report } from './subject.ts';

/** What is known of one attribute. */
interface AttributeRule {
  /** Types on which it may stand only once; `all` for every type. */
  readonly single?: readonly ActionType[] | 'all';
  /** Severity of a bad value: `error` where the real tools refuse it. */
  readonly severity?: 'error' | 'warning';
  /** What is wrong with a value, and the remedy; only asked when no macro is left in it. */
  readonly wrong?: (value: string, action: Action) => string | undefined;
}

/** Judges every attribute by itself: values, and attributes that may not repeat. */
export function attributeFaults(lines: Lines, report: Report): void {
  for (const action of lines.actions) {
    const { attributes } = action;
    for (let i = 0; i < attributes.length; i++) {
      const attribute = attributes[i] as Attribute;
      const rule = RULES.get(attribute.key) ?? ruleByPrefix(attribute.key);
      if (rule !== undefined) judge(action, i, rule, report);
    }
  }
}

function judge(action: Action, index: number, rule: AttributeRule, report: Report): void {
  const attribute = action.attributes[index] as Attribute;
  const { key, value, start, end, valueStart } = attribute;
  if (rule.single !== undefined && isRepeated(action, index, rule.single)) {
    report({
      severity: 'error',
      message: `${key} may stand only once on a ${action.type} action; keep one`,
      span: { start, end },
    });
  }
  // A missing value was told by the reader of lines.
  if (rule.wrong === undefined || valueStart === end || (action.macros && hasUnset(value))) return;
  const message = rule.wrong(value, action);
  if (message === undefined) return;
  report({ severity: rule.severity ?? 'error', message, span: { start: valueStart, end } });
}

/** More attributes than any action with single-valued ones has. */
const MOST_COMPARED = 100;

function isRepeated(action: Action, index: number, single: readonly ActionType[] | 'all'): boolean {
  if (single !== 'all' && !single.includes(action.type)) return false;
  const key = action.attributes[index]?.key;
  for (let i = 0; i < index && i < MOST_COMPARED; i++) if (action.attributes[i]?.key === key) return true;
  return false;
}

const FILES: readonly ActionType[] = ['file', 'dir'];
const LINKS: readonly ActionType[] = ['link', 'hardlink'];
const PATHS: readonly ActionType[] = ['file', 'dir', 'link', 'hardlink'];

function only(...types: ActionType[]): AttributeRule {
  return { single: types };
}

function numeric(type: ActionType, ...others: ActionType[]): AttributeRule {
  return {
    single: [type, ...others],
    wrong: (value, action) => ([type, ...others].includes(action.type) ? integer(value) : undefined),
  };
}

function integer(value: string): string | undefined {
  return /^-?\d+$/.test(value) ? undefined : `"${value}" is no number; write decimal digits`;
}

function oneOf(key: string, ...values: string[]): NonNullable<AttributeRule['wrong']> {
  return (value, action) => {
    if (action.type !== 'file' || values.includes(value)) return undefined;
    const meant = nearest(value, values);
    return `"${value}" is no value of ${key}; ${meant ? `did you mean "${meant}"?` : `use ${values.join(', ')}`}`;
  };
}

function path(value: string, action: Action): string | undefined {
  if (!PATHS.includes(action.type)) return undefined;
  if (value !== '' && !(value.charCodeAt(0) === SLASH && /^\/*$/.test(value))) return undefined;
  return 'the path is empty; name what is delivered, relative to the root of the image';
}

function mode(value: string, action: Action): string | undefined {
  if (!FILES.includes(action.type) || /^(?:[0-7]{3,4}|0[0-7]{4})$/.test(value)) return undefined;
  return `"${value}" is no mode; write three or four octal digits, such as 0555, or five beginning with 0`;
}

function account(value: string, action: Action): string | undefined {
  const judged = FILES.includes(action.type) && (value.trim() === '' || /\s/.test(value));
  return judged ? `"${value}" is no name of a user or group; write one word` : undefined;
}

function fmri(value: string, action: Action): string | undefined {
  if (action.type !== 'depend' || value === TO_BE_DETERMINED) return undefined;
  const read = parseFmri(value);
  return typeof read === 'string' ? `"${value}" is no package FMRI: ${read}` : undefined;
}

function dependencyType(value: string, action: Action): string | undefined {
  if (action.type !== 'depend' || DEPENDENCY_TYPES.has(value)) return undefined;
  const meant = nearest(value, [...DEPENDENCY_TYPES]);
  return `unknown dependency type "${value}"; ${meant ? `did you mean "${meant}"?` : `use one of ${[...DEPENDENCY_TYPES].join(', ')}`}`;
}

function mediatorVersion(value: string, action: Action): string | undefined {
  if (!LINKS.includes(action.type)) return undefined;
  const version = parseVersion(value);
  return version && !version.build && !version.branch && version.timestamp === undefined
    ? undefined
    : `"${value}" is no mediator version; write numbers with dots between, such as 3.12`;
}

function mediatorImplementation(value: string, action: Action): string | undefined {
  if (!LINKS.includes(action.type) || /^[A-Za-z0-9-]+(?:@\d+(?:\.\d+)*)?$/.test(value)) return undefined;
  return `"${value}" is no mediator implementation; write a name of letters, digits and "-", or name@version`;
}

function clonePermissions(value: string, action: Action): string | undefined {
  const fields = value.trim().split(/\s+/).length;
  if (action.type !== 'driver' || fields === 3 || fields === 4) return undefined;
  return 'clone_perms needs mode, owner and group, with the minor name before them where it differs from the driver';
}

function preserveVersion(value: string, action: Action): string | undefined {
  const version = parseVersion(value);
  if (
    action.type !== 'file' ||
    (version && !version.build && !version.branch && version.timestamp === undefined)
  ) {
    return undefined;
  }
  return `"${value}" is no release; write numbers with dots between, without build, branch and time`;
}

const ACTUATOR: AttributeRule = {
  severity: 'warning',
  wrong: value =>
    /^(?:svc:)?\/?\S+$/.test(value)
      ? undefined
      : `"${value}" is no service FMRI; write svc:/path/name:instance`,
};

const RULES: ReadonlyMap<string, AttributeRule> = new Map<string, AttributeRule>([
  ['path', { single: PATHS, wrong: path }],
  ['mode', { single: FILES, wrong: mode }],
  ['owner', { single: FILES, wrong: account }],
  ['group', { single: ['file', 'dir', 'user'], wrong: account }],
  ['target', only('link', 'hardlink')],
  [
    'mediator',
    {
      single: LINKS,
      wrong: (value, action) =>
        !LINKS.includes(action.type) || /^[A-Za-z0-9-]+$/.test(value)
          ? undefined
          : `"${value}" is no mediator name; use letters, digits and "-"`,
    },
  ],
  ['mediator-version', { single: LINKS, wrong: mediatorVersion }],
  ['mediator-implementation', { single: LINKS, wrong: mediatorImplementation }],
  [
    'mediator-priority',
    {
      single: LINKS,
      wrong: (value, action) =>
        !LINKS.includes(action.type) || value === 'vendor' || value === 'site'
          ? undefined
          : `"${value}" is no mediator priority; use vendor or site`,
    },
  ],
  [
    'preserve',
    {
      single: ['file'],
      severity: 'warning',
      wrong: oneOf('preserve', 'true', 'renameold', 'renamenew', 'legacy', 'abandon', 'install-only'),
    },
  ],
  ['overlay', { single: ['file'], severity: 'warning', wrong: oneOf('overlay', 'true', 'allow') }],
  [
    'overlay-attributes',
    { single: ['file'], severity: 'warning', wrong: oneOf('overlay-attributes', 'allow', 'deny') },
  ],
  ['preserve-version', { single: ['file'], wrong: preserveVersion }],
  ['original_name', only('file')],
  ['elfarch', only('file')],
  ['elfbits', only('file')],
  ['elfhash', only('file')],
  ['chash', only('file', 'license', 'signature')],
  ['pkg.size', numeric('file', 'license', 'signature')],
  ['pkg.csize', numeric('file', 'license', 'signature')],
  ['must-accept', only('license')],
  ['must-display', only('license')],
  ['type', { single: ['depend'], wrong: dependencyType }],
  ['predicate', { single: ['depend'], wrong: fmri }],
  ['root-image', only('depend')],
  ['ignore-check', only('depend')],
  ['fmri', { wrong: fmri }],
  ['name', only('set', 'driver')],
  ['username', only('user')],
  ['groupname', only('group')],
  ['license', only('license')],
  ['pkg', only('legacy')],
  ['algorithm', only('signature')],
  ['password', only('user')],
  ['gcos-field', only('user')],
  ['home-dir', only('user')],
  ['login-shell', only('user')],
  ['ftpuser', only('user')],
  ['uid', numeric('user')],
  ['gid', numeric('group')],
  ['lastchg', numeric('user')],
  ['min', numeric('user')],
  ['max', numeric('user')],
  ['warn', numeric('user')],
  ['inactive', numeric('user')],
  ['expire', numeric('user')],
  ['flag', numeric('user')],
  ['clone_perms', { wrong: clonePermissions }],
  ['reboot-needed', { single: 'all' }],
  ['restart_fmri', ACTUATOR],
  ['refresh_fmri', ACTUATOR],
  ['disable_fmri', ACTUATOR],
  ['suspend_fmri', ACTUATOR],
  [
    'pkg.depend.runpath',
    {
      single: 'all',
      wrong: value =>
        value === ''
          ? 'an empty run path is refused by pkgdepend(1); name directories, separated by ":"'
          : undefined,
    },
  ],
]);

const FACET: AttributeRule = {
  single: 'all',
  severity: 'warning',
  wrong: value =>
    value === 'true' || value === 'false' || value === 'all'
      ? undefined
      : `"${value}" is no facet value; use true or all`,
};

const SLASH = 47;
const LETTER_F = 102;

function ruleByPrefix(key: string): AttributeRule | undefined {
  return key.charCodeAt(0) === LETTER_F && key.startsWith('facet.') ? FACET : undefined;
}
