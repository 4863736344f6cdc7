import type { ByteSource } from './byte-source.ts';
import { address, beyond, type ElfLayout, type Load, type Piece, word } from './elf-layout.ts';
import { decode, isBinary, printable } from './printable.ts';

/** A `DT_NEEDED` entry. */
interface Needed {
  readonly name: string;
  /** Loaded only when the program asks for it, and allowed to be absent (`ld -z deferred`). */
  readonly deferred: boolean;
}

/** What the dynamic section says of needs. Names are verbatim; tokens are not expanded. */
export interface ElfDynamic {
  /** Once each, in the order of the file. */
  readonly needed: readonly Needed[];
  /** `DT_FILTER` and `DT_SUNW_FILTER`: without them the file provides nothing. Auxiliary filters are optional. */
  readonly filters: readonly string[];
  readonly soname?: string;
  /** `DT_RUNPATH`, else `DT_RPATH`; absent when there is neither or it is empty. */
  readonly runPath?: { readonly tag: 'RUNPATH' | 'RPATH'; readonly value: string };
  /** `DF_1_NODEFLIB`: the default directories are not searched. */
  readonly noDefaultDirectories: boolean;
  /** `DF_1_PIE`: a program although its type is that of a library. */
  readonly pie: boolean;
}

export const NO_DYNAMIC: ElfDynamic = { needed: [], filters: [], noDefaultDirectories: false, pie: false };

/** Reads the dynamic section; `loads` tell where an address lies in the file. */
export function dynamicPart(
  source: ByteSource,
  section: Piece | undefined,
  layout: ElfLayout,
  faults: string[],
  loads: readonly Load[] = [],
): ElfDynamic {
  if (section === undefined || section.size === 0) return NO_DYNAMIC;
  const size = Math.min(section.size, MOST_BYTES);
  const bytes = source.read(section.offset, size);
  if (bytes.length < size) faults.push(...beyond('dynamic section', section, layout));
  const entries = entriesIn(bytes, layout, faults);
  if (entries.strings.length === 0) return { ...NO_DYNAMIC, ...flagsOf(entries) };
  const table = section.link ?? stringTable(entries, loads);
  const missing =
    table === undefined
      ? [NO_TABLE]
      : table.offset < layout.size
        ? []
        : beyond('string table', table, layout);
  faults.push(...missing);
  if (table === undefined || missing.length > 0) return { ...NO_DYNAMIC, ...flagsOf(entries) };
  const within = { ...table, size: Math.min(table.size, layout.size - table.offset) };
  return { ...flagsOf(entries), ...namesOf(entries, source, within, faults) };
}

/** The text at `offset` of a piece, up to its NUL; `undefined`, and a fault, when that is no name. */
export function nameIn(
  source: ByteSource,
  piece: Piece,
  offset: number,
  what: string,
  faults: string[],
): string | undefined {
  const room = Math.min(piece.size - offset, what.endsWith('PATH entry') ? MOST_RUN_PATH : MOST_NAME);
  const bytes = room > 0 ? terminated(source, piece.offset + offset, room) : undefined;
  if (bytes === 'unreadable') return undefined;
  if (bytes === undefined) {
    const where =
      room > 0
        ? `has no end within ${room} bytes`
        : `is at ${offset} of a string table of ${piece.size} bytes`;
    faults.push(`its ${what} ${where}`);
    return undefined;
  }
  const { text } = decode(bytes);
  if (!isBinary(text)) return text;
  faults.push(`its ${what} "${printable(text, 40)}" is no text`);
  return undefined;
}

const NO_TABLE = 'its string table is in no loaded segment';
const MOST_BYTES = 65_536;
const MOST_NEEDED = 512;
/** `PATH_MAX` of illumos. */
const MOST_NAME = 1024;
const MOST_RUN_PATH = 16_384;
const USUAL_NAME = 128;

interface Entries {
  /** Entries whose value is a place in the string table, in order. */
  readonly strings: readonly {
    readonly tag: StringTag;
    readonly offset: number;
    readonly deferred: boolean;
  }[];
  readonly address?: { readonly high: number; readonly low: number };
  readonly size: number;
  readonly flags1: number;
}

type StringTag = 'NEEDED' | 'FILTER' | 'SONAME' | 'RPATH' | 'RUNPATH';

