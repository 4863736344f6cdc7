import { DEPENDENCY_TYPES } from '../dependency-facts.ts';
import { splitFmri } from '../fmri.ts';
import { type Action, type ActionType, type Attribute, hasPayload, KEY_ATTRIBUTE } from '../lines.ts';
import { hasUnset } from '../macros.ts';
import { bypassPatterns } from './bypass.ts';
import { misspelling } from './misspelling.ts';
import type { Lines, Report } from './subject.ts';

/** A rule about the attributes of one action together. */
type ActionRule = (action: Action, report: Report, lines: Lines) => void;

/** Judges every action as a whole. */
export function actionFaults(lines: Lines, report: Report): void {
  for (const action of lines.actions) {
    for (const rule of RULES[action.type]) rule(action, report, lines);
  }
}

const EVERY: readonly ActionRule[] = [requiredAttributes, hashAttribute, dataAttribute];
const PATHS: readonly ActionRule[] = [...EVERY, oddPath];

const RULES: Readonly<Record<ActionType, readonly ActionRule[]>> = {
  set: [hashAttribute, dataAttribute],
  depend: [
    ...EVERY,
    onlyOneFmri,
    predicateOnlyIfConditional,
    rootImageOnlyIfOrigin,
    noPublisher,
    boundIncorporation,
  ],
  file: [...PATHS, preserveVersionNeedsPreserve, bypassPatterns, misspelling],
  dir: [...PATHS, misspelling],
  link: [...PATHS, mediation, misspelling],
  hardlink: [...PATHS, mediation, misspelling],
  driver: [...EVERY, misspelling],
  group: [...EVERY, misspelling],
  user: [...EVERY, misspelling],
  license: [...EVERY, misspelling],
  legacy: [...EVERY],
  signature: [...EVERY],
  unknown: [neverPublished],
};

/** Attributes that no transform usually adds. Fragments are completed elsewhere. */
const REQUIRED: Readonly<Record<ActionType, readonly string[]>> = {
  set: [],
  depend: ['fmri', 'type'],
  file: ['path'],
  dir: ['path'],
  link: ['path', 'target'],
  hardlink: ['path', 'target'],
  driver: ['name'],
  group: ['groupname'],
  user: ['username', 'group'],
  license: ['license'],
  legacy: ['pkg'],
  signature: ['value', 'algorithm'],
  unknown: [],
};

function requiredAttributes(action: Action, report: Report, lines: Lines): void {
  if (lines.fragment || action.bare.length > 0 || (action.attributes.length === 0 && !action.payload)) return;
  for (const key of REQUIRED[action.type]) {
    if (has(action, key) || lines.mayBeAdded(key)) continue;
    const what = key === KEY_ATTRIBUTE[action.type] ? 'its key attribute ' : '';
    report({
      severity: 'error',
      message: `this ${action.type} action lacks ${what}${key}; add ${key}=VALUE`,
      span: typeSpan(action),
    });
  }
  if (
    action.type === 'depend' &&
    valueIn(action, 'type') === 'conditional' &&
    !has(action, 'predicate') &&
    !lines.mayBeAdded('predicate')
  ) {
    const message =
      'a conditional dependency needs predicate=, the package whose presence makes it hold; add it';
    report({ severity: 'error', message, span: typeSpan(action) });
  }
}

/** `hash=` spells the payload word another way (`_actions.c`). */
function hashAttribute(action: Action, report: Report): void {
  const hash = find(action, 'hash');
  if (!hash) return;
  if (!hasPayload(action.type)) {
    report({
      severity: 'error',
      message: `hash is not allowed: a ${action.type} action has no payload; remove it`,
      span: hash,
    });
  } else if (
    action.payload &&
    !isUnset(action, hash.value + action.payload.value) &&
    action.payload.value !== hash.value
  ) {
    report({
      severity: 'error',
      message: `hash=${hash.value} contradicts the payload word ${action.payload.value}; keep one of them`,
      span: spanOf(hash),
    });
  }
}

function dataAttribute(action: Action, report: Report): void {
  const data = find(action, 'data');
  if (!data) return;
  report({
    severity: 'error',
    message: 'an attribute may not be named data; choose another name',
    span: spanOf(data),
  });
}

function onlyOneFmri(action: Action, report: Report): void {
  const type = valueIn(action, 'type');
  if (type === undefined || !DEPENDENCY_TYPES.has(type) || type.endsWith('-any')) return;
  const fmris = action.attributes.filter(one => one.key === 'fmri');
  const second = fmris[1];
  if (!second) return;
  const message = `a ${type} dependency has one fmri; write one depend action for each, or type=${type === 'group' ? 'group' : 'require'}-any if one of them will do`;
  report({ severity: 'error', message, span: spanOf(second) });
}

