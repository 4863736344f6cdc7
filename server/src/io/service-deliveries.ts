import { setImmediate as turn } from 'node:timers/promises';
import { providesOfManifest } from '../core/catchers/smf.ts';
import type { Delivery, InputFault, Need, PayloadFile } from '../core/model.ts';
import { isFault } from './input-fault.ts';

/** A `file` action that puts a service manifest where the system imports it. */
export interface ServiceManifest {
  /** Absolute path of the package's manifest. */
  readonly manifest: string;
  /** Name to look up in the proto areas. */
  readonly payload: string;
  /** Its file; the services are delivered under the same tags. */
  readonly delivery: Delivery;
}

/** Finds the payload of a manifest; the answer has another stamp when the content may be another. */
export type FindPayload = (manifest: string, payload: string) => PayloadFile | InputFault | undefined;

/** Milliseconds of work between two turns of the event loop. */
const SLICE = 12;

/** The services that packages of the workspace deliver by their service manifests, read when somebody asks. */
export class ServiceDeliveries {
  readonly #find: FindPayload;
  /** By place of the payload: what was in it when it had this stamp. */
  readonly #read = new Map<string, { readonly stamp: string; readonly names: ReadonlySet<Need> }>();

  constructor(find: FindPayload) {
    this.#find = find;
  }

  /** Who delivers these services and instances. */
  async deliveries(
    names: ReadonlySet<string>,
    manifests: readonly ServiceManifest[],
    signal: AbortSignal,
  ): Promise<readonly Delivery[]> {
    const found: Delivery[] = [];
    let sliceEnds = performance.now() + SLICE;
    for (const { manifest, payload, delivery } of manifests) {
      const file = this.#find(manifest, payload);
      if (!file || isFault(file)) continue;
      for (const name of this.#namesIn(file, delivery.path))
        if (names.has(name)) found.push(named(name, delivery));
      if (performance.now() < sliceEnds) continue;
      await turn();
      signal.throwIfAborted();
      sliceEnds = performance.now() + SLICE;
    }
    return found;
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
