import { PatternError, PatternParser, type Step } from './pattern-parser.ts';

/** A `pkg.depend.bypass-generate` value, compiled; `undefined` members of the union say why it is no pattern. */
export interface Pattern {
  matches(path: string): boolean;
}

/** Compiled patterns of a value are kept: every need of every file asks for the same few. */
const MOST_REMEMBERED = 256;
const remembered = new Map<string, Pattern | PatternError>();

/**
 * Compiles a value of `pkg.depend.bypass-generate` (`pkgdepend(1)`): a Python regular expression,
 * anchored at both ends; a value without `*`, `?` and `/` means that name in any directory.
 * Matching takes time proportional to the path, whatever the pattern.
 */
export function bypassPattern(value: string): Pattern | PatternError {
  const known = remembered.get(value);
  if (known) return known;
  const pattern = compile(anchored(value));
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(value, pattern);
  return pattern;
}

/** Whether a bypass value covers a path; a value that is no pattern covers only the path that it spells. */
export function bypasses(value: string, path: string): boolean {
  if (value === path) return true;
  const pattern = bypassPattern(value);
  return !(pattern instanceof PatternError) && pattern.matches(path);
}

/** A value that covers exactly this path. */
export function exactPattern(path: string): string {
  const escaped = path.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return /[*?/]/.test(escaped) ? escaped : `(?:${escaped})`;
}

function anchored(value: string): string {
  if (value === '') return '^(?:)$';
  const rooted = /[*?/]/.test(value) ? value : `.*/${value}`;
  const ended = rooted.endsWith('$') ? rooted : `${rooted}$`;
  return ended.startsWith('^') ? ended : `^${ended}`;
}

function compile(source: string): Pattern | PatternError {
  const steps = new PatternParser(source).program();
  if (steps instanceof PatternError) return steps;
  return { matches: path => run(steps, path) };
}

/** Follows all ways through the program at once, one character after the other, from an offset on. */
function run(steps: readonly Step[], text: string, from = 0): boolean {
  let now = new Set<number>();
  if (follow(steps, 0, from, text, now)) return true;
  for (let i = from; i < text.length && now.size > 0; i++) {
    const code = text.charCodeAt(i);
    const next = new Set<number>();
    for (const at of now) {
      const step = steps[at];
      if (step?.op === 'char' && step.test(code) && follow(steps, at + 1, i + 1, text, next)) return true;
    }
    now = next;
  }
  return false;
}

/** Adds all steps reachable from `from` without a character; true when the end of the program is one. */
function follow(steps: readonly Step[], from: number, at: number, text: string, into: Set<number>): boolean {
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (into.has(next)) continue;
    into.add(next);
    const step = steps[next];
    if (step?.op === 'match') return true;
    if (step?.op === 'jump') open.push(step.to);
    else if (step?.op === 'split') open.push(step.first, step.second);
    else if (step && holds(step, at, text)) open.push(next + 1);
  }
  return false;
}

/** Whether a step that takes no character lets a place pass. */
function holds(step: Step, at: number, text: string): boolean {
  if (step.op === 'begin') return at === 0;
  if (step.op === 'end') return at === text.length;
  if (step.op !== 'look') return false;
  return (step.behind ? precedes(step.steps, at, text) : run(step.steps, text, at)) !== step.negative;
}

/** Python wants what looks behind to be of one length, so that a few characters are enough. */
const FURTHEST_BEHIND = 80;

function precedes(steps: readonly Step[], at: number, text: string): boolean {
  const before = text.slice(0, at);
  for (let from = at; from >= Math.max(0, at - FURTHEST_BEHIND); from--)
    if (run(steps, before, from)) return true;
  return false;
}
