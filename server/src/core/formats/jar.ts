import type { Inflate } from '../model.ts';
import type { ByteSource } from './byte-source.ts';
import { type JarManifest, readJarManifest } from './jar-manifest.ts';
import { type JavaClass, readJavaClass } from './java-class.ts';
import { printable } from './printable.ts';
import { readZip, type ZipMember } from './zip.ts';
import { type Budget, EXHAUSTED, freshBudget, MemberReader } from './zip-member.ts';

/** What the classes of one payload say together, whether they lie in a jar, in jars of a jar, or alone. */
export interface JavaContent {
  /** Internal names of the classes that are there. */
  readonly classes: ReadonlySet<string>;
  /** Class that is referred to -> the first class that does; at most as many as `MOST_REFERENCES`. */
  readonly references: ReadonlyMap<string, string>;
  /** The class of the newest format among those that every Java release loads. */
  readonly newest?: Pick<JavaClass, 'name' | 'major' | 'preview'>;
  /** Names of modules that are there, and those that they require. */
  readonly modules: ReadonlySet<string>;
  readonly requires: ReadonlyMap<string, string>;
  /** Of the outermost archive. */
  readonly manifest?: JarManifest;
  /** Sentences without a full stop. */
  readonly faults: readonly string[];
}

/** Reads an archive of classes, and the archives in it, each within the same bounds. */
export function readJar(source: ByteSource, path: string, inflate: Inflate): JavaContent {
  const content = new Gathered();
  readArchive({ source, path, inside: '', depth: 0 }, inflate, freshBudget(), content);
  return content;
}

/** Reads a class file that lies alone. */
export function readLooseClass(source: ByteSource): JavaContent {
  const content = new Gathered();
  const bytes = source.read(0, Math.min(source.size, LARGEST_CLASS));
  if (bytes.length > 0) content.take(readJavaClass(bytes), '', true);
  return content;
}

/** Whether a name in an archive, or an installed path, is that of an archive of classes. */
export function isJarName(path: string): boolean {
  return /\.(?:jar|war|ear|rar|sar|jmod)$/i.test(path);
}

const LARGEST_CLASS = 16 * 1024 * 1024;
const LARGEST_ARCHIVE = 64 * 1024 * 1024;
const LARGEST_MANIFEST = 1024 * 1024;
const DEEPEST = 4;
const MOST_FAULTS = 8;
/** More names than any real archive refers to; a hostile one cannot take more memory. */
const MOST_REFERENCES = 200_000;
/** Classes that one jar brings to others. */
const MOST_NAMES = 100_000;
const MANIFEST = 'META-INF/MANIFEST.MF';
const VERSIONS = /(?:^|\/)META-INF\/versions\/\d+\//;

interface Archive {
  readonly source: ByteSource;
  /** What module names are made of where nothing else tells them. */
  readonly path: string;
  /** Path through the archives around it, each followed by `!/`; empty for the outermost. */
  readonly inside: string;
  readonly depth: number;
}

function readArchive(archive: Archive, inflate: Inflate, budget: Budget, content: Gathered): void {
  const { source, inside, depth } = archive;
  const { members, faults } = readZip(source);
  for (const fault of faults) content.fault(inside, fault);
  const reader = new MemberReader(source, inflate, budget);
  const manifest = manifestIn(members, reader, inside, content);
  if (manifest && depth === 0) content.manifest = manifest;
  readClasses(members, reader, inside, content);
  nameModule(archive, manifest, content);
  const inner = members.filter(member => isJarName(member.name)).sort(byPlace);
  if (inner.length > 0 && depth === DEEPEST)
    content.fault(inside, `archives in it are not read: they lie more than ${DEEPEST} archives deep`);
  else for (const member of inner) readInner(member, archive, reader, inflate, budget, content);
}

function readInner(
  member: ZipMember,
  { source, inside, depth }: Archive,
  reader: MemberReader,
  inflate: Inflate,
  budget: Budget,
  content: Gathered,
): void {
  const opened = open(member, reader, source);
  if (typeof opened === 'string') {
    content.memberFault(inside, member, opened);
    return;
  }
  const name = `${inside}${printable(member.name, 80)}!/`;
  const inner = { source: opened, path: member.name, inside: name, depth: depth + 1 };
  readArchive(inner, inflate, budget, content);
}

function manifestIn(
  members: readonly ZipMember[],
  reader: MemberReader,
  inside: string,
  content: Gathered,
): JarManifest | undefined {
  const member = members.find(
    one => one.name.length === MANIFEST.length && one.name.toUpperCase() === MANIFEST,
  );
  if (!member) return undefined;
  const bytes = reader.read(member, LARGEST_MANIFEST);
  if (typeof bytes !== 'string') return readJarManifest(bytes);
  content.memberFault(inside, member, bytes);
  return undefined;
}

