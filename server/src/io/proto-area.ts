import { join } from 'node:path';
import type { InputFault, PayloadFile, PayloadSource } from '../core/model.ts';
import type { Buffers } from '../core/tree.ts';
import type { Disk, FileStatus } from './disk.ts';
import { isFault } from './input-fault.ts';
import { below, isWithin, partsAbove } from './paths.ts';
import { bufferPayload, diskPayload, payloadStatus } from './payload-file.ts';

/** What `find` remembers of a name: where it was looked for, and what was there. */
interface Lookup {
  /** Places in search order, up to the one where something was. */
  readonly places: readonly string[];
  readonly found: PayloadFile | InputFault | undefined;
  buffered?: { readonly place: string; readonly text: string; readonly file: PayloadFile };
}

/** One directory that is searched. A directory below it is its real path, a fault, or `null` where there is none. */
interface Area {
  readonly path: string;
  real: string | null;
  readonly directories: Map<string, string | InputFault | null>;
}

/**
 * The proto areas of one or more manifests: payload found as `pkgsend(1)` finds it, area by area.
 *
 * Everything found, and not found, is remembered until `invalidate`. Payload never leaves its area:
 * neither `..` in a name nor a symbolic link leads out of it.
 */
export class ProtoAreas implements PayloadSource {
  readonly areas: readonly string[];
  readonly #disk: Disk;
  readonly #buffers: Buffers;
  readonly #within: string | undefined;
  readonly #known = new Map<string, Area>();
  readonly #lookups = new Map<string, Lookup>();
  /** Real path of what was reached through a link -> the names that reached it. */
  readonly #aliases = new Map<string, Set<string>>();
  #built: boolean | undefined;

  /** `within`: areas whose real path lies outside this directory are treated as missing (untrusted trees). */
  constructor(disk: Disk, buffers: Buffers, areas: readonly string[], within?: string) {
    this.#disk = disk;
    this.#buffers = buffers;
    this.areas = areas;
    this.#within = within;
  }

  get built(): boolean {
    this.#built ??= this.areas.some(path => this.#hasContent(path));
    return this.#built;
  }

  find(word: string): PayloadFile | InputFault | undefined {
    let lookup = this.#lookups.get(word);
    if (!lookup) {
      lookup = this.#look(word);
      this.#lookups.set(word, lookup);
    }
    return this.#inBuffer(lookup) ?? lookup.found;
  }

  /** Whether a path lies in one of the areas, is one, or lies above one. */
  concerns(path: string): boolean {
    if (this.#aliases.has(path)) return true;
    return this.areas.some(area => {
      const real = this.#known.get(area)?.real;
      return (
        isWithin(path, area) ||
        isWithin(area, path) ||
        (real != null && (isWithin(path, real) || isWithin(real, path)))
      );
    });
  }

  /** Forgets what was found at, below or through a path. */
  invalidate(path: string): void {
    for (const name of this.#aliases.get(path) ?? []) this.#lookups.delete(name);
    for (const area of this.areas) {
      const known = this.#known.get(area);
      const base = isWithin(path, area)
        ? area
        : known?.real && isWithin(path, known.real)
          ? known.real
          : undefined;
      if (isWithin(area, path) || path === known?.real || (base && known?.real === null)) this.#forgetAll();
      else if (base) this.#forget(area, path.slice(base.length + 1));
    }
  }

  #hasContent(path: string): boolean {
    if (!this.#area(path).real) return false;
    const entries = this.#disk.list(path);
    return Array.isArray(entries) && entries.some(entry => !entry.name.startsWith('.git'));
  }

  #area(path: string): Area {
    let area = this.#known.get(path);
    if (!area) {
      const real = this.#disk.realPath(path);
      const usable = typeof real === 'string' && (this.#within === undefined || isWithin(real, this.#within));
      area = { path, real: usable ? real : null, directories: new Map() };
      this.#known.set(path, area);
    }
    return area;
  }

  #look(word: string): Lookup {
    const name = UNUSUAL.test(word) ? word.replace(/^\/+/, '').replace(/\/\.?(?=\/)/g, '') : word;
    const places: string[] = [];
    if (name === '') return { places, found: undefined };
    if (/(^|\/)\.\.(\/|$)/.test(name))
      return { places, found: escapes(join(this.areas[0] ?? '/', word), 'a name with ".."') };
    for (const path of this.areas) {
      const place = below(path, name);
      places.push(place);
      this.#disk.note(place);
      const found = this.#inArea(this.#area(path), place, name, word);
      if (found) return { places, found };
    }
    return { places, found: undefined };
  }

  #inArea(area: Area, place: string, name: string, word: string): PayloadFile | InputFault | undefined {
    const slash = name.lastIndexOf('/');
    const directory = this.#directory(area, slash < 0 ? '' : name.slice(0, slash));
    if (typeof directory !== 'string') return directory ? { ...directory, path: place } : undefined;
    const base = name.slice(slash + 1);
    const straight = place.length === directory.length + 1 + base.length && isWithin(place, directory);
    let real = straight ? place : below(directory, base);
    let status = this.#disk.linkStatus(real);
    if (status && 'kind' in status && status.kind === 'link') {
      const target = this.#linkTarget(area, place, real);
      if (typeof target !== 'string') return target;
      real = target;
      status = this.#disk.linkStatus(real);
    }
    if (!status) return undefined;
    if (real !== place) this.#alias(real, word);
    return this.#payload(place, real, status);
  }

