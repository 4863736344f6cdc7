import { type CatalogEntry, packageOf, quote, readBase, readDependency } from '../../core/ips/catalog.ts';
import { parseP5m } from '../../core/ips/p5m.ts';
import { compareVersions } from '../../core/ips/version.ts';
import type { InputFault } from '../../core/model.ts';
import { digest } from '../digest.ts';
import type { LoadedVersion, PublisherSource, WantedVersion } from '../index-builder.ts';
import { loadedManifest } from '../repositories/loaded-manifest.ts';
import type { CatalogCopy } from './catalog-sync.ts';
import { type DepotCache, nameOf } from './depot-cache.ts';

/** One version whose manifest is of interest. */
export interface ManifestPlace {
  /** Under which it is kept. */
  readonly key: string;
  /** Below the depot's address. */
  readonly path: string;
  /** SHA-1 of its text, where the catalog says it. */
  readonly signature?: string | undefined;
}

/** So many versions or fewer: all manifests are read, else those of the newest versions. */
const FEW_VERSIONS = 500;

/** One publisher of a depot, as its copy has it. */
export class DepotPublisher {
  readonly copy: CatalogCopy;
  /** True: its files are looked up by the depot's search, and few manifests are read. */
  readonly searched: boolean;
  readonly #cache: DepotCache;
  readonly #address: string;
  #entries: ReadonlyMap<string, CatalogEntry> | undefined;
  #faults: readonly InputFault[] = [];
  #there: ReadonlySet<string> = new Set();
  /** Versions that need not be read any more. */
  readonly #known = new Set<string>();
  /** Why a manifest could not be had, by its key. */
  readonly missing = new Map<string, string>();

  constructor(copy: CatalogCopy, searched: boolean, cache: DepotCache, address: string) {
    this.copy = copy;
    this.searched = searched;
    this.#cache = cache;
    this.#address = address;
  }

  get name(): string {
    return this.copy.publisher;
  }

  /** As an index is made of it. */
  source(): PublisherSource {
    this.#there = this.#cache.names('manifest');
    return {
      name: this.name,
      stamp: `${this.#stamp} ${digestOf(this.#there)} ${this.missing.size}`,
      // A damaged one is thrown away when it is found.
      stampOf: () => digestOf(this.#cache.names('manifest')),
      read: () => {
        const versions = [...this.#read().values()].map(entry => ({
          ...entry,
          signature: this.#signature(entry),
        }));
        return { versions, faults: this.#faults };
      },
      load: version => this.#load(version),
    };
  }

