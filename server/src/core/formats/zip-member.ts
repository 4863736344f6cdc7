import type { Inflate } from '../model.ts';
import { type ByteSource, u16, u32 } from './byte-source.ts';
import type { ZipMember } from './zip.ts';

/** What may still be unpacked of one payload, archives in archives included; it goes down as members are read. */
export interface Budget {
  bytes: number;
  members: number;
}

/** A bound for every payload: more than the largest jars in use, and done in seconds. */
export function freshBudget(): Budget {
  return { bytes: 256 * 1024 * 1024, members: 100_000 };
}

/** Reads members of one archive. Asked in the order of their offsets, it reads the source once, in large pieces. */
export class MemberReader {
  readonly #source: ByteSource;
  readonly #inflate: Inflate;
  readonly #budget: Budget;
  #chunk: Uint8Array = NOTHING;
  #start = 0;

  constructor(source: ByteSource, inflate: Inflate, budget: Budget) {
    this.#source = source;
    this.#inflate = inflate;
    this.#budget = budget;
  }

  /** The content of a member, or why there is none, as a phrase. It stays valid. */
  read(member: ZipMember, most: number): Uint8Array | string {
    const refusal = refused(member, most);
    if (refusal !== undefined) return refusal;
    if (!this.#spend(Math.max(member.size, member.packed))) return EXHAUSTED;
    const start = this.#dataOf(member);
    if (typeof start === 'string') return start;
    const data = this.#at(start, member.packed);
    if (data.length < member.packed) return 'is cut off';
    if (member.method === STORED) return data.slice();
    return this.#inflate(data, member.size) ?? 'does not unpack to the size that the archive says';
  }

  /** Where a stored member lies in the source, so that an archive in it can be read in place. */
  place(member: ZipMember): { readonly start: number; readonly size: number } | string {
    // Members that overlap would be read again and again.
    if (!this.#spend(member.packed)) return EXHAUSTED;
    const start = this.#dataOf(member);
    return typeof start === 'string' ? start : { start, size: member.packed };
  }

  #spend(bytes: number): boolean {
    if (this.#budget.members <= 0 || this.#budget.bytes < bytes) return false;
    this.#budget.members--;
    this.#budget.bytes -= bytes;
    return true;
  }

  #dataOf({ offset }: ZipMember): number | string {
    const header = this.#at(offset, LOCAL_BYTES);
    if (header.length < LOCAL_BYTES || u32(header, 0, false) !== LOCAL)
      return 'is not where the directory says';
    return offset + LOCAL_BYTES + u16(header, 26, false) + u16(header, 28, false);
  }

  #at(offset: number, length: number): Uint8Array {
    if (offset < this.#start || offset + length > this.#start + this.#chunk.length) {
      this.#start = offset;
      this.#chunk = pieces(this.#source, offset, Math.max(length, CHUNK));
    }
    return this.#chunk.subarray(offset - this.#start, offset - this.#start + length);
  }
}

/** The phrase when no more is read. */
export const EXHAUSTED = 'is not read: the archive unpacks to more than is looked at';

const NOTHING = new Uint8Array(0);
const CHUNK = 128 * 1024;
/** One read answers no more at once. */
const PIECE = 8 * 1024 * 1024;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** Class files and archives shrink to a tenth, hardly more. */
const HIGHEST_RATIO = 100;
const SMALL = 1024 * 1024;

function refused({ encrypted, method, packed, size }: ZipMember, most: number): string | undefined {
  if (encrypted) return 'is encrypted, so no class loader can read it';
  if (method !== STORED && method !== DEFLATED)
    return `is packed by method ${method}, which Java cannot unpack`;
  if (size > most) return `is ${size} bytes long, more than is looked at`;
  if (size > SMALL && size > packed * HIGHEST_RATIO)
    return `claims to unpack to ${Math.floor(size / Math.max(packed, 1))} times its size, and is not unpacked`;
  if (packed > most) return `is ${packed} bytes long, more than is looked at`;
  if (method === STORED && packed !== size) return 'is stored, and has two different sizes';
  return undefined;
}

/** A copy, since what a source answers is only valid until it is asked again. */
function pieces(source: ByteSource, offset: number, length: number): Uint8Array {
  if (length <= PIECE) return source.read(offset, length).slice();
  const whole = new Uint8Array(Math.max(Math.min(length, source.size - offset), 0));
  for (let at = 0; at < whole.length; ) {
    const piece = source.read(offset + at, Math.min(PIECE, whole.length - at));
    if (piece.length === 0) return whole.subarray(0, at);
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
