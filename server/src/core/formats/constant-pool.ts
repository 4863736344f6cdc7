/** The constant pool of a class file, Java Virtual Machine Specification (Java SE 25) section 4.4. */
export interface ConstantPool {
  /** Of the first byte behind it. */
  readonly end: number;
  readonly count: number;
  /** Kind of each entry; 0 for none. */
  readonly tags: Uint8Array;
  /** Where the content of each entry begins, behind its tag. */
  readonly offsets: Uint32Array;
}

export const Tag = {
  utf8: 1,
  class: 7,
  field: 9,
  interfaceMethod: 11,
  nameAndType: 12,
  methodType: 16,
  module: 19,
} as const;

/** Finds the entries of a pool whose count stands at `at`; a string says what is wrong. */
export function readConstantPool(bytes: Uint8Array, at: number): ConstantPool | string {
  const count = half(bytes, at);
  const tags = new Uint8Array(count);
  const offsets = new Uint32Array(count);
  let end = at + 2;
  for (let index = 1; index < count; index++) {
    const tag = bytes[end];
    if (tag === undefined) return 'it ends within its constant pool';
    const length = tag === Tag.utf8 ? 2 + half(bytes, end + 1) : (LENGTHS[tag] ?? 0);
    if (length === 0) return `constant ${index} is of the unknown kind ${tag}`;
    tags[index] = tag;
    offsets[index] = end + 1;
    end += 1 + length;
    // Long and double take two places.
    if (tag === 5 || tag === 6) index++;
  }
  return end > bytes.length ? 'it ends within its constant pool' : { end, count, tags, offsets };
}

/** Bytes behind the tag; 0: no such kind. */
const LENGTHS = [0, 0, 0, 4, 4, 8, 8, 2, 2, 4, 4, 4, 4, 0, 0, 3, 2, 4, 4, 2, 2];

/** Unsigned 16 bits, as all of a class file; bytes beyond the end count as 0. */
export function half(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** A `CONSTANT_Utf8`; empty where there is none. */
export function utf8At(bytes: Uint8Array, pool: ConstantPool, index: number): string {
  if (pool.tags[index] !== Tag.utf8) return '';
  const at = pool.offsets[index]!;
  return modifiedUtf8(bytes, at + 2, at + 2 + half(bytes, at));
}

/** The name that a `CONSTANT_Class` or `CONSTANT_Module` points to; empty where there is none. */
export function nameAt(
  bytes: Uint8Array,
  pool: ConstantPool,
  index: number,
  tag: typeof Tag.class | typeof Tag.module,
): string {
  return pool.tags[index] === tag ? utf8At(bytes, pool, half(bytes, pool.offsets[index]!)) : '';
}

/** Section 4.4.7: NUL is two bytes, and characters beyond 16 bits are two surrogates of three bytes each. */
function modifiedUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < 0x80) text += String.fromCharCode(byte);
    else if (byte < 0xe0) text += String.fromCharCode(((byte & 0x1f) << 6) | (bytes[++at]! & 0x3f));
    else
      text += String.fromCharCode(
        ((byte & 0x0f) << 12) | ((bytes[++at]! & 0x3f) << 6) | (bytes[++at]! & 0x3f),
      );
  }
  return text;
}
