import { type ByteSource, u32 } from './byte-source.ts';
import { definedVersions, dynamicPart, type ElfDynamic, NO_DYNAMIC } from './elf-dynamic.ts';
import { HEADER_BYTES, headerOf, MAGIC, programsOf } from './elf-header.ts';
import { beyond, type ElfLayout, type Piece } from './elf-layout.ts';
import { nameIn } from './elf-names.ts';
import { type DlopenNote, dlopenNotes } from './elf-notes.ts';
import { dynamicSection, noteSections } from './elf-sections.ts';

/** What the run-time linker reads of an ELF file: elf(3HEAD), gABI chapters 4 and 5. */
export interface ElfFile extends ElfDynamic {
  readonly bits: 32 | 64;
  /** `e_machine`, for instance 62 for amd64. */
  readonly machine: number;
  /** `e_type`. */
  readonly type: number;
  /** Path in `PT_INTERP`. */
  readonly interpreter?: string;
  /** What the file says itself that it loads with `dlopen`. */
  readonly dlopens: readonly DlopenNote[];
}

export const ElfType = { relocatable: 1, executable: 2, shared: 3 } as const;

export const ElfMachine = {
  sparc: 2,
  i386: 3,
  sparc32plus: 18,
  sparcv9: 43,
  amd64: 62,
  aarch64: 183,
} as const;

/** A file that can be read, or why it cannot be; `faults` beside `elf` concern single entries. */
export interface ElfReading {
  readonly elf?: ElfFile;
  /** What is damaged, as a phrase: `the program headers lie beyond the end of the file`. */
  readonly faults: readonly string[];
}

/**
 * Reads what a file needs from the run-time linker.
 *
 * Goes from the program headers to `PT_DYNAMIC`, as the linker does, so stripped section headers do
 * not matter. The section table is asked for notes that are in no segment, and where there are no program headers;
 * in relocatable files only if `relocatable` (kernel modules are such), otherwise they need nothing. Many small
 * reads at up to four places: the beginning, the section table, the dynamic section, and the names.
 */
export function readElf(source: ByteSource, relocatable: boolean): ElfReading {
  const start = source.read(0, HEADER_BYTES);
  if (start.length === 0) return { faults: [] };
  const header = headerOf(start, source.size);
  if (typeof header === 'string') return { faults: [header] };
  const { layout, type, machine } = header;
  const faults: string[] = [];
  const base = { bits: layout.bits, machine, type, dlopens: [] };
  if (!hasNeeds(type, relocatable)) return { elf: { ...base, ...NO_DYNAMIC }, faults };
  if (type === ElfType.relocatable || header.programs.count === 0) {
    const section = dynamicSection(source, header.sections, layout, faults);
    return { elf: { ...base, ...dynamicPart(source, section, layout, faults) }, faults };
  }
  const programs = programsOf(source, header, faults);
  const interpreter = programs.interpreter && interpreterOf(source, programs.interpreter, layout, faults);
  const added = noteSections(source, header.sections, layout, programs.notes);
  const dlopens = dlopenNotes(source, [...programs.notes, ...added], layout, faults);
  const dynamic = dynamicPart(source, programs.dynamic, layout, faults, programs.loads);
  return {
    elf: { ...base, ...dynamic, dlopens, ...(interpreter === undefined ? {} : { interpreter }) },
    faults,
  };
}

/**
 * The symbol versions that a library defines, its own name, which is the base version, included; none when it
 * has no versions at all. `undefined` when it is no sound ELF file, so that nothing can be said of it.
 */
export function readDefinedVersions(source: ByteSource): readonly string[] | undefined {
  const start = source.read(0, HEADER_BYTES);
  if (u32(start, 0, true) !== MAGIC) return undefined;
  const header = headerOf(start, source.size);
  if (typeof header === 'string' || !hasNeeds(header.type, false)) return undefined;
  const faults: string[] = [];
  const { dynamic, loads } = programsOf(source, header, faults);
  if (dynamic === undefined) return undefined;
  const defined = definedVersions(source, dynamic, header.layout, faults, loads);
  return faults.length === 0 ? defined : undefined;
}

function hasNeeds(type: number, relocatable: boolean): boolean {
  if (type === ElfType.relocatable) return relocatable;
  return type === ElfType.executable || type === ElfType.shared;
}

function interpreterOf(
  source: ByteSource,
  piece: Piece,
  layout: ElfLayout,
  faults: string[],
): string | undefined {
  if (piece.size === 0) return undefined;
  if (piece.offset + piece.size > layout.size) {
    faults.push(...beyond('interpreter name', piece, layout));
    return undefined;
  }
  return nameIn(source, piece, 0, 'interpreter', faults);
}
