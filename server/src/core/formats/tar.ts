import type { ByteSource } from './byte-source.ts';
import { decode } from './printable.ts';
import { checksum, field, NO_FIELDS, numberField, paxFields, paxSize } from './tar-fields.ts';

/** One member of a tar archive: POSIX.1-2008 pax and ustar, old tar, and the long names of GNU tar. */
export interface TarMember {
  /** As written; may lead anywhere. */
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Bytes of content. */
  readonly size: number;
  /** Offset of its first header, extended headers counted. */
  readonly start: number;
  /** Offset of its content. */
  readonly data: number;
  /** Offset of what follows it. */
  readonly end: number;
}

/** Why there is no member: the end mark, or what is wrong with the archive there. */
export type TarStop = 'end' | { readonly damage: string };

/** Size of headers, and what content is padded to. */
const BLOCK = 512;

/** Longest extended header or long name that is read (bytes); real ones have some hundred. */
const LONGEST_EXTENSION = 1024 * 1024;
/** Most extended headers before one member; pax has one, GNU tar two. */
const MOST_EXTENSIONS = 8;

/** Reads the member whose first header stands at `start`. Content is not looked at. */
export function tarMember(source: ByteSource, start: number): TarMember | TarStop {
  let given = NO_FIELDS;
  let at = start;
  for (let extensions = 0; extensions <= MOST_EXTENSIONS; extensions++) {
    const header = readHeader(source, at);
    if (isStop(header)) return at > start && header === 'end' ? CUT : header;
    if (!EXTENSIONS.has(header.type)) return member(source, start, at, header, given);
    const said = extension(source, at, header);
    if (isStop(said)) return said;
    given = { ...given, ...said };
    at += BLOCK + padded(header.size);
  }
  return damage(start, `more than ${MOST_EXTENSIONS} extended headers for one member`);
}

interface Header {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

/** pax headers of one member and of all that follow, long names and long link targets of GNU tar. */
const EXTENSIONS = new Set(['x', 'g', 'L', 'K']);

const CUT: TarStop = { damage: 'ends in the middle of a member' };

function damage(at: number, what: string): TarStop {
  return { damage: `has ${what} at byte ${at}` };
}

function isStop(answer: object | 'end'): answer is TarStop {
  return answer === 'end' || 'damage' in answer;
}

/** What an extended header says of the member that follows; nothing for those that say nothing that matters. */
function extension(source: ByteSource, at: number, { type, size }: Header): typeof NO_FIELDS | TarStop {
  if (size > LONGEST_EXTENSION) return damage(at, `an extended header of ${size} bytes`);
  const bytes = source.read(at + BLOCK, size);
  if (bytes.length < size) return CUT;
  if (type === 'x') return paxFields(bytes);
  return type === 'L' ? { path: decode(untilNul(bytes)).text } : NO_FIELDS;
}

function readHeader(source: ByteSource, at: number): Header | TarStop {
  const block = source.read(at, BLOCK);
  if (block.length === 0) return { damage: 'ends without the mark of its end' };
  if (block.length < BLOCK) return CUT;
  if (block.every(byte => byte === 0)) return 'end';
  if (numberField(block, 148, 8) !== checksum(block)) return damage(at, 'no valid header');
  const size = numberField(block, 124, 12);
  if (size === undefined) return damage(at, 'a header without a valid size');
  const prefix = String.fromCharCode(...block.subarray(257, 263)) === 'ustar\0' ? field(block, 345, 155) : '';
  const name = field(block, 0, 100);
  return { name: prefix ? `${prefix}/${name}` : name, type: String.fromCharCode(block[156] ?? 0), size };
}

function member(
  source: ByteSource,
  start: number,
  at: number,
  header: Header,
  given: typeof NO_FIELDS,
): TarMember | TarStop {
  const size = given.size === undefined ? header.size : paxSize(given.size);
  if (size === undefined) return damage(start, 'a header without a valid size');
  const name = given.path ?? header.name;
  const kind = KINDS[header.type] ?? 'other';
  // Old tar wrote directories as files with a slash behind the name; content of links and the like is not there.
  const content = kind === 'file' || kind === 'other' ? size : 0;
  const data = at + BLOCK;
  if (data + content > source.size) return CUT;
  return {
    name,
    kind: kind === 'file' && name.endsWith('/') ? 'directory' : kind,
    size: content,
    start,
    data,
    end: data + padded(content),
  };
}

const KINDS: Readonly<Record<string, TarMember['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '5': 'directory',
  '1': 'link',
  '2': 'link',
  '3': 'other',
  '4': 'other',
  '6': 'other',
};

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
