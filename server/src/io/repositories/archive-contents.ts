import { setImmediate as turn } from 'node:timers/promises';
import { type TarMember, tarMember } from '../../core/formats/tar.ts';
import { ARCHIVE_INDEX, type ArchiveEntry, readArchiveIndex } from '../../core/ips/archive-index.ts';
import { type ArchiveRole, archiveRole, plainName } from '../../core/ips/archive-names.ts';
import type { PayloadFile } from '../../core/model.ts';
import { gunzipped } from '../gunzipped.ts';

/** What a p5p archive has, by the offsets of its members. */
export interface ArchiveContents {
  /** Publisher -> `NAME@VERSION` -> its manifest. */
  readonly manifests: ReadonlyMap<string, ReadonlyMap<string, ArchivedManifest>>;
  /** Publisher and hash, `PUBLISHER/HASH` -> offset of the payload's first header. */
  readonly payloads: ReadonlyMap<string, number>;
  /** Offset of `pkg5.repository`. */
  readonly settings: number | undefined;
  /** What is wrong with the archive, each a sentence about it without a remedy. */
  readonly wrongs: readonly string[];
}

/** A manifest in an archive. */
export interface ArchivedManifest {
  readonly name: string;
  readonly version: string;
  /** Name of the member. */
  readonly member: string;
  /** Offset of its first header. */
  readonly start: number;
}

/** Largest index (bytes, packed and unpacked): a million members have less than half of it. */
const LARGEST_INDEX = 64 * 1024 * 1024;
const LARGEST_INDEX_TEXT = 256 * 1024 * 1024;
/** Most members of one archive. */
const MOST_MEMBERS = 2_000_000;
/** Members between two turns of the event loop. */
const SLICE = 2000;

/**
 * What is in an archive: by its index where that agrees with the members, else member after member.
 *
 * Nothing is unpacked but the index. Members of other kinds than files and directories are not followed, and what
 * is delivered twice counts as it does when the archive is unpacked: the last one.
 */
export async function readArchive(file: PayloadFile, signal: AbortSignal): Promise<ArchiveContents> {
  const collector = new Collector();
  const first = tarMember(file, 0);
  const indexed = isMember(first) && plainName(first.name) === ARCHIVE_INDEX;
  if (indexed && (await fromIndex(file, first, collector, signal))) return collector.finished();
  const scanned = new Collector();
  await scan(file, scanned, signal);
  // An index says nothing of an archive that was cut off.
  if (indexed && scanned.wrongs.length === 0)
    scanned.wrongs.push('has an index that does not agree with its members, and was read without it');
  return scanned.finished();
}

/** Whether an archive has a member there. */
export function isMember(answer: ReturnType<typeof tarMember>): answer is TarMember {
  return answer !== 'end' && !('damage' in answer);
}

/** Collects what the index lists; false where it cannot be believed. */
async function fromIndex(
  file: PayloadFile,
  index: TarMember,
  collector: Collector,
  signal: AbortSignal,
): Promise<boolean> {
  const entries = entriesOf(file, index);
  if (!entries) return false;
  for (const [count, entry] of entries.entries()) {
    if (count % SLICE === SLICE - 1) await breathe(signal);
    const name = plainName(entry.name);
    const role = archiveRole(name);
    // Payload is many members, and looked at when it is asked for.
    const member = UNSEEN.has(role.is) ? undefined : tarMember(file, entry.start);
    if (member && !(isMember(member) && plainName(member.name) === name && member.end === entry.end))
      return false;
    collector.add(name, role, entry.start, member?.kind ?? 'file');
  }
  return true;
}

/** The entries of an index after which the archive ends. */
function entriesOf(file: PayloadFile, index: TarMember): readonly ArchiveEntry[] | undefined {
  if (index.size > LARGEST_INDEX) return undefined;
  const text = gunzipped(content(file, index), LARGEST_INDEX_TEXT)?.toString('utf8');
  const entries = text === undefined ? undefined : readArchiveIndex(text, index.end, file.size);
  if (!entries || entries.length > MOST_MEMBERS) return undefined;
  return tarMember(file, entries.at(-1)?.end ?? index.end) === 'end' ? entries : undefined;
}

const UNSEEN: ReadonlySet<ArchiveRole['is']> = new Set(['nothing', 'publisher', 'payload']);

async function scan(file: PayloadFile, collector: Collector, signal: AbortSignal): Promise<void> {
  let at = 0;
  for (let count = 1; count <= MOST_MEMBERS; count++) {
    if (count % SLICE === 0) await breathe(signal);
    const member = tarMember(file, at);
    if (!isMember(member)) {
      if (member !== 'end') collector.wrongs.push(member.damage);
      return;
    }
    const name = plainName(member.name);
    collector.add(name, archiveRole(name), member.start, member.kind);
    at = member.end;
  }
  collector.wrongs.push(`has more than ${MOST_MEMBERS} members`);
}

/** The content of a member, as much of it as is there. */
export function content(file: PayloadFile, { data, size }: TarMember): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; ) {
    const part = file.read(data + at, Math.min(size - at, PART));
    if (part.length === 0) return bytes.subarray(0, at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const PART = 4 * 1024 * 1024;

async function breathe(signal: AbortSignal): Promise<void> {
  await turn();
  signal.throwIfAborted();
}

class Collector implements ArchiveContents {
  readonly manifests = new Map<string, Map<string, ArchivedManifest>>();
  readonly payloads = new Map<string, number>();
  settings: number | undefined;
  readonly wrongs: string[] = [];
  readonly #outside: string[] = [];
  readonly #links: string[] = [];
  readonly #twice: string[] = [];

  add(name: string, role: ArchiveRole, start: number, kind: TarMember['kind']): void {
    if (role.is === 'outside') this.#outside.push(name);
    else if (role.is === 'publisher') this.#publisher(role.publisher);
    else if (role.is === 'nothing' || kind === 'directory') return;
    else if (kind !== 'file') this.#links.push(name);
    else this.#file(name, role, start);
  }

  /** Puts what was noticed in words. */
  finished(): this {
    this.#say(
      this.#outside,
      'with a name that leads out of it or is no name of a manifest; they are left out',
    );
    this.#say(this.#links, 'that should be a file and is a link or device; they are not followed');
    this.#say(this.#twice, 'more than once; the last counts');
    return this;
  }

  #file(name: string, role: ArchiveRole, start: number): void {
    if (role.is === 'settings') this.settings = start;
    else if (role.is === 'payload') this.payloads.set(`${role.publisher}/${role.hash}`, start);
    else if (role.is === 'manifest') {
      const versions = this.#publisher(role.publisher);
      const key = `${role.name}@${role.version}`;
      if (versions.has(key)) this.#twice.push(name);
      versions.set(key, { name: role.name, version: role.version, member: name, start });
    }
  }

  #publisher(publisher: string): Map<string, ArchivedManifest> {
    const versions = this.manifests.get(publisher) ?? new Map<string, ArchivedManifest>();
    this.manifests.set(publisher, versions);
    return versions;
  }

  #say(names: string[], what: string): void {
    const [first] = names;
    if (first === undefined) return;
    const members = names.length === 1 ? 'a member' : `${names.length} members`;
    this.wrongs.push(`has ${members} ${what} (first: ${JSON.stringify(first.slice(0, 100))})`);
    names.length = 0;
  }
}
