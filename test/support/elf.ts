import { type Part, partsOf } from './elf-parts.ts';
import { aligned, type Entries, Names, Writer } from './elf-writer.ts';

/** What a tiny ELF file says. Everything has a default that makes a valid 64-bit amd64 library. */
export interface ElfOptions {
  readonly class?: 32 | 64;
  readonly endian?: 'little' | 'big';
  /** `e_machine`: a number, or one of the names of `MACHINES`. */
  readonly machine?: number | string;
  /** `e_type`: a number, or one of the names of `TYPES`. */
  readonly type?: number | string;
  readonly needed?: readonly string[];
  /** `NEEDED` entries marked as deferred by a `POSFLAG_1` before them. */
  readonly deferred?: readonly string[];
  readonly runpath?: string;
  readonly rpath?: string;
  readonly interp?: string;
  readonly soname?: string;
  readonly filter?: readonly string[];
  readonly sunwFilter?: readonly string[];
  readonly auxiliary?: readonly string[];
  /** `DT_FLAGS_1`. */
  readonly flags1?: number;
  /** Section headers; on unless false. */
  readonly sections?: boolean;
  /** Program headers; on unless false. */
  readonly programs?: boolean;
  /** A dynamic section; on unless false, which makes a static program. */
  readonly dynamic?: boolean;
  /** Address of the first byte, as two halves joined: kernels have ones above 2^53. */
  readonly base?: bigint;
  readonly audit?: readonly string[];
  readonly depaudit?: readonly string[];
  /** Symbol versions needed, each as `libc.so.1:SUNW_1.1,SUNW_1.2`. */
  readonly needs?: readonly string[];
  /** `vna_flags` of the versions needed, in turn, separated by commas. */
  readonly versionFlags?: string;
  /** `DT_VERNEEDNUM`, where it is to be another than the true number. */
  readonly claimedNeeds?: number;
  /** Symbol versions defined, separated by commas; the base version is the `soname`. */
  readonly defines?: string;
  /** JSON of notes in `.note.dlopen`; `_` stands for a space. */
  readonly dlopen?: readonly string[];
  /** Names of symbols that it imports. */
  readonly imports?: readonly string[];
  /** Strings in the read-only data. */
  readonly strings?: readonly string[];
  /** Bytes between the headers and the names, to push these out of a first read. */
  readonly padding?: number;
}

/** Names for `machine`. */
export const MACHINES: Readonly<Record<string, number>> = {
  sparc: 2,
  i386: 3,
  ppc64: 21,
  sparcv9: 43,
  amd64: 62,
  aarch64: 183,
};

/** Names for `type`. */
export const TYPES: Readonly<Record<string, number>> = { none: 0, rel: 1, exec: 2, dyn: 3, core: 4 };

/** Builds an ELF file of a few hundred bytes that real tools read without a complaint. */
export function elf(options: ElfOptions = {}): Uint8Array {
  const out = new Writer(options.class !== 32, options.endian === 'big');
  const names = new Names();
  const interp = options.interp === undefined ? undefined : names.add(options.interp);
  const parts = partsOf(options, names, out);
  const entries = options.dynamic === false ? [] : entriesOf(options, names);
  const plan = planOf(options, out.is64, names.bytes().length, entries.length, parts);

  header(out, options, plan.programs, options.sections === false ? 0 : plan.end, 4 + plan.parts.length);
  programs(out, options, plan, interp);
  out.padTo(plan.stringsAt);
  out.raw(names.bytes());
  for (const part of plan.parts) {
    out.padTo(part.at);
    out.raw(part.bytes);
  }
  out.padTo(plan.dynamicAt);
  dynamic(out, options, plan, entries, names.bytes().length);
  if (options.sections !== false) sections(out, plan, names.bytes().length);
  return out.bytes();
}

/**
 * The same from the words of a fixture: `needed=libz.so.1 runpath=/opt/lib class=32`. A word may be
 * repeated where several values make sense; `sections=no` and `programs=no` leave the tables out.
 */
export function elfFromWords(words: string): Uint8Array {
  const values = new Map<string, string[]>();
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const at = word.indexOf('=');
    if (at <= 0 || !WORDS.has(word.slice(0, at))) throw new Error(`no ELF option: ${word}`);
    const key = word.slice(0, at);
    values.set(key, [...(values.get(key) ?? []), word.slice(at + 1)]);
  }
  const options = [...values].map(([key, all]) => [key, optionOf(key, all)]);
  return elf(Object.fromEntries(options) as ElfOptions);
}

const LISTS = new Set([
  'needed',
  'deferred',
  'filter',
  'sunwFilter',
  'auxiliary',
  'audit',
  'depaudit',
  'needs',
  'dlopen',
  'imports',
  'strings',
]);
const SWITCHES = new Set(['sections', 'programs', 'dynamic']);
const NUMBERS = new Set(['class', 'flags1', 'padding', 'claimedNeeds']);
const TEXTS = new Set([
  'endian',
  'machine',
  'type',
  'runpath',
  'rpath',
  'interp',
  'soname',
  'versionFlags',
  'defines',
]);
const WORDS = new Set([...LISTS, ...SWITCHES, ...NUMBERS, ...TEXTS]);

function optionOf(key: string, all: readonly string[]): unknown {
  if (LISTS.has(key)) return all;
  const last = all.at(-1)!;
  if (SWITCHES.has(key)) return last !== 'no';
  return NUMBERS.has(key) ? Number(last) : last;
}

