import { type ConstantPool, half, nameAt, readConstantPool, Tag, utf8At } from './constant-pool.ts';

/** What one class file says of others: Java Virtual Machine Specification (Java SE 25), chapter 4. */
export interface JavaClass {
  /** Internal name, `org/example/Main`; `module-info` of a module. */
  readonly name: string;
  /** Of the class file format: 52 is Java 8, 61 is Java 17. */
  readonly major: number;
  /** Compiled with preview features: it runs on exactly that release. */
  readonly preview: boolean;
  /** Internal names of the classes that it refers to, itself perhaps included; each once. */
  readonly references: ReadonlySet<string>;
  /** Of a `module-info.class`. */
  readonly module?: JavaModule;
}

/** A module's own name, and what it requires at run time. */
export interface JavaModule {
  readonly name: string;
  readonly requires: readonly string[];
}

/** Whether these first bytes are those of a class file, and not of a Mach-O file for several processors. */
export function isJavaClass(head: Uint8Array): boolean {
  if (head[0] !== 0xca || head[1] !== 0xfe || head[2] !== 0xba || head[3] !== 0xbe) return false;
  return half(head, 6) >= OLDEST;
}

/** Java 1.0.2 and 1.1; a Mach-O file has its number of processors here. */
const OLDEST = 45;
const PREVIEW = 0xffff;
const MODULE = 0x8000;
/** Longer names are of no real class. */
const LONGEST_NAME = 1024;

/** Reads a class file; a string says what is wrong, as a phrase. The work is in proportion to its length. */
export function readJavaClass(bytes: Uint8Array): JavaClass | string {
  if (bytes.length < 10) return `it ends within its header, after ${bytes.length} bytes`;
  if (!isJavaClass(bytes)) return 'it does not begin as a class file does';
  const pool = readConstantPool(bytes, 8);
  if (typeof pool === 'string') return pool;
  if (pool.end + 8 > bytes.length) return 'it ends behind its constant pool';
  const name = nameAt(bytes, pool, half(bytes, pool.end + 2), Tag.class);
  if (!isClassName(name)) return 'it does not name itself';
  const references = new ReferencesIn(bytes, pool);
  const attributes = references.ofMembers(pool.end + 8 + 2 * half(bytes, pool.end + 6));
  if (attributes > bytes.length) return 'it ends within its fields or methods';
  const isModule = (half(bytes, pool.end) & MODULE) !== 0;
  const module = isModule ? moduleIn(bytes, pool, attributes) : undefined;
  return {
    name,
    major: half(bytes, 6),
    preview: half(bytes, 4) === PREVIEW && half(bytes, 6) > 55,
    references: references.names,
    ...(module && { module }),
  };
}

/** Collects names; a constant that is used ten thousand times is looked at once. */
class ReferencesIn {
  readonly names = new Set<string>();
  readonly #bytes: Uint8Array;
  readonly #pool: ConstantPool;
  readonly #seen: Uint8Array;

  constructor(bytes: Uint8Array, pool: ConstantPool) {
    this.#bytes = bytes;
    this.#pool = pool;
    this.#seen = new Uint8Array(pool.count);
    for (let index = 1; index < pool.count; index++) {
      const at = pool.offsets[index]!;
      const tag = pool.tags[index];
      if (tag === Tag.class) this.#class(half(bytes, at));
      else if (tag === Tag.nameAndType) this.#descriptor(half(bytes, at + 2));
      else if (tag === Tag.methodType) this.#descriptor(half(bytes, at));
    }
  }

  /** The types of fields and methods, whose tables begin at `at`; answers where the class's attributes do. */
  ofMembers(at: number): number {
    const bytes = this.#bytes;
    let next = at;
    for (let table = 0; table < 2; table++) {
      let left = half(bytes, next);
      for (next += 2; left > 0 && next < bytes.length; left--) {
        this.#descriptor(half(bytes, next + 4));
        next = behindAttributes(bytes, next + 6);
      }
      if (left > 0) return bytes.length + 1;
    }
    return next;
  }

  #class(index: number): void {
    if (this.#isSeen(index)) return;
    const name = utf8At(this.#bytes, this.#pool, index);
    if (name.startsWith('[')) this.#types(name);
    else if (isClassName(name)) this.names.add(name);
  }

  #descriptor(index: number): void {
    if (!this.#isSeen(index)) this.#types(utf8At(this.#bytes, this.#pool, index));
  }

  #isSeen(index: number): boolean {
    if (this.#seen[index] !== 0) return true;
    this.#seen[index] = 1;
    return false;
  }

  /** Every `Lname;` of a descriptor, section 4.3. */
  #types(descriptor: string): void {
    for (let at = descriptor.indexOf('L'); at >= 0; ) {
      const end = descriptor.indexOf(';', at);
      if (end < 0) return;
      const name = descriptor.slice(at + 1, end);
      if (isClassName(name)) this.names.add(name);
      at = descriptor.indexOf('L', end);
    }
  }
}

/** Section 4.2.1, and what a name in real use has. */
function isClassName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME && !NO_NAME.test(name);
}

const NO_NAME = /[\0-\x1f\x7f-\x9f.;[:\\\ufffd\ud800-\udfff]|^\/|\/\/|\/$/;

/** Where the next thing begins behind a table of attributes whose count stands at `at`. */
function behindAttributes(bytes: Uint8Array, at: number): number {
  let next = at + 2;
  for (let left = half(bytes, at); left > 0; left--) {
    if (next + 6 > bytes.length) return bytes.length + 1;
    next += 6 + word(bytes, next + 2);
  }
  return next;
}

function word(bytes: Uint8Array, at: number): number {
  return half(bytes, at) * 0x10000 + half(bytes, at + 2);
}

const STATIC_PHASE = 0x0040;

/** The `Module` attribute, section 4.7.25; what is only needed to compile is left out. */
function moduleIn(bytes: Uint8Array, pool: ConstantPool, attributes: number): JavaModule | undefined {
  let at = attributes + 2;
  for (let left = half(bytes, attributes); left > 0 && at + 6 <= bytes.length; left--) {
    const content = at + 6;
    if (utf8At(bytes, pool, half(bytes, at)) === 'Module') return moduleAt(bytes, pool, content);
    at = content + word(bytes, at + 2);
  }
  return undefined;
}

function moduleAt(bytes: Uint8Array, pool: ConstantPool, at: number): JavaModule {
  const requires: string[] = [];
  const end = Math.min(at + 8 + 6 * half(bytes, at + 6), bytes.length);
  for (let next = at + 8; next + 6 <= end; next += 6) {
    const name = nameAt(bytes, pool, half(bytes, next), Tag.module);
    if ((half(bytes, next + 2) & STATIC_PHASE) === 0 && isModuleName(name)) requires.push(name);
  }
  return { name: nameAt(bytes, pool, half(bytes, at), Tag.module), requires };
}

function isModuleName(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[^\s/:;[\\.\0-\x1f]+(?:\.[^\s/:;[\\.\0-\x1f]+)*$/.test(name);
}