/** `sys/link.h`. Keys are whole tags; those of 64-bit files have a high half of zero. */
const STRING_TAGS: ReadonlyMap<number, StringTag> = new Map([
  [1, 'NEEDED'],
  [14, 'SONAME'],
  [15, 'RPATH'],
  [29, 'RUNPATH'],
  [0x6000000f, 'FILTER'],
  [0x7fffffff, 'FILTER'],
]);
const MULTIPLE: ReadonlySet<StringTag> = new Set(['NEEDED', 'FILTER']);
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_POSFLAG_1 = 0x6ffffdfd;
const DT_FLAGS_1 = 0x6ffffffb;
const DF_P1_DEFERRED = 4;
const DF_1_NODEFLIB = 0x800;
const DF_1_PIE = 0x08000000;

function entriesIn(bytes: Uint8Array, layout: ElfLayout, faults: string[]): Entries {
  const strings: Entries['strings'][number][] = [];
  let size = 0;
  let flags1 = 0;
  let table: Entries['address'];
  let deferred = false;
  const half = layout.bits / 8;
  for (let at = 0; at + 2 * half <= bytes.length; at += 2 * half) {
    const tag = word(bytes, at, layout);
    if (tag === 0) break;
    const string = STRING_TAGS.get(tag);
    const value = word(bytes, at + half, layout);
    if (string !== undefined) strings.push({ tag: string, offset: value, deferred });
    else if (tag === DT_STRTAB) table = address(bytes, at + half, layout);
    else if (tag === DT_STRSZ) size = value;
    else if (tag === DT_FLAGS_1) flags1 = value;
    deferred = tag === DT_POSFLAG_1 && (value & DF_P1_DEFERRED) !== 0;
  }
  return {
    strings: withoutExcess(strings, faults),
    size,
    flags1,
    ...(table && { address: table }),
  };
}

/** Names multiply with directories, so their number is bounded; real files have up to a few hundred. */
function withoutExcess(strings: Entries['strings'], faults: string[]): Entries['strings'] {
  if (strings.length <= MOST_NEEDED) return strings;
  const libraries = strings.filter(({ tag }) => MULTIPLE.has(tag));
  faults.push(`it claims to need ${libraries.length} libraries; only ${MOST_NEEDED} are looked at`);
  return [
    ...strings.filter(({ tag }) => !MULTIPLE.has(tag)).slice(-MOST_NEEDED),
    ...libraries.slice(0, MOST_NEEDED),
  ];
}

function flagsOf({ flags1 }: Entries): Pick<ElfDynamic, 'noDefaultDirectories' | 'pie'> {
  return { noDefaultDirectories: (flags1 & DF_1_NODEFLIB) !== 0, pie: (flags1 & DF_1_PIE) !== 0 };
}

function stringTable({ address: table, size }: Entries, loads: readonly Load[]): Piece | undefined {
  if (table === undefined) return undefined;
  for (const load of loads) {
    const inside = (table.high - load.high) * 2 ** 32 + (table.low - load.low);
    if (inside >= 0 && inside < load.size) return { offset: load.offset + inside, size };
  }
  return undefined;
}

function namesOf(
  { strings }: Entries,
  source: ByteSource,
  table: Piece,
  faults: string[],
): Pick<ElfDynamic, 'needed' | 'filters' | 'soname' | 'runPath'> {
  const names = new Map<number, string | undefined>();
  // In the order of the file, so that one window usually holds them all.
  for (const { offset, tag } of strings.toSorted((a, b) => a.offset - b.offset)) {
    if (!names.has(offset)) names.set(offset, nameIn(source, table, offset, `${tag} entry`, faults));
  }
  const needed = new Map<string, Needed>();
  const filters = new Set<string>();
  const single = new Map<StringTag, string>();
  for (const { tag, offset, deferred } of strings) {
    const name = names.get(offset);
    if (name === undefined) continue;
    if (tag === 'FILTER') filters.add(name);
    else if (tag !== 'NEEDED') single.set(tag, name);
    else if (needed.get(name)?.deferred !== false) needed.set(name, { name, deferred });
  }
  const soname = single.get('SONAME');
  const runPath = runPathOf(single);
  return {
    needed: [...needed.values()],
    filters: [...filters],
    ...(soname === undefined ? {} : { soname }),
    ...(runPath === undefined ? {} : { runPath }),
  };
}

function runPathOf(single: ReadonlyMap<StringTag, string>): ElfDynamic['runPath'] {
  const tag = single.has('RUNPATH') ? 'RUNPATH' : 'RPATH';
  const value = single.get(tag);
  return value ? { tag, value } : undefined;
}

function terminated(source: ByteSource, offset: number, room: number): Uint8Array | 'unreadable' | undefined {
  for (const length of [Math.min(USUAL_NAME, room), room]) {
    const bytes = source.read(offset, length);
    if (bytes.length === 0) return 'unreadable';
    const end = bytes.indexOf(0);
    if (end >= 0) return bytes.subarray(0, end);
  }
  return undefined;
}
