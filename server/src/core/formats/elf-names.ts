import type { ByteSource } from './byte-source.ts';
import type { Piece } from './elf-layout.ts';
import { decode, isBinary, printable } from './printable.ts';

/** Names of a string table, each read once; damaged ones are faults. */
export class Names {
  readonly #source: ByteSource;
  readonly #table: Piece;
  readonly #faults: string[];
  readonly #known = new Map<number, string | undefined>();

  constructor(source: ByteSource, table: Piece, faults: string[]) {
    this.#source = source;
    this.#table = table;
    this.#faults = faults;
  }

  /** Reads names, in the order of the file, so that one window usually holds them all. */
  read(offsets: readonly number[], what: string): void {
    for (const offset of offsets.toSorted((a, b) => a - b)) this.at(offset, what);
  }

  /** The name at a place in the table; `what` tells in a fault whose it is. */
  at(offset: number, what = 'name'): string | undefined {
    if (this.#known.has(offset)) return this.#known.get(offset);
    const name = nameIn(this.#source, this.#table, offset, what, this.#faults);
    this.#known.set(offset, name);
    return name;
  }
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
  const text = seen.text(bytes);
  if (text !== undefined) return text;
  faults.push(`its ${what} "${printable(decode(bytes).text, 40)}" is no text`);
  return undefined;
}

/** `PATH_MAX` of illumos. */
const MOST_NAME = 1024;
const MOST_RUN_PATH = 16_384;
const USUAL_NAME = 128;

function terminated(source: ByteSource, offset: number, room: number): Uint8Array | 'unreadable' | undefined {
  for (const length of [Math.min(USUAL_NAME, room), room]) {
    const bytes = source.read(offset, length);
    if (bytes.length === 0) return 'unreadable';
    const end = bytes.indexOf(0);
    if (end >= 0) return bytes.subarray(0, end);
  }
  return undefined;
}

/** Names that were read lately: the same few hundred libraries and versions stand in thousands of files. */
class SeenNames {
  readonly #slots: (string | undefined)[] = new Array(SLOTS).fill(undefined);

  /** The text of some bytes; `undefined` when they are none. */
  text(bytes: Uint8Array): string | undefined {
    const slot = slotOf(bytes);
    const known = this.#slots[slot];
    if (known !== undefined && isText(bytes, known)) return known;
    const { text } = decode(bytes);
    if (isBinary(text)) return undefined;
    this.#slots[slot] = text;
    return text;
  }
}

const SLOTS = 2048;
const seen = new SeenNames();

function slotOf(bytes: Uint8Array): number {
  let hash = bytes.length;
  for (let at = 0; at < bytes.length; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
  return hash & (SLOTS - 1);
}

/** Whether plain bytes are this text, character by character. */
function isText(bytes: Uint8Array, text: string): boolean {
  if (text.length !== bytes.length) return false;
  for (let at = 0; at < bytes.length; at++)
    if (bytes[at]! >= 0x80 || text.charCodeAt(at) !== bytes[at]) return false;
  return true;
}