  /** True when every manifest that is to be read was read. */
  get complete(): boolean {
    const { names, missing, stamp } = this.#kept();
    if (stamp !== this.#stamp || !names) return false;
    this.missing.clear();
    for (const [key, why] of missing) this.missing.set(key, why);
    const there = this.#cache.names('manifest');
    return names.every(name => there.has(name));
  }

  /** Notes that all manifests were read that can be had. */
  completed(places: readonly ManifestPlace[]): void {
    const names = places.filter(({ key }) => !this.missing.has(key)).map(({ key }) => nameOf(key));
    const text = JSON.stringify({ stamp: this.#stamp, names, missing: [...this.missing] });
    this.#cache.write('state', { key: `manifests ${this.name}`, text });
  }

  /** The manifests that are to be read, whether they were or not; `added` are versions that a search may not know. */
  wanted(added: ReadonlySet<string>): readonly ManifestPlace[] {
    const entries = [...this.#read().values()];
    if (this.searched) return entries.filter(one => added.has(keyOf(one))).map(one => this.#place(one));
    const filled = entries.filter(one => !one.actions?.some(action => EMPTY.test(action)));
    if (entries.length <= FEW_VERSIONS) return filled.map(one => this.#place(one));
    const wanted = new Set([...newest(filled), ...filled.filter(one => added.has(keyOf(one)))]);
    return [...wanted].map(one => this.#place(one));
  }

  /** Those of these versions whose manifests are to be read for what they deliver, and were not: stem and version. */
  unread(versions: readonly { readonly name: string; readonly version?: string }[]): readonly string[] {
    if (this.searched) return [];
    const open = versions.flatMap(({ name, version }) =>
      version === undefined ? [] : [keyOf({ name, version })],
    );
    const unknown = open.filter(key => !this.#known.has(key));
    if (unknown.length === 0) return [];
    const there = this.#cache.names('manifest');
    return unknown.filter(key => {
      const entry = this.#read().get(key);
      const place = entry && this.#place(entry).key;
      const isOpen = place !== undefined && !there.has(nameOf(place)) && !this.missing.has(place);
      if (!isOpen) this.#known.add(key);
      return isOpen;
    });
  }

  /** Gives back the memory that the catalog took. */
  forget(): void {
    this.#entries = undefined;
  }

  #read(): ReadonlyMap<string, CatalogEntry> {
    if (this.#entries) return this.#entries;
    const faults: string[] = [];
    const text = this.copy.text('catalog.base.C');
    const base = text === undefined ? undefined : readBase(text, this.name);
    const dependency = readDependency(this.copy.text('catalog.dependency.C') ?? '{}', this.name);
    faults.push(...(base?.faults ?? []), ...dependency.faults);
    const entries = (base?.value ?? []).map(entry => {
      const actions = dependency.value.get(keyOf(entry)) ?? [];
      return [keyOf(entry), { ...entry, actions }] as const;
    });
    this.#faults = faults.map(message => ({
      code: 'malformed',
      path: `${this.#address}/${this.name}/catalog/1/`,
      message: `${message}; the rest is used; who runs the depot can repair it with pkgrepo rebuild`,
    }));
    this.#entries = new Map(entries);
    return this.#entries;
  }

  get #stamp(): string {
    return `${this.copy.stamp} ${this.searched}`;
  }

  #kept(): Kept {
    try {
      const kept: Kept = JSON.parse(this.#cache.read('state', `manifests ${this.name}`)?.text ?? '{}');
      return Array.isArray(kept.names) && Array.isArray(kept.missing) ? kept : { missing: [] };
    } catch {
      return { missing: [] };
    }
  }

  /** Names in the cache of every manifest of the catalog. */
  fileNames(): readonly string[] {
    return [...this.#read().values()].map(entry => nameOf(this.#place(entry).key));
  }

  #place({ name, version, signature }: Pick<CatalogEntry, 'name' | 'version' | 'signature'>): ManifestPlace {
    const path = `${this.name}/manifest/0/${quote(name)}@${quote(version)}`;
    return { key: `${path} ${signature ?? ''}`, path, signature };
  }

  #signature(entry: CatalogEntry): string {
    const { key } = this.#place(entry);
    const state = this.#there.has(nameOf(key)) ? 'manifest' : this.missing.has(key) ? 'missing' : 'listed';
    return `${entry.signature ?? ''} ${state}`;
  }

  #load({ name, version }: WantedVersion): LoadedVersion {
    const entry = this.#read().get(`${name}@${version}`) ?? { name, version };
    const { key, path } = this.#place(entry);
    const place = `${this.#address}/${path}`;
    const there = this.#there.has(nameOf(key));
    const text = there ? this.#cache.read('manifest', key)?.text : undefined;
    if (there && text === undefined) this.#cache.remove('manifest', key);
    const why = there ? 'has a damaged copy' : this.missing.get(key);
    if (text !== undefined || why !== undefined) {
      const found = text ?? { code: 'unreadable' as const, path: place, message: why ?? '' };
      return loadedManifest({ entry, publisher: this.name, path: place, text: found });
    }
    const actions = parseP5m((entry.actions ?? []).join('\n'), { path: place, macros: {}, fragment: false });
    return { package: packageOf(entry, this.name, actions), deliveries: [] };
  }
}

function digestOf(names: ReadonlySet<string>): string {
  return digest('sha1', [...names].sort().join(' '), 'hex');
}

/** What is kept of how far the reading of manifests went. */
interface Kept {
  readonly stamp?: string;
  /** Names in the cache. */
  readonly names?: readonly string[];
  readonly missing: readonly (readonly [key: string, why: string])[];
}

/** Stem and version in one word. */
export function keyOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}

/** Of each stem the newest version. */
function newest(entries: readonly CatalogEntry[]): readonly CatalogEntry[] {
  const found = new Map<string, CatalogEntry>();
  for (const entry of entries) {
    const known = found.get(entry.name);
    if (!known || compareVersions(known.version, entry.version) < 0) found.set(entry.name, entry);
  }
  return [...found.values()];
}

/** Of what has no files: obsolete and renamed packages. */
const EMPTY = /^set\b.*\bname=pkg\.(obsolete|renamed)\b.*\bvalue=true\b/;
