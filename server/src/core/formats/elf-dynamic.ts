import type { ByteSource } from './byte-source.ts';
import {
  type Address,
  address,
  beyond,
  type ElfLayout,
  type Load,
  offsetOf,
  type Piece,
  word,
} from './elf-layout.ts';
import { Names } from './elf-names.ts';
import { type VersionNeed, type VersionTable, versionDefinitions, versionNeeds } from './elf-versions.ts';

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
  /** `DT_AUDIT` and `DT_DEPAUDIT`: lists of libraries that watch the file, or it and all it needs. */
  readonly audits: readonly { readonly tag: 'AUDIT' | 'DEPAUDIT'; readonly list: string }[];
  /** The symbol versions that a library must define, by the library's name as in `NEEDED`. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  readonly soname?: string;
  /** `DT_RUNPATH`, else `DT_RPATH`; absent when there is neither or it is empty. */
  readonly runPath?: { readonly tag: 'RUNPATH' | 'RPATH'; readonly value: string };
  /** `DF_1_NODEFLIB`: the default directories are not searched. */
  readonly noDefaultDirectories: boolean;
  /** `DF_1_PIE`: a program although its type is that of a library. */
  readonly pie: boolean;
}

export const NO_DYNAMIC: ElfDynamic = {
  needed: [],
  filters: [],
  audits: [],
  versions: new Map(),
  noDefaultDirectories: false,
  pie: false,
};

/** Reads the dynamic section; `loads` tell where an address lies in the file. */
export function dynamicPart(
  source: ByteSource,
  section: Piece | undefined,
  layout: ElfLayout,
  faults: string[],
  loads: readonly Load[] = [],
): ElfDynamic {
  if (section === undefined || section.size === 0) return NO_DYNAMIC;
  const entries = entriesAt(source, section, layout, faults);
  if (entries.strings.length === 0) return { ...NO_DYNAMIC, ...flagsOf(entries) };
  const table = stringTable(entries, section, loads, layout, faults);
  if (table === undefined) return { ...NO_DYNAMIC, ...flagsOf(entries) };
  // Before the names: those of versions lie next to their records.
  const needs = tableAt(entries.versionNeeds, loads, layout, 'needed versions', faults);
  const versions = needs ? versionNeeds(source, needs, layout, faults) : [];
  return { ...flagsOf(entries), ...namesOf(entries, versions, source, table, faults) };
}

/** The names that `DT_VERDEF` defines, the base version included; none when the file has no versions. */
export function definedVersions(
  source: ByteSource,
  section: Piece | undefined,
  layout: ElfLayout,
  faults: string[],
  loads: readonly Load[],
): readonly string[] {
  if (section === undefined || section.size === 0) return [];
  const entries = entriesAt(source, section, layout, faults);
  const records = tableAt(entries.versionDefinitions, loads, layout, 'defined versions', faults);
  const table = records && stringTable(entries, section, loads, layout, faults);
  if (!records || !table) return [];
  const names = new Names(source, table, faults);
  const defined = versionDefinitions(source, records, layout, faults);
  names.read(defined, 'version');
  return defined.flatMap(offset => names.at(offset) ?? []);
}

const NO_TABLE = 'its string table is in no loaded segment';
const MOST_BYTES = 65_536;
const MOST_NEEDED = 512;

interface Entries {
  /** Entries whose value is a place in the string table, in order. */
  readonly strings: readonly {
    readonly tag: StringTag;
    readonly offset: number;
    readonly deferred: boolean;
  }[];
  readonly table: Address | undefined;
  readonly size: number;
  readonly flags1: number;
  readonly versionNeeds: Records;
  readonly versionDefinitions: Records;
}

/** Linked records in memory. */
interface Records {
  readonly at: Address | undefined;
  readonly count: number;
}

const NO_RECORDS: Records = { at: undefined, count: 0 };

type StringTag = 'NEEDED' | 'FILTER' | 'AUDIT' | 'DEPAUDIT' | 'SONAME' | 'RPATH' | 'RUNPATH';

/** `sys/link.h`. Keys are whole tags; those of 64-bit files have a high half of zero. */
const STRING_TAGS: ReadonlyMap<number, StringTag> = new Map([
  [1, 'NEEDED'],
  [14, 'SONAME'],
  [15, 'RPATH'],
  [29, 'RUNPATH'],
  [0x6000000f, 'FILTER'],
  [0x7fffffff, 'FILTER'],
  [0x6ffffefc, 'AUDIT'],
  [0x6ffffefb, 'DEPAUDIT'],
]);
const MULTIPLE: ReadonlySet<StringTag> = new Set(['NEEDED', 'FILTER', 'AUDIT', 'DEPAUDIT']);
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_POSFLAG_1 = 0x6ffffdfd;
const DT_FLAGS_1 = 0x6ffffffb;
const DT_VERDEF = 0x6ffffffc;
const DT_VERDEFNUM = 0x6ffffffd;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;
const DF_P1_DEFERRED = 4;
const DF_1_NODEFLIB = 0x800;
const DF_1_PIE = 0x08000000;

function entriesAt(source: ByteSource, section: Piece, layout: ElfLayout, faults: string[]): Entries {
  const size = Math.min(section.size, MOST_BYTES);
  const bytes = source.read(section.offset, size);
  if (bytes.length < size) faults.push(...beyond('dynamic section', section, layout));
  return entriesIn(bytes, layout, faults);
}

