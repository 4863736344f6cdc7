import { setImmediate as turn } from 'node:timers/promises';
import type { ByteSource } from '../core/formats/byte-source.ts';
import type { Delivery, InputFault, Need, PayloadFile } from '../core/model.ts';
import { isFault } from './input-fault.ts';

/** A `file` action whose payload brings names: a service manifest where the system imports it, a jar. */
export interface NamingFile {
  /** Name to look up in the proto areas. */
  readonly payload: string;
  /** Its file; the names are delivered under the same tags. */
  readonly delivery: Delivery;
}

/** Finds the payload of a manifest; the answer has another stamp when the content may be another. */
export type FindPayload = (manifest: string, payload: string) => PayloadFile | InputFault | undefined;

/** The names that a file brings; `path` is where it is installed. */
export type ReadNames = (file: ByteSource & { readonly path: string }) => ReadonlySet<Need>;

/** The names in one file, and under which tags it is delivered. */
interface Named {
  readonly names: ReadonlySet<Need>;
  readonly delivery: Delivery;
}

/** Milliseconds of work between two turns of the event loop. */
const SLICE = 12;

/**
 * The names that packages of the workspace deliver by what is in their files (services, classes), read when somebody
 * asks. It is told what changed, and looks again at that alone.
 */
export class NameDeliveries {
  readonly #find: FindPayload;
  readonly #readNames: ReadNames;
  /** By manifest of the package. */
  readonly #manifests = new Map<string, readonly NamingFile[]>();
  readonly #delivered = new Map<string, readonly Named[]>();
  /** Manifests of packages whose payload is to be looked at. */
  readonly #open = new Set<string>();
  /** By place of the payload: what was in it when it had this stamp. */
  readonly #read = new Map<string, { readonly stamp: string; readonly names: ReadonlySet<Need> }>();

  constructor(find: FindPayload, readNames: ReadNames) {
    this.#find = find;
    this.#readNames = readNames;
  }

  /** Notes which files with names a package has now. */
  update(file: string, naming: readonly NamingFile[]): void {
    if (naming.length === 0 && !this.#manifests.has(file)) return;
    if (naming.length > 0) this.#manifests.set(file, naming);
    else this.#manifests.delete(file);
    this.#open.add(file);
  }

  /** Notes that payload may have changed. */
  payloadChanged(): void {
    for (const file of this.#manifests.keys()) this.#open.add(file);
  }

  /** Who delivers these names. */
  async deliveries(names: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]> {
    let sliceEnds = performance.now() + SLICE;
    for (const file of this.#open) {
      this.#look(file);
      if (performance.now() < sliceEnds) continue;
      await turn();
      signal.throwIfAborted();
      sliceEnds = performance.now() + SLICE;
    }
    const all = [...this.#delivered.values()].flat();
    return [...names].flatMap(name =>
      all.filter(one => one.names.has(name)).map(({ delivery }) => named(name, delivery)),
    );
  }

  #look(file: string): void {
    this.#open.delete(file);
    this.#delivered.set(
      file,
      (this.#manifests.get(file) ?? []).flatMap(one => this.#namedBy(file, one)),
    );
  }

  #namedBy(file: string, { payload, delivery }: NamingFile): readonly Named[] {
    const found = this.#find(file, payload);
    if (!found || isFault(found)) return [];
    const names = this.#namesIn(found, delivery.path);
    return names.size > 0 ? [{ names, delivery }] : [];
  }

  #namesIn(file: PayloadFile, path: string): ReadonlySet<Need> {
    const { location, stamp } = file;
    const known = this.#read.get(location);
    if (known?.stamp === stamp) return known.names;
    const names = this.#readNames({
      path,
      size: file.size,
      read: (offset, length) => file.read(offset, length),
    });
    file.close();
    this.#read.set(location, { stamp, names });
    return names;
  }
}

function named(path: Need, { package: by, variants, facets, origin }: Delivery): Delivery {
  return {
    path,
    kind: 'name',
    package: by,
    ...(variants && { variants }),
    ...(facets && { facets }),
    ...(origin && { origin }),
  };
}