  #payload(place: string, real: string, status: FileStatus | InputFault): PayloadFile | InputFault {
    const usable = isFault(status) ? status : payloadStatus(place, status);
    return isFault(usable) ? { ...usable, path: place } : diskPayload(this.#disk, place, real, usable);
  }

  #linkTarget(area: Area, place: string, link: string): string | InputFault {
    const real = this.#disk.realPath(link);
    if (real === undefined) {
      return {
        code: 'unreadable',
        path: place,
        message: 'is a symbolic link to nothing; build its target or deliver a link action',
      };
    }
    if (isFault(real)) return { ...real, path: place };
    return isWithin(real, area.real ?? '') ? real : escapes(place, 'a symbolic link');
  }

  #directory(area: Area, name: string): string | InputFault | null {
    if (area.real === null || name === '') return area.real;
    const known = area.directories.get(name);
    if (known !== undefined) return known;
    const path = below(area.path, name);
    const real = this.#plainDirectory(area, name, path) ?? this.#disk.realPath(path);
    const inside = typeof real !== 'string' || isWithin(real, area.real);
    const answer = inside ? (real ?? null) : escapes(path, 'a symbolic link of a directory above it');
    area.directories.set(name, answer);
    return answer;
  }

  /** The place of a directory that is no link, in one that is known: the usual case, for one system call. */
  #plainDirectory(area: Area, name: string, path: string): string | undefined {
    const slash = name.lastIndexOf('/');
    const above = this.#directory(area, slash < 0 ? '' : name.slice(0, slash));
    if (typeof above !== 'string') return undefined;
    this.#disk.note(path);
    const real = below(above, name.slice(slash + 1));
    const status = this.#disk.linkStatus(real);
    return status && 'kind' in status && status.kind === 'directory' ? real : undefined;
  }

  #alias(real: string, word: string): void {
    const names = this.#aliases.get(real);
    if (names) names.add(word);
    else this.#aliases.set(real, new Set([word]));
  }

  #inBuffer(lookup: Lookup): PayloadFile | undefined {
    for (const place of lookup.places) {
      const buffer = this.#buffers.get(place);
      if (!buffer) continue;
      const { buffered, found } = lookup;
      if (isFault(found) && found.path === place) return undefined;
      if (buffered?.place === place && buffered.text === buffer.text) return buffered.file;
      const mode = found && 'mode' in found && found.location === place ? found.mode : 0o644;
      const file = bufferPayload(place, buffer.text, mode);
      lookup.buffered = { place, text: buffer.text, file };
      return file;
    }
    return undefined;
  }

  #forget(area: string, name: string): void {
    if (!this.#built || !name.includes('/')) this.#built = undefined;
    const { directories } = this.#area(area);
    const changed =
      partsAbove(name).find(part => directories.get(part) === null) ??
      (directories.has(name) ? name : undefined);
    if (changed !== undefined) {
      for (const key of directories.keys()) if (isWithin(key, changed)) directories.delete(key);
      for (const key of this.#lookups.keys())
        if (isWithin(key.replace(/^\/+/, ''), changed)) this.#lookups.delete(key);
    }
    this.#lookups.delete(name);
    this.#lookups.delete(`/${name}`);
  }

  #forgetAll(): void {
    this.#built = undefined;
    this.#known.clear();
    this.#lookups.clear();
    this.#aliases.clear();
  }
}

/** A name with a leading slash, or with components that say nothing. */
const UNUSUAL = /^\/|\/\.?\//;

function escapes(path: string, how: string): InputFault {
  return {
    code: 'unreadable',
    path,
    message: `leads out of its proto area through ${how} and is not read; put the file itself into the proto area`,
  };
}
