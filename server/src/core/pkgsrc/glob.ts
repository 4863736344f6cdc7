/** A pattern of `fnmatch(3)`, ready to be matched. */
export type Glob = readonly GlobPart[];

type GlobPart =
  | { readonly kind: 'star' | 'any' | 'never' }
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly matches: (code: number) => boolean };

/** Whether the whole text matches. As with `FNM_PERIOD`, no wildcard matches a `.` that begins the text. */
export function globMatches(glob: Glob, text: string): boolean {
  let part = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length || part < glob.length) {
    const current = glob[part];
    if (current?.kind === 'star') {
      if (at === 0 && text.startsWith('.')) return false;
      star = part++;
      resume = at;
    } else if (current && at < text.length && matchesOne(current, text, at)) {
      part++;
      at++;
    } else if (star >= 0 && resume < text.length) {
      part = star + 1;
      at = ++resume;
    } else return false;
  }
  return true;
}

function matchesOne(part: GlobPart, text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (part.kind === 'character') return part.code === code;
  if (part.kind === 'never' || (at === 0 && code === PERIOD)) return false;
  return part.kind !== 'set' || part.matches(code);
}

/** Reads a pattern: `*`, `?`, `[…]` with ranges and classes, `\` before a character that means itself. */
export function readGlob(pattern: string): Glob {
  const parts: GlobPart[] = [];
  for (let at = 0; at < pattern.length; ) {
    const { part, end } = readPart(pattern, at);
    parts.push(part);
    at = end;
  }
  return parts;
}

function readPart(pattern: string, at: number): PartRead {
  const code = pattern.charCodeAt(at);
  if (code === STAR) return { part: { kind: 'star' }, end: at + 1 };
  if (code === QUESTION) return { part: { kind: 'any' }, end: at + 1 };
  if (code === BACKSLASH) {
    const escaped = at + 1 < pattern.length;
    return { part: escaped ? literal(pattern.charCodeAt(at + 1)) : { kind: 'never' }, end: at + 2 };
  }
  const set = code === OPEN ? readSet(pattern, at + 1) : undefined;
  return set ?? { part: literal(code), end: at + 1 };
}

function literal(code: number): GlobPart {
  return { kind: 'character', code };
}

interface PartRead {
  readonly part: GlobPart;
  /** Offset behind it. */
  readonly end: number;
}

/** One member of a set, and where the next begins. */
interface Member {
  /** Absent: it makes no sense, and what no member before it holds does not match, negated or not. */
  readonly holds: ((code: number) => boolean) | undefined;
  readonly next: number;
}

/** The set whose members begin at `start`; absent when it is not closed: then its `[` means itself. */
function readSet(pattern: string, start: number): PartRead | undefined {
  const negated = pattern[start] === '!' || pattern[start] === '^';
  const first = negated ? start + 1 : start;
  const members: Member['holds'][] = [];
  for (let at = first; at < pattern.length; ) {
    if (pattern[at] === ']' && at > first) {
      const broken = BROKEN.test(pattern.slice(first, at));
      return { part: broken ? { kind: 'never' } : setOf(members, negated), end: at + 1 };
    }
    const member = readClass(pattern, at) ?? readRange(pattern, at);
    if (!member) return undefined;
    members.push(member.holds);
    at = member.next;
  }
  return undefined;
}

function setOf(members: readonly Member['holds'][], negated: boolean): GlobPart {
  const matches = (code: number) => {
    const found = members.find(holds => holds?.(code) ?? true);
    return found ? !negated : negated && !members.includes(undefined);
  };
  return { kind: 'set', matches };
}

/** `[:digit:]`. */
function readClass(pattern: string, at: number): Member | undefined {
  CLASS_AT.lastIndex = at;
  const [text, name] = CLASS_AT.exec(pattern) ?? [];
  if (text === undefined) return undefined;
  const expression = CLASSES.get(name ?? '');
  return {
    holds: expression && (code => expression.test(String.fromCharCode(code))),
    next: at + text.length,
  };
}

/** A character or a range of them. */
function readRange(pattern: string, at: number): Member | undefined {
  const from = readCharacter(pattern, at);
  if (!from) return undefined;
  const { code: low, next } = from;
  const after = pattern[next + 1];
  if (pattern[next] !== '-' || after === undefined || after === ']')
    return { holds: code => code === low, next };
  const to = readCharacter(pattern, next + 1);
  return to && { holds: code => low <= code && code <= to.code, next: to.next };
}

/** A character of a set: itself, behind a `\`, or as `[.x.]` or `[=x=]`. */
function readCharacter(
  pattern: string,
  at: number,
): { readonly code: number; readonly next: number } | undefined {
  COLLATED_AT.lastIndex = at;
  const collated = COLLATED_AT.exec(pattern);
  if (collated) return { code: (collated[2] ?? '').charCodeAt(0), next: at + collated[0].length };
  const place = pattern.charCodeAt(at) === BACKSLASH ? at + 1 : at;
  return place < pattern.length ? { code: pattern.charCodeAt(place), next: place + 1 } : undefined;
}

const STAR = 42;
const PERIOD = 46;
const QUESTION = 63;
const OPEN = 91;
const BACKSLASH = 92;
const CLASS_AT = /\[:([a-z]+):\]/y;
const COLLATED_AT = /\[([.=])([^\0])\1\]/y;
const BROKEN = /\[\.(?![^\0]\.\])/;
const CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['blank', /[ \t]/],
  ['cntrl', /[\0-\x1f\x7f]/],
  ['digit', /[0-9]/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[\t-\r ]/],
  ['upper', /[A-Z]/],
  ['xdigit', /[0-9A-Fa-f]/],
]);
