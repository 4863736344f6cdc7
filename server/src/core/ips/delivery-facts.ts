import type { ActionEntry, Delivery, FileEntry, PackageId, PlacedWord } from '../model.ts';
import { directoryNeed } from '../needs.ts';
import type { Action, Attribute } from './lines.ts';
import { hasUnset, unsetIn } from './macros.ts';
import type { PackageFacts } from './package-facts.ts';
import type { Tags } from './tags.ts';

/** What every delivery of one manifest has in common. */
export interface Origin {
  /** Absolute path of the manifest. */
  readonly file: string;
  readonly package: PackageId;
  readonly facts: PackageFacts;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const NO_NAMES: readonly string[] = [];
const MODE = /^[0-7]{3,5}$/;
const SLASH = 47;

/** Attributes of a file-system action that facts are made of, found in one pass. */
interface Found {
  path: Attribute | undefined;
  target: Attribute | undefined;
  owner: Attribute | undefined;
  group: Attribute | undefined;
  mediator: string | undefined;
  mode: string | undefined;
  hash: string | undefined;
  runPath: string | undefined;
  bypass: string[] | undefined;
}

/** What one file-system action delivers. */
export interface Delivered {
  readonly file?: FileEntry | undefined;
  /** Of what is no file. */
  readonly other?: ActionEntry | undefined;
  readonly delivery?: Delivery | undefined;
}

/**
 * Reads a `file`, `dir`, `link` or `hardlink` action.
 * Paths with an unset macro are delivered by nobody; files with one are kept, and say so.
 */
export function deliveredBy(action: Action, tags: Tags, origin: Origin): Delivered {
  find(action.attributes);
  const path = withoutLeadingSlashes(found.path?.value ?? '');
  if (path === '') return NOTHING;
  const unset = action.macros && hasUnset(path);
  return {
    file: action.type === 'file' ? fileEntry(action, path, tags, origin) : undefined,
    other:
      action.type === 'file'
        ? undefined
        : actionEntry(action, action.type as ActionEntry['kind'], path, tags, origin),
    delivery: unset ? undefined : delivery(action, path, tags, origin),
  };
}

const NOTHING: Delivered = {};

/** One object for all actions of all manifests: it is read before the next is found. */
const found: Found = {
  path: undefined,
  target: undefined,
  owner: undefined,
  group: undefined,
  mediator: undefined,
  mode: undefined,
  hash: undefined,
  runPath: undefined,
  bypass: undefined,
};

function find(attributes: readonly Attribute[]): void {
  found.path = undefined;
  found.target = undefined;
  found.owner = undefined;
  found.group = undefined;
  found.mediator = undefined;
  found.mode = undefined;
  found.hash = undefined;
  found.runPath = undefined;
  found.bypass = undefined;
  for (const attribute of attributes) note(attribute);
}

function note(attribute: Attribute): void {
  const { key, value } = attribute;
  if (key === 'path') found.path ??= attribute;
  else if (key === 'mode') found.mode = value;
  else if (key === 'target') found.target = attribute;
  else if (key === 'owner') found.owner = attribute;
  else if (key === 'group') found.group = attribute;
  else if (key === 'mediator') found.mediator = value;
  else if (key === 'hash') found.hash = value;
  else if (key === 'pkg.depend.runpath') found.runPath = value;
  else if (key === 'pkg.depend.bypass-generate') {
    found.bypass ??= [];
    found.bypass.push(value);
  }
}

function fileEntry(action: Action, path: string, tags: Tags, origin: Origin): FileEntry {
  const payload = payloadOf(action.payload?.value ?? found.hash, path);
  const runPath = found.runPath ?? origin.facts.runPath;
  const entry: Mutable<FileEntry> = {
    ...actionEntry(action, 'file', path, tags, origin),
    kind: 'file',
    payload,
    unset: action.macros ? unsetIn(path, payload) : NO_NAMES,
    optional: action.prefix !== '' && hasUnset(action.prefix),
  };
  if (found.mode !== undefined && MODE.test(found.mode)) entry.mode = Number.parseInt(found.mode, 8);
  if (runPath !== undefined) entry.runPath = runPath;
  return entry;
}

function actionEntry(
  action: Action,
  kind: ActionEntry['kind'],
  path: string,
  tags: Tags,
  { facts }: Origin,
): ActionEntry {
  const { owner, group, target } = found;
  const entry: Mutable<ActionEntry> = {
    kind,
    path,
    span: { start: found.path?.valueStart ?? action.start, end: found.path?.end ?? action.contentEnd },
    action: { start: action.typeStart, end: action.contentEnd },
    bypass: found.bypass ?? facts.bypass,
    bypassInherited: found.bypass === undefined && facts.bypass.length > 0,
    unset: action.macros ? unsetIn(path, target?.value ?? '') : NO_NAMES,
  };
  if (owner && !hasUnset(owner.value)) entry.owner = placedWord(owner);
  if (group && !hasUnset(group.value)) entry.group = placedWord(group);
  if (target && (kind === 'link' || kind === 'hardlink')) entry.target = placedWord(target);
  if (tags.variants) entry.variants = tags.variants;
  if (tags.facets) entry.facets = tags.facets;
  return entry;
}

function placedWord({ value, valueStart, end }: Attribute): PlacedWord {
  return { text: value, span: { start: valueStart, end } };
}

/** The payload word, unless it says that there is none (`pkgsend(1)`). */
function payloadOf(word: string | undefined, path: string): string {
  return word === undefined || word === 'NOHASH' ? path : withoutLeadingSlashes(word);
}

function delivery(action: Action, path: string, tags: Tags, origin: Origin): Delivery {
  const kind = kindOf(action, found.target?.value);
  const result: Mutable<Delivery> = {
    path: kind === 'dir' ? directoryNeed(path) : path,
    kind,
    package: origin.package,
    origin: { file: origin.file, line: action.line },
  };
  if (kind !== 'file' && found.target !== undefined) result.target = found.target.value;
  if (found.mediator !== undefined) result.mediator = found.mediator;
  if (tags.narrowed) result.variants = tags.narrowed;
  if (tags.facets) result.facets = tags.facets;
  return result;
}

/** A link whose target is not known ends every search, as a file does. */
function kindOf(action: Action, target: string | undefined): Delivery['kind'] {
  if (action.type === 'dir') return 'dir';
  if (action.type !== 'link' && action.type !== 'hardlink') return 'file';
  return target === undefined || hasUnset(target) ? 'file' : action.type;
}

function withoutLeadingSlashes(path: string): string {
  if (path.charCodeAt(0) !== SLASH) return path;
  return path.replace(/^\/+/, '');
}
