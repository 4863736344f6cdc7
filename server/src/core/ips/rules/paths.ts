import type { Action, Attribute } from '../lines.ts';
import { hasUnset } from '../macros.ts';
import { canMeet } from './meeting.ts';
import type { Report, Subject } from './subject.ts';

/** Judges actions that deliver one path: they must agree, or be an overlay pair (`imageplan.py`, pkglint dupaction). */
export function pathFaults(subject: Subject, report: Report): void {
  if (subject.areApart ?? areApart(subject.actions)) return;
  const first = new Map<string, Action>();
  const more = new Map<string, Action[]>();
  for (const action of subject.actions) {
    const path = pathOf(action);
    if (path === undefined) continue;
    const known = first.get(path);
    if (known === undefined) first.set(path, action);
    else {
      const rest = more.get(path);
      if (rest) rest.push(action);
      else more.set(path, [known, action]);
    }
  }
  for (const [path, actions] of more) judgePath(path, actions, subject, report);
}

/** Whether each path is there once, as nearly always: cheaper to tell than which are not. */
function areApart(actions: readonly Action[]): boolean {
  const paths = new Set<string>();
  let count = 0;
  for (const action of actions) {
    const path = pathOf(action);
    if (path === undefined) continue;
    paths.add(path);
    count++;
  }
  return paths.size === count;
}

/** More actions on one path than any package has are compared with their neighbours only. */
const MOST_COMPARED = 50;

function judgePath(path: string, actions: readonly Action[], subject: Subject, report: Report): void {
  for (let i = 1; i < actions.length; i++) {
    const later = actions[i] as Action;
    for (let j = Math.max(0, i - MOST_COMPARED); j < i; j++) {
      const earlier = actions[j] as Action;
      const problem = problemOf(path, earlier, later);
      if (problem === undefined || !canMeet(earlier, later, subject.tags)) continue;
      const attribute = later.attributes.find(one => one.key === 'path') as Attribute;
      const message = `${problem} (line ${earlier.line + 1})`;
      report({ severity: 'error', message, span: { start: attribute.valueStart, end: attribute.end } });
      break;
    }
  }
}

function problemOf(path: string, a: Action, b: Action): string | undefined {
  if (a.type !== b.type) {
    return `${path} is delivered as ${b.type} here and as ${a.type} before; keep one of them, or tag them with different variants`;
  }
  if (a.type === 'file') return fileProblem(path, a, b);
  if (a.type === 'dir') return disagreement(path, a, b, ['mode', 'owner', 'group']);
  return linkProblem(path, a, b);
}

function fileProblem(path: string, a: Action, b: Action): string | undefined {
  const [over, under] = valueIn(a, 'overlay') === 'true' ? [a, b] : [b, a];
  if (valueIn(over, 'overlay') === undefined && valueIn(under, 'overlay') === undefined) {
    return `${path} is delivered twice; keep one of the two files, or tag them with different variants`;
  }
  if (valueIn(over, 'overlay') !== 'true' || valueIn(under, 'overlay') !== 'allow') {
    return `an overlay of ${path} needs overlay=true on one file and overlay=allow on the other; correct the two`;
  }
  if (valueIn(under, 'preserve') === undefined) {
    return `the file ${path} with overlay=allow needs preserve; add preserve=true`;
  }
  const denied = [a, b].some(one => valueIn(one, 'overlay-attributes') === 'deny');
  return denied ? disagreement(path, a, b, ['mode', 'owner', 'group', 'sysattr']) : undefined;
}

function linkProblem(path: string, a: Action, b: Action): string | undefined {
  const left = valueIn(a, 'mediator');
  const right = valueIn(b, 'mediator');
  if (left === undefined && right === undefined) return disagreement(path, a, b, ['target']);
  if (left === undefined || right === undefined) {
    return `${path} is a mediated link on one line and not on the other; give both the mediator`;
  }
  if (hasUnset(left) || hasUnset(right)) return undefined;
  if (left !== right) return `${path} has mediator ${right} here and ${left} before; use one`;
  const same = MEDIATION.every(key => valueIn(a, key) === valueIn(b, key));
  if (!same || MEDIATION.some(key => hasUnset(valueIn(a, key) ?? ''))) return undefined;
  return disagreement(path, a, b, ['target']);
}

const MEDIATION = ['mediator-version', 'mediator-implementation', 'mediator-priority'];

/** Actions that several may share must say the same; what one of them leaves open, a transform may add. */
function disagreement(path: string, a: Action, b: Action, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const left = valueIn(a, key);
    const right = valueIn(b, key);
    if (left === undefined || right === undefined || hasUnset(left + right) || isSame(key, left, right))
      continue;
    return `${path} has ${key} ${right} here and ${left} before; make them agree`;
  }
  return undefined;
}

function isSame(key: string, left: string, right: string): boolean {
  if (left === right) return true;
  return key === 'mode' && Number.parseInt(left, 8) === Number.parseInt(right, 8);
}

/** The path of a file-system action, as the tools compare it; `undefined` where a macro is left in it. */
export function pathOf(action: Action): string | undefined {
  const { type } = action;
  if (type !== 'file' && type !== 'link' && type !== 'hardlink' && type !== 'dir') return undefined;
  for (const { key, value } of action.attributes) {
    if (key !== 'path' || (action.macros && hasUnset(value))) continue;
    if (value.charCodeAt(0) === SLASH) return value.replace(/^\/+/, '');
    return value === '' ? undefined : value;
  }
  return undefined;
}

const SLASH = 47;

function valueIn(action: Action, key: string): string | undefined {
  for (const attribute of action.attributes) if (attribute.key === key) return attribute.value;
  return undefined;
}