function readClasses(
  members: readonly ZipMember[],
  reader: MemberReader,
  inside: string,
  content: Gathered,
): void {
  const classes = members.filter(member => member.name.endsWith('.class')).sort(byPlace);
  for (const member of classes) {
    const bytes = reader.read(member, LARGEST_CLASS);
    if (bytes === EXHAUSTED) {
      content.memberFault(inside, member, bytes);
      return;
    }
    if (typeof bytes === 'string') content.memberFault(inside, member, bytes);
    else content.take(readJavaClass(bytes), `${inside}${member.name}`, !VERSIONS.test(member.name));
  }
}

/** So that the archive is read once, from its beginning to its end. */
function byPlace(a: ZipMember, b: ZipMember): number {
  return a.offset - b.offset;
}

/** What `Automatic-Module-Name` says, else what its file name does: `java.lang.module.ModuleFinder.of`. */
function nameModule({ path }: Archive, manifest: JarManifest | undefined, content: Gathered): void {
  const name = moduleNameOf(path, manifest);
  if (name !== '') content.modules.add(name);
}

/** The module that a jar without `module-info` is; empty where it is none. */
function moduleNameOf(path: string, manifest: JarManifest | undefined): string {
  if (!/\.jar$/i.test(path)) return '';
  const base = path.slice(path.lastIndexOf('/') + 1, -4);
  const bare = /^(.*?)-\d+(?:\..*)?$/.exec(base)?.[1] ?? base;
  return manifest?.automaticModule ?? bare.replace(/[^A-Za-z0-9]+/g, '.').replace(/^\.|\.$/g, '');
}

/**
 * The classes and modules that a jar brings to others, by its directory, its manifest and its `module-info` alone:
 * what lies in archives in it is its own.
 */
export function namesInJar(
  source: ByteSource,
  path: string,
  inflate: Inflate,
): Pick<JavaContent, 'classes' | 'modules'> {
  const content = new Gathered();
  const { members } = readZip(source);
  const reader = new MemberReader(source, inflate, freshBudget());
  const manifest = manifestIn(members, reader, '', content);
  nameModule({ source, path, inside: '', depth: 0 }, manifest, content);
  readClasses(
    members.filter(one => one.name === 'module-info.class'),
    reader,
    '',
    content,
  );
  for (const { name } of members) {
    if (!name.endsWith('.class') || name === 'module-info.class' || name.startsWith('META-INF/')) continue;
    content.classes.add(name.slice(0, -'.class'.length));
    if (content.classes.size === MOST_NAMES) break;
  }
  return content;
}

/** An archive in an archive, in place where it is stored, else unpacked. */
function open(member: ZipMember, reader: MemberReader, source: ByteSource): ByteSource | string {
  if (member.method === 0 && !member.encrypted) {
    const place = reader.place(member);
    return typeof place === 'string' ? place : part(source, place);
  }
  const bytes = reader.read(member, LARGEST_ARCHIVE);
  if (typeof bytes === 'string') return bytes;
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

function part(
  source: ByteSource,
  { start, size }: { readonly start: number; readonly size: number },
): ByteSource {
  const inSource = Math.max(Math.min(size, source.size - start), 0);
  return {
    size: inSource,
    read: (offset, length) => source.read(start + offset, Math.max(Math.min(length, inSource - offset), 0)),
  };
}

class Gathered implements JavaContent {
  readonly classes = new Set<string>();
  readonly references = new Map<string, string>();
  readonly modules = new Set<string>();
  readonly requires = new Map<string, string>();
  readonly faults: string[] = [];
  newest?: Pick<JavaClass, 'name' | 'major' | 'preview'>;
  manifest?: JarManifest;

  /** Adds a class, or why it could not be read. `plain`: every Java release that reads the archive loads it. */
  take(read: JavaClass | string, place: string, plain: boolean): void {
    if (typeof read === 'string') {
      this.#add(
        `Damaged class file${place === '' ? '' : ` ${printable(place)}`}: ${read}; compile or copy it again`,
      );
      return;
    }
    if (read.module) {
      this.modules.add(read.module.name);
      for (const required of read.module.requires) this.requires.set(required, read.module.name);
    }
    // Releases before 9 never look at it, whatever its format.
    if (read.name === 'module-info') return;
    this.classes.add(read.name);
    this.#refer(read);
    const { name, major, preview } = read;
    if (plain && major > (this.newest?.major ?? 0)) this.newest = { name, major, preview };
  }

  /** Something wrong with an archive. */
  fault(inside: string, what: string): void {
    const where = inside === '' ? '' : ` ${inside.slice(0, -2)}`;
    this.#add(`Damaged archive${where}: ${what}; build or copy it again`);
  }

  memberFault(inside: string, { name }: ZipMember, what: string): void {
    this.#add(`The member ${inside}${printable(name)} ${what}; build the archive again`);
  }

  #refer({ name, references }: JavaClass): void {
    if (this.references.size >= MOST_REFERENCES) return;
    for (const one of references) if (!this.references.has(one)) this.references.set(one, name);
  }

  #add(message: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(message);
    else if (this.faults.length === MOST_FAULTS)
      this.faults.push('More of the archive is damaged; build it again');
  }
}
