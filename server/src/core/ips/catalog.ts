import type { Manifest, Package } from '../model.ts';
import { isTooDense } from './catalog-json.ts';

/** One version of a package in the catalog of a repository. */
export interface CatalogEntry {
  /** Stem, for instance `library/zlib`. */
  readonly name: string;
  readonly version: string;
  /** SHA-1 of the manifest's text; absent where the catalog does not say it. */
  readonly signature?: string;
  /** Text of its `depend` and `set` actions; absent where no catalog part was there to say it. */
  readonly actions?: readonly string[];
}

/** What a catalog part says, and what is wrong with it, without the file's name. */
export interface CatalogReading<T> {
  readonly value: T;
  readonly faults: readonly string[];
}

/**
 * Packages of `catalog.base.C`, in no particular order (catalog v1: publisher -> stem -> versions).
 *
 * Names and versions that could lead out of a directory or are no names at all are left out.
 */
export function readBase(text: string, publisher: string): CatalogReading<readonly CatalogEntry[]> {
  return readPart(text, publisher, (name, version, entry) => {
    const signature = entry['signature-sha-1'];
    return { name, version, ...(typeof signature === 'string' && { signature }) };
  });
}

/** `catalog.dependency.C`: name and version as `stem@version` -> its actions. Packages without any have no entry. */
export function readDependency(
  text: string,
  publisher: string,
): CatalogReading<ReadonlyMap<string, readonly string[]>> {
  const { value, faults } = readPart(text, publisher, (name, version, { actions }) => {
    if (!Array.isArray(actions) || !actions.every(action => typeof action === 'string')) return undefined;
    return { name, version, actions: actions as readonly string[] };
  });
  return { value: new Map(value.map(entry => [`${entry.name}@${entry.version}`, entry.actions])), faults };
}

/** Names of the parts that `catalog.attrs` lists; `undefined` where it cannot be understood. */
export function readAttributes(text: string): CatalogReading<readonly string[] | undefined> {
  const { value, faults } = readJson(text);
  if (!value) return { value, faults };
  const { parts, version } = value;
  if (version !== 1)
    return { value: undefined, faults: [`is of catalog version ${String(version)}, and only 1 is known`] };
  return { value: isRecord(parts) ? Object.keys(parts) : [], faults: [] };
}

/** Name, state, variants and dependencies of a version whose actions were read as a manifest. */
export function packageOf(
  entry: CatalogEntry,
  publisher: string,
  actions: Pick<Manifest, 'state' | 'variants' | 'dependencies'>,
): Package {
  return {
    id: { name: entry.name, version: entry.version, publisher },
    state: actions.state,
    variants: actions.variants,
    dependencies: actions.dependencies.map(({ spans, line, ...dependency }) => dependency),
  };
}

/** The publishers that a catalog part has packages of. */
export function publishersIn(text: string): readonly string[] {
  return Object.keys(readJson(text).value ?? {}).filter(name => !name.startsWith('_'));
}

/** Percent-encoding of names and versions on disk: nothing but letters, digits and `_.-~` is safe. */
export function quote(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The name or version that a quoted one stands for; `undefined` where it stands for none. */
export function unquote(quoted: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(quoted)) return undefined;
  const bytes = quoted.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return /^[\x20-\x7e]*$/.test(bytes) ? bytes : undefined;
}

/** No name or version is longer: file systems allow a quarter of it. */
const LONGEST_NAME = 1024;

/** Whether a stem can be that of a package (`pkg(7)`): it then names no directory but its own. */
export function isStem(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[A-Za-z0-9][\w\-.+]*(\/[A-Za-z0-9][\w\-.+]*)*$/.test(name);
}

/** Whether a text can be the version of a published package: `release,build-branch:timestamp`. */
export function isPublishedVersion(version: string): boolean {
  return /^\d[\d.]*(,\d[\d.]*)?(-\d[\d.]*)?(:\d{8}T\d{6}Z)?$/.test(version);
}

/** The text that a part's `_SIGNATURE` was computed over, and the signature (SHA-1, hexadecimal); absent where unsigned. */
export function signedText(text: string): { readonly text: string; readonly signature: string } | undefined {
  const tail = /,"_SIGNATURE":\{"sha-1":"([0-9a-f]{40})"\}\}\s*$/.exec(text);
  return tail?.[1] === undefined
    ? undefined
    : { text: `${text.slice(0, tail.index)}}\n`, signature: tail[1] };
}

type Entry = Readonly<Record<string, unknown>>;

function readPart<T>(
  text: string,
  publisher: string,
  read: (name: string, version: string, entry: Entry) => T | undefined,
): CatalogReading<readonly T[]> {
  const { value, faults } = readJson(text);
  if (!value) return { value: [], faults };
  const packages = value[publisher] ?? {};
  if (!isRecord(packages)) return { value: [], faults: [`has no table of packages for ${publisher}`] };
  const entries: T[] = [];
  const odd: string[] = [];
  for (const [name, version] of listed(packages)) {
    if (entries.length === MOST_VERSIONS)
      return {
        value: entries,
        faults: [`lists more than ${MOST_VERSIONS} versions, and the others are left out`],
      };
    const entry = readEntry(name, version, read);
    if (entry === undefined) odd.push(name);
    else entries.push(entry);
  }
  return { value: entries, faults: odd.length > 0 ? [oddEntries(odd)] : [] };
}

/** Most versions of one publisher: some times those of the largest known repository, and a gigabyte of memory. */
const MOST_VERSIONS = 500_000;

/** Names with what is listed as their versions; of names that are none, once nothing. */
function* listed(packages: Entry): Generator<readonly [name: string, version: unknown]> {
  for (const [name, versions] of Object.entries(packages)) {
    if (!isStem(name) || !Array.isArray(versions)) yield [name, undefined];
    else for (const version of versions) yield [name, version];
  }
}

function readEntry<T>(
  name: string,
  entry: unknown,
  read: (name: string, version: string, entry: Entry) => T | undefined,
): T | undefined {
  if (!isRecord(entry) || typeof entry.version !== 'string' || !isPublishedVersion(entry.version))
    return undefined;
  return read(name, entry.version, entry);
}

function oddEntries(names: readonly string[]): string {
  const first = JSON.stringify(names[0]?.slice(0, 100));
  return `has ${names.length} ${names.length === 1 ? 'entry' : 'entries'} without a valid name, version or content (first: ${first})`;
}

function readJson(text: string): CatalogReading<Entry | undefined> {
  if (isTooDense(text)) return { value: undefined, faults: ['has more entries than any catalog'] };
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? { value, faults: [] } : { value: undefined, faults: ['is no JSON object'] };
  } catch (error) {
    return { value: undefined, faults: [`is no valid JSON (${(error as Error).message})`] };
  }
}

function isRecord(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
