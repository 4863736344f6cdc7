import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { ValueIssue } from './issue.ts';

/** A sites file as YAML. */
export interface SitesText {
  readonly document: Document;
  /** Plain data; `undefined` when the text means nothing as a whole. */
  readonly value: unknown;
  readonly lines: LineCounter;
  /** What is seen before any value is looked at. */
  readonly marks: readonly ValueIssue[];
}

/** Bounds of a sites file; what is beyond them is refused. */
const LIMITS = { characters: 4 * 1024 * 1024, depth: 16, aliases: 20_000, nodes: 1_000_000 };

/** Reads YAML; keys that stand twice, and what cannot be read at all, are marked. */
export function readSitesText(text: string): SitesText {
  const lines = new LineCounter();
  if (text.length > LIMITS.characters) return unreadable(lines, 0, TOO_LONG);
  const deep = depthOf(text);
  if (deep !== undefined) return unreadable(lines, deep, TOO_DEEP);
  const document = parseDocument(text, {
    prettyErrors: false,
    // The library compares each key with all before it; `scan` finds them in one pass.
    uniqueKeys: false,
    // At `silent` the library also keeps quiet about a second document.
    logLevel: 'error',
    lineCounter: lines,
  });
  const marks: ValueIssue[] = document.errors.map(({ code, pos }) => ({
    path: [],
    at: pos[0],
    message: `This is no valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`,
    remedy: YAML_REMEDIES[code] ?? 'look at indentation, colons, quotes and brackets here',
  }));
  if (marks.length > 0) return { document, value: undefined, lines, marks: marks.slice(0, 20) };
  scan(document.contents, [], marks);
  return { document, value: plainValue(document, marks), lines, marks };
}

const TOO_LONG = ['This file is longer than 4 MiB', 'part it into several sites files'] as const;
const TOO_DEEP = [
  'Brackets or blocks are nested too deeply',
  'no value is more than a few levels deep',
] as const;
const TOO_MUCH = [
  'Aliases make this file too big, or stand for what holds them',
  'use them for values, not for lists of aliases',
] as const;

const YAML_REMEDIES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with blanks, not with tabs',
  MULTIPLE_DOCS: 'keep one document: take out the line "---"',
  BAD_ALIAS: 'quote a value that begins with "*" or "&"',
};

function unreadable(lines: LineCounter, at: number, [message, remedy]: readonly [string, string]): SitesText {
  const document = parseDocument('', { lineCounter: lines });
  return { document, value: undefined, lines, marks: [{ path: [], at, message, remedy }] };
}

/**
 * Where brackets or blocks of a text are nested more deeply than any sites file is; the YAML library is
 * recursive. Counts too much inside quotes and comments: the bound is far from what is written there.
 */
function depthOf(text: string): number | undefined {
  const bound = 200;
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '[' || char === '{') open++;
    else if (char === ']' || char === '}') open = Math.max(0, open - 1);
    else if (char === '\n') {
      const entries = /^ {200}|^ *(?:[-?:] +){16}/.exec(text.slice(at + 1, at + 400));
      if (entries !== null) return at + 1;
    }
    if (open > bound) return at;
  }
  return undefined;
}

function plainValue(document: Document, marks: ValueIssue[]): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: LIMITS.aliases });
    if (weight(value, 0) <= LIMITS.nodes) return value ?? undefined;
  } catch {
    // The library throws on aliases that multiply or contain themselves: its only answer to them.
  }
  marks.push({ path: [], at: 0, message: TOO_MUCH[0], remedy: TOO_MUCH[1] });
  return undefined;
}

/** Number of values with all aliases followed, or more than the limit. */
function weight(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  if (depth > LIMITS.depth) return LIMITS.nodes + 1;
  let sum = 1;
  for (const item of Object.values(value)) {
    sum += weight(item, depth + 1);
    if (sum > LIMITS.nodes) break;
  }
  return sum;
}

/** Marks keys that stand twice, below `node`. */
function scan(node: unknown, path: readonly PropertyKey[], marks: ValueIssue[]): void {
  if (path.length > LIMITS.depth) return;
  if (isSeq(node)) for (const [at, item] of node.items.entries()) scan(item, [...path, at], marks);
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const { key, value } of node.items) {
    const name = String(isScalar(key) ? key.value : '');
    const at = isScalar(key) ? key.range?.[0] : undefined;
    if (seen.has(name)) marks.push({ path: [...path, name], ...(at !== undefined && { at }), ...TWICE });
    seen.add(name);
    scan(value, [...path, name], marks);
  }
}

const TWICE = { message: 'This key stands here twice', remedy: 'take one out' };
