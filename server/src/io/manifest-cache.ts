import { dialectOf } from '../core/dialects.ts';
import type { InputFault, Manifest } from '../core/model.ts';
import type { Buffers } from '../core/tree.ts';
import type { Disk } from './disk.ts';
import { inputFault, isFault } from './input-fault.ts';

interface Entry {
  /** The text of the buffer that was read, or `undefined`: the disk. */
  readonly buffer: string | undefined;
  /** Weak: what nobody holds is parsed again when it is asked for. */
  readonly manifest: WeakRef<Manifest> | InputFault;
}

/** Manifests by path: the same object as long as neither buffer nor file changed. */
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

  /** Reads and parses, if it must; `fresh` says that it did. */
  get(path: string): { readonly manifest: Manifest | InputFault; readonly fresh: boolean } {
    const buffer = this.#buffers.get(path)?.text;
    const known = this.#entries.get(path);
    if (known && known.buffer === buffer) {
      const manifest = isFault(known.manifest) ? known.manifest : known.manifest.deref();
      if (manifest) return { manifest, fresh: false };
    }
    const manifest = this.#read(path, buffer);
    this.#entries.set(path, { buffer, manifest: isFault(manifest) ? manifest : new WeakRef(manifest) });
    return { manifest, fresh: true };
  }

  /** Forgets what the disk had. */
  invalidate(path: string): void {
    if (this.#entries.get(path)?.buffer === undefined) this.#entries.delete(path);
  }

  #read(path: string, buffer: string | undefined): Manifest | InputFault {
    const rules = dialectOf(path);
    if (!rules) {
      return {
        code: 'unreadable',
        path,
        message: 'is no manifest of a known kind; manifests of IPS are named *.p5m or *.mog',
      };
    }
    if (buffer !== undefined) return rules.read(buffer, { path, macros: this.#macros });
    const file = this.#disk.text(path);
    if (!file) return inputFault(path, 'ENOENT');
    return isFault(file) ? file : rules.read(file.text, { path, macros: this.#macros });
  }
}
