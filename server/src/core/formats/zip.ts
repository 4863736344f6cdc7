import { type ByteSource, u16, u32 } from './byte-source.ts';
import { decode, printable } from './printable.ts';

/** One file in a ZIP archive, as the central directory has it: PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.5.3. */
export interface ZipMember {
  /** Relative, never leading out of the archive. */
  readonly name: string;
  /** 0: stored, 8: DEFLATE; nothing else occurs in jars. */
  readonly method: number;
  readonly encrypted: boolean;
  /** Bytes as stored, and unpacked; both as the archive claims. */
  readonly packed: number;
  readonly size: number;
  /** Of the local header, from the start of the source. */
  readonly offset: number;
}

/** What an archive holds; `faults` are phrases: `its directory is cut off`. */
export interface ZipReading {
  /** In the order of the directory; directories are left out. */
  readonly members: readonly ZipMember[];
  readonly faults: readonly string[];
}

/**
 * Reads the central directory of a ZIP archive, with ZIP64 and with data in front of the archive, such as a start
 * script or the header of a jmod file. Reads its end and the directory, at most 16 MiB.
 */
export function readZip(source: ByteSource): ZipReading {
  const end = endOf(source);
  if (typeof end === 'string') return { members: [], faults: [end] };
  const directory = directoryOf(end);
  if (typeof directory === 'string') return { members: [], faults: [directory] };
  const bytes = source.read(directory.start, end.bytes);
  if (bytes.length < end.bytes) return { members: [], faults: ['its directory is cut off'] };
  return membersIn(bytes, directory.shift, end);
}

/** Larger directories are of archives that no class loader opens. */
const LARGEST_DIRECTORY = 16 * 1024 * 1024;
const MOST_MEMBERS = 200_000;
const LONGEST_NAME = 4096;

const MEMBER = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const MEMBER_BYTES = 46;
const END_BYTES = 22;
const END_64_BYTES = 56;
const LOCATOR_BYTES = 20;
const LONGEST_COMMENT = 0xffff;

/** The end record: how many members there are, and where their directory is said to lie. */
interface End {
  /** Where the end record stands: right behind the directory. */
  readonly at: number;
  readonly count: number;
  readonly bytes: number;
  readonly offset: number;
  /** Whether `count` is whole: 16 bits are all that there is without ZIP64. */
  readonly wide: boolean;
}

function endOf(source: ByteSource): End | string {
  const last = source.read(Math.max(source.size - END_BYTES, 0), END_BYTES);
  if (last.length < END_BYTES) return 'it is too short for an archive';
  if (u32(last, 0, false) === END && u16(last, 20, false) === 0)
    return endAt(source, last, 0, source.size - END_BYTES);
  const start = Math.max(source.size - END_BYTES - LONGEST_COMMENT, 0);
  const tail = source.read(start, source.size - start);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail[at] !== 0x50 || u32(tail, at, false) !== END) continue;
    if (at + END_BYTES + u16(tail, at + 20, false) <= tail.length) return endAt(source, tail, at, start + at);
  }
  return 'it does not end as a ZIP archive does, so it is cut off or none';
}

function endAt(source: ByteSource, bytes: Uint8Array, from: number, at: number): End | string {
  const half = (offset: number): number => u16(bytes, from + offset, false);
  const [disk, first, here, count] = [half(4), half(6), half(8), half(10)];
  const size = u32(bytes, from + 12, false);
  const offset = u32(bytes, from + 16, false);
  if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff) {
    const wide = end64(source, at);
    if (wide !== undefined) return wide;
  }
  if (disk !== 0 || first !== 0 || here !== count)
    return 'it is one part of an archive in several, and the others are missing';
  return { at, count, bytes: size, offset, wide: false };
}

