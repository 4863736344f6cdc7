import { type Document, parseDocument } from 'yaml';
import type { Span, SyntaxFault } from '../core/model.ts';
import type { Settings } from '../core/tree.ts';
import { issueFaults } from './settings-issues.ts';
import { nodeAt, spanOf } from './settings-nodes.ts';
import { type SettingsInFile, settingsSchema } from './settings-schema.ts';

/** What the text of a settings file says by itself. */
export interface SettingsInText {
  readonly settings: SettingsInFile;
  /** Entries of `suppress`, each with its place. */
  readonly suppress: readonly {
    readonly entry: Settings['suppress'][number];
    readonly span: Span | undefined;
  }[];
  readonly faults: readonly SyntaxFault[];
}

/**
 * Reads YAML and holds it against the schema; what is wrong is left out.
 *
 * @public because it is loaded when the first settings file is met.
 */
export function readSettingsText(text: string): SettingsInText {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true, logLevel: 'silent' });
  const faults = document.errors.map(error => yamlFault(text, error.code, error.message, error.pos));
  const value = faults.some(fault => !fault.message.startsWith(TWICE)) ? {} : plainValue(document, faults);
  const valid = validate(document, value);
  return { ...valid, faults: [...faults, ...valid.faults] };
}

const TWICE = 'This key stands here twice';

function yamlFault(
  text: string,
  code: string,
  message: string,
  [start, end]: readonly [number, number],
): SyntaxFault {
  if (code === 'DUPLICATE_KEY') {
    const key = /^("[^"]*"|'[^']*'|[^\s:]+)/.exec(text.slice(start))?.[0] ?? '';
    const span = { start, end: start + key.length };
    const said = `${TWICE}; only the last one counts, so take one out`;
    return { code: 'syntax', severity: 'error', message: said, span };
  }
  const span = { start, end: Math.max(end, start) };
  return { code: 'syntax', severity: 'error', message: `No valid YAML: ${message}`, span };
}

function plainValue(document: Document, faults: SyntaxFault[]): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    // The library throws on aliases that multiply: its only answer to a hostile file.
    const end = document.contents?.range?.[1] ?? 0;
    faults.push(yamlFault('', 'ALIAS', (error as Error).message, [0, end]));
    return {};
  }
}

function validate(document: Document, value: unknown): SettingsInText {
  const first = settingsSchema.safeParse(value);
  const issues = first.success ? [] : first.error.issues;
  const bad = new Set<string>();
  for (const issue of issues) {
    const paths =
      issue.code === 'unrecognized_keys' ? issue.keys.map(key => [...issue.path, key]) : [issue.path];
    for (const path of paths) bad.add(place(path));
  }
  const again = first.success ? first : settingsSchema.safeParse(without(value, [], bad));
  const settings = again.success ? again.data : {};
  const kept = entriesOf(value, 'suppress').filter(
    index => !bad.has(place(['suppress', index])) && !bad.has('suppress'),
  );
  const suppress = (settings.suppress ?? []).map((entry, at) => ({
    entry,
    span: spanOf(nodeAt(document, ['suppress', kept[at] ?? -1])),
  }));
  return { settings, suppress, faults: issueFaults(issues, document) };
}

/** The place that has to be left out for a fault at `path`: a list's whole entry, else the value itself. */
function place(path: readonly PropertyKey[]): string {
  const entry = path.findIndex(part => typeof part === 'number');
  return path.slice(0, entry < 0 ? undefined : entry + 1).join('\0');
}

function without(value: unknown, path: readonly PropertyKey[], bad: ReadonlySet<string>): unknown {
  const stays = ([key]: readonly [PropertyKey, unknown]) => !bad.has([...path, key].join('\0'));
  if (Array.isArray(value)) return [...value.entries()].filter(stays).map(([, item]) => item);
  if (typeof value !== 'object' || value === null) return path.length === 0 ? {} : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(stays)
      .map(([key, item]) => [key, without(item, [...path, key], bad)]),
  );
}

function entriesOf(value: unknown, key: string): readonly number[] {
  const list =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return Array.isArray(list) ? [...list.keys()] : [];
}
