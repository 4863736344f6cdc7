import { dialectOf, rulesOf } from '../core/dialects.ts';
import type { InputFault, Manifest } from '../core/model.ts';
import type { Buffers } from '../core/tree.ts';
import type { Disk } from './disk.ts';
import { inputFault, isFault } from './input-fault.ts';

interface Entry {
  /** Of the file that was read; absent: a buffer was. */
  readonly stamp: string | undefined;
  /** True when the file may have changed since. */
  suspect: boolean;
  /** Weak: what nobody holds is parsed again when it is asked for. */
  readonly manifest: WeakRef<Manifest> | InputFault;
}

/** Manifests by path: the same object as long as their text is the same, wherever it comes from. */
export class ManifestCache {
  readonly #disk: Disk;
  readonly #buffers: Buffers;
  readonly #entries = new Map<string, Entry>();
  #macros: Readonly<Record<string, string>> = {};

  constructor(disk: Disk, buffers: Buffers) {
    this.#disk = disk;
    this.#buffers = buffers;
  }

  /** Other values of macros make other manifests. */
  setMacros(macros: Readonly<Record<string, string>>): void {
    this.#macros = macros;
    this.#entries.clear();
  }

  /** Reads and parses, if it must; `fresh` says that it is another object than before. */
  get(path: string): { readonly manifest: Manifest | InputFault; readonly fresh: boolean } {
    const entry = this.#entries.get(path);
    const known = entry && (isFault(entry.manifest) ? entry.manifest : entry.manifest.deref());
    const buffer = this.#buffers.get(path);
    if (buffer) return this.#parsed(path, buffer.text, undefined, known);
    const current = entry?.stamp !== undefined && !(entry.suspect && this.#differs(path, entry.stamp));
    if (known && current) {
      entry.suspect = false;
      return { manifest: known, fresh: false };
    }
    const file = this.#disk.text(path);
    if (file && !isFault(file)) return this.#parsed(path, file.text, file.stamp, known);
    const fault = file ?? inputFault(path, 'ENOENT');
    this.#entries.set(path, { stamp: NO_FILE, suspect: false, manifest: fault });
    return { manifest: fault, fresh: true };
  }

  /** Notes that a file may have changed. */
  invalidate(path: string): void {
    const entry = this.#entries.get(path);
    if (entry) entry.suspect = true;
  }

  #differs(path: string, stamp: string): boolean {
    const status = this.#disk.status(path);
    return !status || isFault(status) || status.stamp !== stamp;
  }

  #parsed(
    path: string,
    text: string,
    stamp: string | undefined,
    known: Manifest | InputFault | undefined,
  ): { readonly manifest: Manifest | InputFault; readonly fresh: boolean } {
    const fresh = !known || isFault(known) || known.text !== text;
    const previous = known && !isFault(known) ? known : undefined;
    const manifest = fresh ? this.#read(path, text, previous) : known;
    const kept = isFault(manifest) ? manifest : new WeakRef(manifest);
    this.#entries.set(path, { stamp, suspect: false, manifest: kept });
    return { manifest, fresh };
  }

  /** What the settings or the user call a manifest is one, whatever its name. */
  #read(path: string, text: string, previous: Manifest | undefined): Manifest {
    const rules = dialectOf(path) ?? rulesOf('ips');
    return rules.read(text, { path, macros: this.#macros, previous });
  }
}

/** Stamp of a file that is not there. */
const NO_FILE = '-';