function end64(source: ByteSource, end: number): End | string | undefined {
  const locator = source.read(end - LOCATOR_BYTES, LOCATOR_BYTES);
  if (locator.length < LOCATOR_BYTES || u32(locator, 0, false) !== LOCATOR_64) return undefined;
  // Data in front of the archive moves the record away from where it is said to be.
  for (const at of [u64(locator, 8), end - LOCATOR_BYTES - END_64_BYTES]) {
    const record = source.read(at, END_64_BYTES);
    if (record.length < END_64_BYTES || u32(record, 0, false) !== END_64) continue;
    return {
      at,
      count: u64(record, 32),
      bytes: u64(record, 40),
      offset: u64(record, 48),
      wide: true,
    };
  }
  return 'its ZIP64 end record is not where it is said to be';
}

function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at + 4, false) * 2 ** 32 + u32(bytes, at, false);
}

function directoryOf({ at, bytes, count, offset, wide }: End): { start: number; shift: number } | string {
  if (bytes > at)
    return `its directory is said to be ${bytes} bytes long, which is more than the archive has`;
  if (bytes > LARGEST_DIRECTORY) return `its directory is ${bytes} bytes long, more than is read`;
  if (wide && count * MEMBER_BYTES > bytes)
    return `it claims to have ${count} members, for which its directory of ${bytes} bytes is too short`;
  const start = at - bytes;
  if (offset > start) return 'its directory is said to lie beyond its end';
  return { start, shift: start - offset };
}

function membersIn(bytes: Uint8Array, shift: number, { count, wide }: End): ZipReading {
  const members: ZipMember[] = [];
  const faults: string[] = [];
  const strange: string[] = [];
  let read = 0;
  for (let at = 0; at + MEMBER_BYTES <= bytes.length && u32(bytes, at, false) === MEMBER; read++) {
    if (read === MOST_MEMBERS) {
      faults.push(`it has more than ${MOST_MEMBERS} members; the others are not read`);
      return { members, faults };
    }
    const next = at + MEMBER_BYTES + u16(bytes, at + 28, false) + u16(bytes, at + 30, false);
    if (next > bytes.length) break;
    const member = memberAt(bytes, at, shift);
    if (isOutside(member.name)) strange.push(member.name);
    else if (!member.name.endsWith('/')) members.push(member);
    at = next + u16(bytes, at + 32, false);
  }
  if (read !== count && (wide || (read & 0xffff) !== count))
    faults.push(`its directory names ${read} members, and the archive says ${count}`);
  if (strange[0] !== undefined) faults.push(outside(strange[0], strange.length));
  return { members, faults };
}

function memberAt(bytes: Uint8Array, at: number, shift: number): ZipMember {
  const nameLength = u16(bytes, at + 28, false);
  const name = at + MEMBER_BYTES;
  const extra = bytes.subarray(name + nameLength, name + nameLength + u16(bytes, at + 30, false));
  const [size, packed, offset] = wideFields(extra, [
    u32(bytes, at + 24, false),
    u32(bytes, at + 20, false),
    u32(bytes, at + 42, false),
  ]);
  return {
    name: decode(bytes.subarray(name, name + nameLength)).text,
    method: u16(bytes, at + 10, false),
    encrypted: (u16(bytes, at + 8, false) & 1) !== 0,
    packed: packed!,
    size: size!,
    offset: offset! + shift,
  };
}

/** The extra field 1 has, in this order, the 64-bit values of those that are all ones. */
function wideFields(extra: Uint8Array, fields: readonly number[]): readonly number[] {
  if (!fields.includes(0xffffffff)) return fields;
  for (let at = 0; at + 4 <= extra.length; at += 4 + u16(extra, at + 2, false)) {
    if (u16(extra, at, false) !== 1) continue;
    let next = at + 4;
    return fields.map(field => {
      if (field !== 0xffffffff || next + 8 > extra.length) return field;
      next += 8;
      return u64(extra, next - 8);
    });
  }
  return fields;
}

/** Absolute, with `..`, or with what no path has. */
function isOutside(name: string): boolean {
  return name === '' || name.length > LONGEST_NAME || OUTSIDE.test(name);
}

const OUTSIDE = /^\/|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/;

function outside(name: string, count: number): string {
  const others = count > 1 ? ` and ${count - 1} more` : '';
  return `its member "${printable(name, 80)}"${others} would lie outside of it, and was left out`;
}
