import { join } from 'node:path';
import type { FoundPayload, ProtoFiles } from '../../../../server/src/core/ips/pkgdepend/ports.ts';
import type { ServiceManifest } from '../../../../server/src/core/ips/pkgdepend/smf-records.ts';
import type { InputFault } from '../../../../server/src/core/model.ts';
import { Disk } from '../../../../server/src/io/disk.ts';
import { isFault } from '../../../../server/src/io/input-fault.ts';
import { diskPayload } from '../../../../server/src/io/payload-file.ts';

/**
 * Proto areas as `pkgdepend(1)` sees them: a file is looked for in every directory in order, and links are followed
 * wherever they lead, for a build is trusted.
 */
export class PlainProtoFiles implements ProtoFiles {
  readonly areas: readonly string[];
  readonly #disk = new Disk();
  readonly #found = new Map<string, FoundPayload | InputFault | undefined>();

  constructor(areas: readonly string[]) {
    this.areas = areas;
  }

  find(name: string): FoundPayload | InputFault | undefined {
    if (!this.#found.has(name)) this.#found.set(name, this.#look(name));
    return this.#found.get(name);
  }

  #look(name: string): FoundPayload | InputFault | undefined {
    for (const area of this.areas) {
      const location = join(area, name);
      const found = this.#at(location, area);
      if (found) return found;
    }
    return undefined;
  }

  #at(location: string, area: string): FoundPayload | InputFault | undefined {
    const own = this.#disk.linkStatus(location);
    if (!own || isFault(own) || own.kind === 'directory') return own && isFault(own) ? own : undefined;
    if (own.kind === 'file')
      return { payload: diskPayload(this.#disk, location, location, own), location, area };
    const real = own.kind === 'link' ? this.#disk.realPath(location) : undefined;
    if (typeof real !== 'string') return real;
    const status = this.#disk.status(real);
    if (!status || isFault(status)) return status;
    return status.kind === 'file'
      ? { payload: diskPayload(this.#disk, location, real, status), location, area }
      : undefined;
  }

  /** The service manifests of this machine and of the areas; those of the first area last, for they count most. */
  *serviceManifests(): Generator<ServiceManifest> {
    for (const root of ['/', ...this.areas.toReversed()])
      for (const directory of ['lib/svc/manifest', 'var/svc/manifest'])
        yield* this.#manifestsIn(root, directory, 0);
  }

  *#manifestsIn(root: string, directory: string, depth: number): Generator<ServiceManifest> {
    const entries = depth < DEEPEST ? this.#disk.list(join(root, directory)) : undefined;
    if (!entries || isFault(entries)) return;
    for (const { name, kind } of entries) {
      const installed = `${directory}/${name}`;
      if (kind === 'directory') yield* this.#manifestsIn(root, installed, depth + 1);
      else yield* this.#manifest(join(root, installed), installed);
    }
  }

  *#manifest(path: string, installed: string): Generator<ServiceManifest> {
    const status = this.#disk.status(path);
    if (!status || isFault(status) || status.kind !== 'file' || status.size > LARGEST) return;
    const read = this.#disk.text(path);
    if (read && !isFault(read)) yield { path, installed, text: read.text };
  }
}

const DEEPEST = 20;
const LARGEST = 16 * 1024 * 1024;
