import { actionOf } from '../../core/delivered-file.ts';
import { parseP5m } from '../../core/ips/p5m.ts';
import type { Delivery, FileEntry, PackageId } from '../../core/model.ts';
import { gunzipped } from '../gunzipped.ts';

/** Most bytes of content that is read for symbol versions, `Repository.content`. */
export const LARGEST_CONTENT = 64 * 1024 * 1024;
/** Largest payload as it is stored; gzip makes what it cannot pack a little larger. */
export const LARGEST_STORED = LARGEST_CONTENT + 1024 * 1024;

/** Packages of which the payload's names are remembered: who asks for one library asks for its neighbours. */
const MOST_REMEMBERED = 32;

/** Where a repository keeps manifests and payload. */
export interface PayloadStore {
  /** Text of a manifest. */
  manifest(id: PackageId): string | undefined;
  /** Payload as it is stored, packed with gzip: no more than `LARGEST_STORED` bytes. */
  stored(publisher: string, hash: string): Uint8Array | undefined;
}

/** Content of what the packages of a repository deliver, found by the hash in their manifests. */
export class PayloadContent {
  readonly #store: PayloadStore;
  readonly #files = new Map<string, readonly FileEntry[]>();

  constructor(store: PayloadStore) {
    this.#store = store;
  }

  /** As `Repository.content`. */
  of(delivery: Delivery): Uint8Array | undefined {
    const { kind, package: id } = delivery;
    if (kind !== 'file' || id.publisher === undefined || id.version === undefined) return undefined;
    const hash = actionOf(delivery, this.#filesOf(id))?.payload;
    const bytes = hash === undefined ? undefined : this.#store.stored(id.publisher, hash);
    return bytes && gunzipped(bytes, LARGEST_CONTENT);
  }

  #filesOf(id: PackageId): readonly FileEntry[] {
    const key = `${id.publisher}/${id.name}@${id.version}`;
    const known = this.#files.get(key);
    if (known) return known;
    const text = this.#store.manifest(id) ?? '';
    const { files } = parseP5m(text, { path: id.name, macros: {}, fragment: false });
    if (this.#files.size >= MOST_REMEMBERED) this.#files.clear();
    this.#files.set(key, files);
    return files;
  }
}