function predicateOnlyIfConditional(action: Action, report: Report): void {
  belongsTo(action, 'predicate', 'conditional', report);
}

function rootImageOnlyIfOrigin(action: Action, report: Report): void {
  belongsTo(action, 'root-image', 'origin', report);
}

function belongsTo(action: Action, key: string, type: string, report: Report): void {
  const attribute = find(action, key);
  const given = valueIn(action, 'type');
  if (!attribute || given === undefined || given === type || isUnset(action, given)) return;
  const message = `${key} is only allowed on a dependency of type ${type}; remove it, or change the type`;
  report({ severity: 'error', message, span: spanOf(attribute) });
}

function noPublisher(action: Action, report: Report): void {
  for (const attribute of action.attributes) {
    if (attribute.key !== 'fmri') continue;
    const { publisher, name } = splitFmri(attribute.value);
    if (publisher === undefined || isUnset(action, publisher)) continue;
    const message = `a dependency should name no publisher (pkg(7)); write pkg:/${name}`;
    report({ severity: 'warning', message, span: { start: attribute.valueStart, end: attribute.end } });
  }
}

function boundIncorporation(action: Action, report: Report): void {
  if (valueIn(action, 'type') !== 'incorporate') return;
  for (const attribute of action.attributes) {
    if (attribute.key !== 'fmri' || attribute.value.includes('@') || isUnset(action, attribute.value))
      continue;
    const message = 'an incorporate dependency without a version constrains nothing; add @VERSION';
    report({ severity: 'warning', message, span: { start: attribute.valueStart, end: attribute.end } });
  }
}

/** What the tools take and no file system keeps apart: they compare paths as text. */
function oddPath(action: Action, report: Report): void {
  const attribute = find(action, 'path');
  if (!attribute || isUnset(action, attribute.value)) return;
  const problem = pathProblem(attribute.value);
  if (problem === undefined) return;
  report({
    severity: 'warning',
    message: problem,
    span: { start: attribute.valueStart, end: attribute.end },
  });
}

function pathProblem(path: string): string | undefined {
  const suspicious = path.includes('//') || path.includes('/.') || path.startsWith('.') || path.endsWith('/');
  if (!suspicious) return undefined;
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(path)) return 'the path contains "." or ".."; write it without';
  if (/[^/]\/\//.test(path)) return 'the path contains "//", which the tools compare as text; write one "/"';
  if (/[^/]\/+$/.test(path)) return 'the path ends in "/", which the tools compare as text; remove it';
  return undefined;
}

function preserveVersionNeedsPreserve(action: Action, report: Report): void {
  const version = find(action, 'preserve-version');
  if (!version || has(action, 'preserve')) return;
  report({
    severity: 'error',
    message: 'preserve-version needs preserve; add preserve=true',
    span: spanOf(version),
  });
}

const MEDIATION = ['mediator-version', 'mediator-implementation', 'mediator-priority'];

/** A mediated link says by what it is chosen (`link.py`). */
function mediation(action: Action, report: Report, lines: Lines): void {
  if (lines.fragment || lines.mayBeAdded('mediator')) return;
  const mediator = find(action, 'mediator');
  const other = action.attributes.find(one => MEDIATION.includes(one.key));
  if (other && !mediator) {
    report({
      severity: 'error',
      message: `${other.key} needs mediator; add mediator=NAME`,
      span: spanOf(other),
    });
  } else if (mediator && !has(action, 'mediator-version') && !has(action, 'mediator-implementation')) {
    const message = 'a mediated link needs mediator-version or mediator-implementation; add one';
    report({ severity: 'error', message, span: spanOf(mediator) });
  }
}

function neverPublished(action: Action, report: Report): void {
  report({
    severity: 'error',
    message: 'an unknown action can never be published; use another type',
    span: typeSpan(action),
  });
}

function find(action: Action, key: string): Attribute | undefined {
  for (const attribute of action.attributes) if (attribute.key === key) return attribute;
  return undefined;
}

function has(action: Action, key: string): boolean {
  return find(action, key) !== undefined;
}

function valueIn(action: Action, key: string): string | undefined {
  return find(action, key)?.value;
}

function isUnset(action: Action, value: string): boolean {
  return action.macros && hasUnset(value);
}

function spanOf(attribute: Attribute): { start: number; end: number } {
  return { start: attribute.start, end: attribute.end };
}

function typeSpan(action: Action): { start: number; end: number } {
  return { start: action.typeStart, end: action.typeStart + action.type.length };
}
