import { attributeIn, behindMembers } from './class-members.ts';
import { ClassReferences, isClassName } from './class-references.ts';
import { type ConstantPool, half, nameAt, readConstantPool, Tag } from './constant-pool.ts';

/** What one class file says of others: Java Virtual Machine Specification (Java SE 25), chapter 4. */
export interface JavaClass {
  /** Internal name, `org/example/Main`; `module-info` of a module. */
  readonly name: string;
  /** Of the class file format: 52 is Java 8, 61 is Java 17. */
  readonly major: number;
  /** Compiled with preview features: it runs on exactly that release. */
  readonly preview: boolean;
  /** Internal names of the classes that it refers to, but for `java.*`; itself perhaps included. */
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
/** Longer names are of no real module. */
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
  const references = new ClassReferences(bytes, pool);
  const members = pool.end + 8 + 2 * half(bytes, pool.end + 6);
  const attributes = behindMembers(bytes, members, type => references.takeDescriptor(type));
  if (attributes > bytes.length) return 'it ends within its fields or methods';
  references.takeConstants(attributes);
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

const STATIC_PHASE = 0x0040;

/** The `Module` attribute, section 4.7.25; what is only needed to compile is left out. */
function moduleIn(bytes: Uint8Array, pool: ConstantPool, attributes: number): JavaModule | undefined {
  const at = attributeIn(bytes, pool, attributes, 'Module');
  return at === undefined ? undefined : moduleAt(bytes, pool, at);
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
