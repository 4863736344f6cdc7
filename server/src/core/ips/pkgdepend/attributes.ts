/** Attributes of an action with all their values, in the order in which they were given. */
export type Attributes = ReadonlyMap<string, readonly string[]>;

/** What `pkgdepend(1)` prefixes its own attributes of `depend` actions with. */
const DEBUG = 'pkg.debug.depend';

/** The attributes in which generated dependencies say what they are made of. */
export const DEBUG_ATTRIBUTE = {
  file: `${DEBUG}.file`,
  path: `${DEBUG}.path`,
  fullpath: `${DEBUG}.fullpath`,
  reason: `${DEBUG}.reason`,
  type: `${DEBUG}.type`,
  severity: `${DEBUG}.severity`,
  /** Ours: `likely` where the need may be none; resolving then only warns. */
  confidence: `${DEBUG}.confidence`,
  bypassed: `${DEBUG}.bypassed`,
  viaLinks: `${DEBUG}.via-links`,
  pathId: `${DEBUG}.path-id`,
} as const;

/** The FMRI of a dependency that is still to be resolved. */
export const TBD = '__TBD';

/** Writes an action on one line as the reference implementation does: keys sorted, values quoted where needed. */
export function formatAction(type: string, attributes: Attributes, payload?: string): string {
  let line = payload === undefined ? type : `${type} ${payload}`;
  for (const key of [...attributes.keys()].sort()) line += wordsOf(key, attributes.get(key) ?? []);
  return line;
}

/** The words of one attribute, each with a blank before it. */
export function wordsOf(key: string, values: readonly string[]): string {
  let words = '';
  for (const value of values) words += ` ${key}=${quoted(value)}`;
  return words;
}

/** `generic.py`: blanks, quotes, macros and nothing are quoted; tabs are not. */
export function quoted(value: string): string {
  if (value !== '' && !/[ '"]|\$\(/.test(value)) return value;
  if (!value.includes('"')) return `"${value}"`;
  return value.includes("'") ? `"${value.replaceAll('"', '\\"')}"` : `'${value}'`;
}

/** The only, or first, value. */
export function firstOf(attributes: Attributes, key: string): string | undefined {
  return attributes.get(key)?.[0];
}

/** Whether two lists have the same values in the same order. */
export function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** Without the attributes that only say where a dependency comes from. */
export function withoutDebug(attributes: Attributes): Attributes {
  return new Map([...attributes].filter(([key]) => !key.startsWith(DEBUG)));
}

/** Whether an action depends on files that some package is still to be found for. */
export function isFileDependency(attributes: Attributes): boolean {
  const fmri = attributes.get('fmri');
  if (fmri?.length !== 1 || fmri[0] !== TBD) return false;
  return attributes.has(DEBUG_ATTRIBUTE.file) || attributes.has(DEBUG_ATTRIBUTE.fullpath);
}

/** Every path that would satisfy a dependency on files: any of the files in any of the directories. */
export function pathsOf(attributes: Attributes): readonly string[] {
  const whole = attributes.get(DEBUG_ATTRIBUTE.fullpath);
  if (whole && whole.length > 0) return whole;
  const directories = attributes.get(DEBUG_ATTRIBUTE.path) ?? [''];
  const files = attributes.get(DEBUG_ATTRIBUTE.file) ?? [];
  return directories.flatMap(directory => files.map(file => joined(directory, file)));
}

/** `os.path.join` of two parts. */
export function joined(directory: string, path: string): string {
  if (path.startsWith('/') || directory === '') return path;
  return directory.endsWith('/') ? `${directory}${path}` : `${directory}/${path}`;
}

/** `os.path.normpath`, which keeps `..` at the start, and without leading slashes. */
export function normalised(path: string): string {
  if (!UNUSUAL.test(path)) return path;
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const above = parts.at(-1);
    if (part !== '..' || (above === undefined && !rooted) || above === '..') parts.push(part);
    else parts.pop();
  }
  return parts.join('/');
}

const UNUSUAL = /(?:^|\/)(?:\.{0,2}(?:\/|$))/;

/** `os.path.split`: what stands before the last slash, without the slashes at its end, and what follows it. */
export function splitPath(path: string): readonly [string, string] {
  const at = path.lastIndexOf('/') + 1;
  const head = path.slice(0, at);
  return [/^\/*$/.test(head) ? head : head.replace(/\/+$/, ''), path.slice(at)];
}
