import type { Collected } from './collect.ts';
import { actionOf } from './delivered-file.ts';
import { readDefinedVersions } from './formats/elf.ts';
import { linksOn } from './links.ts';
import type {
  CatchMemory,
  Delivery,
  FileEntry,
  Manifest,
  Need,
  PayloadFile,
  Repository,
  World,
} from './model.ts';
import { tagKey } from './need-class.ts';
import { dirname, join } from './paths.ts';
import type { Known, Universe } from './universe.ts';

/**
 * The symbol versions that a library defines, its base version included. Empty: it has none at all, and then the
 * run-time linker checks nothing.
 */
export type Defined = ReadonlySet<string>;

/** A library that some need leads to. */
export interface Library {
  readonly known: Known;
  /** Path at which its own package is entered on the way to it: what another version has may lie behind other links. */
  readonly entry: Need;
  /** Versions that files of the package ask of it. */
  readonly wanted: ReadonlySet<string>;
}

/** Asks what delivered libraries define, and remembers it: a version of a package never changes. */
export class LibraryReader {
  readonly #manifest: Manifest;
  readonly #world: World;
  readonly #signal: AbortSignal;
  /** The files of the checked package by path, once somebody asks. */
  #files: ReadonlyMap<string, readonly FileEntry[]> | undefined;
  #payloads = MOST_PAYLOADS;
  #contents = MOST_CONTENTS;

  constructor(manifest: Manifest, world: World, signal: AbortSignal) {
    this.#manifest = manifest;
    this.#world = world;
    this.#signal = signal;
  }

  /** What a library of the checked package, or of another, defines; `undefined`: nobody can tell. */
  async defined({ delivery, own, repository }: Known): Promise<Defined | undefined> {
    if (own) return this.#ofPayload(this.#ownPayload(delivery));
    const from = this.#world.repositories.find(one => one.name === repository);
    return from && this.of(fileOf(delivery), from);
  }

  /** The same of a delivery of a repository. */
  async of(delivery: Delivery, repository: Repository): Promise<Defined | undefined> {
    if (repository.payload) return this.#ofPayload(repository.payload(delivery));
    if (!repository.content || this.#contents-- <= 0) return undefined;
    const memory = memoryOf(repository);
    const { name, version = '', publisher = '' } = delivery.package;
    const key = [publisher, name, version, delivery.path, tagKey(delivery.variants)].join('\0');
    const known = memory.get(key);
    if (known) return known;
    const bytes = await repository.content(delivery, this.#signal);
    this.#signal.throwIfAborted();
    return (
      bytes &&
      kept(
        memory,
        key,
        definedIn({ size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) }),
      )
    );
  }

  #ownPayload(delivery: Delivery): PayloadFile | undefined {
    this.#files ??= Map.groupBy(this.#manifest.files, one => one.path);
    const file = fileOf(delivery);
    const action = actionOf(file, this.#files.get(file.path) ?? []);
    const found = action && this.#world.payloads.find(action.payload);
    return found && 'read' in found ? found : undefined;
  }

  #ofPayload(file: PayloadFile | undefined): Defined | undefined {
    if (!file || this.#payloads-- <= 0) return undefined;
    const memory = memoryOf(this.#world.memory);
    const key = `${file.location}\0${file.stamp}`;
    const known = memory.get(key);
    if (known) return known;
    const defined = definedIn(file);
    return file.close() ? undefined : kept(memory, key, defined);
  }
}

/** Libraries that are asked for in one check, whether or not they are remembered: it comes out the same every time. */
const MOST_PAYLOADS = 2000;
/** Of those, the ones that must be unpacked whole. */
const MOST_CONTENTS = 200;
/** Libraries of which is remembered what they define, for each repository. */
const MOST_KEPT = 4096;
/** Places that one need can lead to. */
const MOST_PLACES = 200;

/** What is remembered goes when the repository, or the tree's memory, does. */
const memories = new WeakMap<Repository | CatchMemory, Map<string, Defined>>();

function memoryOf(owner: Repository | CatchMemory): Map<string, Defined> {
  const memory = memories.get(owner) ?? new Map<string, Defined>();
  memories.set(owner, memory);
  return memory;
}

function kept(memory: Map<string, Defined>, key: string, defined: Defined | undefined): Defined | undefined {
  if (memory.size >= MOST_KEPT) memory.clear();
  if (defined) memory.set(key, defined);
  return defined;
}

function definedIn(source: Parameters<typeof readDefinedVersions>[0]): Defined | undefined {
  const defined = readDefinedVersions(source);
  return defined && new Set(defined);
}

/** The file that a delivery is, or that a hard link is another name of. */
function fileOf(delivery: Delivery): Delivery {
  if (delivery.kind !== 'hardlink' || delivery.target === undefined) return delivery;
  return { ...delivery, kind: 'file', path: join(dirname(delivery.path), delivery.target) };
}

/** The libraries that needs with symbol versions lead to, whoever delivers them, in any combination of variants. */
export function librariesOf({ needs }: Collected, universe: Universe): readonly Library[] {
  const wanted = new Map<readonly Need[], Set<string>>();
  for (const { need } of needs) {
    if (!need.symbolVersions) continue;
    const versions = wanted.get(need.anyOf) ?? new Set<string>();
    wanted.set(need.anyOf, versions);
    for (const version of need.symbolVersions) versions.add(version);
  }
  const libraries = new Map<Known, Library & { readonly wanted: Set<string> }>();
  for (const [anyOf, versions] of wanted) {
    for (const found of anyOf.flatMap(path => filesAt(path, universe))) {
      const library = libraries.get(found.known) ?? { ...found, wanted: new Set<string>() };
      libraries.set(found.known, library);
      for (const version of versions) library.wanted.add(version);
    }
  }
  return [...libraries.values()];
}

function filesAt(path: Need, universe: Universe): readonly { readonly known: Known; readonly entry: Need }[] {
  const found: { readonly known: Known; readonly entry: Need }[] = [];
  const seen = new Set<Need>();
  const walk = (at: Need, before: readonly Known[]): void => {
    if (seen.has(at) || seen.size >= MOST_PLACES) return;
    seen.add(at);
    for (const known of universe.at(at)) {
      if (known.delivery.kind !== 'file' && known.delivery.kind !== 'hardlink') continue;
      const own = before.find(one => one.delivery.package.name === known.delivery.package.name);
      found.push({ known, entry: own?.delivery.path ?? known.delivery.path });
    }
    for (const { link, leadsTo } of linksOn(at, universe)) walk(leadsTo, [...before, link]);
  };
  walk(path, []);
  return found;
}
