import { tarMember } from '../../core/formats/tar.ts';
import { isHash, plainName } from '../../core/ips/archive-names.ts';
import { iniValue } from '../../core/ips/ini.ts';
import type { InputFault, PayloadFile } from '../../core/model.ts';
import type { FileStatus } from '../disk.ts';
import { firstBytes } from '../file-bytes.ts';
import type { PublisherSource } from '../index-builder.ts';
import { inputFault, isFault } from '../input-fault.ts';
import { isWithin } from '../paths.ts';
import { diskPayload } from '../payload-file.ts';
import {
  type ArchiveContents,
  type ArchivedManifest,
  content,
  isMember,
  readArchive,
} from './archive-contents.ts';
import type { RepositoryAround } from './configured.ts';
import { loadedManifest } from './loaded-manifest.ts';
import type { RepositoryOrigin } from './origin.ts';
import { LARGEST_STORED, PayloadContent } from './payload-content.ts';

/** Largest manifest in an archive (bytes); the largest known one has 4 MB. */
const LARGEST_MANIFEST = 64 * 1024 * 1024;
const REMEDY = 'make it anew with pkgrecv -a';

/** A package archive (`*.p5p`, `pkgrecv -a`): a tar file with the layout of a repository inside. Nothing is unpacked. */
export function archiveOrigin(path: string, around: Pick<RepositoryAround, 'disk'>): RepositoryOrigin {
  return new Archive(path, around);
}

class Archive implements RepositoryOrigin {
  readonly place: string;
  readonly #around: Pick<RepositoryAround, 'disk'>;
  #read: { readonly stamp: string; readonly contents: ArchiveContents } | undefined;
  #content: PayloadContent | undefined;

  constructor(path: string, around: Pick<RepositoryAround, 'disk'>) {
    this.place = path;
    this.#around = around;
  }

  get key(): string {
    const real = this.#around.disk.realPath(this.place);
    return typeof real === 'string' ? real : this.place;
  }

  belongs(path: string): boolean {
    return path === this.place || isWithin(this.place, path);
  }

  async sources(signal: AbortSignal): Promise<readonly PublisherSource[] | InputFault> {
    const status = this.#around.disk.status(this.place);
    if (!status || isFault(status))
      return { ...(status ?? inputFault(this.place, 'ENOENT')), code: 'unreachable' };
    const file = this.#file(status);
    const known = this.#read?.stamp === status.stamp ? this.#read.contents : undefined;
    const contents = known ?? (await readArchive(file, signal));
    const closed = file.close();
    if (closed) return { ...closed, code: 'unreachable' };
    if (contents.manifests.size === 0) return this.#empty(contents);
    this.#read = { stamp: status.stamp, contents };
    this.#content = new PayloadContent({
      manifest: ({ publisher = '', name, version }) => {
        const text = this.#text(contents.manifests.get(publisher)?.get(`${name}@${version}`));
        return typeof text === 'string' ? text : undefined;
      },
      stored: (publisher, hash) => this.#stored(contents, publisher, hash),
    });
    const first = this.#defaultPublisher(contents);
    return [...contents.manifests]
      .sort(([a], [b]) => Number(b === first) - Number(a === first) || (a < b ? -1 : 1))
      .map(([name, manifests], at) =>
        this.#source(name, manifests, status.stamp, at === 0 ? contents.wrongs : []),
      );
  }

  async content(
    delivery: Parameters<NonNullable<RepositoryOrigin['content']>>[0],
  ): Promise<Uint8Array | undefined> {
    return this.#content?.of(delivery);
  }

  #empty({ wrongs }: ArchiveContents): InputFault {
    const head = firstBytes(this.#around.disk, this.place, 2);
    const packed = head && !isFault(head) && head[0] === 0x1f && head[1] === 0x8b;
    const said = packed ? ['is packed with gzip'] : wrongs;
    const why = said.length > 0 ? `: it ${said.join('; it ')}` : '';
    const message = `is no archive with packages${why}; ${REMEDY}`;
    return { code: 'unreachable', path: this.place, message };
  }

  #source(
    publisher: string,
    manifests: ReadonlyMap<string, ArchivedManifest>,
    stamp: string,
    wrongs: readonly string[],
  ): PublisherSource {
    const faults = wrongs.map(
      (wrong): InputFault => ({ code: 'malformed', path: this.place, message: `${wrong}; ${REMEDY}` }),
    );
    const versions = [...manifests.values()].map(({ name, version, start }) => ({
      name,
      version,
      signature: `${stamp}@${start}`,
    }));
    return {
      name: publisher,
      stamp,
      stampOf: () => '',
      read: () => ({ versions, faults }),
      load: entry => {
        const manifest = manifests.get(`${entry.name}@${entry.version}`);
        const text = this.#text(manifest);
        const path = `${this.place}/${manifest?.member}`;
        const { name, version } = entry;
        return loadedManifest({ entry: { name, version }, publisher, path, text });
      },
    };
  }

  #defaultPublisher({ settings }: ArchiveContents): string | undefined {
    const text = settings === undefined ? undefined : this.#member(settings, 'pkg5.repository', 1024 * 1024);
    return text && !isFault(text) ? iniValue(decoder.decode(text), 'publisher', 'prefix') : undefined;
  }

  #text(manifest: ArchivedManifest | undefined): string | InputFault | undefined {
    const bytes = manifest && this.#member(manifest.start, manifest.member, LARGEST_MANIFEST);
    return bytes && !isFault(bytes) ? decoder.decode(bytes) : bytes;
  }

  #stored({ payloads }: ArchiveContents, publisher: string, hash: string): Uint8Array | undefined {
    const start = isHash(hash) ? payloads.get(`${publisher}/${hash}`) : undefined;
    if (start === undefined) return undefined;
    const name = `publisher/${publisher}/file/${hash.slice(0, 2)}/${hash}`;
    const bytes = this.#member(start, name, LARGEST_STORED);
    return isFault(bytes) ? undefined : bytes;
  }

  /** The content of the file of this name whose first header stands at `start`. */
  #member(start: number, name: string, most: number): Uint8Array | InputFault {
    const status = this.#around.disk.status(this.place);
    const fault = (message: string): InputFault => ({ code: 'unreadable', path: this.place, message });
    if (!status || isFault(status)) return status ?? fault('is gone');
    const file = this.#file(status);
    const member = tarMember(file, start);
    const found = isMember(member) && member.kind === 'file' && plainName(member.name) === name;
    const bytes = found && member.size <= most ? content(file, member) : undefined;
    const closed = file.close();
    if (closed) return closed;
    if (found && !bytes) return fault(`has ${member.size} bytes, more than a manifest can have`);
    return bytes ?? fault('is not where the archive had it');
  }

  #file(status: FileStatus): PayloadFile {
    const real = this.#around.disk.realPath(this.place);
    return diskPayload(this.#around.disk, this.place, typeof real === 'string' ? real : this.place, status);
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