function entriesOf(options: ElfOptions, names: Names): Entries {
  const texts = (tag: number, all: readonly string[] = []) =>
    all.map(name => [tag, names.add(name)] as const);
  const text = (tag: number, one: string | undefined) => texts(tag, one === undefined ? [] : [one]);
  return [
    ...(options.deferred ?? []).flatMap(name => [[0x6ffffdfd, 4] as const, [1, names.add(name)] as const]),
    ...texts(1, options.needed),
    ...text(14, options.soname),
    ...text(15, options.rpath),
    ...text(29, options.runpath),
    ...texts(0x7fffffff, options.filter),
    ...texts(0x6000000f, options.sunwFilter),
    ...texts(0x7ffffffd, options.auxiliary),
    ...texts(0x6ffffefc, options.audit),
    ...texts(0x6ffffefb, options.depaudit),
    ...(options.flags1 === undefined ? [] : [[0x6ffffffb, options.flags1] as const]),
  ];
}

/** Where the parts of the file go. */
interface Plan {
  readonly programs: number;
  readonly stringsAt: number;
  readonly parts: readonly (Part & { readonly at: number })[];
  readonly dynamicAt: number;
  readonly dynamicSize: number;
  readonly end: number;
}

function planOf(
  options: ElfOptions,
  is64: boolean,
  strings: number,
  entries: number,
  parts: readonly Part[],
): Plan {
  const isDynamic = options.dynamic !== false;
  const own = parts.filter(part => part.program !== undefined).length;
  const wanted = 1 + own + (isDynamic ? 1 : 0) + (options.interp === undefined ? 0 : 1);
  const programs = options.programs === false ? 0 : wanted;
  const headers = is64 ? 64 + programs * 56 : 52 + programs * 32;
  const stringsAt = aligned(headers + (options.padding ?? 0));
  let end = stringsAt + strings;
  const placed = parts.map(part => {
    const at = aligned(end);
    end = at + part.bytes.length;
    return { ...part, at };
  });
  const dynamicAt = aligned(end);
  const more = parts.reduce((sum, { tag, entries = [] }) => sum + (tag ? 1 : 0) + entries.length, 0);
  const dynamicSize = isDynamic ? (entries + more + 3) * (is64 ? 16 : 8) : 0;
  return { programs, stringsAt, parts: placed, dynamicAt, dynamicSize, end: dynamicAt + dynamicSize };
}

function programs(out: Writer, options: ElfOptions, plan: Plan, interp: number | undefined): void {
  if (plan.programs === 0) return;
  const base = options.base ?? 0n;
  out.program(1, 0, base, plan.end);
  if (plan.dynamicSize > 0) out.program(2, plan.dynamicAt, base + BigInt(plan.dynamicAt), plan.dynamicSize);
  for (const { program, at, bytes } of plan.parts)
    if (program !== undefined) out.program(program, at, base + BigInt(at), bytes.length, 4n);
  if (interp !== undefined) out.program(3, plan.stringsAt + interp, base, options.interp!.length + 1);
}

function dynamic(out: Writer, options: ElfOptions, plan: Plan, entries: Entries, strings: number): void {
  if (plan.dynamicSize === 0) return;
  for (const [tag, value] of entries) out.pair(tag, BigInt(value));
  for (const part of plan.parts) {
    if (part.tag !== undefined) out.pair(part.tag, (options.base ?? 0n) + BigInt(part.at));
    for (const [tag, value] of part.entries ?? []) out.pair(tag, BigInt(value));
  }
  out.pair(5, options.programs === false ? 0n : (options.base ?? 0n) + BigInt(plan.stringsAt));
  out.pair(10, BigInt(strings));
  out.pair(0, 0n);
}

function sections(out: Writer, plan: Plan, strings: number): void {
  const names = new Names();
  const [dynstr, dynamicName, shstrtab] = ['.dynstr', '.dynamic', '.shstrtab'].map(name => names.add(name));
  out.section(0, 0, 0, 0, 0);
  out.section(dynstr!, 3, plan.stringsAt, strings, 0);
  out.section(dynamicName!, plan.dynamicSize > 0 ? 6 : 1, plan.dynamicAt, plan.dynamicSize, 1);
  const count = 4 + plan.parts.length;
  out.section(shstrtab!, 3, plan.end + count * (out.is64 ? 64 : 40), names.bytes().length, 0);
  for (const { section, at, bytes, entrySize, entries } of plan.parts)
    out.section(
      0,
      section ?? 1,
      at,
      bytes.length,
      section === 7 ? 0 : 1,
      entrySize ?? 0,
      entries?.[0]?.[1] ?? 0,
    );
  out.raw(names.bytes());
}

function header(
  out: Writer,
  options: ElfOptions,
  programs: number,
  sectionsAt: number,
  sectionCount: number,
): void {
  const numbered = (
    value: number | string | undefined,
    names: Readonly<Record<string, number>>,
    other: number,
  ) => (typeof value === 'string' ? (names[value] ?? Number(value)) : (value ?? other));
  const size = out.is64 ? 64 : 52;
  out.raw([0x7f, 0x45, 0x4c, 0x46, out.is64 ? 2 : 1, out.big ? 2 : 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  out.half(numbered(options.type, TYPES, 3));
  out.half(numbered(options.machine, MACHINES, 62));
  out.word(1);
  out.address(0n);
  out.address(BigInt(programs === 0 ? 0 : size));
  out.address(BigInt(sectionsAt));
  out.word(0);
  for (const each of [size, out.is64 ? 56 : 32, programs, out.is64 ? 64 : 40]) out.half(each);
  out.half(sectionsAt === 0 ? 0 : sectionCount);
  out.half(sectionsAt === 0 ? 0 : 3);
}
