import { type Document, isMap, isScalar, isSeq, type Node } from 'yaml';
import { z } from 'zod';
import type { SitesFault } from '../model.ts';
import { sitesSchema } from '../sites-schema.ts';
import { visibleLine } from '../visible-text.ts';
import type { ValueIssue } from './issue.ts';
import type { SitesText } from './text.ts';

/** A value that a shape accepts, or what is wrong with it: one issue for each place. */
export function checked<S extends z.ZodType>(
  schema: S,
  value: unknown,
  path: readonly PropertyKey[],
): { readonly value?: z.infer<S>; readonly issues: readonly ValueIssue[] } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, issues: [] };
  const issues = new Map<string, ValueIssue>();
  for (const issue of result.error.issues.flatMap(innermost)) {
    for (const one of worded(issue, path)) {
      const place = one.path.join('\0');
      if (!issues.has(place)) issues.set(place, one);
    }
  }
  return { issues: [...issues.values()] };
}

/** The fault of an issue, at its place in the file. */
export function faultOf(text: SitesText, issue: ValueIssue, site?: string): SitesFault {
  const { document, lines } = text;
  const node = issue.key ? keyAt(document, issue.path) : nodeAt(document, issue.path);
  const { line, col } = lines.linePos(issue.at ?? node?.range?.[0] ?? 0);
  const { message, remedy } = issue;
  const path = shownPath(issue.path);
  return { ...(site !== undefined && { site }), path, line: line || 1, column: col || 1, message, remedy };
}

/** `sites[3].host`. */
export function shownPath(path: readonly PropertyKey[]): string {
  const name = path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return visibleLine(name.replace(/^\./, ''), 200);
}

type Issue = z.core.$ZodIssue;

/** Of the alternatives of a union those issues that belong to the one that was meant. */
function innermost(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const meant = issue.errors.toSorted((a, b) => farness(a) - farness(b))[0] ?? [];
  return meant.flatMap(one => innermost({ ...one, path: [...issue.path, ...one.path] } as Issue));
}

/** An alternative of another type, or one whose keys are not known, was hardly meant. */
function farness(issues: readonly Issue[]): number {
  return issues.reduce((sum, { code, path }) => {
    if (path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')) return sum + 100;
    return sum + (code === 'unrecognized_keys' ? 10 : 1);
  }, 0);
}

function worded(issue: Issue, base: readonly PropertyKey[]): readonly ValueIssue[] {
  const path = [...base, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, MOST_KEYS).map(key => unknownKey([...path, key]));
    case 'invalid_type':
      return [wrongType(path, issue)];
    case 'invalid_value':
      return [
        {
          path,
          ...message('is none of the words that can stand here', `write ${issue.values.join(' or ')}`, path),
        },
      ];
    case 'too_small':
    case 'too_big':
      if (issue.message.includes('\n')) break;
      return [
        { path, ...message(issue.code === 'too_small' ? 'is empty' : 'is too long', 'change it', path) },
      ];
    case 'invalid_key':
      return [{ path, key: true, ...NO_NAME }];
    default:
  }
  const [what = '', remedy = 'change it'] = issue.message.split('\n');
  return [{ path, ...message(`: ${what}`, remedy, path) }];
}

/** Keys of one mapping that are told. */
const MOST_KEYS = 20;

const NO_NAME = {
  message: 'This is no name',
  remedy: 'begin with a letter or digit, then at most 63 letters, digits, ".", "_" or "-"',
};

function message(what: string, remedy: string, path: readonly PropertyKey[]) {
  const inSite = path[0] === 'sites' && path.length > 2;
  const name = shownPath(inSite ? path.slice(2) : path);
  const subject = name === '' ? 'This file' : `"${name}"`;
  return { message: `${subject}${what.startsWith(':') ? '' : ' '}${what}`, remedy };
}

function wrongType(
  path: readonly PropertyKey[],
  issue: Issue & { readonly code: 'invalid_type' },
): ValueIssue {
  if (/received undefined$/.test(issue.message)) return { path, ...message('is missing', 'add it', path) };
  const kind = KINDS[issue.expected] ?? issue.expected;
  return { path, ...message('has a value of the wrong kind', `write ${kind}`, path) };
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text; a number or yes and no as text need quotes',
  array: 'a list: put "- " before each entry, or [ ] around them',
  object: 'a mapping of keys to values',
  record: 'a mapping of names to values',
  number: 'a number',
};

function unknownKey(path: readonly PropertyKey[]): ValueIssue {
  const key = String(path.at(-1));
  const known = knownKeys(path.slice(0, -1));
  const near = known.find(candidate => isSlip(key.toLowerCase(), candidate.toLowerCase()));
  const remedy = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
  return { path, key: true, message: `The key "${visibleLine(key, 60)}" is not known`, remedy };
}

/** Whether two words differ only in one place, by at most two letters. */
function isSlip(word: string, other: string): boolean {
  const shorter = Math.min(word.length, other.length);
  let start = 0;
  while (start < shorter && word[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && word.at(-1 - end) === other.at(-1 - end)) end++;
  return shorter > 2 && Math.max(word.length, other.length) - start - end <= 2;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** Made when the first key is not known: it takes longer than to read a small file. */
let wholeShape: JsonSchema | undefined;

function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  wholeShape ??= z.toJSONSchema(sitesSchema, { io: 'input' }) as JsonSchema;
  let schemas: readonly JsonSchema[] = [wholeShape];
  for (const part of path) schemas = schemas.flatMap(alternatives).flatMap(schema => below(schema, part));
  return [
    ...new Set(schemas.flatMap(alternatives).flatMap(({ properties }) => Object.keys(properties ?? {}))),
  ];
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ? schema.anyOf.flatMap(alternatives) : [schema];
}

function below(schema: JsonSchema, part: PropertyKey): readonly JsonSchema[] {
  const own = typeof part === 'number' ? schema.items : schema.properties?.[String(part)];
  const other = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return [own ?? other].filter(found => found !== undefined);
}

/** The node of a value; where the path ends at a missing key or at an alias, the node before. */
function nodeAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  let node: unknown = document.contents;
  for (const part of path) {
    const next: unknown = isSeq(node)
      ? node.items[Number(part)]
      : isMap(node)
        ? node.get(part, true)
        : undefined;
    if (next === undefined || next === null) break;
    node = next;
  }
  return (node as Node | null) ?? undefined;
}

function keyAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  const map = nodeAt(document, path.slice(0, -1));
  if (!isMap(map)) return map;
  const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
  return isScalar(pair?.key) ? pair.key : map;
}