function entriesIn(bytes: Uint8Array, layout: ElfLayout, faults: string[]): Entries {
  const strings: Entries['strings'][number][] = [];
  const found = new Found();
  let deferred = false;
  const half = layout.bits / 8;
  for (let at = 0; at + 2 * half <= bytes.length; at += 2 * half) {
    const tag = word(bytes, at, layout);
    if (tag === 0) break;
    const string = STRING_TAGS.get(tag);
    const value = word(bytes, at + half, layout);
    if (string !== undefined) strings.push({ tag: string, offset: value, deferred });
    else if (isPlace(tag)) found.place(tag, address(bytes, at + half, layout));
    else found.number(tag, value);
    deferred = tag === DT_POSFLAG_1 && (value & DF_P1_DEFERRED) !== 0;
  }
  found.strings = withoutExcess(strings, faults);
  return found;
}

function isPlace(tag: number): boolean {
  return tag === DT_STRTAB || tag === DT_VERDEF || tag === DT_VERNEED;
}

/** Entries while they are read. Of those that are there once the last one counts. */
class Found implements Entries {
  strings: Entries['strings'] = [];
  table: Address | undefined;
  size = 0;
  flags1 = 0;
  versionNeeds: Records = NO_RECORDS;
  versionDefinitions: Records = NO_RECORDS;

  place(tag: number, at: Address): void {
    if (tag === DT_STRTAB) this.table = at;
    else if (tag === DT_VERDEF) this.versionDefinitions = { ...this.versionDefinitions, at };
    else this.versionNeeds = { ...this.versionNeeds, at };
  }

  number(tag: number, value: number): void {
    if (tag === DT_STRSZ) this.size = value;
    else if (tag === DT_FLAGS_1) this.flags1 = value;
    else if (tag === DT_VERDEFNUM) this.versionDefinitions = { ...this.versionDefinitions, count: value };
    else if (tag === DT_VERNEEDNUM) this.versionNeeds = { ...this.versionNeeds, count: value };
  }
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

/** The string table as far as the file has it; a fault, and none, where it has none of it. */
function stringTable(
  { table, size }: Entries,
  { link }: Piece,
  loads: readonly Load[],
  layout: ElfLayout,
  faults: string[],
): Piece | undefined {
  const offset = link?.offset ?? offsetOf(table, loads);
  if (offset === undefined) {
    faults.push(NO_TABLE);
    return undefined;
  }
  const piece = { offset, size: link?.size ?? size };
  const missing = offset < layout.size ? [] : beyond('string table', piece, layout);
  faults.push(...missing);
  return missing.length > 0 ? undefined : { offset, size: Math.min(piece.size, layout.size - offset) };
}

/** Records of versions; nothing where addresses lead nowhere, as in kernel modules without program headers. */
function tableAt(
  { at, count }: Records,
  loads: readonly Load[],
  layout: ElfLayout,
  what: string,
  faults: string[],
): VersionTable | undefined {
  if (at === undefined || count === 0 || loads.length === 0) return undefined;
  const offset = offsetOf(at, loads);
  if (offset !== undefined && offset < layout.size) return { offset, count };
  faults.push(`its ${what} are in no loaded segment`);
  return undefined;
}

function namesOf(
  { strings }: Entries,
  needs: readonly VersionNeed[],
  source: ByteSource,
  table: Piece,
  faults: string[],
): Omit<ElfDynamic, 'noDefaultDirectories' | 'pie'> {
  const names = new Names(source, table, faults);
  names.read(
    needs.flatMap(need => need.versions),
    'version',
  );
  for (const { offset, tag } of strings.toSorted((a, b) => a.offset - b.offset))
    names.at(offset, `${tag} entry`);
  const needed = new Map<string, Needed>();
  const filters = new Set<string>();
  const audits: ElfDynamic['audits'][number][] = [];
  const single = new Map<StringTag, string>();
  for (const { tag, offset, deferred } of strings) {
    const name = names.at(offset);
    if (name === undefined) continue;
    if (tag === 'FILTER') filters.add(name);
    else if (tag === 'AUDIT' || tag === 'DEPAUDIT') audits.push({ tag, list: name });
    else if (tag !== 'NEEDED') single.set(tag, name);
    else if (needed.get(name)?.deferred !== false) needed.set(name, { name, deferred });
  }
  const soname = single.get('SONAME');
  const runPath = runPathOf(single);
  return {
    needed: [...needed.values()],
    filters: [...filters],
    audits,
    versions: versionsOf(needs, names),
    ...(soname === undefined ? {} : { soname }),
    ...(runPath === undefined ? {} : { runPath }),
  };
}

function versionsOf(needs: readonly VersionNeed[], names: Names): ElfDynamic['versions'] {
  const versions = new Map<string, readonly string[]>();
  for (const need of needs) {
    const library = names.at(need.library, 'library of needed versions');
    const all = need.versions.flatMap(offset => names.at(offset) ?? []);
    if (library !== undefined && all.length > 0)
      versions.set(library, [...(versions.get(library) ?? []), ...all]);
  }
  return versions;
}

function runPathOf(single: ReadonlyMap<StringTag, string>): ElfDynamic['runPath'] {
  const tag = single.has('RUNPATH') ? 'RUNPATH' : 'RPATH';
  const value = single.get(tag);
  return value ? { tag, value } : undefined;
}
