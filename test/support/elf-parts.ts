import type { ElfOptions } from './elf.ts';
import type { Entries, Names } from './elf-writer.ts';
import { Writer } from './elf-writer.ts';

/** A piece of the file beside names and dynamic section. */
export interface Part {
  readonly bytes: readonly number[];
  /** Dynamic entries: the one for its address, and others. */
  readonly tag?: number;
  readonly entries?: Entries;
  /** Type of the program header that is its own. */
  readonly program?: number;
  /** Type of its section header. */
  readonly section?: number;
  readonly entrySize?: number;
}

/** What the options ask for beside names and dynamic section. */
export function partsOf(options: ElfOptions, names: Names, { is64, big }: Writer): readonly Part[] {
  const writer = () => new Writer(is64, big);
  const parts: Part[] = [];
  if (options.needs) {
    const count = options.claimedNeeds ?? options.needs.length;
    const bytes = neededVersions(options.needs, options.versionFlags?.split(',') ?? [], names, writer());
    parts.push({ bytes, tag: 0x6ffffffe, entries: [[0x6fffffff, count]], section: 0x6ffffffe });
  }
  if (options.defines !== undefined) {
    const all = [options.soname ?? '', ...options.defines.split(',')];
    const bytes = definedVersions(all, names, writer());
    parts.push({ bytes, tag: 0x6ffffffc, entries: [[0x6ffffffd, all.length]], section: 0x6ffffffd });
  }
  for (const json of options.dlopen ?? [])
    parts.push({ bytes: note(json.replaceAll('_', ' '), writer()), program: 4, section: 7 });
  if (options.imports) parts.push(...symbols(options.imports, names, writer));
  const strings = (options.strings ?? []).map(text => `${text}\0`).join('');
  if (strings !== '') parts.push({ bytes: [...new TextEncoder().encode(`\0${strings}`)], section: 1 });
  return parts;
}

function neededVersions(
  needs: readonly string[],
  flags: readonly string[],
  names: Names,
  out: Writer,
): readonly number[] {
  for (const [index, need] of needs.entries()) {
    const [library = '', list = ''] = need.split(':');
    const versions = list.split(',');
    const last = index === needs.length - 1;
    out.halves(1, versions.length);
    out.words(names.add(library), 16, last ? 0 : 16 + 16 * versions.length);
    for (const [at, version] of versions.entries()) {
      out.word(elfHash(version));
      out.halves(Number(flags[at] ?? 0), at + 2);
      out.words(names.add(version), at === versions.length - 1 ? 0 : 16);
    }
  }
  return [...out.bytes()];
}

function definedVersions(all: readonly string[], names: Names, out: Writer): readonly number[] {
  for (const [index, version] of all.entries()) {
    out.halves(1, index === 0 ? 1 : 0, index + 1, 1);
    out.words(elfHash(version), 20, index === all.length - 1 ? 0 : 28, names.add(version), 0);
  }
  return [...out.bytes()];
}

function note(json: string, out: Writer): readonly number[] {
  const text = [...new TextEncoder().encode(json), 0];
  out.words(4, text.length, 0x407c0c0a);
  out.raw([0x46, 0x44, 0x4f, 0, ...text]);
  out.padTo(Math.ceil((16 + text.length) / 4) * 4);
  return [...out.bytes()];
}

/** Undefined symbols, and the hash table that tells their number. */
function symbols(imports: readonly string[], names: Names, writer: () => Writer): readonly Part[] {
  const table = writer();
  for (const name of ['', ...imports]) table.symbol(name === '' ? 0 : names.add(name));
  const hash = writer();
  hash.words(1, imports.length + 1, imports.length > 0 ? 1 : 0);
  for (let index = 0; index <= imports.length; index++)
    hash.word(index === 0 || index === imports.length ? 0 : index + 1);
  return [
    { bytes: [...hash.bytes()], tag: 4, section: 5, entrySize: 4 },
    { bytes: [...table.bytes()], tag: 6, section: 11, entrySize: table.is64 ? 24 : 16 },
  ];
}

/** The hash of the gABI, chapter 5. */
function elfHash(name: string): number {
  let hash = 0;
  for (const byte of new TextEncoder().encode(name)) {
    hash = hash * 16 + byte;
    const high = Math.floor(hash / 2 ** 28) % 16;
    hash = ((hash ^ (high << 4)) >>> 0) % 2 ** 28;
  }
  return hash;
}
