import { type ByteSource, u16, u32 } from './byte-source.ts';
import { HEADER_BYTES, headerOf, programsOf } from './elf-header.ts';
import {
  type Address,
  address,
  type ElfLayout,
  type Load,
  offsetOf,
  type Piece,
  word,
} from './elf-layout.ts';

/**
 * The names of shared objects among the strings of a file that imports `dlopen` or `dlmopen`, `dlopen(3C)`; `undefined`
 * for a file that imports neither. At most the first MiB of its read-only data, and 64 names.
 */
export function readLibraryStrings(source: ByteSource): readonly string[] | undefined {
  const start = source.read(0, HEADER_BYTES);
  const header = headerOf(start, source.size);
  if (typeof header === 'string') return undefined;
  const { layout } = header;
  const { dynamic, loads } = programsOf(source, header, []);
  const tables = dynamic && tablesOf(source, dynamic, loads, layout);
  if (!tables || !importsLoader(source, tables, layout)) return undefined;
  return namesIn(source, tables.strings, loads);
}

const DT_HASH = 4;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_STRSZ = 10;
const DT_GNU_HASH = 0x6ffffef5;
const PF_X = 1;
const PF_W = 2;

const MOST_DYNAMIC = 65_536;
const MOST_SYMBOLS = 65_536;
/** As much as is read at once of symbols and names: a window of the payload. */
const WINDOW = 8192;
const MOST_DATA = 1024 * 1024;
const LONGEST = 256;
const MOST_NAMES = 64;

/** What it takes to find out which symbols a file imports. */
interface Tables {
  readonly strings: Piece;
  readonly symbols: number;
  /** Number of symbols among which all imported ones are. */
  readonly count: number;
}

function tablesOf(
  source: ByteSource,
  dynamic: Piece,
  loads: readonly Load[],
  layout: ElfLayout,
): Tables | undefined {
  const places = new Map<number, Address>();
  const bytes = source.read(dynamic.offset, Math.min(dynamic.size, MOST_DYNAMIC));
  const half = layout.bits / 8;
  let size = 0;
  for (let at = 0; at + 2 * half <= bytes.length; at += 2 * half) {
    const tag = word(bytes, at, layout);
    if (tag === 0) break;
    if (tag === DT_STRSZ) size = word(bytes, at + half, layout);
    else if (tag <= DT_SYMTAB || tag === DT_GNU_HASH) places.set(tag, address(bytes, at + half, layout));
  }
  const [strings, symbols] = [DT_STRTAB, DT_SYMTAB].map(tag => offsetOf(places.get(tag), loads));
  if (strings === undefined || symbols === undefined) return undefined;
  const count = symbolCount(source, places, loads, layout);
  return { strings: { offset: strings, size }, symbols, count: Math.min(count, MOST_SYMBOLS) };
}

/** The hash table of GNU leaves out the imported symbols and tells where the others begin; the old one counts all. */
function symbolCount(
  source: ByteSource,
  places: ReadonlyMap<number, Address>,
  loads: readonly Load[],
  { bigEndian }: ElfLayout,
): number {
  const table = offsetOf(places.get(DT_GNU_HASH) ?? places.get(DT_HASH), loads);
  const head = table === undefined ? undefined : source.read(table, 8);
  return head?.length === 8 ? u32(head, 4, bigEndian) : 0;
}

function importsLoader(source: ByteSource, { strings, symbols, count }: Tables, layout: ElfLayout): boolean {
  const entry = layout.bits === 32 ? 16 : 24;
  const section = layout.bits === 32 ? 14 : 6;
  const names: number[] = [];
  for (let first = 0; first < count; ) {
    const some = Math.min(count - first, Math.floor(WINDOW / entry));
    const bytes = source.read(symbols + first * entry, some * entry);
    for (let at = 0; at + entry <= bytes.length; at += entry)
      if (u16(bytes, at + section, layout.bigEndian) === 0) names.push(u32(bytes, at, layout.bigEndian));
    if (bytes.length < some * entry) break;
    first += some;
  }
  return hasLoader(source, strings, names);
}

function hasLoader(source: ByteSource, strings: Piece, names: readonly number[]): boolean {
  let from = 0;
  let block: Uint8Array = new Uint8Array(0);
  // In the order of the file, so that it is read once.
  for (const name of Uint32Array.from(names).sort()) {
    if (name === 0 || name >= strings.size) continue;
    if (name + LONGEST_LOADER > from + block.length) {
      from = name;
      block = source.read(strings.offset + from, Math.min(WINDOW, strings.size - from));
    }
    if (LOADERS.some(loader => startsWith(block, name - from, loader))) return true;
  }
  return false;
}

const LOADERS = ['dlopen\0', 'dlmopen\0'].map(name => Uint8Array.from(name, one => one.charCodeAt(0)));
const LONGEST_LOADER = 8;

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  // No call for each of hundreds of thousands of names: nearly all differ in the first two letters.
  if (bytes[at] !== 0x64 || bytes[at + 1] !== 0x6c) return false;
  return wanted.every((byte, index) => bytes[at + index] === byte);
}

/** The names in segments that hold nothing but read-only data, else in those of the code. */
function namesIn(source: ByteSource, strings: Piece, loads: readonly Load[]): readonly string[] {
  const plain = loads.filter(({ flags }) => (flags & (PF_W | PF_X)) === 0);
  const segments = plain.length > 0 ? plain : loads.filter(({ flags }) => (flags & PF_W) === 0);
  // Of several the first holds the symbols: linkers that keep data from code put it behind the code.
  if (segments.length > 1) segments.shift();
  const names = new Set<string>();
  let left = MOST_DATA;
  for (const { offset, size } of segments) {
    const end = offset + Math.min(size, left);
    const after = strings.offset + strings.size;
    const split = strings.offset >= offset && after <= end;
    for (const [from, to] of split
      ? ([
          [offset, strings.offset],
          [after, end],
        ] as const)
      : ([[offset, end]] as const))
      scan(source, from, to, names);
    left -= Math.min(size, left);
  }
  return [...names];
}

function scan(source: ByteSource, start: number, end: number, names: Set<string>): void {
  for (let from = start; from < end && names.size < MOST_NAMES; from += WINDOW - LONGEST) {
    const bytes = source.read(from, Math.min(WINDOW, end - from));
    if (bytes.length === 0) return;
    takeNames(bytes, from > start, names);
  }
}

/** Looks for `.so`, and takes the string around it. A piece that is `cut` begins within another. */
function takeNames(bytes: Uint8Array, cut: boolean, names: Set<string>): void {
  for (let dot = bytes.indexOf(DOT); dot >= 0; dot = bytes.indexOf(DOT, dot + 1)) {
    if (bytes[dot + 1] !== 0x73 || bytes[dot + 2] !== 0x6f) continue;
    const close = bytes.indexOf(0, dot);
    if (close < 0) return;
    const name = nameAround(bytes, dot, close, cut);
    if (name !== undefined && names.size < MOST_NAMES) names.add(name);
    dot = close;
  }
}

const DOT = 0x2e;

function nameAround(bytes: Uint8Array, dot: number, close: number, cut: boolean): string | undefined {
  const open = bytes.lastIndexOf(0, dot) + 1;
  // A string that may begin in the piece before was seen there.
  if (close - open > LONGEST || (open === 0 && cut)) return undefined;
  let text = '';
  for (let at = open; at < close; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return NAME.test(text) ? text : undefined;
}

/** `libfoo.so.1`, or an absolute path of such. */
const NAME = /^(?:\/[\w.+/-]*\/)?\w[\w.+-]*\.so(?:\.\d+)*$/;
