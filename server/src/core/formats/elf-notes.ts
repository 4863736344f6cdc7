import { type ByteSource, u32 } from './byte-source.ts';
import { beyond, type ElfLayout, type Piece } from './elf-layout.ts';
import { decode, isBinary } from './printable.ts';

/** Libraries that a file loads with `dlopen`, as its author wrote down in the section `.note.dlopen`. */
export interface DlopenNote {
  /** Any one of them, the best first; never empty. */
  readonly sonames: readonly string[];
  /** `recommended` where the note says nothing. */
  readonly priority: DlopenPriority;
  /** What it is for: the keyword of the note. */
  readonly feature?: string;
}

/** `required`: core functionality; `recommended`: important; `suggested`: full-featured installations. */
export type DlopenPriority = 'required' | 'recommended' | 'suggested';

/** A segment of notes, whose descriptors begin at multiples of 4 or 8 bytes. */
export interface NotePiece extends Piece {
  readonly alignment: 4 | 8;
}

/**
 * The notes of type 0x407c0c0a and owner `FDO`: "dlopen() Metadata for ELF Files" of the UAPI group. A note is
 * a JSON array of objects, or one object; `soname` is a list or, in older notes, one name.
 */
export function dlopenNotes(
  source: ByteSource,
  pieces: readonly NotePiece[],
  layout: ElfLayout,
  faults: string[],
): readonly DlopenNote[] {
  const found: DlopenNote[] = [];
  for (const piece of pieces.slice(0, MOST_SEGMENTS)) {
    for (const text of notesIn(source, piece, layout, faults)) {
      const notes = notesOf(text);
      if (notes.length === 0 || notes.includes(undefined))
        faults.push('its note .note.dlopen is no JSON that names libraries in "soname"');
      for (const note of notes) if (note) found.push(note);
    }
  }
  return found.slice(0, MOST_LIBRARIES);
}

const OWNER = [0x46, 0x44, 0x4f, 0] as const;
const NOTE_TYPE = 0x407c0c0a;
const NOTE_HEADER = 12;
const MOST_SEGMENTS = 16;
const MOST_BYTES = 65_536;
const MOST_LIBRARIES = 128;
const MOST_NAMES = 16;
const MOST_NAME = 1024;

/** The texts of the notes in question. */
function notesIn(
  source: ByteSource,
  piece: NotePiece,
  layout: ElfLayout,
  faults: string[],
): readonly string[] {
  const size = Math.min(piece.size, MOST_BYTES);
  const bytes = source.read(piece.offset, size);
  if (bytes.length < size) faults.push(...beyond('notes', piece, layout));
  const texts: string[] = [];
  for (let at = 0; at + NOTE_HEADER <= bytes.length; ) {
    const owner = u32(bytes, at, layout.bigEndian);
    const length = u32(bytes, at + 4, layout.bigEndian);
    const start = at + aligned(NOTE_HEADER + owner, piece.alignment);
    if (u32(bytes, at + 8, layout.bigEndian) === NOTE_TYPE && isOurs(bytes, at + NOTE_HEADER, owner))
      texts.push(textOf(bytes.subarray(start, start + length)));
    at = start + aligned(length, piece.alignment);
  }
  return texts;
}

function isOurs(bytes: Uint8Array, at: number, length: number): boolean {
  return length === 4 && OWNER.every((byte, index) => bytes[at + index] === byte);
}

function aligned(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decode(end < 0 ? bytes : bytes.subarray(0, end)).text;
}

/** What each object of a note says; `undefined` for one that names no library. */
function notesOf(text: string): readonly (DlopenNote | undefined)[] {
  const value = parsed(text);
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return entries.slice(0, MOST_LIBRARIES).map(noteOf);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noteOf(entry: unknown): DlopenNote | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { soname, priority, feature } = entry as Readonly<Record<string, unknown>>;
  const names: readonly unknown[] = Array.isArray(soname) ? soname : [soname];
  const sonames = names.slice(0, MOST_NAMES).filter(isName);
  if (sonames.length === 0 || sonames.length < Math.min(names.length, MOST_NAMES)) return undefined;
  return {
    sonames,
    priority: priority === 'required' || priority === 'suggested' ? priority : 'recommended',
    ...(typeof feature === 'string' && feature !== '' && { feature }),
  };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_NAME && !isBinary(value);
}
