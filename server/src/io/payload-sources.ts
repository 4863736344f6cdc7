import { dirname, resolve } from 'node:path';
import type { Buffers } from '../core/tree.ts';
import type { Disk } from './disk.ts';
import { isWithin } from './paths.ts';
import { ProtoAreas } from './proto-area.ts';

/** Stands in settings for the directory of the manifest. */
export const MANIFEST_DIR = '{manifestDir}';

/** The proto areas of a tree: manifests with the same areas share what was found there. */
export class PayloadSources {
  /** As in the settings, absolute, `{manifestDir}` left in. */
  readonly patterns: readonly string[];
  readonly #root: string;
  readonly #proto: readonly string[];
  readonly #make: (areas: readonly string[]) => ProtoAreas;
  readonly #sources = new Map<string, ProtoAreas>();

  constructor(
    root: string,
    proto: readonly string[],
    disk: Disk,
    buffers: Buffers,
    within: string | undefined,
  ) {
    this.#root = root;
    this.#proto = proto;
    this.patterns = proto.map(pattern =>
      pattern.startsWith(MANIFEST_DIR) ? pattern : resolve(root, pattern),
    );
    this.#make = areas => new ProtoAreas(disk, buffers, areas, within);
  }

  /** The areas of one manifest. */
  of(manifest: string): ProtoAreas {
    const areas = this.#areasIn(dirname(manifest));
    const key = areas.join('\0');
    const known = this.#sources.get(key);
    if (known) return known;
    const source = this.#make(areas);
    this.#sources.set(key, source);
    return source;
  }

  /** Names under which the manifests of a directory find this path. */
  namesOf(path: string, manifestDirectory: string): readonly string[] {
    const areas = this.#areasIn(manifestDirectory).filter(area => path !== area && isWithin(path, area));
    return areas.map(area => path.slice(area.length + 1));
  }

  /** True when some manifest that was asked about has a proto area with something in it. */
  get anyBuilt(): boolean {
    if (this.#sources.size === 0 && this.#proto.length > 0) return this.of(`${this.#root}/-`).built;
    return [...this.#sources.values()].some(source => source.built);
  }

  /** True for a path in an area that was not built when somebody asked: its first file changes the answer. */
  awaits(path: string): boolean {
    for (const source of this.#sources.values()) if (!source.built && source.concerns(path)) return true;
    return false;
  }

  /** Forgets what lies at or below a path. Answers whether that is in, or above, a proto area. */
  invalidate(path: string): boolean {
    let touched = false;
    for (const source of this.#sources.values()) {
      if (!source.concerns(path)) continue;
      source.invalidate(path);
      touched = true;
    }
    return touched;
  }

  /** Each once: without subdirectories two patterns may mean one directory. */
  #areasIn(directory: string): readonly string[] {
    const areas = this.#proto.map(pattern =>
      resolve(
        this.#root,
        pattern.replaceAll(MANIFEST_DIR, () => directory),
      ),
    );
    return [...new Set(areas)];
  }
}
