import { type Document, isScalar } from 'yaml';
import { z } from 'zod';
import type { SyntaxFault } from '../core/model.ts';
import { nearest } from './nearest.ts';
import { keyAt, nodeAt, spanOf } from './settings-nodes.ts';
import { settingsSchema } from './settings-schema.ts';

type Issue = z.core.$ZodIssue;

/** The faults of a settings file's values, each at its place, in words for those who wrote it. */
export function issueFaults(issues: readonly Issue[], document: Document): readonly SyntaxFault[] {
  return issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => unknownKey(issue.path, key, document))
      : [wrongValue(issue, document)],
  );
}

function unknownKey(path: readonly PropertyKey[], key: string, document: Document): SyntaxFault {
  const known = knownKeys(path);
  const near = nearest(key, known);
  const advice = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
  const span = spanOf(keyAt(document, path, key)) ?? { start: 0, end: 0 };
  return {
    code: 'syntax',
    severity: 'warning',
    message: `Unknown key "${key}"; ${advice}`,
    span,
    ...(near !== undefined && { fix: { title: `Change to "${near}"`, edits: [{ span, text: near }] } }),
  };
}

function wrongValue(issue: Issue, document: Document): SyntaxFault {
  const node = nodeAt(document, issue.path);
  const key = issue.path.at(-1);
  const span =
    issue.code === 'invalid_key'
      ? spanOf(keyAt(document, issue.path.slice(0, -1), String(key)))
      : spanOf(node);
  const written = isScalar(node) && typeof node.value === 'number' ? node.source : undefined;
  const quote = issue.code === 'invalid_type' && issue.expected === 'string' && written !== undefined;
  return {
    code: 'syntax',
    severity: 'error',
    message: quote
      ? `${label(issue.path)} must be text; put it in quotes: "${written}"`
      : wording(issue, isScalar(node) ? String(node.value) : undefined),
    span: span ?? { start: 0, end: 0 },
    ...(quote && span && { fix: { title: 'Put it in quotes', edits: [{ span, text: `"${written}"` }] } }),
  };
}

function wording(issue: Issue, written: string | undefined): string {
  const name = label(issue.path);
  switch (issue.code) {
    case 'invalid_type':
      return issue.path.at(-1) === 'reason'
        ? NO_REASON
        : `${name} must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `${name} ${choice(issue.values.map(String), written ?? '')}`;
    case 'too_small':
      return issue.path.at(-1) === 'reason' ? NO_REASON : `${name} must not be empty`;
    case 'invalid_key':
      return `"${String(issue.path.at(-1))}" is no name of a macro; write it without $( and )`;
    default:
      return issue.message;
  }
}

/** All choices where they are few, else the one that was probably meant. */
function choice(values: readonly string[], written: string): string {
  const near = nearest(written, values);
  if (values.length <= 3 || near === undefined)
    return `must be ${values.map(value => `"${value}"`).join(' or ')}`;
  return `is not known; did you mean "${near}"?`;
}

const NO_REASON =
  'A suppression needs a reason: add "reason:" with a sentence for those who read it next year';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list: put "- " before each entry, or [ ] around them',
  object: 'a mapping of keys to values',
  record: 'a mapping of names to values',
  boolean: 'true or false',
};

/** `policy.generated[0]`, or the file itself. */
function label(path: readonly PropertyKey[]): string {
  const name = path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return name === '' ? 'This file' : `"${name.replace(/^\./, '')}"`;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema: JsonSchema | undefined = z.toJSONSchema(settingsSchema, { io: 'input' }) as JsonSchema;
  for (const part of path)
    schema = typeof part === 'number' ? schema?.items : schema?.properties?.[String(part)];
  return Object.keys(schema?.properties ?? {});
}
