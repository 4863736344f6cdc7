import { type CatalogState, isRecord } from './catalog-state.ts';
import { compareVersions } from './version.ts';

/** A catalog part out of its JSON: publisher -> stem -> entries, beside `_SIGNATURE` and `_FEATURE`. */
export type CatalogPart = Readonly<Record<string, unknown>>;

/**
 * The update logs that lead from one state of a catalog to a later one, the oldest first; nothing where they do not
 * reach back so far and the parts must be read in full. Locales other than `C` are left out.
 */
export function logsBetween(before: CatalogState, after: CatalogState): readonly string[] | undefined {
  if (before.created !== after.created || before.lastModified >= after.lastModified) return undefined;
  const logs = [...after.updates].filter(([name]) => LOG.test(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const [oldest] = logs;
  const hour = `update.${before.lastModified.slice(0, 11)}Z.C`;
  if (!oldest || oldest[0] > hour) return undefined;
  const names = logs
    .filter(([, { lastModified }]) => lastModified > before.lastModified)
    .map(([name]) => name);
  return names.length > MOST_LOGS ? undefined : names;
}

/**
 * The catalog parts after what update logs say; nothing where a log makes no sense. `parts` is by the names of the parts, and
 * `since` says how far each of them went: what is not later is in them already.
 */
export function withLogs(
  parts: ReadonlyMap<string, CatalogPart>,
  logs: readonly CatalogPart[],
  since: CatalogState,
  publisher: string,
): { readonly parts: ReadonlyMap<string, CatalogPart>; readonly added: readonly VersionName[] } | undefined {
  const changed = new Map([...parts].map(([name, part]) => [name, new EditedPart(part, publisher)]));
  const added = new Map<string, VersionName>();
  for (const log of logs) {
    for (const operation of operationsIn(log, publisher)) {
      if (!operation) return undefined;
      apply(operation, changed, since);
      const { name, version } = operation;
      if (operation.type === 'add') added.set(`${name}@${version}`, { name, version });
      else added.delete(`${name}@${version}`);
    }
    for (const part of changed.values()) part.feature(log._FEATURE);
  }
  return {
    parts: new Map([...changed].map(([name, part]) => [name, part.result()])),
    added: [...added.values()],
  };
}

/** One version of a package. */
export interface VersionName {
  readonly name: string;
  readonly version: string;
}

interface Operation extends VersionName {
  readonly type: 'add' | 'remove';
  readonly time: string;
  readonly entry: CatalogPart;
}

/** Of a whole month with one each hour; reading in full costs less than many more. */
const MOST_LOGS = 750;

const LOG = /^update\.\d{8}T\d{2}Z\.C$/;

/** In the order of their times; `undefined` for one that makes no sense. */
function operationsIn(log: CatalogPart, publisher: string): readonly (Operation | undefined)[] {
  const packages = log[publisher];
  if (!isRecord(packages)) return [];
  const operations = Object.entries(packages).flatMap(([name, entries]) =>
    Array.isArray(entries) ? entries.map(entry => operation(name, entry)) : [undefined],
  );
  return operations.sort((a, b) => ((a?.time ?? '') < (b?.time ?? '') ? -1 : 1));
}

function operation(name: string, entry: unknown): Operation | undefined {
  if (!isRecord(entry) || typeof entry.version !== 'string' || typeof entry['op-time'] !== 'string')
    return undefined;
  const { version, 'op-type': type, 'op-time': time } = entry;
  return type === 'add' || type === 'remove' ? { name, version, type, time, entry } : undefined;
}

function apply(
  { type, time, entry, name, version }: Operation,
  parts: ReadonlyMap<string, EditedPart>,
  since: CatalogState,
): void {
  for (const [part, edited] of parts) {
    const data = entry[part];
    if (!isRecord(data) || time <= (since.parts.get(part)?.lastModified ?? '')) continue;
    edited.remove(name, version);
    if (type === 'add') edited.add(name, { ...data, version });
  }
}

/** A copy of a part that changes; packages that do not change are the same arrays. */
class EditedPart {
  readonly #part: CatalogPart;
  readonly #publisher: string;
  readonly #packages: Map<string, unknown>;
  /** Packages that change, by version; sorted again where one was added. */
  readonly #changed = new Map<string, { readonly entries: Map<string, CatalogPart>; added: boolean }>();
  #features: unknown;

  constructor(part: CatalogPart, publisher: string) {
    this.#part = part;
    this.#publisher = publisher;
    const packages = part[publisher];
    this.#packages = new Map(isRecord(packages) ? Object.entries(packages) : []);
    this.#features = part._FEATURE;
  }

  add(name: string, entry: CatalogPart): void {
    const change = this.#change(name);
    change.added = true;
    change.entries.set(String(entry.version), entry);
  }

  remove(name: string, version: string): void {
    this.#change(name).entries.delete(version);
  }

  feature(features: unknown): void {
    if (features !== undefined) this.#features = features;
  }

  result(): CatalogPart {
    const { _SIGNATURE, _FEATURE, ...rest } = this.#part;
    for (const [name, { entries, added }] of this.#changed) {
      const all = [...entries.values()];
      if (added) all.sort((a, b) => compareVersions(String(a.version), String(b.version)));
      if (all.length > 0) this.#packages.set(name, all);
      else this.#packages.delete(name);
    }
    const packages = Object.fromEntries(this.#packages);
    return {
      ...rest,
      ...(this.#features !== undefined && { _FEATURE: this.#features }),
      [this.#publisher]: packages,
    };
  }

  #change(name: string): { readonly entries: Map<string, CatalogPart>; added: boolean } {
    const known = this.#changed.get(name);
    if (known) return known;
    const before = this.#packages.get(name);
    const records = Array.isArray(before) ? before.filter(isRecord) : [];
    const change = { entries: new Map(records.map(one => [String(one.version), one])), added: false };
    this.#changed.set(name, change);
    return change;
  }
}
