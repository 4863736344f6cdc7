import { attributeIn } from './class-members.ts';
import { type ConstantPool, half, Tag, utf8At } from './constant-pool.ts';

/** Longer names are of no real class. */
const LONGEST_NAME = 1024;

/** Section 4.2.1 of the specification, and what a name in real use has. */
export function isClassName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME && !NO_NAME.test(name);
}

const NO_NAME = /[\0-\x1f\x7f-\x9f.;[:\\\ufffd\ud800-\udfff]|^\/|\/\/|\/$/;

/**
 * Collects the names of the classes that one class refers to, but for those of `java.*`. A constant that is used ten
 * thousand times is looked at once.
 */
export class ClassReferences {
  readonly names = new Set<string>();
  readonly #bytes: Uint8Array;
  readonly #pool: ConstantPool;
  readonly #seen: Uint8Array;

  constructor(bytes: Uint8Array, pool: ConstantPool) {
    this.#bytes = bytes;
    this.#pool = pool;
    this.#seen = new Uint8Array(pool.count);
  }

  /** Takes all constants, of a class whose attributes begin at `attributes`. */
  takeConstants(attributes: number): void {
    const { tags, offsets, count } = this.#pool;
    const mentioned = this.#mentioned(attributes);
    for (let index = 1; index < count; index++) {
      const at = offsets[index]!;
      const tag = tags[index];
      if (tag === Tag.class && mentioned[index] === 0) this.#takeClass(half(this.#bytes, at));
      else if (tag === Tag.nameAndType) this.takeDescriptor(half(this.#bytes, at + 2));
      else if (tag === Tag.methodType) this.takeDescriptor(half(this.#bytes, at));
    }
  }

  /** Takes the types of the descriptor in a constant. */
  takeDescriptor(index: number): void {
    if (!this.#isSeen(index)) this.#takeTypes(utf8At(this.#bytes, this.#pool, index));
  }

  /**
   * Classes that only the `InnerClasses` attribute (section 4.7.6) has: those of annotations, which are not needed.
   * 1 for each such constant.
   */
  #mentioned(attributes: number): Uint8Array {
    const bytes = this.#bytes;
    const { tags, offsets, count } = this.#pool;
    const mentioned = new Uint8Array(count);
    const table = attributeIn(bytes, this.#pool, attributes, 'InnerClasses');
    if (table === undefined) return mentioned;
    const end = Math.min(table + 2 + 8 * half(bytes, table), bytes.length);
    for (let at = table + 2; at + 8 <= end; at += 8) {
      mentioned[half(bytes, at)] = 1;
      mentioned[half(bytes, at + 2)] = 1;
    }
    for (let index = 1; index < count; index++) {
      const tag = tags[index]!;
      if (tag >= Tag.field && tag <= Tag.interfaceMethod) mentioned[half(bytes, offsets[index]!)] = 0;
    }
    const { end: header } = this.#pool;
    mentioned[half(bytes, header + 4)] = 0;
    for (let left = half(bytes, header + 6); left > 0; left--)
      mentioned[half(bytes, header + 6 + 2 * left)] = 0;
    return mentioned;
  }

  #takeClass(index: number): void {
    if (this.#isSeen(index) || this.#isPlatform(index)) return;
    const name = utf8At(this.#bytes, this.#pool, index);
    if (name.startsWith('[')) this.#takeTypes(name);
    else if (isClassName(name)) this.names.add(name);
  }

  #isSeen(index: number): boolean {
    if (this.#seen[index] !== 0) return true;
    this.#seen[index] = 1;
    return false;
  }

  /** Whether a name begins with `java/`, as most do. */
  #isPlatform(index: number): boolean {
    const at = this.#pool.offsets[index]! + 2;
    const bytes = this.#bytes;
    if (bytes[at] !== 0x6a || bytes[at + 1] !== 0x61 || bytes[at + 2] !== 0x76) return false;
    return bytes[at + 3] === 0x61 && bytes[at + 4] === 0x2f;
  }

  /** Every `Lname;` of a descriptor, section 4.3. */
  #takeTypes(descriptor: string): void {
    for (let at = descriptor.indexOf('L'); at >= 0; ) {
      const end = descriptor.indexOf(';', at);
      if (end < 0) return;
      if (!descriptor.startsWith('java/', at + 1)) {
        const name = descriptor.slice(at + 1, end);
        if (isClassName(name)) this.names.add(name);
      }
      at = descriptor.indexOf('L', end);
    }
  }
}
