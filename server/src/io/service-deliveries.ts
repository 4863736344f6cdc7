import { setImmediate as turn } from 'node:timers/promises';
import { providesOfManifest } from '../core/catchers/smf.ts';
import type { Delivery, InputFault, Need, PayloadFile } from '../core/model.ts';
import { isFault } from './input-fault.ts';

/** A `file` action that puts a service manifest where the system imports it. */
export interface ServiceManifest {
  /** Name to look up in the proto areas. */
  readonly payload: string;
  /** Its file; the services are delivered under the same tags. */
  readonly delivery: Delivery;
}

/** Finds the payload of a manifest; the answer has another stamp when the content may be another. */
export type FindPayload = (manifest: string, payload: string) => PayloadFile | InputFault | undefined;

/** Milliseconds of work between two turns of the event loop. */
const SLICE = 12;

/**
 * The services that packages of the workspace deliver by their service manifests, read when somebody asks. It is
 * told what changed, and looks again at that alone.
 */
export class ServiceDeliveries {
  readonly #find: FindPayload;
  /** By manifest of the package. */
  readonly #manifests = new Map<string, readonly ServiceManifest[]>();
  readonly #delivered = new Map<string, readonly Delivery[]>();
  /** Manifests of packages whose payload is to be looked at. */
  readonly #open = new Set<string>();
  /** Service -> manifests of packages that deliver it. */
  readonly #deliverers = new Map<Need, Set<string>>();
  /** By place of the payload: what was in it when it had this stamp. */
  readonly #read = new Map<string, { readonly stamp: string; readonly names: ReadonlySet<Need> }>();

  constructor(find: FindPayload) {
    this.#find = find;
  }

  /** Notes which service manifests a package has now. */
  update(file: string, manifests: readonly ServiceManifest[]): void {
    if (manifests.length === 0 && !this.#manifests.has(file)) return;
    if (manifests.length > 0) this.#manifests.set(file, manifests);
    else this.#manifests.delete(file);
    this.#open.add(file);
  }

  /** Notes that payload may have changed. */
  payloadChanged(): void {
    for (const file of this.#manifests.keys()) this.#open.add(file);
  }

  /** Who delivers these services and instances. */
  async deliveries(names: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]> {
    let sliceEnds = performance.now() + SLICE;
    for (const file of this.#open) {
      this.#look(file);
      if (performance.now() < sliceEnds) continue;
      await turn();
      signal.throwIfAborted();
      sliceEnds = performance.now() + SLICE;
    }
    return [...names].flatMap(name =>
      [...(this.#deliverers.get(name) ?? [])].flatMap(file =>
        (this.#delivered.get(file) ?? []).filter(one => one.path === name),
      ),
    );
  }

  #look(file: string): void {
    this.#open.delete(file);
    for (const { path } of this.#delivered.get(file) ?? []) this.#deliverers.get(path)?.delete(file);
    const delivered = (this.#manifests.get(file) ?? []).flatMap(one => this.#deliveriesOf(file, one));
    this.#delivered.set(file, delivered);
    for (const { path } of delivered) {
      const files = this.#deliverers.get(path) ?? new Set();
      this.#deliverers.set(path, files.add(file));
    }
  }

  #deliveriesOf(file: string, { payload, delivery }: ServiceManifest): readonly Delivery[] {
    const found = this.#find(file, payload);
    if (!found || isFault(found)) return [];
    return [...this.#namesIn(found, delivery.path)].map(name => named(name, delivery));
  }

  #namesIn(file: PayloadFile, path: string): ReadonlySet<Need> {
    const { location, stamp } = file;
    const known = this.#read.get(location);
    if (known?.stamp === stamp) return known.names;
    const names = providesOfManifest({
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
